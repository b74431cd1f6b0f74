using System.Collections.Immutable;
using Unmask.Graphs;

namespace Unmask.Training;

/// <summary>
/// Labelled texts as inputs <c>tokens</c> Int64 [N, length] and <c>target</c> Int64 [N]; where the network has dropout, its masks as <c>dropout</c> [N, <see cref="DropoutFeatures"/>]. Texts are
/// parted into words once and kept as numbers.
/// </summary>
/// <remarks>Variation: words are replaced by the unknown one at random, and masks of dropout are drawn, both by (seed, epoch, item). Items that are not varied keep all words; their masks are 1.</remarks>
public sealed class TokenTrainingSet : TrainingSet
{
    private readonly ImmutableArray<int[]> _tokens;
    private readonly ImmutableArray<LabelledText> _texts;
    private readonly TextTokenizer _tokenizer;

    /// <summary>Parts the texts into words.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="tokenizer">How, and how many words of each.</param>
    public TokenTrainingSet(ImmutableArray<LabelledText> texts, TextTokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        (_texts, _tokenizer) = (texts, tokenizer);
        _tokens = [.. texts.Select(text => tokenizer.Tokenize(text.Text).Take(tokenizer.Length).Select(token => token.Id).ToArray())];
    }

    /// <inheritdoc/>
    public override int Count => _texts.Length;

    /// <summary>The part of the words that is replaced by the unknown one when varied, from 0 to below 1. Default 0. Iyyer et al., ACL 2015, §3.2.</summary>
    public double WordDropout { get; init => field = Require.NotNegativeBelow(value, 1); }

    /// <summary>Numbers of a mask of dropout; 0 (default): the network takes none.</summary>
    public int DropoutFeatures { get; init => field = Require.NotNegative(value); }

    /// <summary>The part of a mask that is 0 when varied, from 0 to below 1; the rest is 1 ÷ (1 − rate). Default 0.5, Kim's.</summary>
    public double DropoutRate { get; init => field = Require.NotNegativeBelow(value, 1); } = 0.5;

    /// <inheritdoc/>
    public override Dictionary<string, TensorData> Read(ReadOnlySpan<int> items, Variation? variation)
    {
        int length = _tokenizer.Length;
        long[] ids = new long[items.Length * length], classes = new long[items.Length];
        float[] masks = new float[items.Length * DropoutFeatures];
        Array.Fill(masks, 1);
        for (int i = 0; i < items.Length; i++)
        {
            int[] tokens = _tokens[items[i]];
            var row = ids.AsSpan(i * length, length);
            for (int at = 0; at < tokens.Length; at++)
            {
                row[at] = tokens[at];
            }

            classes[i] = _texts[items[i]].Class;
            if (variation is { } key)
            {
                Vary(row[..tokens.Length], masks.AsSpan(i * DropoutFeatures, DropoutFeatures), key.Of(items[i]));
            }
        }

        var read = new Dictionary<string, TensorData>(StringComparer.Ordinal)
        {
            [Networks.TokenInput] = TensorData.Adopt(ids, items.Length, length),
            [Objective.TargetInput] = TensorData.Adopt(classes, items.Length),
        };
        if (DropoutFeatures > 0)
        {
            read[Networks.DropoutInput] = TensorData.Adopt(masks, items.Length, DropoutFeatures);
        }

        return read;
    }

    private void Vary(Span<long> ids, Span<float> mask, Rng random)
    {
        for (int i = 0; WordDropout > 0 && i < ids.Length; i++)
        {
            ids[i] = random.NextSingle() < WordDropout ? Vocabulary.Unknown : ids[i];
        }

        float kept = (float)(1 / (1 - DropoutRate));
        for (int i = 0; i < mask.Length; i++)
        {
            mask[i] = random.NextSingle() < DropoutRate ? 0 : kept;
        }
    }
}
