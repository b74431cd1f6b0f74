using System.Collections.Immutable;
using Unmask.Graphs;
using Unmask.Training;

namespace Unmask.Benchmarks;

/// <summary>A network and a data set of GAD's experiment.</summary>
/// <param name="Name">For folders and tables.</param>
/// <param name="Folder">The data: folders <c>train</c> and <c>test</c> with a folder a class.</param>
/// <param name="Classes">The two classes: a name, and the data's classes that are merged into it.</param>
/// <param name="Size">Pixels of the network's input.</param>
/// <param name="Network">The network, with weights drawn.</param>
/// <param name="Each">Pictures of each of the data's classes that the classifier learns from.</param>
/// <param name="Epochs">Its epochs.</param>
/// <param name="Rate">Its highest learning rate.</param>
/// <param name="ScaledFrom">Another case, of which this is the classifier with logits eight times as large; <c>null</c>: a classifier of its own.</param>
internal sealed record GadCase(string Name, string Folder, ImmutableArray<(string Name, string[] Parts)> Classes, int Size, Func<Graph> Network, int Each, int Epochs, double Rate, string? ScaledFrom = null)
{
    private const ulong Seed = 1;
    private const float Scale = 8;

    /// <summary>The four of the experiment, a ResNet and a VGG on photos of 64 pixels and on CIFAR-10's of 32; and one of them with larger logits, which names the same classes.</summary>
    public static ImmutableArray<GadCase> All(string catsDogs, string cifar)
    {
        ImmutableArray<(string, string[])> photos = [("cats", ["cats"]), ("dogs", ["dogs"])], animals = [("pets", ["cat", "dog"]), ("hoofed", ["deer", "horse"])];
        return
        [
            new("cifar-resnet", cifar, animals, 32, () => Networks.ResNet(32, 2, 16, seed: Seed), 1000, 8, 0.05),
            new("cifar-resnet-x8", cifar, animals, 32, () => Networks.ResNet(32, 2, 16, seed: Seed), 1000, 8, 0.05, "cifar-resnet"),
            new("photos-resnet", catsDogs, photos, 64, () => Networks.ResNet(64, 2, 16, stages: 4, reduction: 2, seed: Seed), 1000, 16, 0.05),
            new("cifar-vgg", cifar, animals, 32, () => Networks.Vgg(32, 2, [16, 32, 64], hidden: 128, batchNorm: false, seed: Seed), 1000, 8, 0.02),
            new("photos-vgg", catsDogs, photos, 64, () => Networks.Vgg(64, 2, [16, 32, 64, 64], hidden: 128, batchNorm: false, seed: Seed), 1000, 16, 0.02),
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
        string path = Path.Combine(folder, "model.onnx");
        if (!File.Exists(path))
        {
            using var items = PictureTrainingSet.Load(Pictures(photos, "train", Each), Size, new());
            string place = Path.Combine(folder, "classifier");
            Directory.CreateDirectory(place);
            var trainer = new Trainer(Network(), ClassifierTraining.RecipeOf(Epochs, Rate, seed: Seed))
            {
                Folder = place,
                Resume = File.Exists(Path.Combine(place, Trainer.CheckpointFile)),
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
