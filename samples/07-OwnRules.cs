using Unmask.Graphs;

namespace Unmask.Samples;

/// <summary>A composite of one's own: which rule hands relevance through which layer.</summary>
internal static class OwnRules
{
    public static void Run(SampleFiles files)
    {
        using var model = Model.Load(files.Model);
        var composite = new Composite(
            new(NodeSelector.First, NodeRule.Flat),
            new(NodeSelector.Convolution.And(NodeSelector.Depth(0, 3)), NodeRule.Gamma(0.25)),
            new(NodeSelector.Convolution, NodeRule.ZPlus),
            new(NodeSelector.Dense, NodeRule.Epsilon(1e-6)));
        var why = new Lrp(model, new() { Composite = composite }).Explain(Image.Load(files.Picture));
        Console.WriteLine($"{why.Target.Label}: {composite} explains {why.ToArray().Sum():0.00} of {why.ScoreValue:0.00} ({string.Join("; ", why.Diagnostics.Rules)})");
    }
}
