using System.Diagnostics;
using System.Globalization;
using Unmask.Imaging;
using Unmask.Maskers;

namespace Unmask.Benchmarks;

/// <summary>
/// What a trained masker's map costs beside the classifier's own pass: both in turn, each on a new input, so that nothing is remembered. The classifier's part of the map is its pass again; the rest is the
/// masker, the map's enlargement and its notes.
/// </summary>
internal static class MaskerTime
{
    private const int Passes = 20;

    public static void Run(string path, string masker, string[] arguments)
    {
        int rounds = arguments.Length > 1 ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : 10;
        using var model = Model.Load(path, new() { Preprocessing = arguments.Length > 0 ? Preprocessing.Named(arguments[0]) : null });
        var explainer = new TrainedMasker(model, new() { Masker = Masker.Load(masker) });
        var picture = Demo.LoadPhoto();
        double[] classifier = new double[rounds], map = new double[rounds];
        for (int round = -1; round < rounds; round++)
        {
            double plain = Milliseconds(model, picture, input => model.Predict(input)), explained = Milliseconds(model, picture, input =>
            {
                model.Predict(input);
                explainer.Explain(input, Target.Top(1));
            });
            if (round >= 0)
            {
                (classifier[round], map[round]) = (plain, explained);
            }
        }

        // What explain adds to a prediction is classifier and masker once more.
        double[] beside = [.. classifier.Zip(map, (once, both) => both - (2 * once))];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileName(path)}, {Environment.ProcessorCount} threads, {rounds} rounds of {Passes} inputs; fastest round (middle), ms an input"));
        Print("the classifier's pass", classifier);
        Print("prediction and map", map);
        Print("of the map beside the classifier's pass in it", beside);
    }

    private static double Milliseconds(Model model, Image picture, Action<ModelInput> run)
    {
        ModelInput[] inputs = [.. Enumerable.Range(0, Passes).Select(_ => model.Prepare(picture))];
        long start = Stopwatch.GetTimestamp();
        Array.ForEach(inputs, input => run(input));
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds / Passes;
    }

    private static void Print(string what, double[] spent) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {what}: {spent.Min():0.0} ({spent.Order().ElementAt(spent.Length / 2):0.0})"));
}
