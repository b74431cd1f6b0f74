using System.Collections.Immutable;
using Unmask.Graphs;
using Unmask.Tests.Support;
using Unmask.Tests.Training;
using Unmask.Training;

namespace Unmask.Tests.Gad;

/// <summary>A small classifier of stripes with support models, trained once for all tests.</summary>
public sealed class GadBench : IDisposable
{
    /// <summary>Two distances that a few epochs at a high rate reach.</summary>
    public static readonly ImmutableArray<GadDistance> Distances = [GadDistance.Of(1), new(2, 3)];

    private readonly TemporaryFolder _folder = new();

    /// <summary>Trains them.</summary>
    public GadBench()
    {
        string data = Stripes.Write(_folder, 12);
        using var photos = PhotoSet.Open(data);
        var drawn = LabelledPictures.Of(photos, new(0)).Training;
        using var items = PictureTrainingSet.Load(drawn, 16, Augmentation.None);
        var training = new ClassifierTraining { Size = 16, Width = 4, Stages = 2, Recipe = ClassifierTraining.RecipeOf(12, batch: 8) };
        Network = new Trainer(training.NetworkFor(["across", "down"]), training.Recipe).Run(items).Network;
        OnnxWriter.Write(Network, ModelFile);
        Supports = Train("supports", Distances);
        Unmoved = Train("unmoved", [GadDistance.Of(0)]);
    }

    /// <summary>The classifier.</summary>
    public Graph Network { get; }

    /// <summary>Its file.</summary>
    public string ModelFile => _folder.File("model.onnx");

    /// <summary>The pictures.</summary>
    public string Data => _folder.File("stripes");

    /// <summary>With its classes apart.</summary>
    public GadSupports Supports { get; }

    /// <summary>Trained with α = 0.</summary>
    public GadSupports Unmoved { get; }

    /// <summary>A recipe that is quick.</summary>
    public static TrainingRecipe Recipe => GadTraining.RecipeOf(8, 2e-3, 8);

    /// <summary>A file or folder of the bench.</summary>
    public string File(string name) => _folder.File(name);

    /// <summary>Trains support models into a folder.</summary>
    public GadSupports Train(
        string name, ImmutableArray<GadDistance>? distances, TrainedPart part = TrainedPart.All, Func<GadTraining, GadTraining>? change = null, IProgress<Step>? progress = null, GadChoice? choice = null, CancellationToken cancel = default)
    {
        Directory.CreateDirectory(File(name));
        using var photos = PhotoSet.Open(Data);
        var network = GadNetwork.Of(Network, part);
        var asked = choice ?? GadChoice.Parse("across,down", network.Labels);
        var drawn = asked.Draw(photos, network.Labels);
        using var items = PictureTrainingSet.Load(drawn, 16, Augmentation.None, cancel: cancel);
        var pictures = new GadPictures(new ModelPictures(items, network.Tuning.Input, network.Tuning.Preprocessing!), [.. drawn.Select(picture => asked.SideOf(picture.Photo, network.Labels))], asked);
        var training = new GadTraining { Distances = distances, Recipe = Recipe };
        return (change?.Invoke(training) ?? training).Train(network.Tuning, pictures, ModelIdentity.OfFile(ModelFile), File(name), progress, cancel);
    }

    /// <summary>The classifier as a model.</summary>
    public Model Load() => Model.Load(ModelFile);

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();
}
