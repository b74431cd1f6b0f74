namespace Unmask;

/// <summary>
/// What is explained: one output, the contrast of two, a unit of an inner layer, or an output as far as it passes such a unit. The default value is the
/// top class.
/// </summary>
public readonly record struct Target
{
    private readonly TargetKind _kind;
    private readonly int _number;
    private readonly string? _label;
    private readonly (int Index, string? Label) _against;

    private Target(TargetKind kind, int number, string? label, (int Index, string? Label) against = default)
    {
        _kind = kind;
        _number = number;
        _label = label;
        _against = against;
    }

    private enum TargetKind
    {
        Rank,
        Class,
        Contrast,
        Unit,
    }

    /// <summary>The unit that is explained, or through which a class is, as <c>LAYER[INDEX,…]</c>; <c>null</c>: none.</summary>
    internal string? UnitText { get; private init; }

    /// <summary>Whether a unit of an inner layer is explained rather than a class.</summary>
    internal bool IsUnit => _kind == TargetKind.Unit;

    /// <summary>The class of a rank in the model's own prediction.</summary>
    /// <param name="rank">1 (the default) for the top class, 2 for the second-best …</param>
    public static Target Top(int rank = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rank);
        return new(TargetKind.Rank, rank - 1, null);
    }

    /// <summary>A class by its index in the output, from 0.</summary>
    public static Target Class(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        return new(TargetKind.Class, index, null);
    }

    /// <summary>A class by its label.</summary>
    public static Target Class(string label) => new(TargetKind.Class, 0, label);

    /// <summary>Why this class rather than that one: the difference of their scores.</summary>
    public static Target Contrast(int index, int against) => new(TargetKind.Contrast, index, null, (against, null));

    /// <summary>Why this class rather than that one: the difference of their scores.</summary>
    public static Target Contrast(string label, string against) => new(TargetKind.Contrast, 0, label, (0, against));

    /// <summary>
    /// A unit of an inner layer instead of a class: what made it what it is. For white-box methods only. With <see cref="Cut.Input"/> the gradient is
    /// Captum's neuron gradient, integrated gradients its neuron integrated gradients.
    /// </summary>
    /// <param name="layer">The name of the layer's value, as <c>unmask inspect</c> lists it.</param>
    /// <param name="index">
    /// Its place in one item of the layer, from 0, axis by axis; −1 for all of an axis. Axes that are left out are taken whole, so (12) is the whole channel 12 of a
    /// feature map. Of several elements the sum is explained.
    /// </param>
    public static Target Unit(string layer, params ReadOnlySpan<int> index) => new(TargetKind.Unit, 0, null) { UnitText = WhiteBox.UnitText.Of(layer, index) };

    /// <summary>
    /// The same class or contrast, but only as far as it passes a unit of an inner layer: ∂S/∂x is replaced by Σ_k ∂S/∂y_k · ∂y_k/∂x over the unit's
    /// elements k. For white-box methods only. Integrated gradients of it are the unit's conductance from each input (Dhamdhere et al., ICLR 2019, eq. 2).
    /// </summary>
    /// <param name="layer">The name of the layer's value.</param>
    /// <param name="index">As for <see cref="Unit"/>.</param>
    /// <exception cref="InvalidOperationException">The target is a unit itself.</exception>
    public Target Through(string layer, params ReadOnlySpan<int> index) => IsUnit
        ? throw new InvalidOperationException("A unit cannot be explained through another: only a class can.")
        : this with { UnitText = WhiteBox.UnitText.Of(layer, index) };

    /// <summary>The target with a unit as it was written.</summary>
    internal static Target UnitOf(string text) => new(TargetKind.Unit, 0, null) { UnitText = WhiteBox.UnitText.Checked(text) };

    /// <summary>The same target through a unit as it was written.</summary>
    internal Target ThroughOf(string text) => this with { UnitText = WhiteBox.UnitText.Checked(text) };

    /// <summary>Finds the output that is meant, for what asks the model from outside.</summary>
    /// <exception cref="UnmaskException">It is a unit of an inner layer, or seen through one.</exception>
    internal ResolvedTarget Resolve(Prediction prediction) => UnitText is null
        ? ResolveClass(prediction)
        : throw new UnmaskException($"The target is the unit {UnitText} of an inner layer, or seen through it: only white-box methods can explain that (gradient, integrated-gradients, "
            + "layer-conductance …). Black-box methods and metrics ask the model for its classes: give them one.");

    /// <summary>Finds the output that is meant.</summary>
    /// <param name="prediction">The model's prediction on the input.</param>
    /// <exception cref="UnknownLabelException">No class has the label.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The index is not a class of the model.</exception>
    internal ResolvedTarget ResolveClass(Prediction prediction) => _kind switch
    {
        TargetKind.Rank => Resolved(prediction.Ranked[Checked(_number, prediction.ClassCount, "rank")], prediction),
        TargetKind.Class => Resolved(IndexOf(_number, _label, prediction), prediction),
        _ => ContrastOf(IndexOf(_number, _label, prediction), IndexOf(_against.Index, _against.Label, prediction), prediction),
    };

    private static ResolvedTarget Resolved(int index, Prediction prediction) =>
        new(index, null, prediction.Labels[index], prediction.Probability(index));

    private static ResolvedTarget ContrastOf(int index, int against, Prediction prediction) =>
        new(index, against, $"{prediction.Labels[index]} − {prediction.Labels[against]}", prediction.Probability(index));

    private static int IndexOf(int index, string? label, Prediction prediction) =>
        Checked(label is null ? index : prediction.Labels.IndexOf(label), prediction.ClassCount, "class");

    private static int Checked(int index, int count, string what) => index < count
        ? index
        : throw new ArgumentOutOfRangeException(nameof(index), $"The model has {count} classes (0 to {count - 1}); there is no {what} {(what == "rank" ? index + 1 : index)}.");
}

/// <summary>A target after the model has predicted: the output index, its label and its probability.</summary>
/// <param name="Index">The class; of a unit of an inner layer the place of its first element, counted through one item of the layer.</param>
/// <param name="Against">The class whose score is subtracted; <c>null</c> without a contrast.</param>
/// <param name="Label">For people.</param>
/// <param name="Probability">The class's probability on the unmasked input; <c>null</c> when the model shows none.</param>
public sealed record ResolvedTarget(int Index, int? Against, string Label, float? Probability)
{
    /// <summary>The inner layer whose unit is explained; <c>null</c>: a class is.</summary>
    public string? Layer => Unit?.Layer;

    /// <summary>What is explained instead of a class; <c>null</c>: a class is.</summary>
    internal WhiteBox.LayerUnit? Unit { get; init; }

    /// <summary>The unit through which the score is followed back; <c>null</c>: every way.</summary>
    internal WhiteBox.LayerUnit? Through { get; init; }

    /// <summary>Whether the way back starts with a share of −1 at all other classes: see <see cref="WhiteBoxRecipe.Contrastive"/>.</summary>
    internal bool AgainstOthers { get; init; }

    /// <summary>The target's score, read from one item's scores of all classes, or from one item of its unit's layer.</summary>
    internal double ScoreOf(ReadOnlySpan<float> classes) =>
        Unit is { } unit ? unit.SumOf(classes) : Against is { } against ? (double)classes[Index] - classes[against] : classes[Index];

    /// <summary>
    /// Writes v with ⟨v, scores⟩ = the target's score: one-hot, the difference of two, or ones at the elements of a unit; against others a class minus the mean of the others.
    /// The span is zero before.
    /// </summary>
    internal void WriteSeed(Span<float> classes)
    {
        if (Unit is { } unit)
        {
            unit.Mark(classes);
            return;
        }

        if (AgainstOthers && Against is null)
        {
            classes.Fill(-1f / Math.Max(1, classes.Length - 1));
            classes[Index] = 0;
        }

        classes[Index] += 1;
        if (Against is { } against)
        {
            classes[against] -= 1;
        }
    }
}
