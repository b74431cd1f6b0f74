using System.Globalization;
using System.IO.Compression;
using Unmask.Imaging;
using Unmask.Tests.Support;

namespace Unmask.Tests.Models;

/// <summary>The network and the photo that are used when none is given.</summary>
public sealed class DemonstrationTests
{
    private static readonly string[] Operators = ["Add", "Conv", "Flatten", "Gemm", "GlobalAveragePool", "Relu"];

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
        Assert.Equal(0.486f, model.Preprocessing.Mean[0]);
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
    public void The_accuracy_that_the_file_states_is_reached_on_photos_never_trained_on()
    {
        using var model = Demo.LoadModel();
        string stated = model.Graph!.Metadata["unmask.accuracy"];

        using var photos = ZipFile.OpenRead(Path.Combine(Shared.Data, "cats_dogs_160.zip"));
        var test = photos.Entries.Where(entry => entry.FullName.StartsWith("test/", StringComparison.Ordinal) && entry.Length > 0).ToArray();
        int right = test.Count(entry => Predicted(model, entry) == (entry.FullName.Contains("/dogs/", StringComparison.Ordinal) ? 1 : 0));

        Assert.Equal(2000, test.Length);
        // Another resampling filter decides a few photos otherwise than the one of the training script.
        double expected = double.Parse(stated[..stated.IndexOf('%')], CultureInfo.InvariantCulture);
        Assert.Equal(expected, 100.0 * right / test.Length, tolerance: 0.7);
    }

    private static int Predicted(Model model, ZipArchiveEntry entry)
    {
        using var file = entry.Open();
        float[] logits = model.Evaluate(model.Prepare(Image.Decode(Bytes(file), entry.Name)), Score.Logit);
        return logits[1] > logits[0] ? 1 : 0;
    }

    private static byte[] Bytes(Stream stream)
    {
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    }
}
