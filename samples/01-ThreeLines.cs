namespace Unmask.Samples;

internal static class ThreeLines
{
    public static void Run(SampleFiles files)
    {
        // <snippet>
        using var model = Model.Load(files.Model);
        var why = new Rise(model).Explain(Image.Load(files.Picture));
        Console.WriteLine($"{why.Target.Label}: {why.Target.Probability:P1}, {why.Cost.ForwardPasses} passes");
        // </snippet>
    }
}
