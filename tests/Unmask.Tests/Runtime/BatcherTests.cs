using Unmask.Runtime;

namespace Unmask.Tests.Runtime;

public sealed class BatcherTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 3)]
    [InlineData(64, 2)]
    [InlineData(3, 8)]
    public void Every_item_is_received_once_and_in_order(int batch, int threads)
    {
        var received = new List<int>();
        Batcher.Run(
            100,
            batch,
            threads,
            (first, count) => Enumerable.Range(first, count).ToArray(),
            (_, items) =>
            {
                received.AddRange(items);
                return true;
            },
            CancellationToken.None);
        Assert.Equal(Enumerable.Range(0, 100), received);
    }

    [Fact]
    public void A_failure_of_any_thread_reaches_the_caller() =>
        Assert.Throws<InvalidDataException>(() => Batcher.Run(
            100, 1, 4, (first, _) => first == 50 ? throw new InvalidDataException() : first, (_, _) => true, CancellationToken.None));

    [Fact]
    public void The_receiver_can_end_the_work_early()
    {
        int last = -1;
        Batcher.Run(1000, 10, 2, (first, _) => first, (first, _) => (last = first) < 200, CancellationToken.None);
        Assert.Equal(200, last);
    }

    [Fact]
    public void Cancelling_ends_the_work()
    {
        using var stop = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(() => Batcher.Run(
            1000,
            1,
            2,
            (first, _) =>
            {
                if (first == 10)
                {
                    stop.Cancel();
                }

                return first;
            },
            (_, _) => true,
            stop.Token));
    }
}
