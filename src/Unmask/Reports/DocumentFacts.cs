using System.Collections.Immutable;
using System.Numerics.Tensors;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Unmask;

/// <summary>Which input a document is about.</summary>
/// <param name="File">The path as it was given; <c>null</c> when it is no file.</param>
/// <param name="Shape">The axes of one item of the model's input.</param>
/// <param name="Picture">The picture's size and what the model saw of it; <c>null</c> for a tensor.</param>
public sealed record InputFacts(string? File, ImmutableArray<int> Shape, PictureFacts? Picture)
{
    internal static InputFacts Of(ModelInput input, string? file) => new(
        file,
        input.Layout.Sizes,
        input is { Picture: { } picture, Placement: { } seen } ? new(picture.Width, picture.Height, new(seen.Left, seen.Top, seen.Width, seen.Height)) : null);
}

/// <summary>A picture's size, and what the model saw of it.</summary>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
/// <param name="Seen">The part that the model saw.</param>
public sealed record PictureFacts(int Width, int Height, SeenFacts Seen);

/// <summary>The part of a picture that the model saw, in the picture's pixels; it sticks out where the picture was padded.</summary>
/// <param name="Left">From the left edge.</param>
/// <param name="Top">From the top edge.</param>
/// <param name="Width">Width.</param>
/// <param name="Height">Height.</param>
public sealed record SeenFacts(double Left, double Top, double Width, double Height);

/// <summary>How a picture became numbers: value = (byte ÷ scale − mean) ÷ std.</summary>
/// <param name="Name">The preset, or custom.</param>
/// <param name="Resize">crop, stretch or pad.</param>
/// <param name="ResizeTo">Pixels of the shorter side before the crop; <c>null</c>: the crop's size ÷ 0.875.</param>
/// <param name="Scale">What bytes are divided by.</param>
/// <param name="Mean">Subtracted, a channel.</param>
/// <param name="Std">Divided by, a channel.</param>
/// <param name="ChannelOrder">rgb or bgr.</param>
public sealed record PreprocessingFacts(
    string Name, string Resize, int? ResizeTo, float Scale, ImmutableArray<float> Mean, ImmutableArray<float> Std, string ChannelOrder)
{
    /// <summary>Writes down a preprocessing.</summary>
    public static PreprocessingFacts Of(Preprocessing preprocessing)
    {
        ArgumentNullException.ThrowIfNull(preprocessing);
        string resize = preprocessing.Fit switch { Fit.Stretch => "stretch", Fit.Pad => "pad", _ => "crop" };
        return new(preprocessing.Name, resize, preprocessing.ResizeTo, preprocessing.Scale, preprocessing.Mean, preprocessing.Std,
            preprocessing.ChannelOrder == Unmask.ChannelOrder.Rgb ? "rgb" : "bgr");
    }
}

/// <summary>What was explained.</summary>
/// <param name="Index">The class.</param>
/// <param name="Label">For people.</param>
/// <param name="Probability">On the whole input; <c>null</c> when the model shows none.</param>
/// <param name="Against">The class whose score is subtracted; <c>null</c> without a contrast.</param>
/// <param name="Layer">The inner layer whose unit is explained, <paramref name="Index"/> being the place of its first element; <c>null</c>: a class is.</param>
public sealed record TargetFacts(int Index, string Label, float? Probability, int? Against, string? Layer = null)
{
    internal static TargetFacts Of(ResolvedTarget target) => new(target.Index, target.Label, target.Probability, target.Against, target.Layer);
}

/// <summary>The attributions of one item in three numbers.</summary>
/// <param name="Min">Smallest.</param>
/// <param name="Max">Largest.</param>
/// <param name="Mean">Mean.</param>
public sealed record MapFacts(double Min, double Max, double Mean)
{
    internal static MapFacts Of(Explanation explanation)
    {
        float[] values = explanation.ToArray();
        double sum = 0;
        foreach (float value in values)
        {
            sum += value;
        }

        return new(TensorPrimitives.Min<float>(values), TensorPrimitives.Max<float>(values), sum / values.Length);
    }
}

/// <summary>What it cost.</summary>
/// <param name="ForwardPasses">Inputs that went through the model.</param>
/// <param name="BackwardPasses">Inputs whose gradient was taken.</param>
/// <param name="Seconds">Wall time, without loading the model.</param>
public sealed record CostFacts(long ForwardPasses, long BackwardPasses, double Seconds)
{
    internal static CostFacts Sum(IEnumerable<Cost> costs) => costs.Aggregate(
        new CostFacts(0, 0, 0),
        (sum, cost) => new(sum.ForwardPasses + cost.ForwardPasses, sum.BackwardPasses + cost.BackwardPasses, sum.Seconds + cost.Elapsed.TotalSeconds));
}

/// <summary>One item of a tensor.</summary>
/// <param name="Item">Its place on the first axis.</param>
/// <param name="Target">What was explained.</param>
/// <param name="ScoreValue">The target's score on the whole item.</param>
/// <param name="Map">Its attributions in three numbers.</param>
/// <param name="CompletenessGap">How far the attributions are from adding up; <c>null</c> for methods that promise no sum.</param>
/// <param name="Uncertainty">How far the map is from the exact one; <c>null</c> for methods that do not know it.</param>
/// <param name="Surrogate">The linear model that was fitted; <c>null</c> for methods that fit none.</param>
public sealed record ItemFacts(
    int Item, TargetFacts Target, double ScoreValue, MapFacts Map, double? CompletenessGap, UncertaintyFacts? Uncertainty = null, SurrogateFacts? Surrogate = null)
{
    /// <summary>What the attributions are to add up to; <c>null</c> for methods that promise no sum.</summary>
    public double? ExplainedDifference { get; init; }

    /// <summary>The class features that were found on the item; <c>null</c> for methods that look for none.</summary>
    public ImmutableArray<FeatureUse>? Features { get; init; }

    /// <summary>The masks that were optimised; <c>null</c> for methods that optimise none.</summary>
    public ImmutableArray<OptimizedFacts>? Optimized { get; init; }
}

/// <summary>A layer that was explained.</summary>
/// <param name="Name">The name of its value in the model.</param>
/// <param name="Shape">The axes of one item of it.</param>
/// <param name="Grid">Its places as [height, width]; <c>null</c> when it has none.</param>
/// <param name="PrefixTokens">Tokens in front that belong to no place; <c>null</c> for layers that are no tokens.</param>
public sealed record ExplainedLayerFacts(string Name, ImmutableArray<int> Shape, ImmutableArray<int>? Grid, int? PrefixTokens)
{
    internal static ExplainedLayerFacts? Of(ExplainedLayer? layer) => layer is null ? null
        : new(layer.Name, layer.Sizes, layer.Grid is { } grid ? [grid.Height, grid.Width] : null, layer.Grid is { Axes: GridAxes.Tokens } tokens ? tokens.Prefix : null);
}

/// <summary>How far an estimated map is from the one that unlimited probes would give.</summary>
/// <param name="ExpectedCorrelation">The correlation that the two can be expected to have.</param>
/// <param name="RelativeError">The expected root-mean-square error, as a share of the map's own standard deviation.</param>
/// <param name="Error">The expected root-mean-square error, in the map's unit, the map's level left out.</param>
/// <param name="ErrorBound">What the error stays below with a probability of 95 %.</param>
public sealed record UncertaintyFacts(double ExpectedCorrelation, double RelativeError, double Error, double ErrorBound)
{
    internal static UncertaintyFacts? Of(MapUncertainty? uncertainty) =>
        uncertainty is null ? null : new(uncertainty.ExpectedCorrelation, uncertainty.RelativeError, uncertainty.Error, uncertainty.ErrorBound);
}

/// <summary>A linear model of the score over segments, and how well it fits.</summary>
/// <param name="Segments">How many segments.</param>
/// <param name="Intercept">Its value with every segment hidden.</param>
/// <param name="LocalPrediction">Its value with every segment kept.</param>
/// <param name="RSquared">The part of the weighted variance that it explains; <c>null</c> when the score did not vary.</param>
/// <param name="EffectiveSampleSize">(Σπ)² ÷ Σπ².</param>
/// <param name="Coefficients">One a segment.</param>
/// <param name="StandardErrors">One a coefficient; <c>null</c> where there is no sampling error to state.</param>
public sealed record SurrogateFacts(
    int Segments, double Intercept, double LocalPrediction, double? RSquared, double EffectiveSampleSize, ImmutableArray<double> Coefficients, ImmutableArray<double>? StandardErrors)
{
    internal static SurrogateFacts? Of(SurrogateFit? fit) => fit is null ? null
        : new(fit.Segments.Count, fit.Intercept, fit.LocalPrediction, fit.RSquared, fit.EffectiveSampleSize, fit.Coefficients, fit.StandardErrors);
}

/// <summary>A mask that was optimised.</summary>
/// <param name="Variant">Which variant of the objective; empty where there is one only.</param>
/// <param name="Kept">The mean of the mask, 0 to 1.</param>
/// <param name="Area">The mean of what it is cut out of, on which areas are measured.</param>
/// <param name="Scores">The target's score at the mask, one a side of the objective.</param>
/// <param name="Objective">What was made small, at the end.</param>
/// <param name="Steps">Steps that were taken.</param>
/// <param name="StopReason">Why it ended there.</param>
/// <param name="History">The objective before each step.</param>
/// <param name="Extremal">Whether it has the smallest of the areas whose score reaches the fraction that was asked; <c>null</c> where none was asked.</param>
public sealed record OptimizedFacts(
    string Variant, double Kept, double Area, ImmutableArray<double> Scores, double Objective, int Steps, string StopReason, ImmutableArray<double> History, bool? Extremal = null)
{
    /// <summary>The rounds of a search for the balance of scores and terms; <c>null</c>: there was none.</summary>
    public ImmutableArray<TrialFacts>? Trials { get; init; }

    internal static ImmutableArray<OptimizedFacts>? Of(ImmutableArray<OptimizedMask> masks) => masks.IsEmpty ? null : [.. masks.Select(Of)];

    private static OptimizedFacts Of(OptimizedMask mask) => new(mask.Variant, mask.Kept, mask.Area, mask.Scores, mask.Objective, mask.Steps, mask.StopReason, mask.History, mask.Extremal)
    {
        Trials = mask.Trials.IsEmpty ? null : [.. mask.Trials.Select(trial => new TrialFacts(trial.Balance, trial.Succeeded, double.IsFinite(trial.Price) ? trial.Price : null))],
    };
}

/// <summary>One round of a search for the balance of scores and terms.</summary>
/// <param name="Balance">What scores were multiplied by.</param>
/// <param name="Succeeded">Whether the round met the goal.</param>
/// <param name="Price">What the cheapest mask that met it costs in terms; <c>null</c>: none did.</param>
public sealed record TrialFacts(double Balance, bool Succeeded, double? Price);

/// <summary>What a result was computed on.</summary>
/// <param name="Threads">Threads that ran the model; results do not depend on it.</param>
/// <param name="Provider">ONNX Runtime's execution provider.</param>
/// <param name="OperatingSystem">With its version.</param>
/// <param name="Architecture">Of the processor.</param>
/// <param name="Runtime">The .NET runtime.</param>
public sealed record MachineFacts(int Threads, string Provider, string OperatingSystem, string Architecture, string Runtime)
{
    /// <summary>The version of this library.</summary>
    public static string UnmaskVersion { get; } =
        (typeof(MachineFacts).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0").Split('+')[0];

    internal static MachineFacts Of(Model model) => new(
        model.Options.Throughput.Threads,
        model.Options.Provider,
        RuntimeInformation.OSDescription,
        RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant(),
        RuntimeInformation.FrameworkDescription);
}
