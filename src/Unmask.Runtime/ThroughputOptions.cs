namespace Unmask.Runtime;

/// <summary>How many independent items are run.</summary>
public sealed record ThroughputOptions
{
    /// <summary>Callers of one shared single-threaded session. Default: the number of processors.</summary>
    public int Threads
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            field = value;
        }
    }

    = Environment.ProcessorCount;

    /// <summary>Items in one run; <c>null</c> (default): as many as <see cref="MemoryBudgetBytes"/> allows, at most 16.</summary>
    public int? BatchSize
    {
        get;
        init
        {
            if (value is { } size)
            {
                ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size, nameof(value));
            }

            field = value;
        }
    }

    /// <summary>Bytes that the activations of all batches under way may take together. Default 48 MiB. Ignored when <see cref="BatchSize"/> is set.</summary>
    public long MemoryBudgetBytes
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            field = value;
        }
    }

    = 48L << 20;

    /// <summary>The batch size for items that each take <paramref name="bytesPerItem"/> bytes of activations.</summary>
    public int BatchFor(long bytesPerItem) => BatchSize ?? (int)Math.Clamp(MemoryBudgetBytes / Math.Max(1, bytesPerItem * Threads), 1, 16);
}
