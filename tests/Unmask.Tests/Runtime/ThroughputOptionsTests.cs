using Unmask.Runtime;

namespace Unmask.Tests.Runtime;

public sealed class ThroughputOptionsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(8)]
    public void With_few_items_no_thread_waits_long_for_another(int threads)
    {
        var options = new ThroughputOptions { Threads = threads };
        for (int items = 1; items < 400; items++)
        {
            int size = options.BatchFor(1, items);
            int[] busy = new int[threads];
            for (int left = items; left > 0; left -= size)
            {
                // A free thread takes the next batch.
                busy[Array.IndexOf(busy, busy.Min())] += Math.Min(size, left);
            }

            Assert.InRange(size, 1, 16);
            Assert.InRange(busy.Max(), 0, ((items + threads - 1) / threads) + 2);
        }
    }

    [Fact]
    public void With_many_items_batches_are_as_large_as_memory_allows()
    {
        Assert.Equal(16, new ThroughputOptions { Threads = 2 }.BatchFor(1, 4000));
        Assert.Equal(3, new ThroughputOptions { Threads = 2, BatchSize = 3 }.BatchFor(1, 29));
        Assert.Equal(1, new ThroughputOptions { Threads = 2 }.BatchFor(1L << 40, 29));
    }
}
