using Unmask.Graphs;
using Unmask.Graphs.Onnx;
using Unmask.Imaging;
using Unmask.Training;

namespace Unmask.Samples;

/// <summary>An existing model gets a new last layer for another question, here: is the picture upside down? Then the new model is explained.</summary>
internal static class FineTuneAModel
{
    private const int Count = 64;

    public static void Run(SampleFiles files)
    {
        var tuning = FineTuning.Of(OnnxReader.Read(files.Model), ["upright", "upside down"], TrainedPart.Head);
        var items = Crops(files);
        // The layers that stay run once; only the last layer is trained on what they make of the pictures.
        var features = tuning.FeaturesOf(items);
        var result = tuning.Whole(new Trainer(tuning.Tail, FineTuning.RecipeOf(TrainedPart.Head, batch: 16)).Run(features));
        Console.WriteLine($"{tuning.FeatureCount} features, {tuning.Weights.Sum(name => tuning.Network.Constants[name].Count)} numbers trained: {result.Epochs[^1].Accuracy:0%} of the pictures are right");

        using var model = Model.FromGraph(result.Network);
        var why = new GradCam(model).Explain(Image.Load(files.Picture).FlipVertically(), Target.Class("upside down"));
        Console.WriteLine($"\"{why.Target.Label}\" is seen most at {why.ToArray().Max():0.000} a place");
    }

    /// <summary>Random quarters of the photo, every second one turned over.</summary>
    private static ArrayTrainingSet Crops(SampleFiles files)
    {
        using var model = Model.Load(files.Model);
        var photo = Image.Load(files.Picture);
        int width = photo.Width / 2, height = photo.Height / 2;
        var inputs = Enumerable.Range(0, Count).Select(item =>
        {
            var random = Rng.At(seed: 0, item);
            var crop = photo.Crop(random.NextInt32(width), random.NextInt32(height), width, height);
            return model.Prepare(item % 2 == 0 ? crop : crop.FlipVertically());
        }).ToArray();
        long[] sizes = [Count, .. inputs[0].Layout.Sizes.Select(size => (long)size)];
        return new(new Dictionary<string, TensorData>
        {
            [model.Inputs[0].Name] = TensorData.Adopt(inputs.SelectMany(input => input.Values.ToArray()).ToArray(), sizes),
            ["target"] = TensorData.Vector<long>([.. Enumerable.Range(0, Count).Select(item => item % 2L)]),
        });
    }
}
