using System.Collections.Immutable;
using Unmask.Metrics;
using Unmask.Training;

namespace Unmask.Benchmarks;

/// <summary>
/// GAD's experiment in small: two networks on two data sets, five base methods, both classes; with two controls that the paper lacks, support models trained with α = 0 and as many of the original's pixels drawn at
/// random. Everything resumes: classifiers and support models from their checkpoints, measurements from their journals.
/// </summary>
internal sealed class GadExperiment(string folder, int supportPictures, GadTraining training, PixelImportance importance)
{
    // The paper's rate of 4·10⁻⁵ is for 25,000 photos and millions of weights, hundreds of steps an epoch; here there are eighteen.
    private const double UsualRate = 3e-4;
    private const int UsualPictures = 300;
    private const int UsualEpochs = 20;
    private const int Batch = 16;
    private const int Usual = 512;
    private const int First = 32;

    // The half that the paper measures needs no name.
    private readonly string _suffix = importance == PixelImportance.TopHalf ? "" : $"-{importance.ToString().Replace(':', '-')}";

    public static void Run(string catsDogs, string cifar, string folder, string[] arguments)
    {
        double Given(int at, double otherwise) => arguments.Length > at ? double.Parse(arguments[at], System.Globalization.CultureInfo.InvariantCulture) : otherwise;
        // The rate falls to nothing, unlike the paper's: at a constant one of this height the last steps are noise.
        var recipe = GadTraining.RecipeOf((int)Given(2, UsualEpochs), batch: Batch) with { LearningRate = new() { Peak = Given(3, UsualRate), Decay = RateDecay.Cosine } };
        var importance = arguments.Length > 4 ? PixelImportance.Parse(arguments[4]) : PixelImportance.TopHalf;
        new GadExperiment(folder, (int)Given(1, UsualPictures), new() { Recipe = recipe, Resume = true }, importance).Run(GadCase.All(catsDogs, cifar), (int)Given(0, Usual));
    }

    private void Run(ImmutableArray<GadCase> cases, int count)
    {
        // All cases over few pictures first, so that a run that is ended early has something of each.
        for (int part = Math.Min(First, count); ; part = Math.Min(2 * part, count))
        {
            List<GadResult> results = [];
            foreach (var one in cases)
            {
                one.Prepare(folder);
                if (!one.IsMeasured)
                {
                    using var photos = PhotoSet.Open(one.Folder);
                    one.Classifier(photos, folder);
                    continue;
                }

                results.Add(Run(one, part / 2));
                AtomicFile.WriteText(Path.Combine(folder, $"summary{_suffix}-{part}.md"), GadSummary.Of(results));
                AtomicFile.WriteText(Path.Combine(folder, $"report{_suffix}-{part}.md"), string.Concat(results.Select(result => result.Gad.ToMarkdown() + result.Automatic.ToMarkdown())));
            }

            if (part == count)
            {
                break;
            }
        }
    }

    private GadResult Run(GadCase one, int each)
    {
        using var photos = PhotoSet.Open(one.Folder);
        var network = GadNetwork.Of(one.Classifier(photos, folder));
        string place = Path.Combine(folder, one.Name);
        var drawn = one.Pictures(photos, "train", supportPictures / one.Classes.Sum(merged => merged.Parts.Length));
        using var items = PictureTrainingSet.Load(drawn, one.Size, Augmentation.None);
        var pictures = new GadPictures(new ModelPictures(items, network.Tuning.Input, network.Tuning.Preprocessing!), [.. drawn.Select(picture => picture.Class == 0 ? ClassSide.First : ClassSide.Second)], new(new(0, 1)));
        GadVariant[] variants =
        [
            new("gad", Supports(one, network, pictures, Path.Combine(place, "gad"), GadTraining.PaperDistances)),
            new("unmoved", Supports(one, network, pictures, Path.Combine(place, "unmoved"), [.. Enumerable.Repeat(GadDistance.Of(0), GadTraining.PaperDistances.Length)])),
            new("auto", Supports(one, network, pictures, Path.Combine(place, "auto"), null)),
        ];
        using var model = variants[0].Supports.LoadOriginal(new() { Throughput = new() { Threads = 1 } });
        // Where few pixels are important, hulls are drawn around all of them, as in the paper's figure.
        var hull = importance == PixelImportance.TopHalf ? HullPixels.TopHalf : HullPixels.Retained;
        var evaluation = new GadEvaluation { JournalFile = Path.Combine(place, $"regions{_suffix}.tsv"), Importance = importance, Hull = hull };
        var measured = evaluation.Run(model, variants, Items(one, photos, each), new Told(one.Name));
        Console.WriteLine($"{one.Name}: {measured.Length} measurements");
        GadReport Of(string name, GadVariant[] tried, string control) => GadReport.Of(name, tried, [control], evaluation, measured);
        return new(one.Name, Of(one.Name, variants, "unmoved"), variants[1].Supports.Manifest, Of($"{one.Name}, automatic α", [variants[2]], "unmoved"), Of(one.Name, [variants[2]], "gad"));
    }

    private GadSupports Supports(GadCase one, GadNetwork network, GadPictures pictures, string place, ImmutableArray<GadDistance>? distances)
    {
        Directory.CreateDirectory(place);
        var here = training with
        {
            Distances = distances,
            SupportEnded = support => Console.WriteLine(FormattableString.Invariant($"{one.Name} {Path.GetFileName(place)} α {support.Distance}: RMSE {support.RmseBefore:0.000} before, {support.Rmse:0.000} after, reached {support.Reached}")),
        };
        return here.Train(network.Tuning, pictures, new(one.Name), place);
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
