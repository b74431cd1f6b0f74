using Unmask.Training;

namespace Unmask.Samples;

/// <summary>Support models of a network, and the pixels of a gradient that stay important while its classes are pushed apart (GAD).</summary>
internal static class PushClassesApart
{
    public static void Run(SampleFiles files)
    {
        string folder = Path.GetDirectoryName(files.Model) ?? ".", data = Pictures(Path.Combine(folder, "animals")), supports = Path.Combine(folder, "supports");
        Directory.CreateDirectory(supports);

        var network = GadNetwork.Of(Graphs.OnnxReader.Read(files.Model), TrainedPart.Head);
        var classes = GadChoice.Parse("cat,dog", network.Labels);
        using var photos = PhotoSet.Open(data);
        var drawn = classes.Draw(photos, network.Labels);
        var preprocessing = network.Tuning.Preprocessing ?? throw new InvalidOperationException("The network takes no pictures.");
        using var items = PictureTrainingSet.Load(drawn, ModelPictures.SizeFor(network.Tuning.Input, preprocessing), Augmentation.None);
        var pictures = new GadPictures(new ModelPictures(items, network.Tuning.Input, preprocessing), [.. drawn.Select(picture => classes.SideOf(picture.Photo, network.Labels))], classes);
        var training = new GadTraining { Distances = [GadDistance.Of(2), GadDistance.Of(4)], Recipe = GadTraining.RecipeOf(epochs: 40, rate: 0.01, batch: 4) };
        var trained = training.Train(network.Tuning, pictures, ModelIdentity.OfFile(files.Model), supports);
        Console.WriteLine(string.Join(", ", trained.Manifest.Supports.Select(support => $"α {support.Distance}: off by {support.Rmse:0.00}")));

        using var model = Model.Load(files.Model);
        var kept = new Gad(model, new() { Supports = trained, Base = "input-x-gradient" }).Explain(Imaging.Image.Load(files.Picture));
        Console.WriteLine(kept.Diagnostics.Notes[0]);
    }

    /// <summary>Stand-ins for pictures of one's own: a folder a class.</summary>
    private static string Pictures(string folder)
    {
        var photo = Demo.LoadPhoto();
        foreach (var (i, blur) in ((double[])[0.5, 1, 2, 3]).Index())
        {
            foreach (var (name, picture) in ((string, Imaging.Image)[])[("cat", photo.Blur(blur)), ("dog", photo.FlipVertically().Blur(blur))])
            {
                Directory.CreateDirectory(Path.Combine(folder, name));
                picture.Save(Path.Combine(folder, name, $"{i}.png"));
            }
        }

        return folder;
    }
}
