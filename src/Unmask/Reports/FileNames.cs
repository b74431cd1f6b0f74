using System.Buffers;

namespace Unmask;

/// <summary>Names for result files: safe on every system, and never twice.</summary>
public sealed class FileNames
{
    private const int Longest = 80;

    private static readonly SearchValues<char> Unsafe = SearchValues.Create("<>:\"/\\|?*,;'`$&#%!{}[]()=+~^@ ");

    // Windows and macOS do not tell upper from lower case.
    private readonly HashSet<string> _taken = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The wanted name, with a number behind it where it is taken already.</summary>
    public string Unique(string wanted)
    {
        string name = wanted;
        for (int number = 2; !_taken.Add(name); number++)
        {
            name = $"{wanted}-{number}";
        }

        return name;
    }

    /// <summary>A text as part of a file name: letters and digits of any script stay, anything else becomes a hyphen. Never empty.</summary>
    public static string Safe(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        char[] letters = [.. text.Select(letter => char.IsControl(letter) || Unsafe.Contains(letter) ? '-' : letter)];
        string[] words = new string(letters).Split('-', StringSplitOptions.RemoveEmptyEntries);
        string name = string.Join('-', words).Trim('.', '-');
        name = name.Length > Longest ? name[..Longest].TrimEnd('.', '-') : name;
        return name.Length == 0 ? "unnamed" : name;
    }
}
