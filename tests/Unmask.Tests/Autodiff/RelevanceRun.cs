using Unmask.Graphs;
using Unmask.Runtime;

namespace Unmask.Tests.Autodiff;

/// <summary>Contributions at a value by a rule set: value ⊙ multiplier + relevance without multiplier.</summary>
internal static class RelevanceRun
{
    public static float[] Of(GradientProgram program, IReadOnlyDictionary<string, TensorData> feeds, TensorData seed, string cut)
    {
        Verifier.ThrowIfInvalid(program.Graph);
        using var session = Session.FromGraph(program.Graph);
        var all = feeds.Where(feed => session.Inputs.Any(input => input.Name == feed.Key)).ToDictionary(StringComparer.Ordinal);
        all[program.Seed] = seed;
        int index = program.Cuts.IndexOf(cut);
        string relevance = program.Relevances[index];
        var results = session.Run(all, relevance.Length > 0 ? [program.Multipliers[index], relevance] : [program.Multipliers[index]]);
        float[] value = feeds.TryGetValue(cut, out var fed) ? fed.AsSpan<float>().ToArray() : session.Run(all, [cut])[0].AsSpan<float>().ToArray();
        float[] m = results[0].AsSpan<float>().ToArray(), more = results.Length > 1 ? results[1].AsSpan<float>().ToArray() : new float[m.Length];
        return [.. value.Select((v, i) => (v * m[i]) + more[i])];
    }

    public static float[] Of(Graph graph, RuleSet rules, TensorData x, TensorData seed, string cut) =>
        Of(Gradient.Build(graph, "y", [cut], new() { Rules = rules, Expose = cut == "x" ? [] : [cut] }), new Dictionary<string, TensorData> { ["x"] = x }, seed, cut);

    public static RuleSet Everywhere(string rule) => new Composite(new CompositeRow(NodeSelector.All, NodeRule.Parse(rule))).Over(RuleSet.Relevance);
}
