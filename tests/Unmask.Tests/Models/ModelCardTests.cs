using Unmask.Graphs;
using Unmask.Tests.Imaging;

namespace Unmask.Tests.Models;

/// <summary>What a file says of its own preprocessing.</summary>
public sealed class ModelCardTests
{
    [Fact]
    public void A_crop_is_the_size_where_the_model_takes_any()
    {
        using var model = Model.FromGraph(Averaging(Dimension.Named("H"), Dimension.Named("W")));
        var input = model.Prepare(TestPictures.Smooth(200, 100));
        Assert.Equal((48, 48), input.Layout.Spatial);
        // The shorter side becomes 64 before 48 are cropped from its middle: 75 of 100 rows.
        Assert.Equal(75, input.Placement!.Value.Height);
    }

    [Fact]
    public void A_crop_changes_nothing_where_the_model_states_its_size()
    {
        using var model = Model.FromGraph(Averaging(32, 40));
        Assert.Null(model.Preprocessing.Size);
        Assert.Equal((32, 40), model.Prepare(TestPictures.Smooth(200, 100)).Layout.Spatial);
    }

    [Fact]
    public void The_size_that_the_user_asks_for_comes_first()
    {
        using var model = Model.FromGraph(
            Averaging(Dimension.Named("H"), Dimension.Named("W")), new ModelOptions { AdjustPreprocessing = given => given with { Size = (20, 30) } });
        Assert.Equal((20, 30), model.Prepare(TestPictures.Smooth(200, 100)).Layout.Spatial);
    }

    /// <summary>The mean of each colour, of pictures of any size, with a card.</summary>
    private static Graph Averaging(Dimension height, Dimension width)
    {
        var builder = new GraphBuilder("averaging");
        string x = builder.Input("x", ElementType.Float32, new Shape(Dimension.Named("N"), 3, height, width));
        string pooled = builder.Add("GlobalAveragePool", [x]);
        builder.OutputAs(builder.Add("Flatten", [pooled]), "y", ElementType.Float32, new Shape(Dimension.Named("N"), 3));
        var graph = builder.Build();
        return graph with { Metadata = graph.Metadata.Add("unmask.preprocessing", """{"resize": "shorter", "size": 64, "crop": 48, "mean": [0], "std": [1]}""") };
    }
}
