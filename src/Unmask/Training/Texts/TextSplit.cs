using System.Collections.Immutable;

namespace Unmask.Training;

/// <summary>How labelled texts are read and parted.</summary>
public sealed record TextSplit
{
    /// <summary>The share of each class that is kept for validation where the data has no part for it, from 0 to below 1. Default 0.1.</summary>
    public double Validation { get; init => field = Require.NotNegativeBelow(value, 1); } = 0.1;

    /// <summary>The share of each class that is kept for the test where the data has no part for it, from 0 to below 1. Default 0. Ignored with <see cref="TestPath"/>.</summary>
    public double Test { get; init => field = Require.NotNegativeBelow(value, 1); }

    /// <summary>Another file or folder, all of which is the test; <c>null</c> (default): there is none.</summary>
    public string? TestPath { get; init; }

    /// <summary>Names of the columns or properties of label and text, or numbers of columns from 1; <c>null</c> (default): those of the usual names, else the longer of two columns is the text.</summary>
    public (string Label, string Text)? Columns { get; init; }

    /// <summary>Seed of the choice. Default 0.</summary>
    public ulong Seed { get; init; }

    /// <summary>Draws those for the test first, then of the rest those for validation: so the test does not depend on how much is kept for validation.</summary>
    internal ImmutableDictionary<TextPart, ImmutableArray<LabelledText>> Apply(ImmutableArray<(TextPart Part, LabelledText Text)> texts)
    {
        TextPart[] parts = [.. texts.Select(each => each.Part)];
        Draw(texts, parts, TextPart.Test, Test, 0);
        Draw(texts, parts, TextPart.Validation, Validation, 1);
        return Enum.GetValues<TextPart>().ToImmutableDictionary(part => part, part => texts.Where((_, i) => parts[i] == part).Select(each => each.Text).ToImmutableArray());
    }

    private void Draw(ImmutableArray<(TextPart Part, LabelledText Text)> texts, TextPart[] parts, TextPart part, double share, int purpose)
    {
        if (share == 0 || parts.Contains(part))
        {
            return;
        }

        foreach (var group in Enumerable.Range(0, parts.Length).Where(i => parts[i] == TextPart.Training).GroupBy(i => texts[i].Text.Class))
        {
            int[] items = [.. group];
            int count = Math.Min(items.Length - 1, Math.Max(1, (int)Math.Round(share * items.Length)));
            foreach (int index in TrainingSeeds.Shuffled(items.Length, Rng.At(Seed, (2L * group.Key) + purpose)).Take(count))
            {
                parts[items[index]] = part;
            }
        }
    }
}
