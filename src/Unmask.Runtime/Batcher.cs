using System.Runtime.ExceptionServices;

namespace Unmask.Runtime;

/// <summary>
/// Runs N independent items in batches, from several threads, and hands the results over in the order of the items:
/// what the receiver sees depends neither on the batch size nor on the number of threads.
/// </summary>
public static class Batcher
{
    /// <summary>Runs items 0 … <paramref name="items"/> − 1.</summary>
    /// <param name="items">How many items there are.</param>
    /// <param name="batch">Items in a batch, at least 1; the last batch may have fewer.</param>
    /// <param name="threads">How many batches are under way at once, at least 1.</param>
    /// <param name="run">Runs one batch, given its first item and its count. Called from several threads at once.</param>
    /// <param name="receive">Takes one batch's result. Called from one thread at a time, in the order of the items; returning <c>false</c> ends the work early.</param>
    /// <param name="cancel">Stops between batches; <paramref name="run"/> is expected to stop inside.</param>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public static void Run<TResult>(
        int items, int batch, int threads, Func<int, int, TResult> run, Func<int, TResult, bool> receive, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batch);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threads);
        int batches = (items + batch - 1) / batch;
        var order = new InOrder<TResult>(batches, batch, items, run, receive, cancel);
        int helpers = Math.Min(threads, batches) - 1;
        var others = new Thread[Math.Max(0, helpers)];
        for (int i = 0; i < others.Length; i++)
        {
            others[i] = new Thread(order.Work) { IsBackground = true, Name = $"Unmask batch {i + 1}" };
            others[i].Start();
        }

        order.Work();
        foreach (var other in others)
        {
            other.Join();
        }

        order.Finish();
    }

    /// <summary>The shared state of the threads: which batch is next to run, which is next to be received.</summary>
    private sealed class InOrder<TResult>(
        int batches, int batch, int items, Func<int, int, TResult> run, Func<int, TResult, bool> receive, CancellationToken cancel)
    {
        private readonly Lock _gate = new();
        private readonly Dictionary<int, TResult> _waiting = [];
        private int _nextToRun = -1;
        private int _nextToReceive;
        private volatile bool _stopped;
        private ExceptionDispatchInfo? _failure;

        public void Work()
        {
            try
            {
                while (!_stopped && !cancel.IsCancellationRequested)
                {
                    int index = Interlocked.Increment(ref _nextToRun);
                    if (index >= batches)
                    {
                        return;
                    }

                    int first = index * batch;
                    Deliver(index, run(first, Math.Min(batch, items - first)));
                }
            }
#pragma warning disable CA1031 // Whatever one thread fails with is thrown to the caller by Finish.
            catch (Exception problem)
#pragma warning restore CA1031
            {
                lock (_gate)
                {
                    _failure ??= ExceptionDispatchInfo.Capture(problem);
                    _stopped = true;
                }
            }
        }

        public void Finish()
        {
            cancel.ThrowIfCancellationRequested();
            _failure?.Throw();
        }

        private void Deliver(int index, TResult result)
        {
            lock (_gate)
            {
                _waiting.Add(index, result);
                while (!_stopped && _waiting.Remove(_nextToReceive, out var next))
                {
                    _stopped = !receive(_nextToReceive * batch, next);
                    _nextToReceive++;
                }
            }
        }
    }
}
