namespace Unmask.Samples;

/// <summary>An optimised mask of one's own is a choice of slots: here coarse cells, random in-betweens of a hard mask, and a price for what is kept.</summary>
internal static class OwnPerturbation
{
    public static void Run(SampleFiles files)
    {
        using var model = Model.Load(files.Model);
        // <snippet>
        var smallest = new PerturbationRecipe
        {
            Map = site => new FreeGridMap(site.Layout, rows: 7, columns: 7),
            Law = RelaxedLaw.Concrete(temperature: 0.3, draws: 2),
            Sides = [MaskSide.Preservation],
            Terms = [new L1Term(Toward: 0) { Weight = 2 }, new TotalVariationTerm(Power: 2) { Weight = 1 }],
            Start = MaskStart.Level(0.5f),
            Solver = MaskSolver.Adam(0.1),
            Steps = 20,
        };
        var why = new OptimizedPerturbation(model, "smallest-sufficient-part", smallest).Explain(Image.Load(files.Picture));
        // </snippet>
        Console.WriteLine($"{why.Target.Label}: {why.Diagnostics.Notes[^1]}");
    }
}
