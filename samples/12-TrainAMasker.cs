using Unmask.Graphs;
using Unmask.Maskers;
using Unmask.Training;

namespace Unmask.Samples;

/// <summary>A small network learns to explain the classifier at once: it reads the classifier's features and marks what the classifier needs. No labels are asked for.</summary>
internal static class TrainAMasker
{
    private const int Count = 24;

    public static void Run(SampleFiles files)
    {
        // Both sides, on the two coarsest stages; the pictures do not vary, so that the classifier looks at each once.
        var recipe = MaskerRecipe.PhangFix with { Augmentation = Augmentation.None, Training = MaskerRecipe.TrainingOf(epochs: 2, batch: 8) };
        var training = MaskerTraining.Of(OnnxReader.Read(files.Model), recipe);
        var result = training.Run(Crops(files, training));
        Console.WriteLine($"{training.Parameters} numbers trained on {string.Join(", ", training.Taps.Select(tap => tap.Name))}: loss {result.Training.Epochs[^1].Loss:0.00}");

        using var model = Model.Load(files.Model);
        var why = new TrainedMasker(model, new() { Masker = Masker.Of(result.Masker) }).Explain(Imaging.Image.Load(files.Picture));
        Console.WriteLine($"{why.Target.Label}: {why.Diagnostics.Notes[^2]}");
    }

    /// <summary>Random quarters of the photo; the class on each is the classifier's own answer.</summary>
    private static ArrayTrainingSet Crops(SampleFiles files, MaskerTraining training)
    {
        using var model = Model.Load(files.Model);
        var photo = Imaging.Image.Load(files.Picture);
        int width = photo.Width / 2, height = photo.Height / 2;
        var inputs = Enumerable.Range(0, Count).Select(item =>
        {
            var random = Rng.At(seed: 0, item);
            return model.Prepare(photo.Crop(random.NextInt32(width), random.NextInt32(height), width, height));
        }).ToArray();
        long[] sizes = [Count, .. inputs[0].Layout.Sizes.Select(size => (long)size)];
        return new(new Dictionary<string, TensorData>
        {
            [training.Input.Name] = TensorData.Adopt(inputs.SelectMany(input => input.Values.ToArray()).ToArray(), sizes),
            [Objective.TargetInput] = TensorData.Vector<long>([.. Enumerable.Repeat(-1L, Count)]),
        });
    }
}
