using System.Collections.Immutable;
using Unmask.Graphs;
using Unmask.Numerics;

namespace Unmask.Training;

/// <summary>What says which class a picture belongs to.</summary>
public enum ClassSource
{
    /// <summary>The data: its folders, names or table.</summary>
    Data,

    /// <summary>The model: its top class.</summary>
    Model,
}

/// <summary>
/// Finds the features of each class: the channels by whose activity pictures of the class are told from others. Every picture gives one row x, the norms of all channels as shares
/// of their layers; for every class the lasso min ‖Xw + b − y‖² with ‖w‖₁ ≤ μ is solved, y = 1 on its pictures and 0 on others.
/// </summary>
/// <remarks>Oramas, Wang, Tuytelaars, «Visual Explanation by Interpretation», ICLR 2019, §3.1. The rows are kept in memory: four bytes a picture and channel. Differs from
/// it in: the constant b, unless <see cref="Constant"/> is off.</remarks>
public sealed record ClassFeatureFitting
{
    /// <summary>The bound μ of ‖w‖₁, above 0: the larger, the more features. Default 100; weights are by shares of activity, which are about one over the number of channels of a layer.</summary>
    public double Bound { get; init => field = Require.Positive(value); } = 100;

    /// <summary>Whether weights below 0 are excluded: channels that are less active on the class. Default <c>false</c>.</summary>
    public bool NonNegative { get; init; }

    /// <summary>
    /// Whether a constant is fitted beside the weights. Default <c>true</c>. Without one (the paper's formula) weights are spent on channels that are always active, to reach the
    /// class's share of the pictures; of a thousand classes that is little, of two it is most.
    /// </summary>
    public bool Constant { get; init; } = true;

    /// <summary>Layers by the names of their values. Default: empty, for all activations on the way from the input to the score.</summary>
    public ImmutableArray<string> Layers { get; init; } = [];

    /// <summary>What says which class a picture belongs to. Default <see cref="ClassSource.Data"/>.</summary>
    public ClassSource Classes { get; init; } = ClassSource.Data;

    /// <summary>Classes with fewer pictures get no features; their pictures still count as others. At least 1. Default 2.</summary>
    public int FewestPictures { get; init => field = Require.Positive(value); } = 2;

    /// <summary>Finds the features.</summary>
    /// <param name="model">The network; an ONNX graph on pictures.</param>
    /// <param name="photos">The pictures.</param>
    /// <param name="identity">Which file the model is; <c>null</c>: only its name is recorded.</param>
    /// <param name="progress">Told after each picture and class.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="UnmaskException">The data does not say what its pictures show, all show the same, none can be read, or the model has no such layers.</exception>
    public FittedFeatures Fit(Model model, PhotoSet photos, ModelIdentity? identity = null, IProgress<Step>? progress = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(photos);
        var table = FeatureTable.Read(model, photos, LayersOf(model), Classes, progress, cancel);
        var groups = table.Groups(FewestPictures, photos);
        float[][] rows = Constant ? table.Centred() : table.Rows;
        var classes = ImmutableArray.CreateBuilder<FeaturesOfClass>();
        foreach (var (label, index, members) in groups)
        {
            cancel.ThrowIfCancellationRequested();
            classes.Add(Fit(table.Layers, rows, label, index, members));
            progress?.Report(new(classes.Count, groups.Count, "classes fitted"));
        }

        return new(
            new() { Model = identity ?? new(model.Name), Layers = table.Layers, Bound = Bound, NonNegative = NonNegative, Constant = Constant, Pictures = rows.Length, Classes = classes.ToImmutable() },
            table.Failures);
    }

    private FeaturesOfClass Fit(ImmutableArray<FeatureLayer> layers, float[][] rows, string label, int? index, HashSet<int> members)
    {
        // The best constant takes the means off both sides.
        double mean = Constant ? members.Count / (double)rows.Length : 0;
        double[] y = [.. Enumerable.Range(0, rows.Length).Select(row => (members.Contains(row) ? 1 : 0) - mean)];
        var fit = new BoundedLasso(rows, Bound, NonNegative).Solve(y);
        var features = layers.SelectMany(layer => Enumerable.Range(0, layer.Channels).Select(channel => (layer.Name, channel)))
            .Zip(fit.Weights, (at, weight) => new ClassFeature(at.Name, at.channel, weight)).Where(feature => feature.Weight != 0);
        return new(label, members.Count, fit.Error / y.Sum(value => value * value), fit.Gap, [.. features.OrderByDescending(feature => feature.Weight)], index);
    }

    private ImmutableArray<string> LayersOf(Model model)
    {
        ImmutableArray<string> layers = Layers.IsDefaultOrEmpty ? [.. model.OnnxCore.Layers.Activations] : [.. Layers.SelectMany(layer => Cut.Layer(layer).Resolve(model)).Select(cut => cut.Value)];
        return layers.Length > 0 ? layers
            : throw new LayerNotFoundException($"{model.Name} has no activations (Relu, Clip, HardSwish …) of feature maps between its input and its score, whose channels could be features. Name layers (--layers; `unmask inspect` lists them).");
    }
}

/// <summary>What was found on a set of pictures.</summary>
/// <param name="Features">The features.</param>
/// <param name="Failures">Pictures that cannot be read and were left out, with the reason.</param>
public sealed record FittedFeatures(ClassFeatures Features, ImmutableArray<(string File, string Reason)> Failures);
