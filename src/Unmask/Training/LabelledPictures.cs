using System.Collections.Immutable;

namespace Unmask.Training;

/// <summary>A picture and its class.</summary>
/// <param name="Photo">The picture, read when it is wanted.</param>
/// <param name="Class">An index into <see cref="LabelledPictures.Classes"/>.</param>
public readonly record struct LabelledPicture(Photo Photo, int Class);

/// <summary>How pictures are parted where the data does not part them itself.</summary>
/// <param name="Validation">The share of each class that is kept for validation, from 0 to below 1. Default 0.1.</param>
/// <param name="Test">The share of each class that is kept for the test, from 0 to below 1; both together below 1. Default 0.</param>
/// <param name="Seed">Seed of the choice. Default 0.</param>
public readonly record struct PictureShares(double Validation = 0.1, double Test = 0, ulong Seed = 0)
{
    /// <summary>A tenth for validation, nothing for a test.</summary>
    public PictureShares()
        : this(0.1)
    {
    }
}

/// <summary>
/// Pictures with their classes, parted into those that are learnt from, those that the network is tried on after each epoch, and those that it is tried on once, at the end. Folders above the
/// classes part them: <c>train</c>, <c>val</c> (or <c>valid</c>, <c>validation</c>) and <c>test</c>, as CIFAR-10's do; what is not in a folder <c>val</c> or <c>test</c> is parted at random.
/// </summary>
public sealed class LabelledPictures
{
    private static readonly string[] ValidationFolders = ["val", "valid", "validation"];
    private static readonly string[] TestFolders = ["test"];

    private LabelledPictures(ImmutableArray<string> classes, ILookup<PicturePart, LabelledPicture> parts, ImmutableArray<string> notes)
    {
        Classes = classes;
        (Training, Validation, Test) = ([.. parts[PicturePart.Training]], [.. parts[PicturePart.Validation]], [.. parts[PicturePart.Test]]);
        Notes = notes;
    }

    private enum PicturePart
    {
        Training,
        Validation,
        Test,
    }

    /// <summary>The names of the classes, in the order of the network's outputs.</summary>
    public ImmutableArray<string> Classes { get; }

    /// <summary>Pictures to learn from.</summary>
    public ImmutableArray<LabelledPicture> Training { get; }

    /// <summary>Pictures that the network is tried on after each epoch.</summary>
    public ImmutableArray<LabelledPicture> Validation { get; }

    /// <summary>Pictures that nothing is chosen by: for the accuracy that is told at the end.</summary>
    public ImmutableArray<LabelledPicture> Test { get; }

    /// <summary>What the user should know of the data: folders without pictures, pictures without a class, classes without pictures to learn from. Whole sentences.</summary>
    public ImmutableArray<string> Notes { get; }

    /// <summary>Sorts the photos of a set.</summary>
    /// <param name="photos">The set: a folder a class, names like <c>386_elephant.jpg</c>, or a table <c>labels.tsv</c>.</param>
    /// <param name="shares">How they are parted where the data does not part itself; <c>null</c> (default): a tenth of each class for validation.</param>
    /// <exception cref="UnmaskException">The data does not say what its photos show, or all show the same, or there are none to learn from.</exception>
    public static LabelledPictures Of(PhotoSet photos, PictureShares? shares = null)
    {
        ArgumentNullException.ThrowIfNull(photos);
        var asked = Checked(shares ?? new());
        Photo[] known = [.. photos.Photos.Where(photo => photo.Label is not null || photo.ClassIndex is not null)];
        if (known.Length == 0)
        {
            throw Unlabelled(photos);
        }

        var groups = GroupsOf(known);
        if (groups.Length < 2)
        {
            throw new UnmaskException($"All {known.Length} pictures of {photos.Name} belong to one class, \"{groups[0].Name}\". A classifier needs at least two: put the pictures of another class into a folder beside it.");
        }

        var placed = known.Select(PartByFolder).ToHashSet();
        asked = asked with { Validation = placed.Contains(PicturePart.Validation) ? 0 : asked.Validation, Test = placed.Contains(PicturePart.Test) ? 0 : asked.Test };
        var parts = groups.SelectMany((group, index) => Parted([.. group.Photos.Select(photo => new LabelledPicture(photo, index))], asked)).ToLookup(each => each.Part, each => each.Picture);
        var pictures = new LabelledPictures([.. groups.Select(group => group.Name)], parts, [.. NotesOn(photos, known.Length, groups, parts)]);
        return pictures.Training.Length > 0
            ? pictures
            : throw new UnmaskException($"{photos.Name} holds no pictures to learn from: all lie in folders for validation or tests.");
    }

    private static PictureShares Checked(PictureShares shares)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(shares.Validation, nameof(shares));
        ArgumentOutOfRangeException.ThrowIfNegative(shares.Test, nameof(shares));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(shares.Validation + shares.Test, 1, nameof(shares));
        return shares;
    }

    private static (string Name, Photo[] Photos)[] GroupsOf(Photo[] known) => known.All(photo => photo.ClassIndex is not null)
        ? [.. known.GroupBy(photo => photo.ClassIndex.GetValueOrDefault()).OrderBy(group => group.Key).Select(group => (group.First().Label ?? $"class {group.Key}", group.ToArray()))]
        : [.. known.GroupBy(photo => photo.Label ?? "", StringComparer.Ordinal).OrderBy(group => group.Key, NaturalOrder.Comparer).Select(group => (group.Key, group.ToArray()))];

    /// <summary>The pictures of one class: those that no folder places go to the parts at random.</summary>
    private static IEnumerable<(PicturePart Part, LabelledPicture Picture)> Parted(LabelledPicture[] group, PictureShares shares)
    {
        PicturePart[] parts = [.. group.Select(picture => PartByFolder(picture.Photo))];
        int[] free = [.. Enumerable.Range(0, group.Length).Where(i => parts[i] == PicturePart.Training)];
        // One picture is always left to learn from.
        int CountOf(double share, int left) => share == 0 ? 0 : Math.Clamp((int)Math.Round(share * free.Length), Math.Min(1, left), Math.Max(0, left));
        int validation = CountOf(shares.Validation, free.Length - 1), test = CountOf(shares.Test, free.Length - 1 - validation);
        foreach (var (rank, at) in TrainingSeeds.Shuffled(free.Length, Rng.At(shares.Seed, group[0].Class)).Take(validation + test).Index())
        {
            parts[free[at]] = rank < validation ? PicturePart.Validation : PicturePart.Test;
        }

        return parts.Zip(group);
    }

    private static PicturePart PartByFolder(Photo photo)
    {
        string[] folders = photo.File.Split('/')[..^1];
        bool Lies(string[] names) => folders.Intersect(names, StringComparer.OrdinalIgnoreCase).Any();
        return Lies(ValidationFolders) ? PicturePart.Validation : Lies(TestFolders) ? PicturePart.Test : PicturePart.Training;
    }

    private static IEnumerable<string> NotesOn(PhotoSet photos, int known, (string Name, Photo[] Photos)[] groups, ILookup<PicturePart, LabelledPicture> parts)
    {
        foreach (string folder in photos.EmptyFolders)
        {
            yield return $"The folder {folder} holds no pictures; there is no class of it.";
        }

        if (known < photos.Photos.Length)
        {
            yield return $"{photos.Photos.Length - known} of {photos.Photos.Length} pictures have no class and are left out, for instance {photos.Photos.First(photo => photo.Label is null && photo.ClassIndex is null).File}.";
        }

        var learnt = parts[PicturePart.Training].Select(picture => picture.Class).ToHashSet();
        for (int i = 0; i < groups.Length; i++)
        {
            if (!learnt.Contains(i))
            {
                yield return $"The class \"{groups[i].Name}\" has no pictures to learn from: all {groups[i].Photos.Length} are for validation or the test. The network will not know it.";
            }
        }
    }

    private static UnmaskException Unlabelled(PhotoSet photos)
    {
        string[] folders = [.. photos.Photos.Select(photo => Path.GetDirectoryName(photo.File) ?? "").Distinct(StringComparer.Ordinal)];
        return folders is [{ Length: > 0 } only]
            ? new($"All {photos.Photos.Length} pictures of {photos.Name} belong to one class, \"{only}\". A classifier needs at least two: put the pictures of another class into a folder beside it.")
            : new($"{photos.Name} does not say what its {photos.Photos.Length} pictures show. Put the pictures of each class into a folder of its own, or name them NUMBER_name.jpg with the class's number, or add a table labels.tsv.");
    }
}
