using Unmask.Graphs;

namespace Unmask;

/// <summary>The names of a model's classes, in the order of its outputs.</summary>
public sealed class Labels
{
    private readonly string[] _names;

    /// <summary>Names by class index.</summary>
    public Labels(IEnumerable<string> names) => _names = [.. names.Select(name => name.Trim())];

    /// <summary>The number of names.</summary>
    public int Count => _names.Length;

    /// <summary>The name of a class; <c>"class 7"</c> beyond the list.</summary>
    public string this[int index] => index >= 0 && index < _names.Length && _names[index].Length > 0 ? _names[index] : $"class {index}";

    /// <summary>Reads a text file with one name a line; empty lines at the end are ignored.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static Labels FromFile(string path) => FromText(File.ReadAllText(path));

    /// <summary>Reads names from a text with one name a line; empty lines at the end are ignored.</summary>
    public static Labels FromText(string text) => new(text.ReplaceLineEndings("\n").TrimEnd('\n', ' ').Split('\n'));

    /// <summary>Whether a class has exactly this name.</summary>
    public bool Contains(string name) => Array.IndexOf(_names, name) >= 0;

    /// <summary>The index of a class by its name: exact first, then without regard to case, then a synonym («tabby» of «tabby, tabby cat»).</summary>
    /// <exception cref="UnknownLabelException">No class, or more than one, has the name; the message lists the closest.</exception>
    public int IndexOf(string name)
    {
        int exact = Array.IndexOf(_names, name);
        if (exact >= 0)
        {
            return exact;
        }

        var matches = Matching(label => string.Equals(label, name, StringComparison.OrdinalIgnoreCase));
        if (matches.Count == 0)
        {
            matches = Matching(label => label.Split(',').Any(part => string.Equals(part.Trim(), name, StringComparison.OrdinalIgnoreCase)));
        }

        return matches.Count == 1 ? matches[0] : throw new UnknownLabelException(name, Candidates(name, matches));
    }

    private List<int> Matching(Func<string, bool> predicate) => [.. Enumerable.Range(0, _names.Length).Where(index => predicate(_names[index]))];

    private string[] Candidates(string name, List<int> matches) =>
        matches.Count > 1
            ? [.. matches.Select(index => $"{index} ({_names[index]})")]
            : [.. Suggestions.Nearest(name, _names.SelectMany(label => label.Split(',')).Select(part => part.Trim()).Distinct(StringComparer.Ordinal))];
}
