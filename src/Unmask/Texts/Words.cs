using System.Globalization;
using System.Text;

namespace Unmask;

/// <summary>
/// Parts texts into words. A word is a run of letters, digits and the marks on them; an apostrophe between two letters belongs to it (<c>don't</c>). A character of Chinese
/// or Japanese is a word by itself, and so is every sign that is neither of these nor white space.
/// </summary>
internal static class Words
{
    private enum Kind
    {
        Space,
        Letter,
        Mark,
        Character,
        Sign,
    }

    /// <summary>The places of all words, in their order.</summary>
    /// <returns>First character and number of characters (UTF-16) of each.</returns>
    public static IEnumerable<(int Start, int Length)> In(string text)
    {
        for (int at = 0; at < text.Length;)
        {
            var (kind, length) = At(text, at);
            int end = at + length;
            if (kind is Kind.Space || char.GetUnicodeCategory(text[at]) is UnicodeCategory.Format)
            {
                // A byte-order mark, a joiner with nothing before it: nothing to see.
                at = end;
                continue;
            }

            end = kind is Kind.Letter ? EndOfWord(text, end) : EndOfMarks(text, end);
            yield return (at, end - at);
            at = end;
        }
    }

    /// <summary>The form of a word in a vocabulary: small letters, the same in every country. How accents are composed stays as it is: the runtime cannot always change it.</summary>
    public static string Normalized(ReadOnlySpan<char> word) => word.ToString().ToLowerInvariant();

    private static int EndOfWord(string text, int at)
    {
        while (at < text.Length)
        {
            var (kind, length) = At(text, at);
            bool within = kind is Kind.Letter or Kind.Mark || (text[at] is '\'' or '’' && char.IsLetter(text[at - 1]) && at + 1 < text.Length && At(text, at + 1).Kind is Kind.Letter);
            if (!within)
            {
                break;
            }

            at += length;
        }

        return at;
    }

    private static int EndOfMarks(string text, int at)
    {
        while (at < text.Length && At(text, at) is (Kind.Mark, var length))
        {
            at += length;
        }

        return at;
    }

    private static (Kind Kind, int Length) At(string text, int at)
    {
        char first = text[at];
        if (char.IsAscii(first))
        {
            return (char.IsAsciiLetterOrDigit(first) ? Kind.Letter : first is <= ' ' or (char)127 ? Kind.Space : Kind.Sign, 1);
        }

        Rune.DecodeFromUtf16(text.AsSpan(at), out var rune, out int length);
        return (IsUnspaced(rune.Value) ? Kind.Character : Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format => Kind.Mark,
            UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Control => Kind.Space,
            _ => Rune.IsLetterOrDigit(rune) || Rune.IsNumber(rune) ? Kind.Letter : Kind.Sign,
        }, length);
    }

    // Kana and ideographs: written without spaces.
    private static bool IsUnspaced(int code) => code is (>= 0x3040 and <= 0x30FF) or (>= 0x3400 and <= 0x4DBF) or (>= 0x4E00 and <= 0x9FFF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x20000 and <= 0x3FFFF);
}
