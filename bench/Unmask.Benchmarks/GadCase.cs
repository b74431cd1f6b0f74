using System.Collections.Immutable;
using Unmask.Graphs;
using Unmask.Training;

namespace Unmask.Benchmarks;

/// <summary>A network and a data set of GAD's experiment.</summary>
/// <param name="Name">For folders and tables.</param>
/// <param name="Folder">The data: folders <c>train</c> and <c>test</c> with a folder a class.</param>
/// <param name="Classes">The classes: a name, and the data's classes that are merged into it. Two, unless the network only gives others their first weights.</param>
/// <param name="Size">Pixels of the network's input.</param>
/// <param name="Network">The network, with weights drawn.</param>
/// <param name="Epochs">Epochs over all pictures to learn from.</param>
/// <param name="Rate">The highest learning rate.</param>
internal sealed record GadCase(string Name, string Folder, ImmutableArray<(string Name, string[] Parts)> Classes, int Size, Func<int, Graph> Network, int Epochs, double Rate)
{
    private const ulong Seed = 1;
    private const float Scale = 8;

    /// <summary>How pictures vary while the classifier learns.</summary>
    public Augmentation Variations { get; init; } = new();

    /// <summary>Another case, with whose weights this one begins; <c>null</c>: with weights drawn.</summary>
    public string? Start { get; init; }

    /// <summary>Another case, of which this is the classifier with logits eight times as large; <c>null</c>: a classifier of its own.</summary>
    public string? ScaledFrom { get; init; }

    /// <summary>Whether GAD is tried on it.</summary>
    public bool IsMeasured => Classes.Length == 2;

    /// <summary>
    /// The four of the experiment, a ResNet and a VGG on CIFAR-10's pictures of 32 pixels and on photos of 64, all of which first learn CIFAR-10's ten classes; and one of them with larger logits, which names the same classes.
    /// </summary>
    public static ImmutableArray<GadCase> All(string catsDogs, string cifar)
    {
        ImmutableArray<(string, string[])> photos = [("cats", ["cats"]), ("dogs", ["dogs"])], animals = [("pets", ["cat", "dog"]), ("hoofed", ["deer", "horse"])];
        string[] ten = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];
        ImmutableArray<(string, string[])> all = [.. ten.Select(name => (name, new[] { name }))];
        var crops = new Augmentation { SmallestArea = 0.25, Brightness = 0.25, Contrast = 0.25, Saturation = 0.25 };
        static Graph ResNet(int classes) => Networks.ResNet(32, classes, 32, seed: Seed);
        static Graph PhotoResNet(int classes) => Networks.ResNet(64, classes, 32, stages: 4, reduction: 2, widest: 128, seed: Seed);
        static Graph Vgg(int classes) => Networks.Vgg(32, classes, [32, 64, 128], seed: Seed);
        static Graph PhotoVgg(int classes) => Networks.Vgg(64, classes, [32, 64, 128, 128], seed: Seed);
        return
        [
            new("first-resnet", cifar, all, 32, ResNet, 6, 0.05),
            new("cifar-resnet", cifar, animals, 32, ResNet, 4, 0.02) { Start = "first-resnet" },
            new("cifar-resnet-x8", cifar, animals, 32, ResNet, 4, 0.02) { ScaledFrom = "cifar-resnet" },
            new("photos-resnet", catsDogs, photos, 64, PhotoResNet, 30, 0.02) { Start = "first-resnet", Variations = crops },
            new("first-vgg", cifar, all, 32, Vgg, 6, 0.05),
            new("cifar-vgg", cifar, animals, 32, Vgg, 4, 0.02) { Start = "first-vgg" },
            new("photos-vgg", catsDogs, photos, 64, PhotoVgg, 30, 0.02) { Start = "first-vgg", Variations = crops },
        ];
    }

    /// <summary>Pictures of one part of the data, so many of each of its classes, in an order drawn by the seed.</summary>
    public ImmutableArray<LabelledPicture> Pictures(PhotoSet photos, string part, int each) =>
    [
        .. Classes.SelectMany((merged, index) => merged.Parts.SelectMany(name => photos.Photos
            .Where(photo => photo.File.Split('/') is var folders && folders.Contains(part) && folders.Contains(name))
            .Select((photo, at) => (Photo: photo, Draw: Rng.At(Seed, at).NextDouble())).OrderBy(pair => pair.Draw).Take(each).Select(pair => new LabelledPicture(pair.Photo, index)))),
    ];

    /// <summary>Makes the scaled classifier of the one that it is made of.</summary>
    public void Prepare(string folder)
    {
        string path = Path.Combine(folder, Name, "model.onnx");
        if (ScaledFrom is null || File.Exists(path))
        {
            return;
        }

        var network = OnnxReader.Read(Path.Combine(folder, ScaledFrom, "model.onnx"));
        var head = FineTuning.Of(network).Weights.Select(name => KeyValuePair.Create(name, TensorData.Adopt([.. network.Constants[name].AsSpan<float>().ToArray().Select(weight => Scale * weight)], network.Constants[name].Dimensions.AsSpan())));
        Directory.CreateDirectory(Path.Combine(folder, Name));
        AtomicFile.Write(path, stream => stream.Write(OnnxWriter.ToBytes(network with { Constants = network.Constants.SetItems(head) })));
    }

    /// <summary>The classifier, trained unless it is there.</summary>
    public Graph Classifier(PhotoSet photos, string folder)
    {
        string place = Path.Combine(folder, Name), path = Path.Combine(place, "model.onnx");
        if (!File.Exists(path))
        {
            using var items = PictureTrainingSet.Load(Pictures(photos, "train", int.MaxValue), Size, Variations);
            string run = Path.Combine(place, "classifier");
            Directory.CreateDirectory(run);
            var drawn = Network(Classes.Length);
            var trainer = new Trainer(Start is null ? drawn : ClassifierTraining.StartFrom(drawn, OnnxReader.Read(Path.Combine(folder, Start, "model.onnx"))).Network, ClassifierTraining.RecipeOf(Epochs, Rate, seed: Seed))
            {
                Folder = run,
                Resume = File.Exists(Path.Combine(run, Trainer.CheckpointFile)),
                EpochEnded = epoch => Console.WriteLine(FormattableString.Invariant($"{Name} epoch {epoch.Epoch}: loss {epoch.Loss:0.0000}, right {epoch.Accuracy:0.000}, {epoch.ItemsPerSecond:0} pictures/s")),
            };
            var trained = trainer.Run(items).Network;
            var options = new ModelOptions { Labels = new(Classes.Select(merged => merged.Name)), Preprocessing = PictureTrainingSet.PreprocessingOf(Size) };
            AtomicFile.Write(path, stream => stream.Write(OnnxWriter.ToBytes(GadNetwork.Of(trained, options: options).Tuning.Network)));
        }

        var network = OnnxReader.Read(path);
        using var test = PictureTrainingSet.Load(Pictures(photos, "test", 1000), Size, Augmentation.None);
        Console.WriteLine(FormattableString.Invariant($"{Name}: right on {HeldOutAccuracy.Of(network, test).Mean:0.0000} of {test.Count} test pictures, {TrainableWeights.Of(network).Sum(name => network.Constants[name].Count):N0} weights"));
        return network;
    }
}
