namespace Unmask.Samples;

internal static class TargetsAndScores
{
    public static void Run(SampleFiles files)
    {
        using var model = Model.Load(files.Model);
        // <snippet>
        var options = RiseOptions.Paper with { Masks = 500, Score = Score.Logit, Infill = Infill.Blur(10) };
        var input = model.Prepare(Image.Load(files.Picture));
        var maps = new Rise(model, options).Explain(input, [Target.Top(2), Target.Contrast(0, 1)]);
        // </snippet>
        Console.WriteLine(string.Join("; ", maps.Select(map => $"{map.Target.Label}: {map.ScoreValue:f2} {map.Unit}")));
    }
}
