using System.Collections.Immutable;
using Unmask.Training;

namespace Unmask.Maskers;

/// <summary>The pictures that a masker learns from and those that it is tried on, each with its class as the classifier counts, or −1: the classifier's own answer.</summary>
/// <param name="Training">To learn from.</param>
/// <param name="Validation">To try on.</param>
/// <param name="Known">Pictures of which the data says the class.</param>
public sealed record MaskerPictures(ImmutableArray<LabelledPicture> Training, ImmutableArray<LabelledPicture> Validation, int Known)
{
    /// <summary>Chooses pictures.</summary>
    /// <param name="photos">All of them.</param>
    /// <param name="training">Whose classes count; its recipe may ask for so many of each.</param>
    /// <param name="source">What says the class of a picture; <c>null</c> (default): the data where it says one of the classifier's, else the classifier.</param>
    /// <param name="validation">The share that is kept for validation, from 0 to below 1. Default 0.1.</param>
    /// <exception cref="UnmaskException">The data does not say the class of any picture, and it was asked to, or so many of each are wanted.</exception>
    public static MaskerPictures Of(PhotoSet photos, MaskerTraining training, ClassSource? source = null, double validation = 0.1)
    {
        ArgumentNullException.ThrowIfNull(photos);
        ArgumentNullException.ThrowIfNull(training);
        ArgumentOutOfRangeException.ThrowIfNegative(validation);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(validation, 1);
        var all = photos.Photos.Select(photo => new LabelledPicture(photo, source == ClassSource.Model ? -1 : ClassOf(photo, training))).ToList();
        int known = all.Count(picture => picture.Class >= 0);
        if (source == ClassSource.Data)
        {
            all = known > 0 ? all.FindAll(picture => picture.Class >= 0) : throw new UnmaskException($"{photos.Name} does not say which of the classifier's {training.Classes} classes its {all.Count} pictures show. "
                + "Name them NUMBER_name.jpg with the class's number, or their folders as the classifier's labels; or let the classifier say it (--labels own).");
        }

        int[] order = TrainingSeeds.Shuffled(all.Count, Rng.At(training.Recipe.Seed, 0));
        int tried = Math.Min((int)Math.Round(validation * all.Count), all.Count - 1);
        var learnt = order.Skip(tried).Order().Select(index => all[index]);
        return new([.. training.Recipe.ExamplesPerClass is { } count ? Few([.. learnt], count, training.Recipe.Seed, photos) : learnt], [.. order.Take(tried).Order().Select(index => all[index])], known);
    }

    /// <summary>So many of each class, or all that there are.</summary>
    private static IEnumerable<LabelledPicture> Few(LabelledPicture[] learnt, int count, ulong seed, PhotoSet photos)
    {
        static string? Group(LabelledPicture picture) => picture.Class >= 0 ? $"{picture.Class}" : picture.Photo.ClassIndex is { } index ? $"{index}" : picture.Photo.Label;
        LabelledPicture[] grouped = [.. learnt.Where(picture => Group(picture) is not null)];
        if (grouped.Length == 0)
        {
            throw new UnmaskException($"{photos.Name} does not say what its pictures show, so that there is no choosing {count} of each class. Put the pictures of each class into a folder of its own, or learn from all.");
        }

        HashSet<LabelledPicture> chosen = [.. grouped.GroupBy(Group).SelectMany((group, number) =>
        {
            LabelledPicture[] members = [.. group];
            return TrainingSeeds.Shuffled(members.Length, Rng.At(seed, number + 1)).Take(count).Select(index => members[index]);
        })];
        return learnt.Where(chosen.Contains);
    }

    /// <summary>The class as the classifier counts; −1: the data does not say it, or says none of these.</summary>
    private static int ClassOf(Photo photo, MaskerTraining training) => (photo.ClassIndex, photo.Label) switch
    {
        ({ } index, _) when index < training.Classes => index,
        (null, { } label) when training.Labels is { } labels && labels.Count == training.Classes && labels.Contains(label) => labels.IndexOf(label),
        _ => -1,
    };
}
