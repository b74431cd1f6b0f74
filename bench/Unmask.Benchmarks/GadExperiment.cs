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
    // The paper's rate of 4·10⁻⁵ is for 25,000 photos and millions of weights, some thousand steps an epoch; here there are 31, at fifty times the rate: at ten times, α = 2 ends at an RMSE of 0.8.
    private const double Rate = 2e-3;
    private const int Batch = 16;
    private const int SupportPictures = 250;
    private const int Usual = 256;
    private const int First = 32;

    public static void Run(string catsDogs, string cifar, string folder, string[] arguments)
    {
        int count = arguments.Length > 0 ? int.Parse(arguments[0], System.Globalization.CultureInfo.InvariantCulture) : Usual;
        // All cases over few pictures first, so that a run that is ended early has something of each.
        for (int part = Math.Min(First, count); ; part = Math.Min(2 * part, count))
        {
            foreach (var one in GadCase.All(catsDogs, cifar))
            {
                Run(one, Path.Combine(folder, one.Name), part / 2);
            }

            if (part == count)
            {
                break;
            }
        }
    }

    private static void Run(GadCase one, string folder, int each)
    {
        Directory.CreateDirectory(folder);
        using var photos = PhotoSet.Open(one.Folder);
        var network = GadNetwork.Of(one.Classifier(photos, folder));
        var drawn = one.Pictures(photos, "train", SupportPictures * one.Classes.Length / one.Classes.Sum(merged => merged.Parts.Length));
        using var items = PictureTrainingSet.Load(drawn, one.Size, Augmentation.None);
        var pictures = new GadPictures(new ModelPictures(items, network.Tuning.Input, network.Tuning.Preprocessing!), [.. drawn.Select(picture => picture.Class == 0 ? ClassSide.First : ClassSide.Second)], new(new(0, 1)));
        GadVariant[] variants =
        [
            new("gad", Supports(one, network, pictures, Path.Combine(folder, "gad"), GadTraining.PaperDistances)),
            new("unmoved", Supports(one, network, pictures, Path.Combine(folder, "unmoved"), [.. Enumerable.Repeat(GadDistance.Of(0), GadTraining.PaperDistances.Length)])),
            new("auto", Supports(one, network, pictures, Path.Combine(folder, "auto"), null)),
        ];
        using var model = variants[0].Supports.LoadOriginal(new() { Throughput = new() { Threads = 1 } });
        var evaluation = new GadEvaluation { JournalFile = Path.Combine(folder, "regions.tsv") };
        var measured = evaluation.Run(model, variants, Items(one, photos, each), new Told(one.Name));
        Console.WriteLine($"{one.Name}: {measured.Length} measurements");
    }

    private static GadSupports Supports(GadCase one, GadNetwork network, GadPictures pictures, string folder, ImmutableArray<GadDistance>? distances)
    {
        Directory.CreateDirectory(folder);
        var training = new GadTraining
        {
            Distances = distances,
            Recipe = GadTraining.RecipeOf(rate: Rate, batch: Batch),
            Resume = true,
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
