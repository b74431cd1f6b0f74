namespace Unmask.Samples;

internal static class ProgressAndCancellation
{
    public static void Run(SampleFiles files)
    {
        using var model = Model.Load(files.Model);
        // <snippet>
        using var stop = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var progress = new Progress<Step>(step => Console.Write($"\r{step.Fraction:P0} of {step.Total} {step.What}"));
        var why = new Occlusion(model, new() { Window = [48] }).Explain(Image.Load(files.Picture), default, progress, stop.Token);
        // </snippet>
        Console.WriteLine($"\n{why.Target.Label}: {why.Cost.Elapsed.TotalSeconds:f1} s");
    }
}
