using System.Collections.Immutable;
using Unmask.Graphs;
using Unmask.Imaging;
using Unmask.Runtime;

namespace Unmask.Training;

/// <summary>
/// Labelled pictures of one size as inputs <c>image</c> [N, 3, size, size] and <c>target</c> [N]. They are decoded once and kept as bytes, up to a limit; those beyond it are
/// decoded each time. A picture's shorter side is resized to the size and the middle is cropped; bytes are normalised as ImageNet's (<see cref="Preprocessing.ImageNet"/>).
/// </summary>
/// <remarks>Variation: mirrored left to right half of the time, and shifted by up to an eighth of the size in both directions, with the border mirrored.</remarks>
public sealed class PictureTrainingSet : TrainingSet
{
    private const int ShiftParts = 8;

    private readonly ImmutableArray<LabelledPicture> _pictures;
    private readonly byte[]?[] _cached;
    private readonly float[][] _levels;
    private readonly int _size;

    private PictureTrainingSet(ImmutableArray<LabelledPicture> pictures, byte[]?[] cached, int size, ImmutableArray<(string File, string Reason)> failures)
    {
        (_pictures, _cached, _size, Failures) = (pictures, cached, size, failures);
        _levels = [.. Enumerable.Range(0, 3).Select(channel => Enumerable.Range(0, 256).Select(level => PreprocessingOf(size).Normalize(level, channel)).ToArray())];
    }

    /// <inheritdoc/>
    public override int Count => _pictures.Length;

    /// <summary>Pictures that cannot be read and are left out, with the reason.</summary>
    public ImmutableArray<(string File, string Reason)> Failures { get; }

    /// <summary>How the network's input is made of a picture; for the model's file.</summary>
    /// <param name="size">Height and width in pixels.</param>
    public static Preprocessing PreprocessingOf(int size) => Preprocessing.ImageNet with { ResizeTo = size, Size = (size, size) };

    /// <summary>Decodes all pictures once.</summary>
    /// <param name="pictures">Which.</param>
    /// <param name="size">Height and width in pixels, at least 8.</param>
    /// <param name="cacheBytes">Bytes of decoded pictures that are kept (3 · size² for each). Default 1 GiB.</param>
    /// <param name="progress">Told after each batch of pictures.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="UnmaskException">None can be read.</exception>
    public static PictureTrainingSet Load(
        ImmutableArray<LabelledPicture> pictures, int size, long cacheBytes = 1L << 30, IProgress<Step>? progress = null, CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 8);
        const int Batch = 32;
        long fitting = cacheBytes / (3L * size * size);
        var read = ImmutableArray.CreateBuilder<LabelledPicture>();
        var failures = ImmutableArray.CreateBuilder<(string, string)>();
        List<byte[]?> cached = [];
        Batcher.Run(pictures.Length, Batch, Environment.ProcessorCount, (first, count) => pictures.AsSpan(first, count).ToArray().Select(picture => TryRead(picture.Photo, size)).ToArray(), (first, results) =>
        {
            for (int i = 0; i < results.Length; i++)
            {
                if (results[i].Pixels is { } pixels)
                {
                    read.Add(pictures[first + i]);
                    cached.Add(cached.Count < fitting ? pixels : null);
                }
                else
                {
                    failures.Add((pictures[first + i].Photo.File, results[i].Reason ?? ""));
                }
            }

            progress?.Report(new(first + results.Length, pictures.Length, "pictures read"));
            return true;
        }, cancel);
        return read.Count > 0 || pictures.IsEmpty
            ? new(read.ToImmutable(), [.. cached], size, failures.ToImmutable())
            : throw new UnmaskException($"None of the {pictures.Length} pictures can be read. The first: {failures[0].Item2}");
    }

    /// <inheritdoc/>
    public override Dictionary<string, TensorData> Read(ReadOnlySpan<int> items, Variation? variation)
    {
        int area = _size * _size;
        float[] values = new float[3 * area * items.Length];
        long[] classes = new long[items.Length];
        for (int i = 0; i < items.Length; i++)
        {
            byte[] pixels = _cached[items[i]] ?? Fitted(_pictures[items[i]].Photo, _size);
            Fill(values.AsSpan(3 * area * i, 3 * area), pixels, variation is { } key ? Placed(key.Of(items[i])) : default);
            classes[i] = _pictures[items[i]].Class;
        }

        return new(StringComparer.Ordinal) { ["image"] = TensorData.Adopt(values, items.Length, 3, _size, _size), [Objective.TargetInput] = TensorData.Adopt(classes, items.Length) };
    }

    private (int X, int Y, bool Mirrored) Placed(Rng random)
    {
        int most = _size / ShiftParts;
        return (random.NextInt32((2 * most) + 1) - most, random.NextInt32((2 * most) + 1) - most, random.NextInt32(2) == 1);
    }

    private void Fill(Span<float> planes, byte[] pixels, (int X, int Y, bool Mirrored) place)
    {
        int area = _size * _size;
        for (int y = 0; y < _size; y++)
        {
            int row = Reflected(y + place.Y) * _size;
            for (int x = 0; x < _size; x++)
            {
                int column = Reflected(place.X + (place.Mirrored ? _size - 1 - x : x)), at = 3 * (row + column), to = (y * _size) + x;
                planes[to] = _levels[0][pixels[at]];
                planes[area + to] = _levels[1][pixels[at + 1]];
                planes[(2 * area) + to] = _levels[2][pixels[at + 2]];
            }
        }
    }

    private int Reflected(int at) => at < 0 ? -at - 1 : at >= _size ? (2 * _size) - 1 - at : at;

    private static (byte[]? Pixels, string? Reason) TryRead(Photo photo, int size)
    {
        try
        {
            return (Fitted(photo, size), null);
        }
        catch (Exception problem) when (problem is ImageFormatException or UnmaskException or IOException or UnauthorizedAccessException)
        {
            return (null, problem.Message);
        }
    }

    // The same as PictureReader does with a picture at use.
    private static byte[] Fitted(Photo photo, int size) => photo.Load().ResizeShorterSide(size).CropCenter(size, size).Pixels.ToArray();
}
