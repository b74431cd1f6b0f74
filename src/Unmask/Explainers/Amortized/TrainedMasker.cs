using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Numerics.Tensors;
using Unmask.Graphs;
using Unmask.Maskers;
using Unmask.WhiteBox;

namespace Unmask;

/// <summary>A trained masker: a small network that reads the classifier's features returns the mask at once.</summary>
/// <remarks>
/// <para>Formula: m = M(taps of f at x), or M(taps, c) of a class-conditional masker; M learnt to mark little that suffices, or whose lack decides (see its recipe).</para>
/// <para>Result: [height, width] of the model's input, 0 to 1: the mask, resized bilinearly; 1 = what the classifier needs. Of a class-agnostic masker the same for every target.</para>
/// <para>Cost: one forward pass, of classifier and masker as one graph, for all targets together, beside the one that says what the classifier sees. Deterministic; what it cost to train the masker comes once before.</para>
/// <para>Misleads when: the picture is unlike those that it learnt from; it is read as faithful to one model though it learnt with a changing classifier (casme-l and others, phang-ca); a class-agnostic mask is taken for that of one class; the masker found masks that only fool the classifier.</para>
/// <para>Source: Dabkowski and Gal, NIPS 2017; Zolna, Geras, Cho, CVIU 2020; Phang, Park, Geras 2020. Differs from them in: the recipes say.</para>
/// </remarks>
/// <param name="model">The classifier that the masker learnt with; an ONNX graph on pictures.</param>
/// <param name="options">The masker, which must be given.</param>
/// <exception cref="UnmaskException">No masker is given.</exception>
public sealed class TrainedMasker(Model model, TrainedMaskerOptions options) : IExplainer
{
    /// <summary>The method's id.</summary>
    public const string Id = "masker";

    /// <summary>The method, as the catalogue shows it.</summary>
    internal static MethodInfo Info { get; } = MethodInfo.Of(
        Id,
        "Trained masker",
        "The mask that a small network, trained for the classifier, makes of its features at once.",
        "1 forward pass",
        "the graph; a picture; a masker trained for this classifier (`unmask train masker`)",
        "Dabkowski and Gal, NIPS 2017; Zolna et al., CVIU 2020; Phang et al. 2020",
        TrainedMaskerSettings.Table,
        static (model, options) => new TrainedMasker(model, options)) with
    {
        Obstacle = static model => MethodInfo.UnlessPicture(model) ?? (model.Graph is null ? "needs an ONNX graph to look into; the model is a function" : null),
    };

    private readonly Masker _masker = options.Masker
        ?? throw new UnmaskException($"{Id} needs a masker that was trained for the model: --masker FILE.onnx (--set masker=FILE.onnx). Train it once: unmask train masker -m MODEL.onnx --data FOLDER.");

    /// <inheritdoc/>
    public string Method => Id;

    /// <inheritdoc/>
    public Model Model => model;

    /// <inheritdoc/>
    public IReadOnlyList<Explanation> Explain(ModelInput input, IReadOnlyList<Target> targets, IProgress<Step>? progress = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentOutOfRangeException.ThrowIfZero(targets.Count, nameof(targets));
        var watch = Stopwatch.StartNew();
        ThrowUnlessSized(input);
        var prediction = model.Predict(input, cancel);
        ImmutableArray<ResolvedTarget> found = [.. targets.Select(target => OneClass(target.Resolve(prediction)))];
        progress?.Report(new(0, 1, "passes"));
        var score = options.Score ?? WhiteBoxRun.DefaultScore(model);
        float[] scores = model.Evaluate(input, score, cancel);
        var masks = Masks(input, found, cancel);
        progress?.Report(new(1, 1, "passes"));
        // One for what the classifier says of the whole picture, one for the masks.
        var cost = new Cost(2, 0, watch.Elapsed);
        return [.. found.Select((target, index) => ExplanationOf(target, masks[_masker.IsClassConditional ? index : 0], score, target.ScoreOf(scores), input, cost))];
    }

    /// <summary>The masks of one pass, one a target or one for all, each on the masker's own grid.</summary>
    private (float[] Values, int Height, int Width)[] Masks(ModelInput input, ImmutableArray<ResolvedTarget> targets, CancellationToken cancel)
    {
        var found = model.MasksOf(_masker, options.Confidence, input, [.. targets.Select(target => (long)target.Index)], cancel);
        int height = (int)found.Dimensions[2], width = (int)found.Dimensions[3];
        float[] values = found.AsSpan<float>().ToArray();
        return [.. values.Chunk(height * width).Select(mask => (mask, height, width))];
    }

    private Explanation ExplanationOf(ResolvedTarget target, (float[] Values, int Height, int Width) mask, Score score, double value, ModelInput input, Cost cost)
    {
        var (height, width) = input.Layout.Spatial;
        float[,] resized = BilinearResize.Run(mask.Values, mask.Height, mask.Width, height, width);
        float[] map = new float[height * width];
        Buffer.BlockCopy(resized, 0, map, 0, map.Length * sizeof(float));
        return new()
        {
            Attributions = Tensor.Create(map, [height, width]),
            Kind = MapKind.Pixels,
            Target = target,
            Method = Id,
            Options = TrainedMaskerSettings.Table.Describe(options),
            Score = score,
            ScoreValue = value,
            Signed = false,
            Unit = "marked part",
            Cost = cost,
            Model = model.Name,
            Input = input,
            Diagnostics = new() { Notes = [.. model.Notes, .. NotesOn(mask.Values, input)] },
        };
    }

    private IEnumerable<string> NotesOn(float[] mask, ModelInput input)
    {
        yield return string.Create(CultureInfo.InvariantCulture, $"The mask marks {TensorPrimitives.Sum<float>(mask) / mask.Length:0.0 %} of the picture.");
        yield return $"It was made by a masker of the recipe {_masker.Recipe} for {_masker.Classifier}{(_masker.Infill is { } infill ? $", which learnt with the in-fill {infill}" : "")}.";
        if (!_masker.IsClassConditional)
        {
            yield return "The masker does not ask for a class: its mask is the same for every target. It marks what the classifier needs for its own answer.";
        }

        if (_masker.Preprocessing is { } learnt && !(learnt.Mean.SequenceEqual(input.Preprocessing.Mean) && learnt.Std.SequenceEqual(input.Preprocessing.Std) && learnt.Scale == input.Preprocessing.Scale && learnt.ChannelOrder == input.Preprocessing.ChannelOrder))
        {
            yield return "The masker learnt from pictures that were prepared in another way than this one: its masks may mean nothing. Choose the way with --preprocessing.";
        }

        if (mask.AsSpan().IndexOfAnyExcept(mask[0]) < 0)
        {
            yield return $"The mask is {mask[0]:g3} everywhere.{(mask[0] == 0 && _masker.IsClassConditional ? " The masker sees nothing of this class on the picture; a lower confidence shows more." : "")}";
        }
    }

    private void ThrowUnlessSized(ModelInput input)
    {
        _masker.ThrowUnlessFor(model);
        if (input.Layout.Spatial != _masker.Size)
        {
            throw new UnmaskException($"{_masker.File ?? "The masker"} learnt from pictures of {_masker.Size.Height} × {_masker.Size.Width} pixels; this input has {input.Layout.Spatial.Height} × {input.Layout.Spatial.Width}. Give that size (--size), or train a masker for this one.");
        }
    }

    private ResolvedTarget OneClass(ResolvedTarget target) => target.Against is null || !_masker.IsClassConditional ? target
        : throw new UnmaskException($"The masker is asked about one class; \"{target.Label}\" is a contrast of two. Explain them one after the other, or use grad-cam or gradient for the contrast.");
}
