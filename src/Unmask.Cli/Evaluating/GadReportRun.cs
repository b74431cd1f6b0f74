using System.Collections.Immutable;
using Unmask.Cli.Explaining;
using Unmask.Cli.Views;
using Unmask.Imaging;
using Unmask.Metrics;
using Unmask.Training;

namespace Unmask.Cli.Evaluating;

/// <summary>Does what a request asks: measures GAD on each network, writes tables and sheets.</summary>
internal sealed class GadReportRun(GadReportRequest request, GadReportView view, ExplainProgress progress, CancellationToken cancel)
{
    private readonly List<GadReport> _reports = [];
    private readonly List<string> _files = [];
    private readonly HashSet<string> _leftOut = new(StringComparer.Ordinal);

    /// <summary>Runs the request.</summary>
    /// <returns>The exit code.</returns>
    public int Run()
    {
        using var photos = PhotoSet.Open(request.Data);
        var supports = request.Supports.Select(GadSupports.Open).ToList();
        var controls = request.Controls.Select(GadSupports.Open).ToList();
        ThrowUnlessPaired(supports, controls);
        using var folder = OutputFolder.Open(request.Folder);
        var models = new List<Model>();
        try
        {
            models.AddRange(supports.Select(each => each.LoadOriginal(request.ModelOptions)));
            foreach (var (index, (model, own)) in models.Zip(supports).Index())
            {
                Measure(photos, model, own, controls.Find(control => IsOf(control, own)), NameOf(index));
            }

            var shown = Items(photos, supports[0], models[0], request.Gallery);
            Save(new GadSheets(request.Evaluation).Gallery([.. models.Zip(supports)], shown, cancel), "gallery.png");
        }
        finally
        {
            models.ForEach(model => model.Dispose());
        }

        Write();
        view.End(_reports, _files);
        return ExitCodes.Done;
    }

    private void Measure(PhotoSet photos, Model model, GadSupports supports, GadSupports? control, string name)
    {
        string journal = Path.Combine(request.Folder, $"{name}.tsv");
        List<GadVariant> variants = [new("gad", supports), .. control is null ? (GadVariant[])[] : [new("unmoved", control)]];
        var items = Items(photos, supports, model, request.Items is { } count ? (count + 1) / 2 : int.MaxValue);
        var evaluation = request.Evaluation with { JournalFile = journal, KeepJournal = request.Resume };
        ImmutableArray<GadMeasurement> measured = [];
        progress.Run(0, 1, steps => measured = evaluation.Run(model, variants, items, steps, cancel));
        _files.Add(journal);
        _reports.Add(GadReport.Of(model.Name, variants, control is null ? [] : ["unmoved"], evaluation, measured));
        if (new GadSheets(evaluation).LeastActivated(model, supports, items, measured, request.Least, cancel) is { } sheet)
        {
            Save(sheet, $"{name}.least.png");
        }
    }

    /// <summary>Pictures of both classes in turn, so many of each, drawn by the seed. Pictures that cannot be read are told of and left out.</summary>
    private List<GadItem> Items(PhotoSet photos, GadSupports supports, Model model, int each)
    {
        var classes = supports.Manifest.Classes;
        var choice = new GadChoice(supports.Manifest.Pair, classes[0].Name, classes[1].Name);
        var sides = photos.Photos.Index().GroupBy(pair => choice.SideOf(pair.Item, model.Labels)).ToDictionary(group => group.Key, group => group.OrderBy(pair => Rng.At(request.Evaluation.Seed, pair.Index).NextDouble()).Select(pair => pair.Item).ToList());
        if (!sides.ContainsKey(ClassSide.First) && !sides.ContainsKey(ClassSide.Second))
        {
            throw new UnmaskException($"{request.Data} holds no pictures of \"{classes[0].Name ?? classes[0].Label}\" or \"{classes[1].Name ?? classes[1].Label}\": their classes must be called as in the data that the support models were trained on.");
        }

        return [.. ((ClassSide[])[ClassSide.First, ClassSide.Second]).Where(sides.ContainsKey).SelectMany(side => sides[side].Where(IsReadable).Take(each).Select((photo, at) => (photo, at, side)))
            .OrderBy(one => one.at).Select(one => new GadItem(one.photo.File, one.side, prepared => prepared.Prepare(one.photo.Load())))];
    }

    private bool IsReadable(Photo photo)
    {
        try
        {
            photo.Load();
            return true;
        }
        catch (Exception problem) when (problem is ImageFormatException or IOException or UnauthorizedAccessException)
        {
            // The gallery asks again.
            if (_leftOut.Add(photo.File))
            {
                view.LeftOut(Failure.MessageOf(problem));
            }

            return false;
        }
    }

    private static void ThrowUnlessPaired(List<GadSupports> supports, List<GadSupports> controls)
    {
        if (controls.Find(control => !supports.Exists(own => IsOf(control, own))) is { } stray)
        {
            throw new UsageException($"--control {stray.Folder} is of {stray.Manifest.Model.Name}, classes {stray.Manifest.Classes[0].Label} and {stray.Manifest.Classes[1].Label}; no folder of --supports is of the same network and classes.");
        }
    }

    private static bool IsOf(GadSupports control, GadSupports own) => control.Manifest.Weights == own.Manifest.Weights && control.Manifest.Pair == own.Manifest.Pair;

    /// <summary>The network's name for files; with its place where several are called the same.</summary>
    private string NameOf(int index) => request.Supports.Count == 1 ? "gad" : $"gad-{index + 1}";

    private void Save(ContactSheet sheet, string name)
    {
        _files.Add(Path.Combine(request.Folder, name));
        sheet.Save(_files[^1]);
    }

    private void Write()
    {
        foreach (var (index, report) in _reports.Index())
        {
            _files.Add(Path.Combine(request.Folder, $"{NameOf(index)}.json"));
            AtomicFile.Write(_files[^1], stream => stream.Write(report.ToJson()));
        }

        _files.Add(Path.Combine(request.Folder, "gad.md"));
        AtomicFile.WriteText(_files[^1], "# GAD: complexity and sensitivity of regions\n\n" + string.Concat(_reports.Select(report => report.ToMarkdown())));
    }
}
