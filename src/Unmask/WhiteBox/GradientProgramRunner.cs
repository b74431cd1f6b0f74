using System.Collections.Immutable;
using Unmask.Graphs;
using Unmask.Probing;
using Unmask.Runtime;

namespace Unmask.WhiteBox;

/// <summary>A compiled forward and backward pass: from values and seeds to scores, activations and multipliers.</summary>
/// <param name="session">The compiled graph.</param>
/// <param name="program">What it computes.</param>
/// <param name="second">The walk of a second rule set in the same graph; <c>null</c>: there is none.</param>
/// <param name="values">The cuts whose own values are returned as well.</param>
internal sealed class GradientProgramRunner(Session session, GradientProgram program, GradientProgram? second, ImmutableArray<string> values) : ScoreProgram
{
    /// <summary>The inputs that take the seed, [N, classes].</summary>
    public ImmutableArray<string> Seeds { get; } = second is null ? [program.Seed] : [program.Seed, second.Seed];

    /// <summary>The input that takes the reference of what is fed; <c>null</c>: there is none.</summary>
    public string? Reference => program.References.FirstOrDefault();

    /// <summary>The input that takes the part of the value through which multipliers are followed; <c>null</c>: there is none.</summary>
    public string? Part => program.Part;

    /// <summary>The inputs, seeds among them.</summary>
    public ImmutableArray<Value> Inputs => session.Inputs;

    /// <summary>Whether the first axis of what is fed and of the cuts is that of the items. Where it is not, items are run one by one.</summary>
    public required bool Batched { get; init; }

    /// <summary>Whether the first axis of what is fed is that of the items.</summary>
    public required bool FedBatched { get; init; }

    public required int? FrozenBatch { get; init; }

    public override int? RequiredBatch => Batched ? FrozenBatch : 1;

    public override long BytesPerItem { get; } = ActivationMemory.BytesPerItem(program.Graph);

    public override long WeightBytes => session.WeightBytes;

    /// <summary>The number of cuts, and of what was observed, which stands behind them as one more multiplier and value each.</summary>
    public int Cuts => program.Cuts.Length + program.Observed.Length;

    /// <summary>The number of values that are returned as well.</summary>
    public int Values => values.Length + program.Observed.Length;

    /// <summary>Whether scores and values at a reference are returned.</summary>
    public bool HasReference => program.TargetReference is not null;

    /// <summary>For each cut, whether relevance without multiplier is returned.</summary>
    public ImmutableArray<bool> HasRelevance { get; } = [.. program.Relevances.Select(name => name.Length > 0)];

    /// <summary>The number of cuts whose multipliers by the second rule set are returned: all or none.</summary>
    public int SecondCuts => second?.Cuts.Length ?? 0;

    /// <summary>Which rule covered which node; of two rule sets, by the second.</summary>
    public ImmutableArray<RuleCoverage> Coverage => (second ?? program).Coverage;

    /// <summary>Runs one batch.</summary>
    /// <returns>
    /// The scores [N, classes]; the multipliers at the cuts and what was observed; the cuts' own values unless the only one is what was fed, and what was observed;
    /// with a reference, the scores there and the values there; relevance without multiplier; the multipliers of the second rule set. See <see cref="GradientResults"/>.
    /// </returns>
    public override ImmutableArray<TensorData> RunAll(IReadOnlyDictionary<string, TensorData> feeds, CancellationToken cancel)
    {
        string[] there = program.TargetReference is { } reference ? [reference, .. values.IsEmpty ? [] : program.CutReferences] : [];
        string[] rest = [.. there, .. program.Relevances.Where(name => name.Length > 0), .. second?.Multipliers ?? []];
        var results = session.Run(feeds, [program.Target, .. program.Multipliers, .. program.Observed, .. values, .. rest], cancel);
        int behindValues = 1 + Cuts + values.Length;
        return program.Observed.IsEmpty ? results : results.InsertRange(behindValues, results.Slice(1 + program.Cuts.Length, program.Observed.Length));
    }

    public override void Dispose() => session.Dispose();
}
