using System.Collections.Immutable;

namespace Unmask.Metrics;

/// <summary>One value as a journal keeps it: with everything that the report needs of it.</summary>
internal sealed record JournalEntry
{
    /// <summary>The hash of everything that the value depends on.</summary>
    public required string Key { get; init; }

    public required string Item { get; init; }

    public string? Group { get; init; }

    public required string Method { get; init; }

    public required int Run { get; init; }

    public required string Metric { get; init; }

    public double? Value { get; init; }

    public string? Undefined { get; init; }

    public Curve? Curve { get; init; }

    public double? TieFraction { get; init; }

    public ImmutableArray<double>? Tally { get; init; }

    public required string Target { get; init; }

    public double? Probability { get; init; }

    /// <summary>The options of the explanation.</summary>
    public ImmutableSortedDictionary<string, string> Options { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    public ulong? Seed { get; init; }

    /// <summary>What the explanation cost; the metric's own passes are not part of it.</summary>
    public long ForwardPasses { get; init; }

    public long BackwardPasses { get; init; }

    public double Seconds { get; init; }

    /// <summary>The row of the report.</summary>
    public EvaluationValue ToValue() => new(Item, Group, Method, Run, Metric, Value, Undefined, Curve, TieFraction, Target, Probability) { Seed = Seed };
}
