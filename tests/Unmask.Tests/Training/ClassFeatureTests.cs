using Unmask.Graphs;
using Unmask.Imaging;
using Unmask.Probing;
using Unmask.Tests.Support;
using Unmask.Training;

namespace Unmask.Tests.Training;

/// <summary>Features of classes on pictures whose classes differ in what is known.</summary>
public sealed class ClassFeatureTests
{
    private const int Side = 16;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_channel_that_sees_a_classs_colour_is_its_feature(bool nonNegative)
    {
        using var folder = new TemporaryFolder();
        using var photos = PhotoSet.Open(Colours(folder, 12));
        using var model = ColourNet();
        var features = new ClassFeatureFitting { NonNegative = nonNegative, Bound = 2 }.Fit(model, photos).Features;
        Assert.Equal([("units", 5)], features.Layers.Select(layer => (layer.Name, layer.Channels)));
        Assert.Equal((36, 3), (features.Pictures, features.Classes.Length));
        foreach (var (channel, name) in ((string[])["red", "green", "blue"]).Index())
        {
            var one = features.Classes.Single(other => other.Label == name);
            Assert.Equal((channel, 12), (one.Features[0].Channel, one.Pictures));
            Assert.Equal(channel, one.Index);
            Assert.InRange(one.Gap, 0, 1e-6);
            Assert.InRange(one.Features.Sum(feature => Math.Abs(feature.Weight)), 0, 2 + 1e-6);
            Assert.True(!nonNegative || one.Features.All(feature => feature.Weight > 0));
        }
    }

    [Fact]
    public void The_classes_may_be_the_models_own()
    {
        using var folder = new TemporaryFolder();
        string mixed = folder.File("mixed");
        Directory.CreateDirectory(mixed);
        foreach (string file in Directory.GetFiles(Colours(folder, 4), "*.png", SearchOption.AllDirectories))
        {
            File.Copy(file, Path.Combine(mixed, $"{Path.GetFileName(Path.GetDirectoryName(file))}{Path.GetFileName(file)}"));
        }

        using var photos = PhotoSet.Open(mixed);
        using var model = ColourNet();
        var features = new ClassFeatureFitting { Classes = ClassSource.Model }.Fit(model, photos).Features;
        Assert.Equal([("red", 0, 4), ("green", 1, 4), ("blue", 2, 4)], features.Classes.Select(one => (one.Label, one.Index!.Value, one.Pictures)));
        Assert.Contains("--classes model", Assert.Throws<UnmaskException>(() => new ClassFeatureFitting().Fit(model, photos)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_picture_that_cannot_be_read_is_left_out_and_named()
    {
        using var folder = new TemporaryFolder();
        string data = Colours(folder, 3);
        File.WriteAllText(Path.Combine(data, "red", "broken.png"), "no picture");
        using var photos = PhotoSet.Open(data);
        using var model = ColourNet();
        var fitted = new ClassFeatureFitting().Fit(model, photos);
        Assert.Equal(("red/broken.png", 9), (Assert.Single(fitted.Failures).File, fitted.Features.Pictures));
    }

    [Fact]
    public void What_tells_nothing_apart_is_refused()
    {
        using var folder = new TemporaryFolder();
        string data = Colours(folder, 2);
        using var model = ColourNet();
        using var linear = LinearModels.Load([LinearModels.Values(3 * Side * Side, 1)], [0], 3, Side, Side);
        using var all = PhotoSet.Open(data);
        Assert.Contains("has 9 pictures; the largest has 2", Refused(new() { FewestPictures = 9 }, model, all), StringComparison.Ordinal);
        Assert.Contains("no activations", Refused(new(), linear, all), StringComparison.Ordinal);
        Assert.Contains("\"unit\" is not", Refused(new() { Layers = ["unit"] }, model, all), StringComparison.Ordinal);
        Directory.Delete(Path.Combine(data, "red"), recursive: true);
        Directory.Delete(Path.Combine(data, "green"), recursive: true);
        using var one = PhotoSet.Open(folder.File("colours"));
        Assert.Contains("one class", Refused(new() { Classes = ClassSource.Model }, model, one), StringComparison.Ordinal);
    }

    private static string Refused(ClassFeatureFitting fitting, Model model, PhotoSet photos) => Assert.ThrowsAny<UnmaskException>(() => fitting.Fit(model, photos)).Message;

    /// <summary>A folder a class: a patch of its colour on grey noise.</summary>
    private static string Colours(TemporaryFolder folder, int each)
    {
        foreach (var (channel, name) in ((string[])["red", "green", "blue"]).Index())
        {
            Directory.CreateDirectory(folder.File($"colours/{name}"));
            for (int i = 0; i < each; i++)
            {
                Draw(channel, (100 * channel) + i).Save(folder.File($"colours/{name}/{i}.png"));
            }
        }

        return folder.File("colours");
    }

    private static Image Draw(int channel, int item)
    {
        var random = Rng.At(41, item);
        int left = random.NextInt32(Side / 2), top = random.NextInt32(Side / 2), size = 4 + random.NextInt32(4);
        byte[] pixels = new byte[3 * Side * Side];
        for (int i = 0; i < Side * Side; i++)
        {
            int x = i % Side, y = i / Side, grey = 60 + random.NextInt32(40);
            bool inside = x >= left && x < left + size && y >= top && y < top + size;
            for (int other = 0; other < 3; other++)
            {
                pixels[(3 * i) + other] = (byte)(inside && other == channel ? 230 : grey);
            }
        }

        return Image.FromPixels(Side, Side, pixels);
    }

    /// <summary>Units that see red, green and blue above grey, and two that see brightness and nothing; the classes are the means of the first three.</summary>
    private static Model ColourNet()
    {
        var builder = new GraphBuilder("colours");
        string x = builder.Input("x", ElementType.Float32, new Shape(Dimension.Named("N"), 3, Side, Side));
        float[] colours = [1, -0.5f, -0.5f, -0.5f, 1, -0.5f, -0.5f, -0.5f, 1, 0.3f, 0.3f, 0.3f, -1, -1, -1];
        string maps = builder.Add("Conv", [x, builder.Constant(TensorData.Adopt(colours, 5, 3, 1, 1), "w"), builder.Constant(TensorData.Vector(-0.1f, -0.1f, -0.1f, 0f, 0f), "b")], "conv");
        builder.AddNode(new Node("relu", "Relu", [maps], ["units"]));
        string pooled = builder.Add("Flatten", [builder.Add("GlobalAveragePool", ["units"])]);
        float[] head = [1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0];
        builder.OutputAs(builder.Add("MatMul", [pooled, builder.Constant(TensorData.Adopt(head, 5, 3), "head")]), "y", ElementType.Float32, new Shape(Dimension.Named("N"), 3));
        return Model.FromGraph(builder.Build(), new() { OutputKind = OutputKind.Logits, Labels = new(["red", "green", "blue"]), Preprocessing = Preprocessing.Unit with { Size = (Side, Side), ResizeTo = Side } });
    }
}
