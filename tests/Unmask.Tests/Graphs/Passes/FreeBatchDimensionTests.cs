using Unmask.Graphs;
using Unmask.Runtime;

namespace Unmask.Tests.Graphs.Passes;

public sealed class FreeBatchDimensionTests
{
    public static TheoryData<string> Free => [.. FrozenModels.Free.Keys];

    public static TheoryData<string> Stuck => [.. FrozenModels.Stuck.Keys];

    [Theory]
    [MemberData(nameof(Free))]
    public void Items_together_give_what_each_gives_alone(string name)
    {
        var frozen = FrozenModels.Free[name];
        var freed = FreeBatchDimension.Run(frozen);
        Assert.True(freed.IsFree, freed.Obstacle);
        Verifier.ThrowIfInvalid(freed.Graph);
        Assert.Equal("N", freed.Graph.Inputs[0].Shape![0].Symbol);
        Assert.Equal("N", freed.Graph.Outputs[0].Shape![0].Symbol);
        Assert.Equal(["x"], freed.Graph.Inputs.Select(input => input.Name));
        Assert.Equal(["y"], freed.Graph.Outputs.Select(output => output.Name));
        AssertBatchesAgree(frozen, freed.Graph);
        Equivalence.AssertSame(frozen, freed.Graph with { Inputs = frozen.Inputs }, 1e-6);
    }

    [Theory]
    [MemberData(nameof(Stuck))]
    public void A_model_that_mixes_or_loses_its_items_stays_frozen_with_a_reason(string name)
    {
        var frozen = FrozenModels.Stuck[name];
        var freed = FreeBatchDimension.Run(frozen);
        Assert.False(freed.IsFree);
        Assert.Same(frozen, freed.Graph);
        Assert.False(string.IsNullOrWhiteSpace(freed.Obstacle));
    }

    [Fact]
    public void A_model_with_a_free_batch_stays_as_it_is()
    {
        var free = FreeBatchDimension.Run(FrozenModels.Free["nothing baked"]).Graph;
        var again = FreeBatchDimension.Run(free);
        Assert.True(again.IsFree);
        Assert.Same(free, again.Graph);
    }

    [Fact]
    public void Only_the_constants_that_hold_the_batch_size_change()
    {
        var frozen = FrozenModels.Free["flatten by a reshape to [1, -1]"];
        var lines = FreeBatchDimension.Run(frozen).Graph.Lines();
        Assert.Equal(frozen.Lines().Select((line, i) => i == 1 ? line.Replace("constant", "Reshape_shape", StringComparison.Ordinal) : line), lines);
    }

    [Fact]
    public void Other_inputs_with_the_same_batch_are_freed_too_and_short_ones_are_not()
    {
        var builder = new GraphBuilder("three inputs");
        builder.Input("image", ElementType.Float32, Shape.Of(1, 4));
        builder.Input("mask", ElementType.Float32, Shape.Of(1, 4));
        builder.Input("temperature", ElementType.Float32, Shape.Of(1));
        builder.OutputAs(builder.Add("Div", [builder.Add("Mul", ["image", "mask"]), "temperature"]), "y", ElementType.Float32, Shape.Of(1, 4));
        var freed = FreeBatchDimension.Run(builder.Build());
        Assert.Equal(["image: Float32[N, 4]", "mask: Float32[N, 4]", "temperature: Float32[1]"], freed.Graph.InputLines());
        var one = FreeBatchDimension.Run(builder.Build(), ["image"]);
        Assert.Equal("mask: Float32[1, 4]", one.Graph.InputLines()[1]);
        Assert.Contains("no input \"img\"", Assert.Throws<ArgumentException>(() => FreeBatchDimension.Run(builder.Build(), ["img"])).Message);
    }

    private static void AssertBatchesAgree(Graph frozen, Graph free)
    {
        using var alone = Session.FromGraph(frozen, new() { Optimize = false });
        using var together = Session.FromGraph(free, new() { Optimize = false });
        var input = frozen.Inputs[0];
        int size = (int)input.Shape![0].Size!.Value;
        TensorData[] parts = [.. Enumerable.Range(0, 3).Select(i => Equivalence.Some(input, seed: i))];
        long[] shape = [3 * size, .. parts[0].Dimensions[1..]];
        var all = TensorData.FromBytes(input.Element, shape, parts.SelectMany(part => part.Bytes.ToArray()).ToArray());
        var joint = together.Run(new Dictionary<string, TensorData> { [input.Name] = all })[0];
        byte[] each = [.. parts.SelectMany(part => alone.Run(new Dictionary<string, TensorData> { [input.Name] = part })[0].Bytes.ToArray())];
        var expected = TensorData.FromBytes(ElementType.Float32, [.. joint.Dimensions], each);
        Equivalence.AssertClose(["y"], [expected], [joint], 1e-6);
    }
}
