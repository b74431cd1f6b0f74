namespace Unmask;

/// <summary>
/// The value of a model at which multipliers are taken, and so what a white-box method attributes to: the input, a layer by its name, a layer by
/// its role, or attention maps. One of the four nouns, with <see cref="Graphs.RuleSet"/>, <see cref="Estimator"/> and <see cref="Aggregator"/>.
/// </summary>
public abstract class Cut
{
    /// <summary>The explained input. Of token ids, which have no derivative, the embedding that is looked up with them.</summary>
    public static Cut Input { get; } = new WhiteBox.InputCut();

    /// <summary>The embedding that is looked up with the explained input's token ids: what the first Gather that reads them makes.</summary>
    public static Cut Embedding { get; } = new WhiteBox.EmbeddingCut();

    /// <summary>
    /// The last activations that still have places: of a convolutional network the last feature map before pooling; of a vision transformer the normalised
    /// tokens that enter the last attention (behind it only the class token reaches the score); of a segmenter or detector the last of its coarsest feature maps.
    /// </summary>
    public static Cut LastSpatial { get; } = new WhiteBox.LastSpatialCut();

    /// <summary>Every attention map between input and score, [heads, queries, keys], in the order of the model: several values of one backward pass.</summary>
    public static Cut Attention { get; } = new WhiteBox.AttentionCut();

    /// <summary>The last attention map.</summary>
    public static Cut LastAttention { get; } = new WhiteBox.LastAttentionCut();

    /// <summary>
    /// The last rectified feature map of the stage before the last (its grid is at least twice as high as that of <see cref="LastSpatial"/>): coarse enough for meaning, fine
    /// enough for places. Where excitation backprop is read off.
    /// </summary>
    public static Cut MidSpatial { get; } = new WhiteBox.MidSpatialCut();

    /// <summary>How the cut is written in options and results; <see cref="Parse"/> understands it.</summary>
    public abstract string Name { get; }

    /// <summary>A layer by the name of its value, as <c>unmask inspect</c> lists it.</summary>
    public static Cut Layer(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new WhiteBox.LayerCut(name);
    }

    /// <summary>
    /// Reads <c>input</c>, <c>embedding</c>, <c>last-spatial</c>, <c>mid-spatial</c>, <c>attention</c>, <c>last-attention</c>, or the name of a layer; several are separated by
    /// commas. A layer that has one of these names, or a comma in its name, is meant by <see cref="Layer"/>.
    /// </summary>
    public static Cut Parse(string text)
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        return text switch
        {
            "input" => Input,
            "embedding" => Embedding,
            "last-spatial" => LastSpatial,
            "mid-spatial" => MidSpatial,
            "attention" => Attention,
            "last-attention" => LastAttention,
            _ when text.Contains(',', StringComparison.Ordinal) =>
                Several([.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Parse)]),
            _ => Layer(text),
        };
    }

    /// <summary>Several values of one backward pass, for aggregators that join them. An aggregator of one value refuses them.</summary>
    public static Cut Several(params ReadOnlySpan<Cut> cuts) => new WhiteBox.SeveralCuts([.. cuts]);

    /// <summary>Finds the values in a model: one, unless the cut is of several.</summary>
    /// <exception cref="UnmaskException">There is none; the message says why, and for a name lists the nearest.</exception>
    internal abstract System.Collections.Immutable.ImmutableArray<WhiteBox.ResolvedCut> Resolve(Model model);

    /// <inheritdoc/>
    public sealed override string ToString() => Name;
}
