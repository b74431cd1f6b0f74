using Unmask.Graphs;
using Unmask.Probing;
using Unmask.Runtime;

namespace Unmask.Tests.Models;

/// <summary>Compiled programs are kept within their budget, the newest four in any case.</summary>
public sealed class ProgramCacheTests
{
    [Theory]
    [InlineData(600, 6)]
    [InlineData(500, 5)]
    [InlineData(0, 4)]
    public void What_was_not_used_for_longest_is_freed_first(int budget, int kept)
    {
        var core = new Counting(weightBytes: 100);
        using var cache = new ProgramCache(core, new ThroughputOptions { ProgramBudgetBytes = budget });
        for (int i = 0; i < 6; i++)
        {
            cache.Get($"{i}", [Score.Output], () => null);
        }

        // Using the oldest that is left compiles nothing; using the newest that is gone does.
        Assert.Equal(6, core.Compiled);
        cache.Get($"{6 - kept}", [Score.Output], () => null);
        Assert.Equal(6, core.Compiled);
        Assert.Equal(6 - kept, core.Freed);
        if (kept < 6)
        {
            cache.Get($"{5 - kept}", [Score.Output], () => null);
            Assert.Equal(7, core.Compiled);
        }
    }

    [Fact]
    public void Activations_count_as_much_as_all_batches_under_way_take()
    {
        var core = new Counting(weightBytes: 0, bytesPerItem: 10);
        // Six programs of 10 bytes × batch 2 × 3 threads take 360 bytes.
        using var cache = new ProgramCache(core, new ThroughputOptions { ProgramBudgetBytes = 300, BatchSize = 2, Threads = 3 });
        for (int i = 0; i < 6; i++)
        {
            cache.Get($"{i}", [Score.Output], () => null);
        }

        Assert.Equal(1, core.Freed);
    }

    private sealed class Counting(long weightBytes, long bytesPerItem = 0) : ModelCore
    {
        public int Compiled { get; private set; }

        public int Freed { get; set; }

        public override System.Collections.Immutable.ImmutableArray<Value> Inputs => [];

        public override ScoreSources Sources => new("y", null, null);

        public override ScoreProgram Compile(Graph? prologue, IReadOnlyList<Score> scores)
        {
            Compiled++;
            return new Empty(this, weightBytes, bytesPerItem);
        }
    }

    private sealed class Empty(Counting owner, long weightBytes, long bytesPerItem) : ScoreProgram
    {
        public override long BytesPerItem => bytesPerItem;

        public override long WeightBytes => weightBytes;

        public override System.Collections.Immutable.ImmutableArray<TensorData> RunAll(IReadOnlyDictionary<string, TensorData> feeds, CancellationToken cancel) => [];

        public override void Dispose() => owner.Freed++;
    }
}
