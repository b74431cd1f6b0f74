using Unmask.Graphs;

namespace Unmask.Training;

/// <content>Sequences of tokens.</content>
public sealed partial class Layer
{
    // The smallest logarithm that softmax turns into 0 in floats without being infinite itself.
    private const float Never = -1e9f;

    /// <summary>A picture [C, H, W] as a sequence [H · W, C]: a token for each place, row by row.</summary>
    /// <exception cref="InvalidOperationException">This is no picture.</exception>
    public Layer Tokens()
    {
        RequirePicture("Tokens");
        return Reshape(Channels, ItemShape[1] * ItemShape[2]).Transpose(1, 0);
    }

    /// <summary>Adds a trained vector to each place of a sequence, so that tokens know where they are.</summary>
    /// <param name="deviation">Of the normal distribution that the vectors are drawn from. Default 0.02.</param>
    /// <exception cref="InvalidOperationException">This is no sequence.</exception>
    /// <remarks>A table looked up by the numbers of the places, as text encoders write it. Source: Dosovitskiy et al., ICLR 2021, eq. 1.</remarks>
    public Layer Positions(float deviation = 0.02f)
    {
        RequireTokens("Positions");
        long[] places = [.. Enumerable.Range(0, (int)ItemShape[0]).Select(place => (long)place)];
        // He draws variance 2 ÷ fan: a fan that gives the deviation.
        string table = _builder.Weights("position.table", Initialization.He, [.. ItemShape], ((long)Math.Round(2 / ((double)deviation * deviation)), 1));
        var positions = _builder.Add("Gather", "position", [table, _builder.Given("position.places", TensorData.Adopt(places, places.Length))], ItemShape.AsSpan(), ("axis", 0L));
        return _builder.Add("Add", "position.add", [Name, positions.Name], ItemShape.AsSpan());
    }

    /// <summary>Self-attention: each token takes the mean of values of all tokens, weighted by how its query fits their keys, in several heads that are joined by a last matrix.</summary>
    /// <param name="heads">Heads; divides the features.</param>
    /// <param name="causal">Whether a token sees only itself and those before it. Default <c>false</c>.</param>
    /// <exception cref="ArgumentException">The features cannot be divided into the heads.</exception>
    /// <exception cref="InvalidOperationException">This is no sequence.</exception>
    /// <remarks>Source: Vaswani et al., NeurIPS 2017, §3.2: softmax(Q Kᵀ ÷ √d) V for each head of d features.</remarks>
    public Layer Attention(int heads, bool causal = false)
    {
        RequireTokens("Attention");
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(heads);
        long tokens = ItemShape[0], features = ItemShape[1], size = features / heads;
        if (features % heads != 0)
        {
            throw new ArgumentException($"{features} features cannot be divided into {heads} heads.", nameof(heads));
        }

        Layer Heads() => Linear((int)features).Reshape(tokens, heads, size);
        Layer query = Heads().Transpose(1, 0, 2), key = Heads().Transpose(1, 2, 0), value = Heads().Transpose(1, 0, 2);
        var products = _builder.Add("MatMul", "attention.products", [query.Name, key.Name], [heads, tokens, tokens]);
        var scores = _builder.Add("Mul", "attention.scores", [products.Name, _builder.Given("attention.scale", TensorData.Scalar((float)(1 / Math.Sqrt(size))))], products.ItemShape.AsSpan());
        var weights = (causal ? scores.Unseen(tokens) : scores).Softmax();
        var mixed = _builder.Add("MatMul", "attention.mixed", [weights.Name, value.Name], [heads, tokens, size]);
        return mixed.Transpose(1, 0, 2).Reshape(tokens, features).Linear((int)features);
    }

    /// <summary>A block of a transformer: attention, then two linear layers with GELU between, each behind a layer normalisation and added to what it began with.</summary>
    /// <param name="heads">Heads of the attention; divides the features.</param>
    /// <param name="expansion">Features between the two linear layers, as a multiple. Default 4.</param>
    /// <param name="causal">Whether a token sees only itself and those before it. Default <c>false</c>.</param>
    /// <remarks>Source: Dosovitskiy et al., ICLR 2021, eq. 2-3.</remarks>
    public Layer TransformerBlock(int heads, int expansion = 4, bool causal = false)
    {
        var attended = LayerNorm().Attention(heads, causal).Add(this);
        return attended.LayerNorm().Linear((int)ItemShape[^1] * expansion).Gelu().Linear((int)ItemShape[^1]).Add(attended);
    }

    /// <summary>Scores without those of later tokens.</summary>
    private Layer Unseen(long tokens)
    {
        float[] mask = new float[tokens * tokens];
        for (long row = 0; row < tokens; row++)
        {
            mask.AsSpan((int)((row * tokens) + row + 1), (int)(tokens - row - 1)).Fill(Never);
        }

        return _builder.Add("Add", "attention.causal", [Name, _builder.Given("attention.mask", TensorData.Adopt(mask, tokens, tokens))], ItemShape.AsSpan());
    }
}
