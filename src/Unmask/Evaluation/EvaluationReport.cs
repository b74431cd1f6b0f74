using System.Collections.Immutable;

namespace Unmask.Metrics;

/// <summary>One metric of one map.</summary>
/// <param name="Item">The item's id.</param>
/// <param name="Group">The item's group; <c>null</c>: none.</param>
/// <param name="Method">The row's name.</param>
/// <param name="Run">0 for the first run, 1 … for runs with other seeds.</param>
/// <param name="Metric">The metric's id.</param>
/// <param name="Value">The number; <c>null</c> when it is not defined.</param>
/// <param name="Undefined">Why there is no number.</param>
/// <param name="Curve">The curve whose area the value is.</param>
/// <param name="TieFraction">The share of map values that equal another one.</param>
/// <param name="Target">What was explained.</param>
/// <param name="Probability">The target's probability on the unchanged input; <c>null</c> when the model shows none.</param>
public sealed record EvaluationValue(
    string Item, string? Group, string Method, int Run, string Metric, double? Value, string? Undefined, Curve? Curve, double? TieFraction, string Target, double? Probability)
{
    /// <summary>The seed of the explanation; <c>null</c> for methods that are not random.</summary>
    public ulong? Seed { get; init; }
}

/// <summary>One metric of one method over all items (first runs only).</summary>
/// <param name="Method">The row's name.</param>
/// <param name="Metric">The metric's id.</param>
/// <param name="Mean">The mean over the items where it is defined, with its interval; <c>null</c> when it is defined nowhere.</param>
/// <param name="MacroMean">The mean over groups of each group's mean; <c>null</c> when items have no groups.</param>
/// <param name="Groups">The number of groups with at least one defined value.</param>
/// <param name="Undefined">How many items have no value.</param>
/// <param name="MeanCurve">The mean of the items' curves; <c>null</c> where there are none or their axes differ.</param>
public sealed record MethodSummary(string Method, string Metric, Interval? Mean, double? MacroMean, int Groups, int Undefined, Curve? MeanCurve);

/// <summary>What one method is and costs.</summary>
/// <param name="Method">The row's name.</param>
/// <param name="IsReference">Whether it is there for comparison only.</param>
/// <param name="Options">Its options, as its results record them.</param>
/// <param name="Seed">The seed of its first run; <c>null</c> for methods that are not random.</param>
/// <param name="ForwardPasses">Mean number of forward passes an explanation.</param>
/// <param name="BackwardPasses">Mean number of backward passes an explanation.</param>
/// <param name="Seconds">Mean wall time an explanation.</param>
public sealed record MethodCost(
    string Method, bool IsReference, ImmutableSortedDictionary<string, string> Options, ulong? Seed, double ForwardPasses, double BackwardPasses, double Seconds);

/// <summary>Two methods on the same items.</summary>
/// <param name="Method">The row's name.</param>
/// <param name="Against">The row that it is compared with.</param>
/// <param name="Metric">The metric's id.</param>
/// <param name="Difference">Mean of method − against over the items where both are defined, with its interval.</param>
/// <param name="PValue">Of the paired sign-flip test: the chance of a mean difference at least as large if the two were equally good.</param>
/// <param name="Verdict"><c>better</c>, <c>worse</c> or <c>not settled</c>.</param>
/// <param name="Sentence">The same for people, with the numbers.</param>
public sealed record PairedDifference(string Method, string Against, string Metric, Interval Difference, double PValue, string Verdict, string Sentence);

/// <summary>How far runs of a random method with other seeds differ.</summary>
/// <param name="Method">The row's name.</param>
/// <param name="Metric">The metric's id.</param>
/// <param name="Runs">The number of runs.</param>
/// <param name="StandardDeviation">Of a single item's value between runs: the root of the mean over items of the variance; <c>null</c> when no item has two values.</param>
/// <param name="OfTheMean">Standard deviation between runs of the mean over items.</param>
/// <param name="Correlation">Mean correlation (Pearson) between the maps of two runs; <c>null</c> when a map is constant.</param>
public sealed record RunDeviation(string Method, string Metric, int Runs, double? StandardDeviation, double? OfTheMean, double? Correlation);

/// <summary>An item, or a method on an item, that could not be evaluated.</summary>
/// <param name="Item">The item's id.</param>
/// <param name="Method">The row's name; <c>null</c>: the item itself could not be read.</param>
/// <param name="Problem">What went wrong, for people.</param>
public sealed record EvaluationFailure(string Item, string? Method, string Problem);

/// <summary>A metric of a report.</summary>
/// <param name="Id">The metric's id.</param>
/// <param name="Better">Which values are the good ones.</param>
/// <param name="Options">Everything that its values depend on.</param>
public sealed record MetricDescription(string Id, Better Better, ImmutableSortedDictionary<string, string> Options);

/// <summary>Everything that an evaluation found, with how sure one can be of it.</summary>
public sealed record EvaluationReport
{
    /// <summary>The model's name.</summary>
    public required string Model { get; init; }

    /// <summary>How many items were asked for.</summary>
    public required int Items { get; init; }

    /// <summary>Level of all intervals.</summary>
    public required double Level { get; init; }

    /// <summary>Seed of intervals, tests and repeated runs.</summary>
    public required ulong Seed { get; init; }

    /// <summary>The row that all others are compared with.</summary>
    public required string ComparedWith { get; init; }

    /// <summary>The metrics, in the order of the columns.</summary>
    public required ImmutableArray<MetricDescription> Metrics { get; init; }

    /// <summary>The methods, in the order of the rows, with their cost.</summary>
    public required ImmutableArray<MethodCost> Methods { get; init; }

    /// <summary>Every method's mean of every metric.</summary>
    public required ImmutableArray<MethodSummary> Summaries { get; init; }

    /// <summary>Every method against the chosen row and against the reference rows.</summary>
    public required ImmutableArray<PairedDifference> Differences { get; init; }

    /// <summary>How far repeated runs differ; empty when there was one.</summary>
    public required ImmutableArray<RunDeviation> RunDeviations { get; init; }

    /// <summary>What could not be evaluated.</summary>
    public required ImmutableArray<EvaluationFailure> Failures { get; init; }

    /// <summary>Every single value.</summary>
    public required ImmutableArray<EvaluationValue> Values { get; init; }

    /// <summary>What one should know before trusting it, in whole sentences: how items and targets were chosen, what was left out. Default empty.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];

    /// <summary>Every single value, one a line, with a header.</summary>
    public string ToCsv() => CsvReport.Write(this);

    /// <summary>The tables for people, as Markdown.</summary>
    public string ToMarkdown() => MarkdownReport.Write(this);

    /// <summary>The whole report as JSON (UTF-8).</summary>
    public byte[] ToJson() => EvaluationJson.Write(this);

    /// <summary>A page that needs nothing else: tables, and mean curves as drawings.</summary>
    public string ToHtml() => HtmlReport.Write(this);
}
