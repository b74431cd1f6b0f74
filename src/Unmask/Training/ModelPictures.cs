using System.Diagnostics;
using Unmask.Graphs;

namespace Unmask.Training;

/// <summary>
/// Labelled pictures as the input of an existing model: of its size, in its order of channels and axes, with its own normalisation. Varied and kept in memory as
/// <see cref="PictureTrainingSet"/> does; what is cut off the borders at use is cut off after the variation.
/// </summary>
public sealed class ModelPictures : TrainingSet
{
    private readonly TrainingSet _pictures;
    private readonly Value _input;
    private readonly Preprocessing _preprocessing;
    private readonly InputLayout _layout;
    private readonly int _size;

    /// <summary>Takes pictures of the size that <see cref="SizeFor"/> says.</summary>
    /// <param name="pictures">The pictures, as <see cref="PictureTrainingSet"/> reads them.</param>
    /// <param name="input">The model's input.</param>
    /// <param name="preprocessing">How pictures become that input.</param>
    public ModelPictures(TrainingSet pictures, Value input, Preprocessing preprocessing)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(preprocessing);
        (_pictures, _input, _preprocessing) = (pictures, input, preprocessing);
        _layout = LayoutOf(input, preprocessing);
        _size = SizeFor(input, preprocessing);
    }

    /// <inheritdoc/>
    public override int Count => _pictures.Count;

    /// <summary>Height and width that pictures are wanted in before the borders are cut off.</summary>
    /// <param name="input">The model's input.</param>
    /// <param name="preprocessing">How pictures become that input.</param>
    /// <exception cref="UnmaskException">The input is no picture of floats, or its size is not known.</exception>
    public static int SizeFor(Value input, Preprocessing preprocessing)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(preprocessing);
        var (height, width) = LayoutOf(input, preprocessing).Spatial;
        int longer = Math.Max(height, width);
        return preprocessing.Fit == Fit.Crop ? Math.Max(preprocessing.ResizeFor(longer), longer) : longer;
    }

    /// <summary>The preprocessing at use that fits the training: a centre crop, whatever the model's own brought pictures to its size; the given one where the input takes no such pictures.</summary>
    internal static Preprocessing AtUse(Value input, Preprocessing preprocessing) => Obstacle(input, preprocessing) is null
        ? preprocessing with { Fit = Fit.Crop, ResizeTo = SizeFor(input, preprocessing), Size = LayoutOf(input, preprocessing).Spatial }
        : preprocessing;

    /// <inheritdoc/>
    public override void Announce(ReadOnlyMemory<int> items, Variation variation) => _pictures.Announce(items, variation);

    /// <inheritdoc/>
    public override Dictionary<string, TensorData> Read(ReadOnlySpan<int> items, Variation? variation)
    {
        var read = _pictures.Read(items, variation);
        if (!read.Remove("image", out var pictures))
        {
            throw new InvalidOperationException($"The pictures are not there as \"image\" but as {string.Join(", ", read.Keys)}.");
        }

        float[] values = new float[_layout.Count * items.Length];
        var planes = pictures.AsSpan<float>();
        for (int i = 0; i < items.Length; i++)
        {
            Fill(values.AsSpan(i * _layout.Count, _layout.Count), planes.Slice(i * 3 * _size * _size, 3 * _size * _size));
        }

        read[_input.Name] = TensorData.Adopt(values, [items.Length, .. _layout.Sizes.Select(size => (long)size)]);
        return read;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{_pictures} as {_input} by {_preprocessing}";

    private void Fill(Span<float> values, ReadOnlySpan<float> planes)
    {
        var (height, width) = _layout.Spatial;
        int top = (_size - height) / 2, left = (_size - width) / 2, area = _size * _size;
        var given = PictureTrainingSet.PreprocessingOf(_size);
        for (int channel = 0; channel < _layout.Channels; channel++)
        {
            int source = _preprocessing.ChannelOrder == ChannelOrder.Rgb ? channel : 2 - channel;
            // Back to levels of 0 to 255, which colours that were varied may have left.
            float slope = given.Std[source] * given.Scale, zero = given.Mean[source] * given.Scale;
            var plane = planes.Slice(source * area, area);
            for (int y = 0; y < height; y++)
            {
                var row = plane.Slice(((top + y) * _size) + left, width);
                for (int x = 0; x < width; x++)
                {
                    values[_layout.IndexOf(channel, y, x)] = _preprocessing.Normalize((slope * row[x]) + zero, channel);
                }
            }
        }
    }

    /// <summary>The axes of one picture.</summary>
    /// <exception cref="UnmaskException">The input is no picture of floats, or its size is not known.</exception>
    internal static InputLayout LayoutOf(Value input, Preprocessing preprocessing)
    {
        if (Obstacle(input, preprocessing) is { } obstacle)
        {
            throw new UnmaskException(obstacle);
        }

        var order = ModelSignature.OrderOf(input);
        var (height, width) = Sides(input, preprocessing) is ({ } tall, { } wide) ? (tall, wide) : throw new UnreachableException();
        return new(order, order == AxisOrder.ChannelsFirst ? [3, height, width] : [height, width, 3]);
    }

    private static string? Obstacle(Value input, Preprocessing preprocessing) => ModelSignature.OrderOf(input) switch
    {
        AxisOrder.ChannelsFirst when input.Element == ElementType.Float32 && (input.Shape![1].Size ?? 3) == 3 => SizeObstacle(input, preprocessing),
        AxisOrder.ChannelsLast when input.Element == ElementType.Float32 && (input.Shape![3].Size ?? 3) == 3 => SizeObstacle(input, preprocessing),
        _ => $"The model's input {input} does not take colour pictures of 32-bit floats: it cannot be trained on pictures.",
    };

    private static string? SizeObstacle(Value input, Preprocessing preprocessing) => Sides(input, preprocessing) is (not null, not null)
        ? null
        : $"The model's input {input} takes pictures of any size. Say which with --size, for instance --size 224.";

    private static (int? Height, int? Width) Sides(Value input, Preprocessing preprocessing)
    {
        int first = ModelSignature.OrderOf(input) == AxisOrder.ChannelsFirst ? 2 : 1;
        return ((int?)input.Shape![first].Size ?? preprocessing.Size?.Height, (int?)input.Shape[first + 1].Size ?? preprocessing.Size?.Width);
    }
}
