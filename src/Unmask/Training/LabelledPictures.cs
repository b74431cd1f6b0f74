using System.Collections.Immutable;

namespace Unmask.Training;

/// <summary>A picture and its class.</summary>
/// <param name="Photo">The picture, read when it is wanted.</param>
/// <param name="Class">An index into <see cref="LabelledPictures.Classes"/>.</param>
public readonly record struct LabelledPicture(Photo Photo, int Class);

/// <summary>
/// Pictures with their classes, parted into those that are learnt from and those that the network is tried on. The data parts them by folders <c>train</c> and
/// <c>test</c> (or <c>val</c>, <c>validation</c>) above the classes, as CIFAR-10's does; else a share of each class is drawn at random.
/// </summary>
public sealed class LabelledPictures
{
    private static readonly string[] ValidationFolders = ["test", "val", "valid", "validation"];

    private LabelledPictures(ImmutableArray<string> classes, ImmutableArray<LabelledPicture> training, ImmutableArray<LabelledPicture> validation) =>
        (Classes, Training, Validation) = (classes, training, validation);

    /// <summary>The names of the classes, in the order of the network's outputs.</summary>
    public ImmutableArray<string> Classes { get; }

    /// <summary>Pictures to learn from.</summary>
    public ImmutableArray<LabelledPicture> Training { get; }

    /// <summary>Pictures that are only looked at to see how good the network is.</summary>
    public ImmutableArray<LabelledPicture> Validation { get; }

    /// <summary>Sorts the photos of a set.</summary>
    /// <param name="photos">The set: a folder a class, names like <c>386_elephant.jpg</c>, or a table <c>labels.tsv</c>.</param>
    /// <param name="share">The share of each class that is kept for validation where the data does not part itself, from 0 to below 1.</param>
    /// <param name="seed">Seed of that choice.</param>
    /// <exception cref="UnmaskException">The data does not say what its photos show, or all show the same.</exception>
    public static LabelledPictures Of(PhotoSet photos, double share = 0.1, ulong seed = 0)
    {
        ArgumentNullException.ThrowIfNull(photos);
        ArgumentOutOfRangeException.ThrowIfNegative(share);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(share, 1);
        Photo[] known = [.. photos.Photos.Where(photo => photo.Label is not null || photo.ClassIndex is not null)];
        if (known.Length == 0)
        {
            throw Unlabelled(photos);
        }

        bool numbered = known.All(photo => photo.ClassIndex is not null);
        var groups = numbered
            ? known.GroupBy(photo => photo.ClassIndex.GetValueOrDefault()).OrderBy(group => group.Key).Select(group => (Name: group.First().Label ?? $"class {group.Key}", Photos: group.ToArray())).ToArray()
            : [.. known.GroupBy(photo => photo.Label ?? "", StringComparer.Ordinal).OrderBy(group => group.Key, NaturalOrder.Comparer).Select(group => (Name: group.Key, Photos: group.ToArray()))];
        if (groups.Length < 2)
        {
            throw new UnmaskException($"All {known.Length} pictures of {photos.Name} belong to one class, \"{groups[0].Name}\". A classifier needs at least two: put the pictures of another class into a folder beside it.");
        }

        var all = groups.SelectMany((group, index) => group.Photos.Select(photo => new LabelledPicture(photo, index))).ToArray();
        var (training, validation) = Part(all, share, seed);
        return training.Length > 0
            ? new([.. groups.Select(group => group.Name)], training, validation)
            : throw new UnmaskException($"{photos.Name} holds no pictures to learn from: all lie in a folder for tests.");
    }

    private static (ImmutableArray<LabelledPicture> Training, ImmutableArray<LabelledPicture> Validation) Part(LabelledPicture[] all, double share, ulong seed)
    {
        bool IsForValidation(LabelledPicture picture) => picture.Photo.File.Split('/')[..^1].Intersect(ValidationFolders, StringComparer.OrdinalIgnoreCase).Any();
        if (Array.Exists(all, IsForValidation))
        {
            return ([.. all.Where(picture => !IsForValidation(picture))], [.. all.Where(IsForValidation)]);
        }

        var chosen = all.GroupBy(picture => picture.Class).SelectMany(group => Drawn([.. group], share, Rng.At(seed, group.Key))).ToHashSet();
        return ([.. all.Where(picture => !chosen.Contains(picture))], [.. all.Where(chosen.Contains)]);
    }

    /// <summary>A share of a class, but not the last picture.</summary>
    private static IEnumerable<LabelledPicture> Drawn(LabelledPicture[] pictures, double share, Rng random)
    {
        int count = share == 0 ? 0 : Math.Min(pictures.Length - 1, Math.Max(1, (int)Math.Round(share * pictures.Length)));
        return TrainingSeeds.Shuffled(pictures.Length, random).Take(count).Select(index => pictures[index]);
    }

    private static UnmaskException Unlabelled(PhotoSet photos)
    {
        string[] folders = [.. photos.Photos.Select(photo => Path.GetDirectoryName(photo.File) ?? "").Distinct(StringComparer.Ordinal)];
        return folders is [{ Length: > 0 } only]
            ? new($"All {photos.Photos.Length} pictures of {photos.Name} belong to one class, \"{only}\". A classifier needs at least two: put the pictures of another class into a folder beside it.")
            : new($"{photos.Name} does not say what its {photos.Photos.Length} pictures show. Put the pictures of each class into a folder of its own, or name them NUMBER_name.jpg with the class's number, or add a table labels.tsv.");
    }
}
