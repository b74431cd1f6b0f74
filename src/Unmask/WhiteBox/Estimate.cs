using System.Collections.Immutable;

namespace Unmask.WhiteBox;

/// <summary>What an estimator found at one cut of one item for one target.</summary>
internal sealed record CutState
{
    /// <summary>The multipliers, averaged as the estimator says.</summary>
    public required float[] Multiplier { get; init; }

    /// <summary>The cut's own value at the item.</summary>
    public required float[] Value { get; init; }

    /// <summary>What the estimator integrated; <c>null</c>: value times multiplier.</summary>
    public float[]? Integral { get; init; }

    /// <summary>The mean of the multipliers' squares over noisy inputs; <c>null</c>: the multiplier is that of one input.</summary>
    public float[]? Squares { get; init; }

    /// <summary>The mean of the multipliers' cubes over noisy inputs; <c>null</c>: the multiplier is that of one input.</summary>
    public float[]? Cubes { get; init; }

    /// <summary>The multipliers of the recipe's second rule set; <c>null</c>: it has none.</summary>
    public float[]? SecondMultiplier { get; init; }

    /// <summary>Relevance that is no multiple of the value (rules for first layers); <c>null</c>: none.</summary>
    public float[]? Relevance { get; init; }

    /// <summary>The axes at the cut.</summary>
    public required ImmutableArray<int> Sizes { get; init; }

    /// <summary>How they lie on a picture; <c>null</c> when there are no places.</summary>
    public required LayerGrid? Grid { get; init; }

    /// <summary>The value's name, for messages.</summary>
    public required string Name { get; init; }

    /// <summary>The explained input.</summary>
    public required ModelInput Input { get; init; }

    /// <summary>The attention whose weights the value is; <c>null</c>: it is no attention map.</summary>
    public Graphs.AttentionBlock? Attention { get; init; }

    /// <summary>t ⊙ m + R, or what the estimator integrated.</summary>
    public float[] Contribution()
    {
        if (Integral is not null)
        {
            return Integral;
        }

        float[] products = new float[Value.Length];
        System.Numerics.Tensors.TensorPrimitives.Multiply(Value, Multiplier, products);
        if (Relevance is not null)
        {
            System.Numerics.Tensors.TensorPrimitives.Add(products, Relevance, products);
        }

        return products;
    }
}

/// <summary>What an estimator found at all cuts of one item for one target; the elements of several cuts stand end to end.</summary>
internal sealed record CutsFound
{
    /// <summary>The axes of each cut.</summary>
    public required ImmutableArray<ImmutableArray<int>> Sizes { get; init; }

    /// <inheritdoc cref="CutState.Multiplier"/>
    public required float[] Multiplier { get; init; }

    /// <inheritdoc cref="CutState.Value"/>
    public required float[] Value { get; init; }

    /// <inheritdoc cref="CutState.Integral"/>
    public float[]? Integral { get; init; }

    /// <inheritdoc cref="CutState.Squares"/>
    public float[]? Squares { get; init; }

    /// <inheritdoc cref="CutState.Cubes"/>
    public float[]? Cubes { get; init; }

    /// <inheritdoc cref="CutState.SecondMultiplier"/>
    public float[]? SecondMultiplier { get; init; }

    /// <inheritdoc cref="CutState.Relevance"/>
    public float[]? Relevance { get; init; }

    /// <summary>The score there; <c>null</c>: sums are not compared with it.</summary>
    public double? Score { get; init; }

    /// <summary>One cut's part.</summary>
    /// <param name="index">The cut's place among the cuts.</param>
    /// <param name="part">Where its elements stand.</param>
    /// <param name="cut">The cut.</param>
    /// <param name="grid">How it lies on the picture.</param>
    /// <param name="input">The explained input.</param>
    public CutState At(int index, Range part, ResolvedCut cut, LayerGrid? grid, ModelInput input) => new()
    {
        Name = cut.Value,
        Attention = cut.Attention,
        Grid = grid,
        Input = input,
        Multiplier = Multiplier[part],
        Value = Value[part],
        Integral = Integral?[part],
        Squares = Squares?[part],
        Cubes = Cubes?[part],
        SecondMultiplier = SecondMultiplier?[part],
        Relevance = Relevance?[part],
        Sizes = Sizes[index],
    };
}

/// <summary>What an aggregator made of it.</summary>
/// <param name="Values">The attributions.</param>
/// <param name="Form">What their axes are.</param>
/// <param name="Grid">The grid of <see cref="MapForm.Grid"/>; <c>null</c>: that of the first cut.</param>
internal sealed record AggregatedMap(float[] Values, MapForm Form, LayerGrid? Grid = null)
{
    /// <summary>What the attributions, or the terms that they are drawn of, add up to; <c>null</c> when no sum is promised.</summary>
    public double? Sum { get; init; }

    /// <summary>The part of the score that is left out of <see cref="Sum"/>.</summary>
    public double Apart { get; init; }

    /// <summary>What should be known, in whole sentences.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];
}

/// <summary>What the axes of an aggregated map are.</summary>
internal enum MapForm
{
    /// <summary>Those of the cut.</summary>
    Cut,

    /// <summary>The cut's grid, [height, width].</summary>
    Grid,

    /// <summary>The model's pixels, [height, width].</summary>
    Pixels,

    /// <summary>One number a token, [tokens].</summary>
    Tokens,
}

/// <summary>The attributions of one item for one target, with what the estimator knows of them.</summary>
internal sealed record Estimate
{
    public required float[] Values { get; init; }

    public required MapForm Form { get; init; }

    /// <summary>The axes at the cut.</summary>
    public required ImmutableArray<int> Sizes { get; init; }

    /// <summary>How they lie on a picture.</summary>
    public required LayerGrid? Grid { get; init; }

    /// <summary>Σ A − ΔS; <c>null</c> when no sum is promised.</summary>
    public double? Gap { get; init; }

    /// <summary>ΔS, what the attributions are to add up to.</summary>
    public double? Difference { get; init; }

    /// <summary>One standard deviation of each attribution.</summary>
    public float[]? Deviations { get; init; }

    /// <summary>What should be known, in whole sentences.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];
}

/// <summary>Writes an item: the value of what is fed. Called from several threads.</summary>
internal delegate void ItemWriter(int item, Span<float> value);

/// <summary>Takes the estimate of an item for a target; called in the order of items, then targets.</summary>
internal delegate void EstimateReceiver(int item, int target, Estimate estimate);
