using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Numerics.Tensors;
using Unmask.WhiteBox;

namespace Unmask;

/// <summary>Gradient artificial distancing: of another method's map, the pixels that stay important while the network's classes are pushed apart.</summary>
/// <remarks>
/// <para>Formula: GAD = M₀ ⊙ Π_s [pixel important in M_s], M₀ the base method's map on the network and M_s those on it and on its support models, whose logits of two classes were trained α further apart.</para>
/// <para>Result: [height, width] of the model's input, the base method's map where it is kept and 0 elsewhere; sign and unit as of the base method. Never a pixel that the base method's own important half does not hold.</para>
/// <para>Cost: (K + 1) times the base method's, for K support models; their training once. Deterministic where the base method is.</para>
/// <para>Misleads when: support models did not reach their altered logits; the map is noise in each network, so that fewer pixels are left by chance alone; the explained class is none of the pair's; fewer pixels are taken for truer ones.</para>
/// <para>Source: «Gradient Artificial Distancing» (GAD), steps 1 to 3. Differs from it in: batch normalisations keep their statistics; magnitudes decide of signed maps; «important» is the larger half of the pixels, which the paper leaves open.</para>
/// </remarks>
/// <param name="model">The model; an ONNX graph on pictures.</param>
/// <param name="options">The support models, which must be given, the base method and what is important.</param>
/// <exception cref="UnmaskException">No support models are given.</exception>
public sealed class Gad(Model model, GadOptions options) : IExplainer
{
    /// <summary>The method's id.</summary>
    public const string Id = "gad";

    /// <summary>The method, as the catalogue shows it.</summary>
    internal static MethodInfo Info { get; } = MethodInfo.Of(
        Id,
        "GAD",
        "The pixels of another method's map that stay important while two classes are pushed apart.",
        "5 times the base method's (with 4 support models)",
        "the graph; a picture; support models (`unmask train gad`)",
        "Gradient Artificial Distancing",
        GadSettings.Table,
        static (model, options) => new Gad(model, options)) with
    {
        Obstacle = static model => MethodInfo.UnlessPicture(model) ?? WhiteBoxObstacle.OfPixels(model),
    };

    private readonly GadSupports _supports = options.Supports
        ?? throw new UnmaskException($"{Id} needs support models: --set supports=FOLDER. Make them once for a model and two of its classes: unmask train gad -m MODEL.onnx --data FOLDER --classes A,B.");

    private readonly GadBase _base = GadBase.Parse(options.Base);
    private IExplainer[]? _explainers;

    /// <inheritdoc/>
    public string Method => Id;

    /// <inheritdoc/>
    public Model Model => model;

    /// <inheritdoc/>
    public IReadOnlyList<Explanation> Explain(ModelInput input, IReadOnlyList<Target> targets, IProgress<Step>? progress = null, CancellationToken cancel = default)
    {
        var watch = Stopwatch.StartNew();
        var (maps, cost) = MapsOf(input, targets, progress, cancel);
        return [.. maps.Select(map => Of(map, cost with { Elapsed = watch.Elapsed }))];
    }

    /// <summary>The base method's maps on all networks, one set a target.</summary>
    internal (ImmutableArray<GadMaps> Maps, Cost Cost) MapsOf(ModelInput input, IReadOnlyList<Target> targets, IProgress<Step>? progress, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentOutOfRangeException.ThrowIfZero(targets.Count, nameof(targets));
        if (targets.Any(target => target.UnitText is not null))
        {
            throw new UnmaskException($"{Id} explains classes: units of inner layers are not the same in its support models. Give a class as target.");
        }

        var explainers = _explainers ??= [_base.On(model), .. _supports.Of(model).Select(_base.On)];
        long total = explainers.Length, done = 0;
        progress?.Report(new(0, total, "networks"));
        var original = Explained(explainers[0], input, targets);
        // The top class is the original network's, on every network.
        Target[] same = [.. original.Select(one => one.Target.Against is { } against ? Target.Contrast(one.Target.Index, against) : Target.Class(one.Target.Index))];
        var supported = explainers.Skip(1).Select(other => Explained(other, input, same)).ToList();
        var cost = new Cost(original[0].Cost.ForwardPasses + supported.Sum(each => each[0].Cost.ForwardPasses), original[0].Cost.BackwardPasses + supported.Sum(each => each[0].Cost.BackwardPasses), default);
        return ([.. original.Select((one, target) => new GadMaps(one, [.. supported.Select(each => GadMaps.Flat(each[target]))]))], cost);

        IReadOnlyList<Explanation> Explained(IExplainer explainer, ModelInput item, IReadOnlyList<Target> asked)
        {
            var explanations = explainer.Explain(item, asked, null, cancel);
            progress?.Report(new(++done, total, "networks"));
            return explanations[0].HasMap ? explanations
                : throw new UnmaskException($"{Id} intersects maps of pixels; {_base.Method.Id} gave none here. Choose another base method, or a layer with places.");
        }
    }

    private Explanation Of(GadMaps maps, Cost cost)
    {
        var original = maps.Original;
        var (height, width) = original.Input.Layout.Spatial;
        float[] kept = maps.Intersection(options.Importance);
        return original with
        {
            Attributions = Tensor.Create(kept, [height, width]),
            StandardDeviations = null,
            Kind = MapKind.Pixels,
            Layer = null,
            Method = Id,
            Options = GadSettings.Table.Describe(options),
            Signed = original.MapIsSigned,
            Rectified = false,
            Cost = cost,
            Diagnostics = new() { Rules = original.Diagnostics.Rules, Notes = [.. NotesOn(maps, kept), .. original.Diagnostics.Notes] },
        };
    }

    private IEnumerable<string> NotesOn(GadMaps maps, float[] kept)
    {
        var manifest = _supports.Manifest;
        int before = maps.Thresholded(options.Importance).Count(value => value != 0), after = kept.Count(value => value != 0);
        yield return string.Create(CultureInfo.InvariantCulture,
            $"{after:N0} of {before:N0} important pixels of {options.Base} are kept: those that are important in all {manifest.Supports.Length + 1} networks ({manifest.Classes[0].Label} and {manifest.Classes[1].Label} apart by 0, {string.Join(", ", manifest.Distances)}).");
        var missed = manifest.Supports.Where(support => support.Reached == false).ToList();
        if (missed.Count > 0)
        {
            yield return $"Not reached: {missed.Count} of {manifest.Supports.Length} support models are further from their altered logits than a quarter of α ({string.Join(", ", missed.Select(support => string.Create(CultureInfo.InvariantCulture, $"α {support.Distance}: {support.Rmse:0.00}")))}). Train longer, or at a higher rate.";
        }

        if (!manifest.Pair.Explained.Contains(maps.Original.Target.Index))
        {
            yield return $"The support models push \"{manifest.Classes[0].Label}\" and \"{manifest.Classes[1].Label}\" apart; \"{maps.Original.Target.Label}\" is neither.";
        }
    }
}
