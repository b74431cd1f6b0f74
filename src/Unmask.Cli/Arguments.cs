using System.CommandLine;
using System.Globalization;

namespace Unmask.Cli;

/// <summary>Makes options and reads their texts. Every option is a text to the parser, so that messages are ours.</summary>
internal static class Arguments
{
    public static Option<string?> Text(string name, string value, string description, params string[] aliases) =>
        new(name, aliases) { HelpName = value, Description = description };

    public static Option<string[]> Texts(string name, string value, string description, params string[] aliases) =>
        new(name, aliases) { HelpName = value, Description = description, Arity = ArgumentArity.OneOrMore };

    public static Option<bool> Flag(string name, string description) => new(name) { Description = description };

    /// <summary>A whole number in a range; <c>null</c> when the option is absent.</summary>
    public static int? Whole(this ParseResult parsed, Option<string?> option, int least, int most = int.MaxValue) => parsed.GetValue(option) switch
    {
        null => null,
        var text when int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most => number,
        var text => throw Bad(option, text, most == int.MaxValue ? $"a whole number of at least {least}" : $"a whole number from {least} to {most}"),
    };

    /// <summary>A number that fits; <c>null</c> when the option is absent. Not by way of single precision: 0.003 must be what a default of 0.003 is.</summary>
    public static double? Number(this ParseResult parsed, Option<string?> option, string wanted, Predicate<double> fits) => parsed.GetValue(option) switch
    {
        null => null,
        var text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value) && fits(value) => value,
        var text => throw Bad(option, text, wanted),
    };

    /// <summary>A number above 0; <c>null</c> when the option is absent.</summary>
    public static double? Above0(this ParseResult parsed, Option<string?> option) => parsed.Number(option, "a number above 0", value => value > 0);

    /// <summary>A part of 1, below it; <c>null</c> when the option is absent.</summary>
    public static double? Share(this ParseResult parsed, Option<string?> option) => parsed.Number(option, "a number from 0 to below 1", value => value is >= 0 and < 1);

    /// <summary>Numbers separated by commas; <c>null</c> when the option is absent.</summary>
    public static float[]? Numbers(this ParseResult parsed, Option<string?> option)
    {
        if (parsed.GetValue(option) is not { } text)
        {
            return null;
        }

        string[] parts = text.Split(',');
        float[] numbers = new float[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            if (!float.TryParse(parts[i], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i]) || !float.IsFinite(numbers[i]))
            {
                throw Bad(option, text, "numbers separated by commas, for instance 0.485,0.456,0.406");
            }
        }

        return numbers;
    }

    /// <summary>One of a few words; <c>null</c> when the option is absent.</summary>
    public static T? Choice<T>(this ParseResult parsed, Option<string?> option, params ReadOnlySpan<(string Name, T Value)> choices)
        where T : struct
    {
        if (parsed.GetValue(option) is not { } text)
        {
            return null;
        }

        List<string> names = [];
        foreach (var (name, value) in choices)
        {
            if (name == text)
            {
                return value;
            }

            names.Add(name);
        }

        throw Bad(option, text, $"one of {string.Join(", ", names)}", names);
    }

    /// <summary>NAME=VALUE pairs, in their order.</summary>
    public static List<KeyValuePair<string, string>> Pairs(this ParseResult parsed, Option<string[]> option, string form) =>
        [.. (parsed.GetValue(option) ?? []).Select(text => text.Split('=', 2) is [{ Length: > 0 } name, var value]
            ? KeyValuePair.Create(name.Trim(), value.Trim())
            : throw Bad(option, text, $"{form}"))];

    /// <summary>The complaint about an option's value.</summary>
    public static UsageException Bad(Option option, string text, string wanted, IEnumerable<string>? names = null) =>
        new($"{option.Name} takes {wanted}; \"{text}\" was given."
            + (names is not null && Graphs.Suggestions.Nearest(text, names, 1) is [var nearest] ? $" Did you mean {nearest}?" : ""));

    /// <summary>Complains now about a file that is not there, rather than after long work.</summary>
    public static string Existing(string path, string what) => File.Exists(path)
        ? path
        : throw new FileNotFoundException(Directory.Exists(path) ? $"{what} {path} is a folder; a file is needed." : $"{what} {path} does not exist.");
}
