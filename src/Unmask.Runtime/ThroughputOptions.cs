namespace Unmask.Runtime;

/// <summary>How the threads of the processor are used.</summary>
public enum ThreadingMode
{
    /// <summary>Many independent items: one thread inside a run, several runs at once.</summary>
    Throughput,

    /// <summary>One item at a time: several threads inside its run.</summary>
    Latency,
}

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

    /// <summary>
    /// Bytes that compiled programs kept for later use may take together, weights and activations, as estimated; the least recently used are freed
    /// first. Default 512 MiB. The newest four are kept in any case: one explanation may need as many.
    /// </summary>
    public long ProgramBudgetBytes
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    }

    = 512L << 20;

    /// <summary>
    /// Threads inside the operators where one item is run alone, as for the prediction of the unmasked input; <c>null</c> (default): as many as
    /// <see cref="Threads"/>. 1 turns this latency mode off.
    /// </summary>
    public int? LatencyThreads
    {
        get;
        init
        {
            if (value is { } threads)
            {
                ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threads, nameof(value));
            }

            field = value;
        }
    }

    /// <summary>How a graph is compiled that runs in this mode.</summary>
    public int ThreadsInside(ThreadingMode mode) => mode == ThreadingMode.Latency ? LatencyThreads ?? Threads : 1;

    /// <summary>Bytes of activations of all batches that are under way at once.</summary>
    public long ActivationBytes(long bytesPerItem) => bytesPerItem * BatchFor(bytesPerItem) * Threads;

    /// <summary>The batch size for items that each take <paramref name="bytesPerItem"/> bytes of activations.</summary>
    public int BatchFor(long bytesPerItem) => BatchSize ?? (int)Math.Clamp(MemoryBudgetBytes / Math.Max(1, bytesPerItem * Threads), 1, 16);

    /// <summary>
    /// The batch size for a known number of items: where there are few, smaller, so that no thread idles while another finishes a last large batch.
    /// </summary>
    /// <param name="bytesPerItem">Bytes of activations that an item takes.</param>
    /// <param name="items">The number of items, at least 1.</param>
    public int BatchFor(long bytesPerItem, int items)
    {
        int most = BatchFor(bytesPerItem), best = most;
        double least = double.MaxValue;
        for (int size = most; BatchSize is null && size >= 1; size--)
        {
            double time = TimeOf(items, size);
            (least, best) = time < least ? (time, size) : (least, best);
        }

        return best;
    }

    /// <summary>When the busiest thread ends, in items: what it runs, a tenth of an item for starting each batch, and a tenth of a batch for a neighbour that is slower.</summary>
    private double TimeOf(int items, int size)
    {
        int batches = (items + size - 1) / size;
        int rounds = (batches + Threads - 1) / Threads;
        // The last batch may be short; it falls to the busiest thread only if that thread alone starts a last round.
        int missing = (batches - 1) % Threads == 0 ? (batches * size) - items : 0;
        return (rounds * size) - missing + (0.1 * rounds) + (0.1 * size);
    }
}
