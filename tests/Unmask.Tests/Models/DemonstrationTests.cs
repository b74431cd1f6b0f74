using System.Globalization;
using Unmask.Tests.Support;
using Unmask.Training;

namespace Unmask.Tests.Models;

/// <summary>The network and the photo that are used when none is given.</summary>
public sealed class DemonstrationTests
{
    private static readonly string[] Operators = ["Add", "Conv", "Flatten", "Gemm", "GlobalAveragePool", "Identity", "Relu"];

    [Fact]
    public void The_photo_is_a_cat_to_the_network()
    {
        using var model = Demo.LoadModel();

        var said = model.Predict(model.Prepare(Demo.LoadPhoto()));

        Assert.Equal("cat", said.Labels[said.Ranked[0]]);
        Assert.InRange(said.Probability(0)!.Value, 0.7f, 0.9999f);
    }

    [Fact]
    public void The_network_says_how_it_is_to_be_fed()
    {
        using var model = Demo.LoadModel();

        Assert.Equal(["cat", "dog"], [model.Labels[0], model.Labels[1]]);
        Assert.Equal((Fit.Crop, 128), (model.Preprocessing.Fit, model.Preprocessing.ResizeTo));
        Assert.Equal(0.485f, model.Preprocessing.Mean[0]);
        Assert.Empty(model.Notes);
    }

    /// <summary>So that every method of the project has something simple to run on.</summary>
    [Fact]
    public void The_network_is_made_of_plain_operators()
    {
        using var model = Demo.LoadModel();

        Assert.Equal(Operators, model.Graph!.Nodes.Select(node => node.OpType).Distinct().Order(StringComparer.Ordinal));
        Assert.InRange(Demo.ModelFile().Length, 1, 3_000_000);
    }

    [SharedFact]
    [Trait("Category", "Slow")]
    public void The_accuracy_that_the_file_states_is_reached_on_photos_never_trained_on()
    {
        using var model = Demo.LoadModel();
        string stated = model.Graph!.Metadata["unmask.accuracy"];

        using var photos = PhotoSet.Open(Path.Combine(Shared.Data, "cats_dogs_160.zip"));
        var pictures = LabelledPictures.Of(photos);
        var test = ClassifierTest.Run(model, pictures.Classes, pictures.Test, Environment.ProcessorCount);

        Assert.Equal(2000, test.Accuracy.Count);
        // On another kind of processor sums are rounded otherwise; a photo or two may be decided by that.
        double expected = double.Parse(stated[..stated.IndexOf('%')], CultureInfo.InvariantCulture);
        Assert.Equal(expected, 100 * test.Accuracy.Mean, tolerance: 0.11);
    }
}
