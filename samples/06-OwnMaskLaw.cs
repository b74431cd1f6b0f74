namespace Unmask.Samples;

/// <summary>A probing method of one's own is a recipe: here RISE's masks and regression with another law, of antithetic pairs.</summary>
internal static class OwnMaskLaw
{
    public static void Run(SampleFiles files)
    {
        using var model = Model.Load(files.Model);
        var antithetic = new MaskProbe(model, "antithetic-rise", (input, targets) =>
        {
            var map = new ShiftedGridMap(input.Layout, cells: 7, GridUpsampling.Paper);
            return new(new AntitheticGrids(64, 7, map.Shifts, seed: 1), map, new GridRegression(map, targets, 0.5, MaskNormalization.MeanSubtracted, tolerance: 0));
        });
        var why = antithetic.Explain(Image.Load(files.Picture));
        Console.WriteLine($"{why.Target.Label}: {why.Cost.ForwardPasses} passes, between {why.ToArray().Min():0.000} and {why.ToArray().Max():0.000}");
    }

    /// <summary>Each odd mask is the complement of the one before it.</summary>
    private sealed class AntitheticGrids(int count, int cells, (int Down, int Across) shifts, ulong seed) : MaskLaw
    {
        private readonly BernoulliGrids _independent = new(count, cells, 0.5, shifts, seed);

        public override int Count => count;

        public override MaskCoordinates At(int index)
        {
            var mask = _independent.At(index - (index % 2));
            return index % 2 == 0 ? mask : mask with { Cells = mask.Cells.ToArray().Select(cell => 1 - cell).ToArray() };
        }
    }
}
