using System.Collections.Immutable;
using Unmask.Imaging;
using Unmask.Numerics;
using Unmask.WhiteBox;

namespace Unmask.Training;

/// <summary>The activity of all channels on a set of pictures, one row a picture, with the pictures' classes.</summary>
internal sealed class FeatureTable
{
    private readonly List<float[]> _rows = [];
    private readonly List<(string Label, int? Index)> _classes = [];
    private readonly List<(string File, string Reason)> _failures = [];

    private FeatureTable()
    {
    }

    /// <summary>The layers whose channels are the columns.</summary>
    public ImmutableArray<FeatureLayer> Layers { get; private set; } = [];

    /// <summary>One row a picture.</summary>
    public float[][] Rows => [.. _rows];

    /// <summary>The rows without the mean of each column.</summary>
    public float[][] Centred()
    {
        double[] means = LassoColumns.TransposeTimes(Rows, [.. Enumerable.Repeat(1.0 / _rows.Count, _rows.Count)]);
        return [.. _rows.Select(row => row.Zip(means, (value, mean) => (float)(value - mean)).ToArray())];
    }

    /// <summary>Pictures that were left out.</summary>
    public ImmutableArray<(string File, string Reason)> Failures => [.. _failures];

    /// <summary>Runs the model on every picture.</summary>
    public static FeatureTable Read(Model model, PhotoSet photos, ImmutableArray<string> layers, ClassSource source, IProgress<Step>? progress, CancellationToken cancel)
    {
        var table = new FeatureTable();
        Photo[] known = [.. photos.Photos.Where(photo => source == ClassSource.Model || photo.Label is not null || photo.ClassIndex is not null)];
        if (known.Length == 0)
        {
            throw new UnmaskException($"{photos.Name} does not say what its {photos.Photos.Length} pictures show. Put the pictures of each class into a folder of its own, or name them NUMBER_name.jpg with the class's number, "
                + "or add a table labels.tsv; or take the model's top class for it (--classes model).");
        }

        foreach (var (at, photo) in known.Index())
        {
            cancel.ThrowIfCancellationRequested();
            table.Add(model, photo, layers, source, cancel);
            progress?.Report(new(at + 1, known.Length, "pictures looked at"));
        }

        return table._rows.Count > 0 ? table : throw new UnmaskException($"None of the {known.Length} pictures of {photos.Name} can be read. The first: {table._failures[0].Reason}");
    }

    /// <summary>The classes with enough pictures, in the order of the model's outputs, then of their names.</summary>
    /// <exception cref="UnmaskException">All pictures show the same, or no class has enough.</exception>
    public List<(string Label, int? Index, HashSet<int> Members)> Groups(int fewest, PhotoSet photos)
    {
        var all = _classes.Index().GroupBy(picture => picture.Item, picture => picture.Index).ToList();
        if (all.Count < 2)
        {
            throw new UnmaskException($"All {_rows.Count} pictures of {photos.Name} belong to one class, \"{_classes[0].Label}\". What tells a class from others needs others: add pictures of another class.");
        }

        var enough = all.Where(group => group.Count() >= fewest)
            .OrderBy(group => group.Key.Index ?? int.MaxValue).ThenBy(group => group.Key.Label, NaturalOrder.Comparer)
            .Select(group => (group.Key.Label, group.Key.Index, group.ToHashSet())).ToList();
        return enough.Count > 0 ? enough
            : throw new UnmaskException($"None of the {all.Count} classes of {photos.Name} has {fewest} pictures; the largest has {all.Max(group => group.Count())}. Add pictures, or ask for fewer (--fewest).");
    }

    private void Add(Model model, Photo photo, ImmutableArray<string> layers, ClassSource source, CancellationToken cancel)
    {
        ModelInput input;
        try
        {
            input = model.Prepare(photo.Load());
        }
        catch (Exception problem) when (problem is ImageFormatException or IOException or UnauthorizedAccessException)
        {
            _failures.Add((photo.File, problem.Message));
            return;
        }

        var norms = ChannelNorms.Of(model, layers, input, cancel);
        Layers = Layers.IsEmpty ? [.. layers.Zip(norms.Layers, (name, layer) => new FeatureLayer(name, layer.Sizes[0]))] : Layers;
        _rows.Add(norms.Shares);
        _classes.Add(source == ClassSource.Data ? ClassOf(photo, model, () => model.Predict(input, cancel)) : TopOf(model.Predict(input, cancel)));
    }

    private static (string Label, int? Index) TopOf(Prediction prediction) => (prediction.Labels[prediction.Ranked[0]], prediction.Ranked[0]);

    /// <summary>The class that the data says, and the model's of that number, or of exactly that name.</summary>
    private static (string Label, int? Index) ClassOf(Photo photo, Model model, Func<Prediction> predict) => (photo.ClassIndex, photo.Label) switch
    {
        ({ } index, _) when index < predict().ClassCount => (model.Labels[index], index),
        ({ } index, null) => ($"class {index}", null),
        (_, { } label) when model.Labels.Contains(label) => (label, model.Labels.IndexOf(label)),
        (_, var label) => (label ?? "", null),
    };
}
