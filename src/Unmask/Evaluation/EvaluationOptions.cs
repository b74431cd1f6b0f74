namespace Unmask.Metrics;

/// <summary>How an evaluation is run and summed up. Values of single maps depend on none of these.</summary>
public sealed record EvaluationOptions
{
    /// <summary>Runs of each random method, with seeds of their own, at least 1. Default 1. From 2 on the report says how far runs differ.</summary>
    public int Runs { get; init => field = Require.Positive(value); } = 1;

    /// <summary>The row that all others are compared with; <c>null</c> (default): the first.</summary>
    public string? CompareWith { get; init; }

    /// <summary>A file of JSON lines that keeps every value as soon as it is known, so that a run that was ended goes on; <c>null</c> (default): none.</summary>
    public string? JournalFile { get; init; }

    /// <summary>Whether values that the journal holds are taken from it (default), or it begins anew.</summary>
    public bool KeepJournal { get; init; } = true;

    /// <summary>Level of the intervals, above 0 and below 1. Default 0.95.</summary>
    public double Level
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(value, 1);
            field = value;
        }
    }

    = 0.95;

    /// <summary>Resamples of the bootstrap and draws of the permutation test, at least 100. Default 10,000.</summary>
    public int Resamples { get; init => field = Require.AtLeast(value, 100); } = 10_000;

    /// <summary>Seed of intervals, tests and the seeds of repeated runs. Default 0. A method's first run uses the method's own seed.</summary>
    public ulong Seed { get; init; }
}
