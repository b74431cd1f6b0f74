using Unmask.Graphs;
using Unmask.Training;

namespace Unmask.Maskers.Engine;

/// <summary>Pictures and classes for a selector: <c>target</c> is 1 where the class is on the picture, as it is half of the time, else 0.</summary>
/// <param name="set">The masker's pictures.</param>
/// <param name="tap">The tap that the selector reads.</param>
internal sealed class SelectorSet(MaskerSet set, string tap) : TrainingSet
{
    private const double FakeShare = 0.5;

    /// <inheritdoc/>
    public override int Count => set.Count;

    /// <inheritdoc/>
    public override void Announce(ReadOnlyMemory<int> items, Variation variation) => set.Announce(items, variation);

    /// <inheritdoc/>
    public override Dictionary<string, TensorData> Read(ReadOnlySpan<int> items, Variation? variation)
    {
        var asked = set.ReadAsked(items, variation, FakeShare);
        long[] real = Array.ConvertAll(asked[MaskerNames.Real].AsSpan<float>().ToArray(), share => (long)share);
        return new(StringComparer.Ordinal)
        {
            [tap] = asked[tap],
            [MaskerNames.Class] = asked[MaskerNames.Class],
            [Objective.TargetInput] = TensorData.Adopt(real, real.Length),
        };
    }

    /// <inheritdoc/>
    public override string ToString() => $"classes on {set}";

    /// <summary>The selector alone: its logit e as two, −e ÷ 2 and e ÷ 2.</summary>
    public static Graph Network(Graph masker)
    {
        var exists = masker.Outputs.First(output => output.Name == MaskerNames.Exists);
        var builder = (masker with { Outputs = [] }).ToBuilder();
        string half = builder.Add("Mul", [exists.Name, builder.Constant(0.5f)], "selector/half");
        string both = builder.Add("Concat", [builder.Add("Neg", [half], "selector/absent"), half], "selector/both", ("axis", 1L));
        builder.Output(both, ElementType.Float32, new Shape(exists.Shape![0], 2));
        return PruneUnreachable.Run(builder.Build(), removeInputs: true);
    }
}
