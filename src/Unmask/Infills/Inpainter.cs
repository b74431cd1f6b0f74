using Unmask.Graphs;
using Unmask.Runtime;
using Unmask.Training;

namespace Unmask;

/// <summary>A compiled in-painter with what is known of its inputs and its output. May be called from several threads.</summary>
internal sealed class Inpainter
{
    private readonly string _name;
    private readonly Lazy<Session> _session;
    private readonly InpainterSettings _settings;
    private readonly Value _image;

    // Null where the mask is the image's fourth channel.
    private readonly Value? _mask;
    private readonly Preprocessing _range;
    private readonly Preprocessing _output;
    private readonly bool _maskIsKept;
    private readonly bool _isGaussian;

    /// <summary>Reads what a graph says of itself.</summary>
    /// <exception cref="UnmaskException">Its inputs are not those of an in-painter.</exception>
    public Inpainter(Graph graph, string name, InpainterSettings settings)
    {
        (_name, _settings) = (name, settings);
        _isGaussian = InpainterCard.IsOverHarmonic(graph);
        _range = settings.Range ?? ModelCard.Of(graph).Preprocessing ?? Preprocessing.Unit;
        _output = settings.Output ?? _range;
        _maskIsKept = settings.MaskIsKept ?? _isGaussian;
        (_image, _mask) = InputsOf(graph, name);
        var working = RaiseOpset.Run(graph);
        _session = new(() => Session.FromGraph(working));
    }

    /// <summary>Whether it corrects a harmonic fill: holes are filled so before it is asked.</summary>
    public bool CorrectsHarmonic => _isGaussian;

    /// <summary>Whether its pictures are drawn at random.</summary>
    public bool Draws => _isGaussian && _settings.Draws;

    /// <summary>The size at which it paints a picture.</summary>
    public (int Height, int Width) SizeFor(int height, int width) =>
        ((int)(_image.Shape![2].Size ?? _settings.Size ?? height), (int)(_image.Shape[3].Size ?? _settings.Size ?? width));

    /// <summary>Paints.</summary>
    /// <param name="seen">The kept pixels.</param>
    /// <param name="holesAreFilled">Whether it shall see what stands where nothing is kept.</param>
    /// <param name="random">For what is drawn.</param>
    /// <returns>Byte levels of three planes, red first.</returns>
    public float[] Paint(KeptPicture seen, bool holesAreFilled, Rng random)
    {
        int area = seen.Kept.Length, channels = _mask is null ? 4 : 3;
        float[] image = new float[channels * area], mask = [.. seen.Kept.Select(kept => _maskIsKept == (kept != 0) ? 1f : 0f)];
        for (int at = 0; at < 3 * area; at++)
        {
            // 0 in its own space, as in training, so that nothing of what is hidden enters.
            image[at] = seen.Kept[at % area] == 0 && !holesAreFilled ? 0 : _range.Normalize(seen.Levels[at], at / area);
        }

        if (_mask is null)
        {
            mask.CopyTo(image, 3 * area);
        }

        var painted = _session.Value.Run(Feeds(image, mask, channels, seen.Height, seen.Width))[0];
        int outputs = _isGaussian ? 6 : 3;
        if (painted.Count != (long)outputs * area)
        {
            throw new UnmaskException($"The in-painter {_name} returned {painted}; of a picture of {seen.Height} × {seen.Width} pixels {outputs} such planes are expected.");
        }

        return ToLevels(TensorConversion.ToFloats(painted), area, ref random);
    }

    private Dictionary<string, TensorData> Feeds(float[] image, float[] mask, int channels, int height, int width)
    {
        var feeds = new Dictionary<string, TensorData>(StringComparer.Ordinal) { [_image.Name] = TensorConversion.FromFloats(image, _image.Element, 1, channels, height, width) };
        if (_mask is not null)
        {
            // Bytes mean 255 where numbers mean 1.
            float[] levels = _mask.Element == ElementType.UInt8 ? [.. mask.Select(value => 255 * value)] : mask;
            feeds[_mask.Name] = TensorConversion.FromFloats(levels, _mask.Element, 1, 1, height, width);
        }

        return feeds;
    }

    private float[] ToLevels(float[] painted, int area, ref Rng random)
    {
        float[] levels = new float[3 * area];
        for (int at = 0; at < levels.Length; at++)
        {
            double value = painted[at];
            if (Draws)
            {
                value += Math.Exp(painted[levels.Length + at] / 2) * Normal.Pair(ref random).One;
            }

            float level = _output.LevelOf((float)value, at / area);
            levels[at] = float.IsFinite(level) ? Math.Clamp(level, 0, 255)
                : throw new UnmaskException($"The in-painter {_name} returned {level}: nothing can be filled with that. Check its settings range and mask.");
        }

        return levels;
    }

    private static (Value Image, Value? Mask) InputsOf(Graph graph, string name)
    {
        bool Has(Value input, int channels) => input.Shape is { Rank: 4 } shape && shape[1].Size == channels;
        if (graph.Inputs is [var both] && Has(both, InpaintingSet.Channels))
        {
            return (both, null);
        }

        var image = graph.Inputs.FirstOrDefault(input => Has(input, 3));
        var mask = graph.Inputs.FirstOrDefault(input => Has(input, 1));
        return graph.Inputs.Length == 2 && image is not null && mask is not null
            ? (image, mask)
            : throw new UnmaskException($"{name} is no in-painter that is understood: it must take an image [N, 3, H, W] and a mask [N, 1, H, W], or both as one input [N, 4, H, W]. It takes {string.Join(", ", graph.Inputs)}.");
    }
}
