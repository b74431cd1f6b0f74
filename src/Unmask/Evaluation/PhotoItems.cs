using System.Collections.Immutable;
using System.Globalization;
using Unmask.Imaging;

namespace Unmask.Metrics;

/// <summary>Which class of a photo is explained.</summary>
public enum PhotoTarget
{
    /// <summary>What the data says the photo shows, one item a located category; the top class where it says nothing.</summary>
    Label,

    /// <summary>The model's top class, one item a photo.</summary>
    Top,
}

/// <summary>Which photos of a set are evaluated, and for which class.</summary>
public sealed record PhotoSelection
{
    /// <summary>Which class is explained. Default <see cref="PhotoTarget.Label"/>.</summary>
    public PhotoTarget Target { get; init; }

    /// <summary>How many items, drawn at random; <c>null</c> (default): all.</summary>
    public int? Items { get; init; }

    /// <summary>Items whose class the model gives less than this probability are left out, 0 to 1. Default 0: none.</summary>
    public double LeastProbability { get; init; }

    /// <summary>Of what ground truths are made. Default: the most exact that there is.</summary>
    public TruthKind Truth { get; init; }

    /// <summary>Which classes show what the data names; <c>null</c> (default): <see cref="ClassMap.For"/> the model.</summary>
    public Func<Labels, int, ClassMap>? Map { get; init; }

    /// <summary>Seed of the draw. Default 0.</summary>
    public ulong Seed { get; init; }
}

/// <summary>The items of an evaluation, made of photos.</summary>
/// <param name="Items">What is evaluated, in the order of the photos.</param>
/// <param name="Failures">Photos that could not be read.</param>
/// <param name="Notes">How targets and truths were chosen and what was left out, in whole sentences.</param>
public sealed record PhotoItems(ImmutableArray<EvaluationItem> Items, ImmutableArray<EvaluationFailure> Failures, ImmutableArray<string> Notes)
{
    /// <summary>Chooses items; the model predicts where a choice among classes depends on it.</summary>
    /// <param name="model">The evaluated model; it takes pictures.</param>
    /// <param name="photos">The photos; stay open as long as the items are used.</param>
    /// <param name="selection">Default: all, for what the data says that they show.</param>
    /// <param name="progress">Receives a step an item looked at.</param>
    /// <param name="cancel">Ends the work.</param>
    /// <exception cref="UnmaskException">No item is left; the message says why.</exception>
    public static PhotoItems Choose(Model model, PhotoSet photos, PhotoSelection? selection = null, IProgress<Step>? progress = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(photos);
        return new PhotoItemChoice(model, photos, selection ?? new(), cancel).Run(progress);
    }
}

/// <summary>One choice of items.</summary>
internal sealed class PhotoItemChoice(Model model, PhotoSet photos, PhotoSelection selection, CancellationToken cancel)
{
    private readonly List<EvaluationFailure> _failures = [];
    private readonly SortedDictionary<string, int> _unknown = new(StringComparer.Ordinal);
    private ClassMap? _map;
    private int _classes;
    private int _improbable;

    public PhotoItems Run(IProgress<Step>? progress)
    {
        (_classes, _map) = Classes();
        var candidates = Candidates();
        var drawn = selection.Items is { } count && count < candidates.Count
            ? candidates.Index().OrderBy(pair => Rng.At(selection.Seed, pair.Index).NextDouble()).Select(pair => pair.Index)
            : Enumerable.Range(0, candidates.Count);
        var chosen = new SortedDictionary<int, EvaluationItem>();
        int wanted = Math.Min(selection.Items ?? int.MaxValue, candidates.Count), looked = 0;
        foreach (int index in drawn.TakeWhile(_ => chosen.Count < wanted))
        {
            cancel.ThrowIfCancellationRequested();
            if (Item(candidates[index]) is { } item)
            {
                chosen.Add(index, item);
            }

            progress?.Report(new Step(++looked, candidates.Count, "photos looked at"));
        }

        return chosen.Count > 0
            ? new PhotoItems([.. chosen.Values], [.. _failures], [.. Notes(chosen.Count, candidates.Count)])
            : throw new UnmaskException($"{photos.Name} leaves nothing to evaluate. {string.Join(' ', Notes(0, candidates.Count))}"
                + (_failures is [var first, ..] ? $" {_failures.Count} photos could not be read, the first because: {first.Problem}" : ""));
    }

    /// <summary>The number of the model's classes and the map to them; only a prediction tells the number.</summary>
    private (int Classes, ClassMap Map) Classes()
    {
        foreach (var photo in photos.Photos)
        {
            if (Read(photo) is { } input)
            {
                int classes = model.Predict(input, cancel).ClassCount;
                _failures.Clear();
                return (classes, selection.Map?.Invoke(model.Labels, classes) ?? ClassMap.For(model.Labels, classes));
            }
        }

        throw new UnmaskException($"No photo of {photos.Name} can be read. The first: {_failures[0].Problem}");
    }

    private List<Candidate> Candidates()
    {
        var candidates = new List<Candidate>();
        foreach (var photo in photos.Photos)
        {
            if (selection.Target == PhotoTarget.Top || (!photos.HasTruth && photos.LabelSource is null))
            {
                candidates.Add(new(photo, null, []));
            }
            else if (photos.HasTruth)
            {
                candidates.AddRange(Attempt(photo, () => photo.Categories)?.Select(category => new Candidate(photo, category, ClassesOf(category))).Where(candidate => candidate.Classes.Count > 0) ?? []);
            }
            else if (ClassesOf(photo) is { Count: > 0 } classes)
            {
                candidates.Add(new(photo, null, classes));
            }
        }

        return candidates;
    }

    /// <summary>What the photo's label is to the model.</summary>
    private IReadOnlyList<int> ClassesOf(Photo photo)
    {
        if (photo.ClassIndex is { } index)
        {
            return index < _classes
                ? [index]
                : throw new UnmaskException($"{photo.File} is of class {index}; {model.Name} has {_classes} classes (0 to {_classes - 1}). Use --target top to explain what the model sees.");
        }

        return photo.Label is { } label ? ClassesOf(label) : Unknown("(without label)");
    }

    private IReadOnlyList<int> ClassesOf(string category) => _map!.ClassesOf(category) is { Count: > 0 } classes ? classes : Unknown(category);

    private IReadOnlyList<int> Unknown(string name)
    {
        _unknown[name] = _unknown.GetValueOrDefault(name) + 1;
        return [];
    }

    /// <summary>The item; <c>null</c> when the photo cannot be read or the model gives its class too little.</summary>
    private EvaluationItem? Item(Candidate candidate)
    {
        bool asksModel = candidate.Classes.Count > 1 || selection.LeastProbability > 0 || (candidate.Classes.Count == 0 && photos.HasTruth);
        if (!asksModel)
        {
            return Item(candidate, candidate.Classes.Count == 0 ? Target.Top() : Target.Class(candidate.Classes[0]), candidate.Category);
        }

        if (Read(candidate.Photo) is not { } input)
        {
            return null;
        }

        var prediction = model.Predict(input, cancel);
        int index = candidate.Classes.Count == 0 ? prediction.Ranked[0] : prediction.Ranked.First(candidate.Classes.Contains);
        if (prediction.Probability(index) < selection.LeastProbability)
        {
            _improbable++;
            return null;
        }

        string? category = candidate.Category ?? candidate.Photo.Categories.FirstOrDefault(name => _map!.ClassesOf(name).Contains(index));
        return Item(candidate, Target.Class(index), category);
    }

    private EvaluationItem Item(Candidate candidate, Target target, string? category)
    {
        var photo = candidate.Photo;
        var kind = selection.Truth;
        return new EvaluationItem(candidate.Category is null ? photo.Id : $"{photo.Id}:{candidate.Category}", prepared => prepared.Prepare(photo.Load()))
        {
            Target = target,
            Truth = category is null || !photos.HasTruth ? null : () => photo.TruthOf(category, kind)
                ?? throw new UnmaskException($"The data does not locate \"{category}\" on {photo.File} in the form that was asked for (--truth {Name(kind)})."),
            Group = category ?? photo.Label,
        };
    }

    private ModelInput? Read(Photo photo) => Attempt(photo, () => model.Prepare(photo.Load()));

    private T? Attempt<T>(Photo photo, Func<T> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (Exception problem) when (problem is UnmaskException or ImageFormatException or IOException or UnauthorizedAccessException)
        {
            if (_failures.TrueForAll(failure => failure.Item != photo.Id))
            {
                _failures.Add(new EvaluationFailure(photo.Id, null, problem.Message));
            }

            return null;
        }
    }

    private IEnumerable<string> Notes(int chosen, int candidates)
    {
        bool top = selection.Target == PhotoTarget.Top || (!photos.HasTruth && photos.LabelSource is null);
        yield return top ? "Explained is the model's top class on each photo."
            : photos.HasTruth ? $"Explained is each category that the data locates on a photo; a category's classes are chosen by {_map!.Name}, and of several the one with the highest score."
            : photos.LabelSource!;
        if (selection.Items is not null && chosen < candidates)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{chosen} of {candidates} items were drawn at random (seed {selection.Seed}).");
        }

        if (_improbable > 0)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{_improbable} items were left out because the model gives their class less than {selection.LeastProbability:0.######}.");
        }

        if (_unknown.Count > 0 && !top)
        {
            yield return $"Left out because the model has no class for them: {string.Join(", ", _unknown.OrderByDescending(pair => pair.Value).Select(pair => $"{pair.Key} ({pair.Value})"))}.";
        }
    }

    private static string Name(TruthKind kind) => kind switch { TruthKind.Masks => "masks", TruthKind.Polygons => "polygons", TruthKind.Boxes => "boxes", _ => "best" };

    /// <summary>A photo, or a category on it, with the classes that show it; none: the top class.</summary>
    private sealed record Candidate(Photo Photo, string? Category, IReadOnlyList<int> Classes);
}
