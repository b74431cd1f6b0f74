using System.Collections.Immutable;
using System.Globalization;

namespace Unmask;

/// <summary>What one may set on a method, as the command line shows it.</summary>
/// <param name="Name">The property's name in kebab case.</param>
/// <param name="Default">The default, as it would be written.</param>
/// <param name="Description">What it means, its unit and range.</param>
public sealed record Setting(string Name, string Default, string Description);

/// <summary>The settings of an options record: one row a property, written by hand so that nothing depends on reflection.</summary>
internal sealed class SettingTable<TOptions>
    where TOptions : notnull
{
    private readonly List<Row> _rows = [];

    public SettingTable(TOptions defaults) => Defaults = defaults;

    /// <summary>What holds unless something is set.</summary>
    public TOptions Defaults { get; }

    /// <summary>The settings with their defaults.</summary>
    public IReadOnlyList<Setting> Settings => [.. _rows.Select(row => new Setting(row.Name, row.Read(Defaults), row.Description))];

    /// <summary>Adds a property.</summary>
    /// <param name="name">In kebab case.</param>
    /// <param name="description">Meaning, unit, range.</param>
    /// <param name="read">How the value is written; empty when it is not set.</param>
    /// <param name="write">The options with the value read from a text; throws <see cref="FormatException"/> or <see cref="ArgumentException"/>.</param>
    public SettingTable<TOptions> Add(string name, string description, Func<TOptions, string> read, Func<TOptions, string, TOptions> write)
    {
        _rows.Add(new Row(name, description, read, write));
        return this;
    }

    /// <summary>Sets one property.</summary>
    /// <exception cref="UnmaskException">There is no such setting, or its value is not understood or out of range; the message says what is possible.</exception>
    public TOptions Apply(TOptions options, string name, string text, string method)
    {
        var row = _rows.Find(candidate => candidate.Name == name)
            ?? throw new UnmaskException($"{method} has no setting \"{name}\". {Suggestion(name)}It has: {string.Join(", ", _rows.Select(candidate => candidate.Name))}.");
        try
        {
            return row.Write(options, text);
        }
        catch (ArgumentOutOfRangeException problem)
        {
            throw new UnmaskException($"{method}'s setting {name} cannot be {text}: out of range. {row.Description}", problem);
        }
        catch (Exception problem) when (problem is FormatException or ArgumentException or OverflowException)
        {
            throw new UnmaskException($"{method}'s setting {name} cannot be \"{text}\". {row.Description}", problem);
        }
    }

    /// <summary>Every setting's value, for results.</summary>
    public ImmutableSortedDictionary<string, string> Describe(TOptions options) =>
        _rows.Select(row => KeyValuePair.Create(row.Name, row.Read(options))).Where(pair => pair.Value.Length > 0).ToImmutableSortedDictionary(StringComparer.Ordinal);

    /// <summary>Sets what a text of the form <c>name=value,name=value</c> says; an empty text changes nothing.</summary>
    /// <exception cref="UnmaskException">The text is not of this form, or as for <see cref="Apply"/>.</exception>
    public TOptions Parse(TOptions options, string text, string method)
    {
        foreach (string part in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            options = part.Split('=', 2) is [{ Length: > 0 } name, var value]
                ? Apply(options, name, value, method)
                : throw new UnmaskException($"{method}'s settings are written name=value, with commas between them; \"{part}\" is not. It has: {string.Join(", ", _rows.Select(row => row.Name))}.");
        }

        return options;
    }

    /// <summary>Every setting in the form that <see cref="Parse"/> reads.</summary>
    public string Text(TOptions options) => string.Join(',', _rows.Select(row => $"{row.Name}={row.Read(options)}"));

    private string Suggestion(string name) =>
        Graphs.Suggestions.Nearest(name, _rows.Select(row => row.Name)) is [var closest, ..] ? $"Did you mean \"{closest}\"? " : "";

    private sealed record Row(string Name, string Description, Func<TOptions, string> Read, Func<TOptions, string, TOptions> Write);
}

/// <summary>How values of settings are read and written.</summary>
internal static class SettingText
{
    public static int Int(string text) => int.Parse(text, NumberStyles.Integer, CultureInfo.InvariantCulture);

    public static ulong ULong(string text) => ulong.Parse(text, NumberStyles.Integer, CultureInfo.InvariantCulture);

    public static double Double(string text) => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);

    public static ImmutableArray<int> Ints(string text) => [.. text.Split(',', 'x').Select(part => Int(part.Trim()))];

    public static bool Bool(string text) => bool.Parse(text);

    public static string Of(bool value) => value ? "true" : "false";

    public static string Of(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);

    public static string Of(ImmutableArray<int> values) => string.Join(',', values);

    /// <summary>Reads a name of an enumeration in kebab case.</summary>
    /// <exception cref="FormatException">There is no such name.</exception>
    public static T Choice<T>(string text, IReadOnlyList<(string Name, T Value)> choices)
    {
        foreach (var (name, value) in choices)
        {
            if (name == text)
            {
                return value;
            }
        }

        throw new FormatException($"\"{text}\" is none of {string.Join(", ", choices.Select(choice => choice.Name))}.");
    }

    /// <summary>Writes a value of an enumeration in kebab case.</summary>
    public static string NameOf<T>(T value, IReadOnlyList<(string Name, T Value)> choices) =>
        choices.First(choice => EqualityComparer<T>.Default.Equals(choice.Value, value)).Name;
}
