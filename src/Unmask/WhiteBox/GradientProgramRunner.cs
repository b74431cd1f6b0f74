using System.Collections.Immutable;
using Unmask.Graphs;
using Unmask.Probing;
using Unmask.Runtime;

namespace Unmask.WhiteBox;

/// <summary>A compiled forward and backward pass: from values and seeds to scores, activations and multipliers.</summary>
internal sealed class GradientProgramRunner(Session session, GradientProgram program, ImmutableArray<string> values, long bytesPerItem, int? requiredBatch, bool batched) : ScoreProgram
{
    /// <summary>The input that takes the reference of what is fed; <c>null</c>: there is none.</summary>
    public string? Reference => program.References.FirstOrDefault();

    /// <summary>The input that takes the seed, [N, classes].</summary>
    public string Seed => program.Seed;

    /// <summary>The input that takes the part of the value through which multipliers are followed; <c>null</c>: there is none.</summary>
    public string? Part => program.Part;

    /// <summary>The inputs, the seed among them.</summary>
    public ImmutableArray<Value> Inputs => session.Inputs;

    /// <summary>Whether the first axis of what is fed and of the cuts is that of the items. Where it is not, items are run one by one.</summary>
    public bool Batched => batched;

    public override long BytesPerItem => bytesPerItem;

    public override long WeightBytes => session.WeightBytes;

    public override int? RequiredBatch => batched ? requiredBatch : 1;

    /// <summary>Runs one batch.</summary>
    /// <returns>
    /// The scores [N, classes], the multipliers at the cuts, and the cuts' own values unless the only one is what was fed; with a reference, the scores there and the cuts'
    /// values there. What was observed on the way stands behind the cuts, as one more multiplier and value each; it goes with no reference.
    /// </returns>
    public override ImmutableArray<TensorData> RunAll(IReadOnlyDictionary<string, TensorData> feeds, CancellationToken cancel)
    {
        string[] there = program.TargetReference is { } reference ? [reference, .. values.IsEmpty ? [] : program.CutReferences] : [];
        var results = session.Run(feeds, [program.Target, .. program.Multipliers, .. program.Observed, .. values, .. there], cancel);
        return program.Observed.IsEmpty ? results : [.. results, .. results[(1 + program.Cuts.Length)..(1 + Cuts)]];
    }

    public override void Dispose() => session.Dispose();

    /// <summary>The number of cuts, and of what was observed.</summary>
    public int Cuts => program.Cuts.Length + program.Observed.Length;

    /// <summary>The number of values that are returned as well.</summary>
    public int Values => values.Length + program.Observed.Length;
}
