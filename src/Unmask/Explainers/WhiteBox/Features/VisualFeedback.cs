using System.Collections.Immutable;
using System.Diagnostics;
using System.Numerics.Tensors;
using Unmask.Graphs;
using Unmask.WhiteBox;

namespace Unmask;

/// <summary>Visual feedback: the pixels that drive those channels by which the network tells the class from others, as far as they are active on the picture.</summary>
/// <remarks>
/// <para>Formula: L = max_k M_k ÷ max M_k over the features k with the largest w_k x_k &gt; 0: x_k = ‖A_k‖₂ ÷ Σ_j ‖A_j‖₂ over the layer's channels, w the class's weights, M_k the guided backprop of ½‖A_k‖² without the grid of strides, the largest magnitude of a pixel's channels.</para>
/// <para>Result: [height, width] of the model's input, from 0 to 1: how much of a feature's largest gradient a pixel has. The result lists the features with their weights.</para>
/// <para>Cost: two forward passes, and one forward and one backward pass for each feature. Deterministic.</para>
/// <para>Misleads when: the features were found on few pictures, or on classes that differ in their surroundings as well; a class is recognised by what it has in common with others, which tells nothing apart; edges are taken for evidence: guided backprop redraws them.</para>
/// <para>Source: Oramas, Wang, Tuytelaars, «Visual Explanation by Interpretation: Improving Visual Feedback Capabilities of Deep Neural Networks», ICLR 2019. Differs from it in: the layers are those of activations; repeated multipliers begin at the place that a stride kept.</para>
/// </remarks>
/// <param name="model">The model; an ONNX graph on pictures.</param>
/// <param name="options">The class features, which must be given, and how they are shown.</param>
/// <exception cref="UnmaskException">No features are given.</exception>
public sealed class VisualFeedback(Model model, VisualFeedbackOptions options) : IExplainer
{
    /// <summary>The method's id.</summary>
    public const string Id = "visual-feedback";

    // A few pixels have gradients far larger than all others.
    private const double PixelPercentile = 99;

    // Fewer are told apart by chance: as many channels as there are will do it.
    private const int FewPictures = 10;

    private static readonly RuleSet WithoutGrid = Composites.Complete(Composites.VisualFeedback);

    /// <summary>The method, as the catalogue shows it.</summary>
    internal static MethodInfo Info { get; } = MethodInfo.Of(
        Id,
        "Visual feedback",
        "The pixels that drive the channels by which a class is told from others.",
        "2 forward passes + 1 forward and 1 backward pass a feature",
        "the graph; a picture; rectifiers; class features (`unmask train features`)",
        "Oramas et al., ICLR 2019",
        VisualFeedbackSettings.Table,
        static (model, options) => new VisualFeedback(model, options)) with
    {
        Obstacle = static model => MethodInfo.UnlessPicture(model) ?? WhiteBoxObstacle.OfInput(model, WithoutGrid),
    };

    private readonly ClassFeatures _features = options.Features
        ?? throw new UnmaskException($"{Id} needs the features of each class: --set features=FILE.json. Make the file once for a model: unmask train features -m MODEL.onnx --data FOLDER.");

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
        var prediction = model.Predict(input, cancel);
        var asked = targets.Select(target => OneClass(target.Resolve(prediction))).Select(target => (Target: target, Class: _features.Of(target, options.Class))).ToList();
        var activity = FeatureActivity.Of(model, _features, input, cancel);
        var used = asked.Select(one => activity.Strongest(one.Class, options.Most)).ToList();
        long total = used.Sum(features => (long)features.Length), done = 0;
        progress?.Report(new(0, total, "features"));
        List<Explanation> explanations = [];
        foreach (var ((target, features), use) in asked.Zip(used))
        {
            var feedback = new FeatureFeedback(this, input, activity, Recipe(options), cancel);
            feedback.Add(use, count => progress?.Report(new(done += count, total, "features")));
            var explanation = RectifierSettings.NoteOthers(ExplanationOf(target, features, use, feedback, input, cancel));
            explanations.Add(explanation with { Cost = explanation.Cost with { Elapsed = watch.Elapsed } });
        }

        return explanations;
    }

    internal static WhiteBoxRecipe Recipe(VisualFeedbackOptions options) => new(options.AntiGrid ? WithoutGrid : GuidedBackprop.Rules, Estimator.Point, Cut.Input, Aggregator.Multiplier)
    {
        Reduction = options.Reduction,
    };

    private Explanation ExplanationOf(ResolvedTarget target, FeaturesOfClass features, ImmutableArray<FeatureUse> used, FeatureFeedback feedback, ModelInput input, CancellationToken cancel)
    {
        var score = WhiteBoxRun.DefaultScore(model);
        var (height, width) = input.Layout.Spatial;
        return new()
        {
            Attributions = Tensor.Create(feedback.Joined, [height, width]),
            Kind = MapKind.Pixels,
            Target = target,
            Method = Id,
            Options = VisualFeedbackSettings.Table.Describe(options),
            Score = score,
            ScoreValue = target.ScoreOf(model.Evaluate(input, score, cancel)),
            Signed = false,
            DisplayPercentile = PixelPercentile,
            Unit = "share of a feature's largest gradient",
            // One pass predicted, one gave the activity of the channels.
            Cost = feedback.Cost with { ForwardPasses = feedback.Cost.ForwardPasses + 2 },
            Model = model.Name,
            Input = input,
            Diagnostics = new() { Features = used, Rules = feedback.Rules, Notes = [.. model.Notes, .. NotesOn(target, features, used)] },
        };
    }

    private IEnumerable<string> NotesOn(ResolvedTarget target, FeaturesOfClass features, ImmutableArray<FeatureUse> used)
    {
        if (features.Label != target.Label)
        {
            yield return $"The features are those of \"{features.Label}\", found on {features.Pictures} pictures of it.";
        }

        if (_features.Model.Name != model.Name)
        {
            yield return $"The features were found for {_features.Model.Name}; the model is {model.Name}. Its layers have the same names and channels.";
        }

        if (features.Pictures < FewPictures)
        {
            yield return $"The features of \"{features.Label}\" were found on only {features.Pictures} of {_features.Pictures} pictures: they may be those of the pictures rather than of the class.";
        }

        if (used.IsEmpty)
        {
            yield return $"No feature that speaks for \"{features.Label}\" is active on this input: the map is zero everywhere.";
        }
    }

    private static ResolvedTarget OneClass(ResolvedTarget target) => target.Against is null ? target
        : throw new UnmaskException($"{Id} shows the features of one class; \"{target.Label}\" is a contrast of two. Explain them one after the other, or use grad-cam or gradient for the contrast.");
}
