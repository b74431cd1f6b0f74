using System.Collections.Immutable;
using System.Globalization;

namespace Unmask.Metrics;

/// <summary>At which points of the way from whole to empty a curve asks the model. Counts parts: pixels, cells or segments.</summary>
public sealed record Schedule
{
    private readonly Func<int, int[]> _counts;

    private Schedule(string name, Func<int, int[]> counts)
    {
        Name = name;
        _counts = counts;
    }

    /// <summary>How it is written in options and results; <see cref="Parse"/> understands it.</summary>
    public string Name { get; }

    /// <summary>So many parts a step, all parts in the end; the last step may be shorter.</summary>
    /// <param name="parts">At least 1.</param>
    public static Schedule PerStep(int parts)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(parts);
        return new($"per-step:{parts}", total => Evenly(total, parts));
    }

    /// <summary>Steps of ⌈all ÷ <paramref name="pieces"/>⌉ parts: 28 pieces of 224 × 224 pixels are RISE's steps of 224 · 8 pixels.</summary>
    /// <param name="pieces">At least 1.</param>
    public static Schedule Pieces(int pieces)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(pieces);
        return new($"pieces:{pieces}", total => Evenly(total, (total + pieces - 1) / pieces));
    }

    /// <summary>A number of steps to a fraction of all parts, each end rounded down.</summary>
    /// <param name="steps">At least 1.</param>
    /// <param name="upTo">The fraction that is changed in the end, above 0, at most 1.</param>
    public static Schedule Steps(int steps, double upTo = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(steps);
        CheckFraction(upTo);
        string until = upTo == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $"@{upTo}");
        return new($"steps:{steps}{until}", total => [.. Enumerable.Range(0, steps + 1).Select(step => (int)((long)(total * upTo) * step / steps))]);
    }

    /// <summary>Given fractions of all parts, each rounded to whole parts.</summary>
    /// <param name="fractions">Rising, 0 to 1, at least two.</param>
    /// <exception cref="ArgumentException">They do not rise.</exception>
    public static Schedule Fractions(params ReadOnlySpan<double> fractions)
    {
        double[] given = fractions.ToArray();
        if (given.Length < 2 || given[0] < 0 || given[^1] > 1 || given.Zip(given.Skip(1)).Any(pair => !(pair.First < pair.Second)))
        {
            throw new ArgumentException("A curve needs at least two rising fractions between 0 and 1.", nameof(fractions));
        }

        return new($"fractions:{string.Join(',', given.Select(value => SettingText.Of(value)))}", total => [.. given.Select(fraction => (int)Math.Round(fraction * total))]);
    }

    /// <summary>Reads <c>pieces:28</c>, <c>per-step:1792</c>, <c>steps:10</c>, <c>steps:10@0.5</c> or <c>fractions:0,0.1,0.5</c>.</summary>
    /// <exception cref="FormatException">The text is none of these.</exception>
    public static Schedule Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] halves = text.Split(':', 2);
        return halves switch
        {
            ["pieces", var pieces] => Pieces(SettingText.Int(pieces)),
            ["per-step", var parts] => PerStep(SettingText.Int(parts)),
            ["steps", var steps] when steps.Split('@') is [var count, var upTo] => Steps(SettingText.Int(count), SettingText.Double(upTo)),
            ["steps", var steps] => Steps(SettingText.Int(steps)),
            ["fractions", var list] => Fractions([.. list.Split(',').Select(SettingText.Double)]),
            _ => throw new FormatException($"\"{text}\" is no schedule. Known: pieces:28, per-step:1792, steps:10, steps:10@0.5, fractions:0,0.1,0.5."),
        };
    }

    /// <inheritdoc/>
    public bool Equals(Schedule? other) => other is not null && other.Name == Name;

    /// <inheritdoc/>
    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>How many parts are changed at each point of the curve.</summary>
    internal ImmutableArray<int> CountsFor(int parts) => [.. _counts(parts)];

    private static int[] Evenly(int total, int step) => [.. Enumerable.Range(0, ((total + step - 1) / step) + 1).Select(k => (int)Math.Min(total, (long)k * step))];

    private static void CheckFraction(double upTo)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(upTo);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(upTo, 1);
    }
}
