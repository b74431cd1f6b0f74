namespace Unmask.Samples;

/// <summary>The parts of a probing method are public: here another law of masks, with antithetic pairs, whose mean coverage one can check.</summary>
internal static class OwnMaskLaw
{
    public static void Run(SampleFiles files)
    {
        using var model = Model.Load(files.Model);
        var layout = model.Prepare(Image.Load(files.Picture)).Layout;
        var map = new ShiftedGridMap(layout, cells: 7, GridUpsampling.Paper);
        var law = new AntitheticGrids(count: 64, cells: 7, map.Shifts, seed: 1);
        float kept = Enumerable.Range(0, law.Count).Average(i => law.At(i).Cells.ToArray().Average());
        Console.WriteLine($"{law.Count} masks in pairs, {kept:P0} of the cells kept");
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
