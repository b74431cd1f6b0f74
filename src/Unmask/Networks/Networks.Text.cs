using Unmask.Graphs;

namespace Unmask.Training;

public static partial class Networks
{
    /// <summary>The input of token numbers of networks for texts.</summary>
    public const string TokenInput = "tokens";

    /// <summary>The input of dropout's masks of networks for texts that are being trained.</summary>
    public const string DropoutInput = "dropout";

    /// <summary>A convolutional network for texts: vectors of words, filters over runs of 3, 4 and 5 words, the largest answer of each filter, a linear layer.</summary>
    /// <param name="words">Rows of the table of vectors: the vocabulary's <see cref="Vocabulary.Count"/>.</param>
    /// <param name="length">Tokens of a text, at least 5.</param>
    /// <param name="classes">Outputs.</param>
    /// <param name="features">Numbers of a word's vector. Default 64.</param>
    /// <param name="filters">Filters of each width. Default 100.</param>
    /// <param name="dropout">Whether there is an input <see cref="DropoutInput"/> [N, 3 · filters] for masks on what the linear layer reads (<see cref="Layer.Dropout"/>). Default <c>false</c>.</param>
    /// <param name="seed">Seed of the weights. Default 0.</param>
    /// <returns>Input <see cref="TokenInput"/>: Int64 [N, length], 0 where the text has ended; output <c>logits</c> [N, classes].</returns>
    /// <remarks>
    /// Source: Kim, «Convolutional Neural Networks for Sentence Classification», EMNLP 2014, CNN-rand. Differs from it in: vectors of 64 numbers (there 300); the rectifier stands behind the
    /// maximum, which is the same and less work; no limit on the length of the last layer's weights.
    /// </remarks>
    public static Graph TextCnn(int words, int length, int classes, int features = 64, int filters = 100, bool dropout = false, ulong seed = 0)
    {
        int[] widths = [3, 4, 5];
        ArgumentOutOfRangeException.ThrowIfLessThan(length, widths[^1]);
        var builder = new NetworkBuilder($"text-cnn-{length}", seed);
        var x = builder.Tokens(TokenInput, length).Embedding(words, features);
        List<Layer> found = [];
        foreach (int width in widths)
        {
            builder.Prefix = $"width{width}/";
            found.Add(x.ConvOverTime(filters, width).MaxOverTime().Relu());
        }

        builder.Prefix = "head/";
        var all = found[0].Concat([.. found.Skip(1)]);
        all = dropout ? all.Dropout(DropoutInput) : all;
        return builder.Build(all.Linear(classes), "logits");
    }

    /// <summary>A linear model of the mean of the words' vectors, for texts: fast, and blind to order.</summary>
    /// <param name="words">Rows of the table of vectors: the vocabulary's <see cref="Vocabulary.Count"/>.</param>
    /// <param name="length">Tokens of a text.</param>
    /// <param name="classes">Outputs.</param>
    /// <param name="features">Numbers of a word's vector. Default 64.</param>
    /// <param name="seed">Seed of the weights. Default 0.</param>
    /// <returns>Input <see cref="TokenInput"/>: Int64 [N, length], 0 where the text has ended; output <c>logits</c> [N, classes].</returns>
    /// <remarks>Source: Joulin et al., «Bag of Tricks for Efficient Text Classification», EACL 2017, §2. Differs from it in: single words only; no hierarchical softmax.</remarks>
    public static Graph TextBag(int words, int length, int classes, int features = 64, ulong seed = 0)
    {
        var builder = new NetworkBuilder($"text-bag-{length}", seed);
        return builder.Build(builder.Tokens(TokenInput, length).MeanEmbedding(words, features).Linear(classes), "logits");
    }
}
