using System.Collections.Immutable;
using System.Globalization;
using Unmask.Graphs;

namespace Unmask;

/// <summary>
/// Makes the token numbers that a text network takes out of a text: words, looked up in a vocabulary, cut off or filled up to one length. Networks that were trained here
/// carry theirs in their file.
/// </summary>
/// <remarks>
/// A word is a run of letters, digits and the marks on them, in small letters; an apostrophe between letters belongs to it (<c>don't</c>). Every other sign is a word by itself, and so
/// is a character of Chinese or Japanese. White space parts words and is not kept. An accent that is a character of its own (decomposed) makes another word than a composed one.
/// </remarks>
/// <param name="vocabulary">The words.</param>
/// <param name="length">Tokens of a text, at least 1.</param>
/// <example><code>
/// var tokenizer = TextTokenizer.Of(OnnxReader.Read("model.onnx"))!;
/// long[] ids = tokenizer.Encode("A film like no other.");
/// </code></example>
public sealed class TextTokenizer(Vocabulary vocabulary, int length)
{
    private const string VocabularyKey = "unmask.vocabulary";
    private const string LengthKey = "unmask.tokens";

    /// <summary>The words.</summary>
    public Vocabulary Vocabulary { get; } = vocabulary;

    /// <summary>Tokens of a text.</summary>
    public int Length { get; } = length > 0 ? length : throw new ArgumentOutOfRangeException(nameof(length), length, "At least 1.");

    /// <summary>What a network's file says of its tokens; <c>null</c> when it says nothing.</summary>
    /// <exception cref="ModelFormatException">The entries are not understood.</exception>
    public static TextTokenizer? Of(Graph network)
    {
        ArgumentNullException.ThrowIfNull(network);
        if (!network.Metadata.TryGetValue(VocabularyKey, out string? words))
        {
            return null;
        }

        try
        {
            return int.TryParse(network.Metadata.GetValueOrDefault(LengthKey), NumberStyles.None, CultureInfo.InvariantCulture, out int length) && length > 0
                ? new(Vocabulary.FromText(words), length)
                : throw new ModelFormatException($"The model's metadata entry \"{LengthKey}\" is not understood: a whole number of tokens is needed.");
        }
        catch (UnmaskException problem) when (problem is not ModelFormatException)
        {
            throw new ModelFormatException($"The model's metadata entry \"{VocabularyKey}\" is not understood. {problem.Message}", problem);
        }
    }

    /// <summary>All words of a text, also those behind <see cref="Length"/>, with their places.</summary>
    public ImmutableArray<Token> Tokenize(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return [.. Words.In(text).Select(word => new Token(Vocabulary.IdOf(text.AsSpan(word.Start, word.Length)), word.Start, word.Length))];
    }

    /// <summary>The numbers of a text's words: the first <see cref="Length"/>, or all and <see cref="Vocabulary.Padding"/> behind them.</summary>
    public long[] Encode(string text)
    {
        long[] ids = new long[Length];
        var tokens = Tokenize(text);
        for (int i = 0; i < Math.Min(Length, tokens.Length); i++)
        {
            ids[i] = tokens[i].Id;
        }

        return ids;
    }

    /// <summary>The network, with this tokenizer in its metadata: keys <c>unmask.vocabulary</c> (a word a line) and <c>unmask.tokens</c> (the length).</summary>
    public Graph WriteTo(Graph network)
    {
        ArgumentNullException.ThrowIfNull(network);
        return network with
        {
            Metadata = network.Metadata.SetItem(VocabularyKey, Vocabulary.ToText()).SetItem(LengthKey, Length.ToString(CultureInfo.InvariantCulture)),
        };
    }
}
