using System.Collections.Immutable;

namespace Unmask;

/// <summary>The words that a network knows, each with its number. Number 0 is no word but fills short texts up, number 1 stands for all words that are not known.</summary>
public sealed class Vocabulary
{
    /// <summary>The number that fills texts up.</summary>
    public const int Padding = 0;

    /// <summary>The number of every word that is not in the vocabulary.</summary>
    public const int Unknown = 1;

    // No words: a bracket is a word by itself.
    private const string PaddingName = "<padding>";
    private const string UnknownName = "<unknown>";

    private readonly ImmutableArray<string> _words;
    private readonly Dictionary<string, int> _ids;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _exact;

    private Vocabulary(ImmutableArray<string> words)
    {
        _words = words;
        _ids = words.Select((word, id) => KeyValuePair.Create(word, id)).ToDictionary(StringComparer.Ordinal);
        _exact = _ids.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>The number of words, with the two that are none.</summary>
    public int Count => _words.Length;

    /// <summary>A word by its number, from 0 to below <see cref="Count"/>.</summary>
    public string this[int id] => _words[id];

    /// <summary>The most frequent words of texts: by falling count, where equal by their characters.</summary>
    /// <param name="texts">The texts; those that are learnt from only, or what is measured on others is not what a new text will get.</param>
    /// <param name="size">The most words, with the two that are none; at least 3. Default 20,000.</param>
    /// <param name="minimumCount">How often a word must stand in the texts, at least 1. Default 2.</param>
    public static Vocabulary Of(IEnumerable<string> texts, int size = 20_000, int minimumCount = 2)
    {
        ArgumentNullException.ThrowIfNull(texts);
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 3);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(minimumCount);
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (string text in texts)
        {
            foreach (var (start, length) in Words.In(text))
            {
                string word = Words.Normalized(text.AsSpan(start, length));
                counts[word] = counts.GetValueOrDefault(word) + 1;
            }
        }

        var kept = counts.Where(pair => pair.Value >= minimumCount).OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).Take(size - 2);
        return new([PaddingName, UnknownName, .. kept.Select(pair => pair.Key)]);
    }

    /// <summary>Reads what <see cref="ToText"/> wrote.</summary>
    /// <exception cref="UnmaskException">It is no vocabulary: the first two lines are not the names of padding and unknown words, or a word stands twice.</exception>
    public static Vocabulary FromText(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] lines = text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
        if (lines is not [PaddingName, UnknownName, ..])
        {
            throw new UnmaskException($"This is no vocabulary: a word a line is needed, with {PaddingName} and {UnknownName} on the first two; the first line is \"{lines[0]}\".");
        }

        return lines.GroupBy(line => line, StringComparer.Ordinal).FirstOrDefault(group => group.Skip(1).Any()) is { } twice
            ? throw new UnmaskException($"This is no vocabulary: \"{twice.Key}\" stands on {twice.Count()} lines.")
            : new([.. lines]);
    }

    /// <summary>A word a line, so that the line, from 0, is its number.</summary>
    public string ToText() => string.Concat(_words.Select(word => word + "\n"));

    /// <summary>The number of a word, in large or small letters; <see cref="Unknown"/> when there is none.</summary>
    public int IdOf(ReadOnlySpan<char> word)
    {
        if (_exact.TryGetValue(word, out int id))
        {
            return id;
        }

        return _ids.GetValueOrDefault(Words.Normalized(word), Unknown);
    }
}
