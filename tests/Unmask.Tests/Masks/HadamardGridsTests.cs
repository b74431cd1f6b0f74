namespace Unmask.Tests.Masks;

public sealed class HadamardGridsTests
{
    [Theory]
    [InlineData(3, 16)]
    [InlineData(7, 64)]
    [InlineData(8, 128)]
    public void A_block_keeps_every_cell_and_every_pair_of_cells_exactly_as_often_as_independence_would(int cells, int order)
    {
        var law = new HadamardGrids(2 * order, cells, (5, 5), seed: 3);
        Assert.Equal(order, law.Order);
        int count = cells * cells;
        float[][] grids = [.. Enumerable.Range(0, law.Count).Select(i => law.At(i).Cells.ToArray())];
        for (int a = 0; a < count; a++)
        {
            Assert.Equal(order, grids.Sum(grid => grid[a]));
            for (int b = 0; b < a; b++)
            {
                Assert.Equal(order / 2, grids.Sum(grid => grid[a] * grid[b]));
            }
        }
    }

    [Fact]
    public void Every_second_mask_is_the_complement_of_the_one_before()
    {
        var law = new HadamardGrids(300, 7, (33, 33), seed: 1);
        for (int i = 0; i < law.Count; i += 2)
        {
            Assert.All(law.At(i).Cells.ToArray().Zip(law.At(i + 1).Cells.ToArray()), pair => Assert.Equal(1, pair.First + pair.Second));
        }
    }

    [Fact]
    public void A_mask_is_a_function_of_the_seed_and_its_number_in_whatever_order_it_is_asked_for()
    {
        var forward = new HadamardGrids(400, 7, (33, 33), seed: 9);
        var backward = new HadamardGrids(400, 7, (33, 33), seed: 9);
        var ahead = Enumerable.Range(0, 400).Select(forward.At).ToList();
        var back = Enumerable.Range(0, 400).Reverse().Select(backward.At).Reverse().ToList();
        Assert.All(ahead.Zip(back), pair => Assert.Equal(pair.First.Cells.ToArray(), pair.Second.Cells.ToArray()));
        Assert.All(ahead.Zip(back), pair => Assert.Equal(pair.First.Offset.ToArray(), pair.Second.Offset.ToArray()));
        Assert.NotEqual(ahead[0].Cells.ToArray(), new HadamardGrids(400, 7, (33, 33), seed: 10).At(0).Cells.ToArray());
    }
}
