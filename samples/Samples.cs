namespace Unmask.Samples;

/// <summary>What every sample is given.</summary>
/// <param name="Model">An ONNX classifier of pictures.</param>
/// <param name="Picture">A picture.</param>
public sealed record SampleFiles(string Model, string Picture)
{
    /// <summary>Writes the demonstration network and photo to a folder.</summary>
    public static SampleFiles FromDemo(string folder)
    {
        var files = new SampleFiles(Path.Combine(folder, "demo.onnx"), Path.Combine(folder, "chelsea.png"));
        File.WriteAllBytes(files.Model, Demo.ModelFile().ToArray());
        Demo.LoadPhoto().Save(files.Picture);
        return files;
    }
}

/// <summary>All samples, in the README's order.</summary>
public static class Samples
{
    /// <summary>Names and entry points.</summary>
    public static IReadOnlyList<(string Name, Action<SampleFiles> Run)> All { get; } =
    [
        ("01 three lines", ThreeLines.Run),
        ("02 targets and scores", TargetsAndScores.Run),
        ("03 progress and cancellation", ProgressAndCancellation.Run),
        ("04 any function", AnyFunction.Run),
        ("05 the numbers", TheNumbers.Run),
        ("06 an own law of masks", OwnMaskLaw.Run),
        ("07 own rules", OwnRules.Run),
        ("08 train a network", TrainANetwork.Run),
        ("09 fine-tune a model", FineTuneAModel.Run),
        ("10 an own perturbation", OwnPerturbation.Run),
        ("11 push classes apart", PushClassesApart.Run),
        ("12 train a masker", TrainAMasker.Run),
    ];
}
