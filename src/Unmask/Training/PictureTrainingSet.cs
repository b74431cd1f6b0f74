using System.Collections.Immutable;
using Unmask.Graphs;
using Unmask.Imaging;
using Unmask.Runtime;

namespace Unmask.Training;

/// <summary>
/// Labelled pictures of one size as inputs <c>image</c> [N, 3, size, size] and <c>target</c> [N]. They are decoded once and kept as bytes: in memory up to a limit, beyond it in a temporary file.
/// Without variation a picture's shorter side is resized to the size and the middle is cropped; bytes are normalised as ImageNet's (<see cref="Preprocessing.ImageNet"/>).
/// </summary>
public sealed class PictureTrainingSet : TrainingSet, IDisposable
{
    // Of pictures that are cropped at random, no more is kept than twice the size: a crop of a quarter then shows every pixel.
    private const int KeptSizes = 2;

    private readonly ImmutableArray<LabelledPicture> _pictures;
    private readonly PictureStore _store;
    private readonly PictureRenderer _renderer;
    private readonly ViewsAhead _ahead;
    private readonly int _size;

    private PictureTrainingSet(ImmutableArray<LabelledPicture> pictures, PictureStore store, int size, Augmentation augmentation, ImmutableArray<(string File, string Reason)> failures)
    {
        (_pictures, _store, _size, Augmentation, Failures) = (pictures, store, size, augmentation, failures);
        _renderer = new(size, PreprocessingOf(size));
        _ahead = new(Varied);
    }

    /// <inheritdoc/>
    public override int Count => _pictures.Length;

    /// <summary>Pictures that cannot be read and are left out, with the reason.</summary>
    public ImmutableArray<(string File, string Reason)> Failures { get; }

    /// <summary>How pictures vary while they are learnt from.</summary>
    public Augmentation Augmentation { get; }

    /// <summary>How the network's input is made of a picture; for the model's file.</summary>
    /// <param name="size">Height and width in pixels.</param>
    public static Preprocessing PreprocessingOf(int size) => Preprocessing.ImageNet with { ResizeTo = size, Size = (size, size) };

    /// <summary>Decodes all pictures once.</summary>
    /// <param name="pictures">Which.</param>
    /// <param name="size">Height and width in pixels, at least 8.</param>
    /// <param name="augmentation">How they vary while they are learnt from; <c>null</c> (default): mirrored half of the time and shifted by up to an eighth.</param>
    /// <param name="cacheBytes">Bytes of decoded pictures that are kept in memory (3 · size² for each, or 3 · width · height where they are cropped at random). Default 1 GiB.</param>
    /// <param name="progress">Told after each batch of pictures.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="UnmaskException">None can be read, or the temporary folder is full.</exception>
    public static PictureTrainingSet Load(
        ImmutableArray<LabelledPicture> pictures, int size, Augmentation? augmentation = null, long cacheBytes = 1L << 30, IProgress<Step>? progress = null, CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 8);
        const int Batch = 32;
        augmentation ??= new();
        var read = ImmutableArray.CreateBuilder<LabelledPicture>();
        var failures = ImmutableArray.CreateBuilder<(string, string)>();
        var store = new PictureStore(cacheBytes);
        try
        {
            Batcher.Run(pictures.Length, Batch, Environment.ProcessorCount, (first, count) => pictures.AsSpan(first, count).ToArray().Select(picture => TryRead(picture.Photo, size, augmentation)).ToArray(), (first, results) =>
            {
                for (int i = 0; i < results.Length; i++)
                {
                    if (results[i].Picture is { } picture)
                    {
                        read.Add(pictures[first + i]);
                        store.Add(picture);
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
                ? new(read.ToImmutable(), store, size, augmentation, failures.ToImmutable())
                : throw new UnmaskException($"None of the {pictures.Length} pictures can be read. The first: {failures[0].Item2}");
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override Dictionary<string, TensorData> Read(ReadOnlySpan<int> items, Variation? variation)
    {
        int count = 3 * _size * _size;
        float[] values = GC.AllocateUninitializedArray<float>(count * items.Length);
        long[] classes = new long[items.Length];
        for (int i = 0; i < items.Length; i++)
        {
            var planes = values.AsSpan(count * i, count);
            if (variation is { } key)
            {
                _ahead.Take(items[i], key).CopyTo(planes);
            }
            else
            {
                _renderer.Fill(planes, _store.Read(items[i]), PictureView.Plain);
            }

            classes[i] = _pictures[items[i]].Class;
        }

        return new(StringComparer.Ordinal) { ["image"] = TensorData.Adopt(values, items.Length, 3, _size, _size), [Objective.TargetInput] = TensorData.Adopt(classes, items.Length) };
    }

    /// <inheritdoc/>
    /// <remarks>The views are made on the thread pool.</remarks>
    public override void Announce(ReadOnlyMemory<int> items, Variation variation) => _ahead.Announce(items, variation);

    /// <summary>All that varied pictures depend on, in one line, by which a checkpoint knows it again.</summary>
    public override string ToString() => $"{Count} pictures of {_size} × {_size} pixels, {Augmentation}";

    /// <summary>Views announced and not yet read.</summary>
    internal int ViewsWaiting => _ahead.Count;

    /// <summary>Frees the temporary file.</summary>
    public void Dispose() => _store.Dispose();

    private float[] Varied(int item, Variation variation)
    {
        var (width, height) = _store.SizeOf(item);
        float[] planes = GC.AllocateUninitializedArray<float>(3 * _size * _size);
        _renderer.Fill(planes, _store.Read(item), PictureView.Draw(Augmentation, variation.Of(item), width, height, _size));
        return planes;
    }

    private static (Image? Picture, string? Reason) TryRead(Photo photo, int size, Augmentation augmentation)
    {
        try
        {
            return (Kept(photo.Load(), size, augmentation), null);
        }
        catch (Exception problem) when (problem is ImageFormatException or UnmaskException or IOException or UnauthorizedAccessException)
        {
            return (null, problem.Message);
        }
    }

    private static Image Kept(Image picture, int size, Augmentation augmentation) => !augmentation.Crops
        ? picture.ResizeShorterSide(size).CropCenter(size, size)
        : Math.Min(picture.Width, picture.Height) > KeptSizes * size ? picture.ResizeShorterSide(KeptSizes * size) : picture;
}
