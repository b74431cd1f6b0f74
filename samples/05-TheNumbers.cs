namespace Unmask.Samples;

internal static class TheNumbers
{
    public static void Run(SampleFiles files)
    {
        using var model = Model.Load(files.Model);
        var why = new Occlusion(model).Explain(Image.Load(files.Picture));
        string folder = Path.GetDirectoryName(files.Picture)!;
        // <snippet>
        Npy.Write(Path.Combine(folder, "photo.occlusion.npy"), why.ToTensorData());    // exactly as the method defines them, unscaled
        float[,] map = why.ToMap();                                                    // [height, width] of the model's input
        foreach (string note in why.Diagnostics.Notes) Console.WriteLine(note);
        // </snippet>
        Console.WriteLine($"{map.GetLength(0)} × {map.GetLength(1)}, the largest drop is {map.Cast<float>().Max():f3}");
    }
}
