using Unmask.Imaging;
using Unmask.Metrics;

namespace Unmask.Benchmarks;

/// <summary>What a study of maskers runs on.</summary>
/// <param name="Name">For files and tables.</param>
/// <param name="Classifier">The ONNX file of the explained classifier.</param>
/// <param name="Pictures">A folder with <c>train/CLASS</c> and <c>test/CLASS</c>; of scenes the one that the command <c>scenes</c> wrote.</param>
internal sealed record StudyData(string Name, string Classifier, string Pictures)
{
    /// <summary>Another classifier of the same classes, which no masker learnt from; <c>null</c>: none.</summary>
    public string? Other { get; init; }

    /// <summary>Test pictures that are measured.</summary>
    public int Photos { get; init; } = 200;

    private bool IsScenes => Directory.Exists(Path.Combine(Pictures, "located"));

    /// <summary>Where maskers learn from.</summary>
    public string Training => Path.Combine(Pictures, IsScenes ? "labelled" : "", "train");

    /// <summary>The pictures that are measured, spread evenly over the test, each with what is known of it.</summary>
    public IEnumerable<StudyPhoto> Test(Labels labels)
    {
        using var set = PhotoSet.Open(Path.Combine(Pictures, IsScenes ? "located" : "test"));
        int count = Math.Min(Photos, set.Photos.Length);
        for (int i = 0; i < count; i++)
        {
            var photo = set.Photos[(int)((long)i * set.Photos.Length / count)];
            string label = photo.Label ?? photo.Categories[0];
            string cues = Path.Combine(Pictures, "cues", photo.Id + ".png");
            yield return new(photo.File, photo.Load(), labels.IndexOf(label), IsScenes ? photo.TruthOf(label) : null, File.Exists(cues) ? [.. Image.Load(cues).Pixels.ToArray().Where((_, at) => at % 3 == 0)] : null);
        }
    }
}

/// <summary>A picture that is measured.</summary>
/// <param name="Id">Its file.</param>
/// <param name="Picture">The picture.</param>
/// <param name="Class">What it shows.</param>
/// <param name="Truth">Exactly where; <c>null</c>: nobody knows.</param>
/// <param name="Cues">The number of the cue that each pixel belongs to; <c>null</c>: nobody knows.</param>
internal sealed record StudyPhoto(string Id, Image Picture, int Class, GroundTruth? Truth, byte[]? Cues);
