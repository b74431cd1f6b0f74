using System.Collections.Immutable;
using System.Globalization;

namespace Unmask.Training;

/// <summary>Two classes of a model, or one against the rest, and what the data calls them.</summary>
/// <param name="Pair">The classes.</param>
/// <param name="First">What the data calls the first; <c>null</c>: as the model.</param>
/// <param name="Second">What the data calls the second; <c>null</c>: as the model, or there is none.</param>
public sealed record GadChoice(ClassPair Pair, string? First = null, string? Second = null)
{
    /// <summary>Reads <c>cat,dog</c>, <c>281,207</c>, <c>cat=cats,dog=dogs</c> (the model's class, then the data's name of it) or <c>cat</c> (against the rest).</summary>
    /// <exception cref="UnmaskException">It is none of these, or a class is none of the model's.</exception>
    public static GadChoice Parse(string text, Labels labels)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(labels);
        (int Index, string? Data)[] classes = [.. text.Split(',').Select(part => part.Split('=', 2) is [var name, var data] ? (IndexOf(name.Trim(), labels), data.Trim()) : (IndexOf(part.Trim(), labels), (string?)null))];
        return classes switch
        {
            [var only] => new(new(only.Index, null), only.Data),
            [var one, var other] when one.Index != other.Index => new(new(one.Index, other.Index), one.Data, other.Data),
            [_, _] => throw new UnmaskException($"Both classes of \"{text}\" are \"{labels[classes[0].Index]}\": two are needed that differ, or one alone, against the rest."),
            _ => throw new UnmaskException($"\"{text}\" names {classes.Length} classes; two are pushed apart (cat,dog), or one against the rest (cat)."),
        };
    }

    /// <summary>On which side a photo is.</summary>
    public ClassSide SideOf(Photo photo, Labels labels)
    {
        ArgumentNullException.ThrowIfNull(photo);
        ArgumentNullException.ThrowIfNull(labels);
        return Shows(photo, Pair.First, First, labels) ? ClassSide.First
            : Pair.Second is { } second ? Shows(photo, second, Second, labels) ? ClassSide.Second : ClassSide.Neither
            : photo.Label is not null || photo.ClassIndex is not null ? ClassSide.Second
            : ClassSide.Neither;
    }

    /// <summary>Draws pictures to learn from: those in folders for validation or tests are left out.</summary>
    /// <param name="photos">All that there are, with labels.</param>
    /// <param name="labels">The model's classes.</param>
    /// <param name="most">How many at most; <c>null</c>: all.</param>
    /// <param name="seed">Seed of the draw.</param>
    /// <exception cref="UnmaskException">There are none of one of the classes.</exception>
    public ImmutableArray<LabelledPicture> Draw(PhotoSet photos, Labels labels, int? most = null, ulong seed = 0)
    {
        ArgumentNullException.ThrowIfNull(photos);
        ArgumentNullException.ThrowIfNull(labels);
        var pictures = LabelledPictures.Of(photos, new(0, 0, seed));
        ThrowUnlessBoth(pictures.Training, photos, labels);
        int[] order = TrainingSeeds.Shuffled(pictures.Training.Length, Rng.At(seed, 0));
        ImmutableArray<LabelledPicture> drawn = [.. order.Take(most ?? order.Length).Order().Select(at => pictures.Training[at])];
        ThrowUnlessBoth(drawn, photos, labels);
        return drawn;
    }

    private void ThrowUnlessBoth(ImmutableArray<LabelledPicture> pictures, PhotoSet photos, Labels labels)
    {
        var counts = pictures.CountBy(picture => SideOf(picture.Photo, labels)).ToDictionary();
        foreach (var (side, name) in ((ClassSide, string)[])[(ClassSide.First, First ?? labels[Pair.First]), (ClassSide.Second, Second ?? (Pair.Second is { } second ? labels[second] : "any other class"))])
        {
            if (!counts.ContainsKey(side))
            {
                string[] there = [.. photos.Photos.Select(photo => photo.Label ?? photo.ClassIndex?.ToString(CultureInfo.InvariantCulture)).OfType<string>().Distinct().Take(12)];
                throw new UnmaskException($"{photos.Name} holds no pictures of \"{name}\" to learn from. Its classes are {string.Join(", ", there)}. Say what the data calls a class of the model: --classes CLASS=NAME,CLASS=NAME.");
            }
        }
    }

    private static bool Shows(Photo photo, int index, string? name, Labels labels) => name is not null
        ? string.Equals(photo.Label, name, StringComparison.OrdinalIgnoreCase)
        : photo.ClassIndex is { } number ? number == index
        : photo.Label is { } label && IsCalled(labels[index], label);

    private static bool IsCalled(string label, string name) =>
        string.Equals(label, name, StringComparison.OrdinalIgnoreCase) || label.Split(',').Any(part => string.Equals(part.Trim(), name, StringComparison.OrdinalIgnoreCase));

    private static int IndexOf(string name, Labels labels)
    {
        int index = int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : labels.IndexOf(name);
        return index < labels.Count ? index : throw new UnmaskException($"There is no class {index}: the model has {labels.Count} (0 to {labels.Count - 1}).");
    }
}
