using System.Collections.Immutable;
using Unmask.Metrics;
using Unmask.Training;

namespace Unmask.Benchmarks;

/// <summary>
/// GAD's experiment in small: two networks on two data sets, five base methods, both classes; with two controls that the paper lacks, support models trained with α = 0 and as many of the original's pixels drawn at
/// random. Everything resumes: classifiers and support models from their checkpoints, measurements from their journals.
/// </summary>
internal static class GadExperiment
{
    // The paper's rate of 4·10⁻⁵ is for 25,000 photos and millions of weights, hundreds of steps an epoch; here there are eighteen.
    private const double UsualRate = 3e-4;
    private const int UsualPictures = 300;
    private const int UsualEpochs = 20;
    private const int Batch = 16;
    private const int Usual = 512;
    private const int First = 32;

    public static void Run(string catsDogs, string cifar, string folder, string[] arguments)
    {
        double Given(int at, double otherwise) => arguments.Length > at ? double.Parse(arguments[at], System.Globalization.CultureInfo.InvariantCulture) : otherwise;
        int count = (int)Given(0, Usual);
        // The rate falls to nothing, unlike the paper's: at a constant one of this height the last steps are noise.
        var recipe = GadTraining.RecipeOf((int)Given(2, UsualEpochs), batch: Batch) with { LearningRate = new() { Peak = Given(3, UsualRate), Decay = RateDecay.Cosine } };
        var training = new GadTraining { Recipe = recipe, Resume = true };
        // All cases over few pictures first, so that a run that is ended early has something of each.
        for (int part = Math.Min(First, count); ; part = Math.Min(2 * part, count))
        {
            List<GadResult> results = [];
            foreach (var one in GadCase.All(catsDogs, cifar))
            {
                one.Prepare(folder);
                if (!one.IsMeasured)
                {
                    using var photos = PhotoSet.Open(one.Folder);
                    one.Classifier(photos, folder);
                    continue;
                }

                results.Add(Run(one, folder, part / 2, (int)Given(1, UsualPictures), training));
                AtomicFile.WriteText(Path.Combine(folder, $"report-{part}.md"), Report(results));
            }

            if (part == count)
            {
                break;
            }
        }
    }

    private static GadResult Run(GadCase one, string all, int each, int supportPictures, GadTraining training)
    {
        using var photos = PhotoSet.Open(one.Folder);
        var network = GadNetwork.Of(one.Classifier(photos, all));
        string folder = Path.Combine(all, one.Name);
        var drawn = one.Pictures(photos, "train", supportPictures / one.Classes.Sum(merged => merged.Parts.Length));
        using var items = PictureTrainingSet.Load(drawn, one.Size, Augmentation.None);
        var pictures = new GadPictures(new ModelPictures(items, network.Tuning.Input, network.Tuning.Preprocessing!), [.. drawn.Select(picture => picture.Class == 0 ? ClassSide.First : ClassSide.Second)], new(new(0, 1)));
        GadVariant[] variants =
        [
            new("gad", Supports(one, network, pictures, training, Path.Combine(folder, "gad"), GadTraining.PaperDistances)),
            new("unmoved", Supports(one, network, pictures, training, Path.Combine(folder, "unmoved"), [.. Enumerable.Repeat(GadDistance.Of(0), GadTraining.PaperDistances.Length)])),
            new("auto", Supports(one, network, pictures, training, Path.Combine(folder, "auto"), null)),
        ];
        using var model = variants[0].Supports.LoadOriginal(new() { Throughput = new() { Threads = 1 } });
        var evaluation = new GadEvaluation { JournalFile = Path.Combine(folder, "regions.tsv") };
        var measured = evaluation.Run(model, variants, Items(one, photos, each), new Told(one.Name));
        Console.WriteLine($"{one.Name}: {measured.Length} measurements");
        return new(one.Name, GadReport.Of(one.Name, variants, ["unmoved"], evaluation, measured), GadReport.Of($"{one.Name}, automatic α", [variants[2]], ["unmoved"], evaluation, measured), GadReport.Of(one.Name, [variants[2]], ["gad"], evaluation, measured));
    }

    private static string Report(List<GadResult> results) => GadPaper.Tables([.. results.Where(result => GadPaper.Has(result.Name)).Select(result => (result.Name, result.Gad))])
        + string.Concat(results.Select(result => result.Gad.ToMarkdown()))
        + string.Concat(results.Select(AutomaticOf));

    /// <summary>What distances by the network's own gap do, beside fixed ones: GAD's gain over its control of α = 0 with either.</summary>
    private static string AutomaticOf(GadResult result)
    {
        string supports = string.Join(", ", result.Automatic.Manifest.Supports.Select(support => FormattableString.Invariant($"α {support.Distance}: RMSE {support.Rmse:0.000}, {(support.Reached == true ? "reached" : "not reached")}")));
        var rows = result.Automatic.Verdicts.Zip(result.Gad.Verdicts, result.AgainstFixed.Verdicts).Select(each =>
            $"| {each.First.Method} | {Text(each.Second.Differences[0].Complexity, 1)} | {Text(each.First.Differences[0].Complexity, 1)} | {Text(each.Third.Differences[0].Complexity, 1)} | {Text(each.Third.Differences[0].Sensitivity, 100)} |\n");
        return $"## {result.Automatic.Network}\n\n{supports}\n\n| method | RC, α = 2, 4, 6, 8 minus α = 0 | automatic minus α = 0 | automatic minus 2, 4, 6, 8 | RS, times 100, automatic minus 2, 4, 6, 8 |\n| --- | ---: | ---: | ---: | ---: |\n{string.Concat(rows)}\n"
            + string.Concat(result.Automatic.Verdicts.Select(verdict => $"* {verdict.Sentence}\n")) + "\n";
    }

    private static string Text(Interval? interval, double scale) => interval is { } known ? FormattableString.Invariant($"{scale * known.Mean:0.0000} [{scale * known.Low:0.0000}, {scale * known.High:0.0000}]") : "undefined";

    private sealed record GadResult(string Name, GadReport Gad, GadReport Automatic, GadReport AgainstFixed);

    private static GadSupports Supports(GadCase one, GadNetwork network, GadPictures pictures, GadTraining training, string folder, ImmutableArray<GadDistance>? distances)
    {
        Directory.CreateDirectory(folder);
        training = training with
        {
            Distances = distances,
            SupportEnded = support => Console.WriteLine(FormattableString.Invariant($"{one.Name} {Path.GetFileName(folder)} α {support.Distance}: RMSE {support.RmseBefore:0.000} before, {support.Rmse:0.000} after, reached {support.Reached}")),
        };
        return training.Train(network.Tuning, pictures, new(one.Name), folder);
    }

    /// <summary>Pictures of the test, the classes in turn, so that a run over fewer is the beginning of one over more.</summary>
    private static List<GadItem> Items(GadCase one, PhotoSet photos, int each)
    {
        var classes = Enumerable.Range(0, 2).Select(index => one.Pictures(photos, "test", 1000).Where(picture => picture.Class == index).Select((picture, at) => (picture.Photo, Draw: Rng.At(3, at).NextDouble())).OrderBy(pair => pair.Draw).Take(each).ToList()).ToList();
        return [.. Enumerable.Range(0, each).SelectMany(at => classes.Select((drawn, index) => new GadItem(drawn[at].Photo.File, index == 0 ? ClassSide.First : ClassSide.Second, model => model.Prepare(drawn[at].Photo.Load()))))];
    }

    /// <summary>A line now and then.</summary>
    private sealed class Told(string name) : IProgress<Step>
    {
        public void Report(Step value)
        {
            if (value.Done % 32 == 0)
            {
                Console.WriteLine($"{name}: {value.Done} of {value.Total} {value.What}");
            }
        }
    }
}
