namespace Unmask.Training;

/// <summary>An input of token numbers in a <see cref="NetworkBuilder"/>: nothing can be computed with them but a look-up.</summary>
public sealed class TokenLayer
{
    private readonly NetworkBuilder _builder;

    internal TokenLayer(NetworkBuilder builder, string name, int length) => (_builder, Name, Length) = (builder, name, length);

    /// <summary>The input's name in the graph.</summary>
    public string Name { get; }

    /// <summary>Tokens of an item.</summary>
    public int Length { get; }

    /// <summary>A vector for each token, out of a table that is trained: [features, length], as <see cref="Layer.ConvOverTime"/> takes it.</summary>
    /// <param name="words">Rows of the table: numbers from 0 to below this may be looked up.</param>
    /// <param name="features">Numbers of a vector.</param>
    /// <param name="padding">The token number whose vector is 0 and stays so; <c>null</c>: none is. Default <see cref="Vocabulary.Padding"/>.</param>
    /// <remarks>Vectors are drawn with a mean square length of 1.</remarks>
    public Layer Embedding(int words, int features, int? padding = Vocabulary.Padding)
    {
        var vectors = Vectors(words, features, padding);
        return _builder.Add("Transpose", "channels", [vectors.Name], [features, Length], ("perm", (long[])[0, 2, 1]));
    }

    /// <summary>The mean of the vectors of an item's tokens, those for padding not counted: [features]. Of an item of nothing but padding it is 0.</summary>
    /// <param name="words">Rows of the table.</param>
    /// <param name="features">Numbers of a vector.</param>
    /// <param name="padding">The token number that is not counted. Default <see cref="Vocabulary.Padding"/>.</param>
    public Layer MeanEmbedding(int words, int features, int padding = Vocabulary.Padding)
    {
        var vectors = Vectors(words, features, padding);
        var sum = _builder.Add("ReduceSum", "sum", [vectors.Name, _builder.Given("axis", [1L])], [features], ("keepdims", 0L));
        var known = _builder.Add("Cast", "counted", [IsPadding(padding, negated: true)], [Length], ("to", (long)Graphs.ElementType.Float32));
        var count = _builder.Add("ReduceSum", "count", [known.Name, _builder.Given("axis", [1L])], [1], ("keepdims", 1L));
        var least = _builder.Add("Max", "count", [count.Name, _builder.Given("one", 1f)], [1]);
        return _builder.Add("Div", "mean", [sum.Name, least.Name], [features]);
    }

    /// <summary>[length, features]: as a look-up gives them.</summary>
    private Layer Vectors(int words, int features, int? padding)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(words);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(features);
        // Variance 1 ÷ features.
        string table = _builder.Weights("embedding.weight", Initialization.Xavier, [words, features], (features, features));
        var vectors = _builder.Add("Gather", "embedding", [table, Name], [Length, features]);
        if (padding is not { } none)
        {
            return vectors;
        }

        // A choice, not a product: relevance has one way to go.
        var place = _builder.Add("Unsqueeze", "padding", [IsPadding(none, negated: false), _builder.Given("axis", [2L])], [Length, 1]);
        return _builder.Add("Where", "vectors", [place.Name, _builder.Given("zero", 0f), vectors.Name], [Length, features]);
    }

    private string IsPadding(int padding, bool negated)
    {
        var equal = _builder.Add("Equal", "padding", [Name, _builder.Given("padding.id", (long)padding)], [Length]);
        return negated ? _builder.Add("Not", "words", [equal.Name], [Length]).Name : equal.Name;
    }
}
