using System.Collections.Immutable;

namespace Unmask;

/// <summary>
/// What an explanation's JSON file says: everything that one must know to read the numbers beside it, repeat them or doubt them. A picture's
/// document states its target, score and map at the top level; a tensor's has one entry an item in <see cref="Items"/>.
/// </summary>
public sealed record ExplanationDocument
{
    /// <summary>The version of this form.</summary>
    public const string CurrentSchema = "unmask.explanation/1";

    /// <summary>The version of the form that the document follows.</summary>
    public string Schema { get; init; } = CurrentSchema;

    /// <summary>The version of Unmask that wrote it.</summary>
    public string UnmaskVersion { get; init; } = MachineFacts.UnmaskVersion;

    /// <summary>Which model was explained.</summary>
    public required ModelIdentity Model { get; init; }

    /// <summary>Which input was explained.</summary>
    public required InputFacts Input { get; init; }

    /// <summary>How the picture became numbers; <c>null</c> for a tensor, which is taken as it is.</summary>
    public PreprocessingFacts? Preprocessing { get; init; }

    /// <summary>The method's id.</summary>
    public required string Method { get; init; }

    /// <summary>Every setting of the method by its name on the command line.</summary>
    public required ImmutableSortedDictionary<string, string> Options { get; init; }

    /// <summary>What was explained; <c>null</c> where <see cref="Items"/> say it.</summary>
    public TargetFacts? Target { get; init; }

    /// <summary>The space of the score: probability, logit, log-probability, sigmoid or output.</summary>
    public required string Score { get; init; }

    /// <summary>The target's score on the whole input; <c>null</c> where <see cref="Items"/> say it.</summary>
    public double? ScoreValue { get; init; }

    /// <summary>What replaced hidden parts; <c>null</c> for methods that hide nothing.</summary>
    public string? Infill { get; init; }

    /// <summary>What a mask's 1 means.</summary>
    public required string Polarity { get; init; }

    /// <summary>How channels become one map: sum, mean, abs-max, abs-sum or l2.</summary>
    public required string ChannelReduction { get; init; }

    /// <summary>Whether negative values speak against the target.</summary>
    public required bool Signed { get; init; }

    /// <summary>What a value is measured in.</summary>
    public required string Unit { get; init; }

    /// <summary>The seed of the random numbers; <c>null</c> for methods without any.</summary>
    public ulong? Seed { get; init; }

    /// <summary>Whether pictures and metrics see only the positive part; <c>null</c>: they see all.</summary>
    public bool? Rectified { get; init; }

    /// <summary>What the axes of one attribution are: pixels, elements (of the input) or layer.</summary>
    public required string Kind { get; init; }

    /// <summary>The layer that was explained; <c>null</c> for the input.</summary>
    public ExplainedLayerFacts? Layer { get; init; }

    /// <summary>The shape of the array beside, the items on the first axis.</summary>
    public required ImmutableArray<long> Shape { get; init; }

    /// <summary>The attributions in three numbers; <c>null</c> where <see cref="Items"/> say it.</summary>
    public MapFacts? Map { get; init; }

    /// <summary>What all of it cost.</summary>
    public required CostFacts Cost { get; init; }

    /// <summary>How far the attributions are from adding up; <c>null</c> for methods that promise no sum.</summary>
    public double? CompletenessGap { get; init; }

    /// <summary>What the attributions are to add up to; <c>null</c> for methods that promise no sum, and where <see cref="Items"/> say it.</summary>
    public double? ExplainedDifference { get; init; }

    /// <summary>How far the map is from the exact one; <c>null</c> for methods that do not know it, and where <see cref="Items"/> say it.</summary>
    public UncertaintyFacts? Uncertainty { get; init; }

    /// <summary>The linear model that was fitted; <c>null</c> for methods that fit none, and where <see cref="Items"/> say it.</summary>
    public SurrogateFacts? Surrogate { get; init; }

    /// <summary>The masks that were optimised, one a variant of the objective; <c>null</c> for methods that optimise none, and where <see cref="Items"/> say it.</summary>
    public ImmutableArray<OptimizedFacts>? Optimized { get; init; }

    /// <summary>Which rule covered how many nodes; <c>null</c> for methods that look at the derivative alone, or not inside.</summary>
    public ImmutableArray<RuleUse>? Rules { get; init; }

    /// <summary>The class features that were found on the input; <c>null</c> for methods that look for none, and where <see cref="Items"/> say it.</summary>
    public ImmutableArray<FeatureUse>? Features { get; init; }

    /// <summary>What one should know before trusting it.</summary>
    public required ImmutableArray<string> Notes { get; init; }

    /// <summary>What it was computed on.</summary>
    public required MachineFacts Machine { get; init; }

    /// <summary>The items of a tensor; <c>null</c> for a picture.</summary>
    public ImmutableArray<ItemFacts>? Items { get; init; }

    /// <summary>The document of one explanation of a picture.</summary>
    /// <param name="model">The model that was explained.</param>
    /// <param name="explanation">The explanation.</param>
    /// <param name="identity">Which file the model is; <c>null</c>: only its name is recorded.</param>
    /// <param name="inputFile">The input's path; <c>null</c> when it is no file.</param>
    public static ExplanationDocument Of(Model model, Explanation explanation, ModelIdentity? identity = null, string? inputFile = null)
    {
        var document = Shared(model, [explanation], identity, inputFile);
        return document with
        {
            Target = TargetFacts.Of(explanation.Target),
            ScoreValue = explanation.ScoreValue,
            Map = MapFacts.Of(explanation),
            CompletenessGap = explanation.Diagnostics.CompletenessGap,
            ExplainedDifference = explanation.Diagnostics.ExplainedDifference,
            Uncertainty = UncertaintyFacts.Of(explanation.Diagnostics.Uncertainty),
            Surrogate = SurrogateFacts.Of(explanation.Diagnostics.Surrogate),
            Features = FeaturesOf(explanation),
            Optimized = OptimizedFacts.Of(explanation.Diagnostics.Optimized),
        };
    }

    /// <summary>The document of the explanations of a tensor's items, in their order.</summary>
    /// <param name="model">The model that was explained.</param>
    /// <param name="items">One explanation an item, all by one method with one set of options; at least one.</param>
    /// <param name="identity">Which file the model is; <c>null</c>: only its name is recorded.</param>
    /// <param name="inputFile">The input's path; <c>null</c> when it is no file.</param>
    public static ExplanationDocument OfItems(Model model, IReadOnlyList<Explanation> items, ModelIdentity? identity = null, string? inputFile = null) =>
        Shared(model, items, identity, inputFile) with
        {
            Items = [.. items.Select((item, index) => new ItemFacts(
                index,
                TargetFacts.Of(item.Target),
                item.ScoreValue,
                MapFacts.Of(item),
                item.Diagnostics.CompletenessGap,
                UncertaintyFacts.Of(item.Diagnostics.Uncertainty),
                SurrogateFacts.Of(item.Diagnostics.Surrogate))
            {
                ExplainedDifference = item.Diagnostics.ExplainedDifference,
                Features = FeaturesOf(item),
                Optimized = OptimizedFacts.Of(item.Diagnostics.Optimized),
            })],
        };

    /// <summary>The document as JSON, UTF-8, indented.</summary>
    public byte[] ToJson() => DocumentJson.Write(this);

    /// <summary>Reads a document.</summary>
    /// <exception cref="UnmaskException">It is not one, or of a newer form.</exception>
    public static ExplanationDocument FromJson(ReadOnlySpan<byte> json)
    {
        var document = DocumentJson.Read(json);
        return document.Schema == CurrentSchema
            ? document
            : throw new UnmaskException($"The document follows the form \"{document.Schema}\"; this version of Unmask reads \"{CurrentSchema}\".");
    }

    private static ImmutableArray<FeatureUse>? FeaturesOf(Explanation explanation) => explanation.Diagnostics.Features.IsEmpty ? null : explanation.Diagnostics.Features;

    private static ExplanationDocument Shared(Model model, IReadOnlyList<Explanation> items, ModelIdentity? identity, string? inputFile)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfZero(items.Count);
        var first = items[0];
        return new ExplanationDocument
        {
            Model = identity ?? new ModelIdentity(first.Model),
            Input = InputFacts.Of(first.Input, inputFile),
            Preprocessing = first.Input.Picture is null ? null : PreprocessingFacts.Of(first.Input.Preprocessing),
            Method = first.Method,
            Options = first.Options,
            Score = first.Score.Name(),
            Infill = first.Infill,
            Polarity = first.Polarity,
            ChannelReduction = ChannelReductions.Name(first.ChannelReduction),
            Signed = first.Signed,
            Unit = first.Unit,
            Seed = first.Seed,
            Rectified = first.Rectified ? true : null,
            Kind = first.Kind switch { MapKind.Pixels => "pixels", MapKind.Elements => "elements", _ => "layer" },
            Layer = ExplainedLayerFacts.Of(first.Layer),
            Shape = [items.Count, .. first.Attributions.Lengths.ToArray().Select(size => (long)size)],
            Cost = CostFacts.Sum(items.Select(item => item.Cost)),
            Rules = first.Diagnostics.Rules.IsEmpty ? null : first.Diagnostics.Rules,
            Notes = [.. items.SelectMany(item => item.Diagnostics.Notes).Distinct(StringComparer.Ordinal)],
            Machine = MachineFacts.Of(model),
        };
    }
}
