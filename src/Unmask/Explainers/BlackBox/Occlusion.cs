using System.Collections.Immutable;

namespace Unmask;

/// <summary>Occlusion: slides a window over the input and looks how far the score falls when what is under it is replaced.</summary>
/// <remarks>
/// <para>Formula: A(i) = mean over the windows W that cover i of f(x) − f(x with W replaced).</para>
/// <para>Result: the input's own shape, signed, in units of the score; the channels of a pixel are equal when the window covers them all.</para>
/// <para>Cost: one forward pass a window position, ((size − window) ÷ stride + 1)² for a picture, times the draws. Deterministic; with a random in-fill a function of the seed. Works on inputs of any shape.</para>
/// <para>Misleads when: evidence is redundant (hiding one of two cues changes nothing); the object is larger than the window; the patch itself looks like something.</para>
/// <para>Source: Zeiler, Fergus, «Visualizing and Understanding Convolutional Networks», ECCV 2014, §4.2. Differs from it in: drops are averaged over all windows
/// that cover an element, rather than written to the window's centre; the last window of an axis is clipped at the border.</para>
/// </remarks>
/// <param name="model">The model; only its scores are read.</param>
/// <param name="options">The window; the defaults suit pictures.</param>
public sealed class Occlusion(Model model, OcclusionOptions? options = null) : IExplainer
{
    /// <summary>The method's id.</summary>
    public const string Id = "occlusion";

    /// <summary>The method, as the catalogue shows it.</summary>
    internal static MethodInfo Info { get; } = MethodInfo.Of(
        Id,
        "Sliding-window occlusion",
        "Slides a window over the input and looks how far the score falls.",
        "one forward pass a window position",
        "scores only; any input",
        "Zeiler, Fergus, ECCV 2014",
        OcclusionSettings.Table,
        static (model, options) => new Occlusion(model, options));

    private readonly OcclusionOptions _options = options ?? new();

    /// <inheritdoc/>
    public string Method => Id;

    /// <inheritdoc/>
    public Model Model => model;

    /// <inheritdoc/>
    public IReadOnlyList<Explanation> Explain(ModelInput input, IReadOnlyList<Target> targets, IProgress<Step>? progress = null, CancellationToken cancel = default)
    {
        var (window, stride) = Geometry(input.Layout);
        int[] sizes = [.. input.Layout.Sizes];
        MaskLaw windows = new EveryWindow(sizes, window, stride), law = _options.Draws == 1 ? windows : new RepeatedMasks(windows, _options.Draws);
        var map = new WindowMap(sizes, window);
        var run = new ProbeRun(this, input, targets, _options.Score, cancel, _options.Precision) { Seed = _options.Seed };
        var estimator = new CoverageMean(map, sizes, run.Unmasked);
        run.Probe(law, map, _options.Infill, estimator, progress, "windows", cancel);
        return run.Finish(estimator, law.Count, explanation => explanation with
        {
            Options = OcclusionSettings.Table.Describe(_options with { Window = [.. window], Stride = [.. stride] }),
            Infill = _options.Infill.Name,
            Seed = _options.Infill.IsStochastic ? _options.Seed : null,
            ChannelReduction = input.Layout.IsSpatial && CoversChannels(window, input.Layout) ? ChannelReduction.Mean : ChannelReduction.Sum,
            Diagnostics = explanation.Diagnostics with { Notes = [.. explanation.Diagnostics.Notes, .. Holes(estimator)] },
        });
    }

    private static bool CoversChannels(int[] window, InputLayout layout) =>
        window[layout.Order == AxisOrder.ChannelsFirst ? 0 : 2] >= layout.Channels;

    private static IEnumerable<string> Holes(CoverageMean estimator) => estimator.CoversEverything
        ? []
        : ["The stride is larger than the window: elements between windows were never hidden and have the attribution 0."];

    /// <summary>The window and the stride on every axis of the item.</summary>
    private (int[] Window, int[] Stride) Geometry(InputLayout layout)
    {
        int[] whole = [.. layout.Sizes];
        int side = layout.IsSpatial ? Math.Max(1, Math.Min(layout.Spatial.Height, layout.Spatial.Width) / 5) : 1;
        int[] window = _options.Window.IsEmpty ? OnAxes([side], layout, whole) : OnAxes(_options.Window, layout, whole);
        int[] third = [.. window.Select((size, axis) => size >= whole[axis] ? size : Math.Max(1, size / 3))];
        int[] stride = _options.Stride.IsEmpty ? third : OnAxes(_options.Stride, layout, whole);
        return (window.Select((size, axis) => Math.Min(size, whole[axis])).ToArray(), stride);
    }

    /// <summary>One number, or (height, width), spread over the item's axes; channels are covered whole.</summary>
    private static int[] OnAxes(ImmutableArray<int> given, InputLayout layout, int[] whole)
    {
        if (given.Length == whole.Length)
        {
            return [.. given];
        }

        if (!layout.IsSpatial)
        {
            return given.Length == 1
                ? [.. whole.Select(_ => given[0])]
                : throw new UnmaskException($"The window needs one number, or one for each of the {whole.Length} axes of the input {layout}; {given.Length} were given.");
        }

        if (given.Length > 2)
        {
            throw new UnmaskException($"The window needs one number, (height, width), or one for each of the {whole.Length} axes of the input {layout}; {given.Length} were given.");
        }

        int height = given[0], width = given[^1];
        return layout.Order == AxisOrder.ChannelsFirst ? [whole[0], height, width] : [height, width, whole[2]];
    }
}
