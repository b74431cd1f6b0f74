using System.Collections.Immutable;
using System.Globalization;
using Unmask.Imaging;
using Unmask.Metrics;
using Unmask.Runtime;

namespace Unmask.Training;

/// <summary>How often a model names the class of pictures that it did not learn from. Each picture is read, prepared and given to the model as a user's would be.</summary>
/// <param name="Accuracy">The part of pictures whose class has the highest score, 0 to 1, with Wilson's 95 % interval.</param>
/// <param name="ByClass">Of each class: pictures, and those that are right.</param>
/// <param name="Failures">Pictures that cannot be read and are left out, with the reason.</param>
public sealed record ClassifierTest(Interval Accuracy, ImmutableArray<(string Name, int Count, int Right)> ByClass, ImmutableArray<(string File, string Reason)> Failures)
{
    private const int Batch = 16;
    private const int Unreadable = -1;

    /// <summary>Tries a model.</summary>
    /// <param name="model">The model; its classes are those of the pictures.</param>
    /// <param name="classes">Their names.</param>
    /// <param name="pictures">At least one.</param>
    /// <param name="threads">Pictures at the same time; the result does not depend on it.</param>
    /// <param name="progress">Told after each batch of pictures.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="UnmaskException">None of the pictures can be read.</exception>
    public static ClassifierTest Run(
        Model model, ImmutableArray<string> classes, ImmutableArray<LabelledPicture> pictures, int threads, IProgress<Step>? progress = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfZero(pictures.Length, nameof(pictures));
        int[] counts = new int[classes.Length], right = new int[classes.Length];
        var failures = ImmutableArray.CreateBuilder<(string, string)>();
        Batcher.Run(pictures.Length, Batch, threads, (first, count) => pictures.AsSpan(first, count).ToArray().Select(picture => Ask(model, picture.Photo, cancel)).ToArray(), (first, answers) =>
        {
            foreach (var (i, (said, problem)) in answers.Index())
            {
                var picture = pictures[first + i];
                if (said == Unreadable)
                {
                    failures.Add((picture.Photo.File, problem));
                    continue;
                }

                counts[picture.Class]++;
                right[picture.Class] += said == picture.Class ? 1 : 0;
            }

            progress?.Report(new(first + answers.Length, pictures.Length, "test pictures"));
            return true;
        }, cancel);
        return counts.Sum() > 0
            ? new(Wilson.Of(right.Sum(), counts.Sum()), [.. classes.Select((name, i) => (name, counts[i], right[i]))], failures.ToImmutable())
            : throw new UnmaskException($"None of the {pictures.Length} pictures of the test can be read. The first: {failures[0].Item2}");
    }

    /// <summary>«88.10% of 2000 test photos never trained on (95 % interval 86.6% to 89.4%)»: as it is put into a model's file.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{100 * Accuracy.Mean:0.00}% of {Accuracy.Count} test pictures never trained on (95 % interval {100 * Accuracy.Low:0.0}% to {100 * Accuracy.High:0.0}%)");

    private static (int Class, string Problem) Ask(Model model, Photo photo, CancellationToken cancel)
    {
        Image picture;
        try
        {
            picture = photo.Load();
        }
        catch (Exception problem) when (problem is ImageFormatException or UnmaskException or IOException or UnauthorizedAccessException)
        {
            return (Unreadable, problem.Message);
        }

        return (model.Predict(model.Prepare(picture), cancel).Ranked[0], "");
    }
}
