using System.Collections.Immutable;
using System.Globalization;
using Unmask.Graphs;

namespace Unmask.WhiteBox;

/// <summary>Elements of an inner layer whose sum is explained, or through which a class is: one neuron, a channel, a token.</summary>
/// <param name="Layer">The name of the layer's value.</param>
/// <param name="Sizes">The axes of one item of the layer.</param>
/// <param name="Elements">The elements, counted through one item.</param>
internal sealed record LayerUnit(string Layer, ImmutableArray<int> Sizes, ImmutableArray<int> Elements)
{
    /// <summary>The number of elements of one item of the layer.</summary>
    public int Length => Sizes.Aggregate(1, (product, size) => checked(product * size));

    /// <summary>What each element counts, one number an element; <c>null</c>: each counts 1.</summary>
    public float[]? Weights { get; init; }

    /// <summary>A channel, of which each element counts as much as it is active: its way back starts from its own map.</summary>
    /// <param name="layer">The name of the layer's value.</param>
    /// <param name="sizes">The axes of one item, the channels first.</param>
    /// <param name="values">The layer's values.</param>
    /// <param name="channel">Which, from 0.</param>
    public static LayerUnit OfActivation(string layer, ImmutableArray<int> sizes, ReadOnlySpan<float> values, int channel)
    {
        int places = values.Length / sizes[0];
        return new(layer, sizes, [.. Enumerable.Range(channel * places, places)]) { Weights = values.Slice(channel * places, places).ToArray() };
    }

    /// <summary>The sum of the unit's elements, each times its weight.</summary>
    public double SumOf(ReadOnlySpan<float> layer)
    {
        double sum = 0;
        for (int i = 0; i < Elements.Length; i++)
        {
            sum += Weights is null ? layer[Elements[i]] : (double)Weights[i] * layer[Elements[i]];
        }

        return sum;
    }

    /// <summary>Writes the weights, or 1, at the unit's elements.</summary>
    public void Mark(Span<float> layer)
    {
        for (int i = 0; i < Elements.Length; i++)
        {
            layer[Elements[i]] = Weights?[i] ?? 1;
        }
    }

    /// <summary>Finds a unit in a model.</summary>
    /// <param name="text"><c>LAYER[INDEX,…]</c>.</param>
    /// <param name="model">The model.</param>
    /// <param name="input">Whose layer has the sizes that count.</param>
    /// <param name="cancel">Ends the run that finds them.</param>
    /// <returns>The unit, and the layer's values at the input.</returns>
    /// <exception cref="LayerNotFoundException">There is no such layer.</exception>
    /// <exception cref="NotDifferentiableException">The layer does not hold floats.</exception>
    /// <exception cref="UnmaskException">The index is not in the layer.</exception>
    public static (LayerUnit Unit, float[] Values) Find(string text, Model model, ModelInput input, CancellationToken cancel)
    {
        var (layer, index) = UnitText.Split(text);
        var graph = model.OnnxCore.Graph;
        ExposeValues.Run(graph, [layer]);
        if (graph.TypeOf(layer) is Unmask.Graphs.ValueType.Tensor { Element: not ElementType.Undefined } type && !type.Element.IsFloat())
        {
            throw new NotDifferentiableException($"The layer \"{layer}\" holds {type.Element}, of which there is no derivative: its units cannot be explained. Choose a layer of floats; `unmask inspect` lists them.");
        }

        var (values, sizes) = model.ValueOf(layer, input, cancel);
        if (index.Length > sizes.Length || index.Where((at, axis) => at >= sizes[axis]).Any())
        {
            throw new UnmaskException($"The layer \"{layer}\" has no unit [{UnitText.Of(index)}]: one item of it is [{string.Join(", ", sizes)}], and indices count from 0. "
                + "Axes that are left out at the end are taken whole; * takes all of an axis.");
        }

        return (new(layer, sizes, [.. Places(sizes, index)]), values);
    }

    /// <summary>The places of an index in row-major order.</summary>
    private static IEnumerable<int> Places(ImmutableArray<int> sizes, ImmutableArray<int> index)
    {
        IEnumerable<int> places = [0];
        for (int axis = 0; axis < sizes.Length; axis++)
        {
            int size = sizes[axis], at = axis < index.Length ? index[axis] : -1;
            places = at < 0 ? places.SelectMany(place => Enumerable.Range(place * size, size)) : places.Select(place => (place * size) + at);
        }

        return places;
    }
}

/// <summary>How units are written: <c>LAYER[12,3,4]</c>, <c>LAYER[12]</c>, <c>LAYER[*,3]</c>.</summary>
internal static class UnitText
{
    private const string All = "*";

    /// <summary>Writes a unit.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An index is below −1.</exception>
    public static string Of(string layer, ReadOnlySpan<int> index)
    {
        ArgumentException.ThrowIfNullOrEmpty(layer);
        foreach (int at in index)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(at, -1, nameof(index));
        }

        return $"{layer}[{Of([.. index])}]";
    }

    /// <summary>Writes an index.</summary>
    public static string Of(ImmutableArray<int> index) => string.Join(',', index.Select(at => at < 0 ? All : at.ToString(CultureInfo.InvariantCulture)));

    /// <summary>The text, if it is of the right form.</summary>
    /// <exception cref="UnmaskException">It is not.</exception>
    public static string Checked(string text)
    {
        Split(text);
        return text;
    }

    /// <summary>Reads a unit. Names of layers may have brackets themselves: the last ones count.</summary>
    /// <exception cref="UnmaskException">The text is not of the form.</exception>
    public static (string Layer, ImmutableArray<int> Index) Split(string text)
    {
        int open = text.LastIndexOf('[');
        if (open < 1 || text[^1] != ']')
        {
            throw Unclear(text);
        }

        string[] parts = text[(open + 1)..^1].Split(',', StringSplitOptions.TrimEntries);
        return (text[..open], parts is [""] ? [] : [.. parts.Select(part => part == All ? -1
            : int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int at) ? at : throw Unclear(text))]);
    }

    private static UnmaskException Unclear(string text) =>
        new($"\"{text}\" is not a unit of a layer. Write LAYER[INDEX,…], for instance layer3[12,3,4] for one place, layer3[12] for a whole channel, layer3[*,3] for all of the first axis.");
}
