using Unmask.Graphs;
using Unmask.Graphs.Onnx;

namespace Unmask;

/// <summary>What a trained in-painter makes of the kept pixels: any ONNX model of (image, mask) → image. Resized to its size and back; hidden pixels never enter it.</summary>
/// <remarks>The removal operator of SP-G and LIME-G: Agarwal, Nguyen, «Explaining image classifiers by removing input features using generative models», ACCV 2020, §3.</remarks>
internal sealed class InpainterInfill : MaskedInfill
{
    private const float WhiteLevel = 255;

    private readonly string _written;
    private readonly Inpainter _inpainter;

    private InpainterInfill(string written, Inpainter inpainter) => (_written, _inpainter) = (written, inpainter);

    public override string Name => _written;

    internal override bool IsStochastic => _inpainter.Draws;

    /// <summary>Reads the model.</summary>
    /// <param name="written">The in-fill as it was written.</param>
    /// <param name="path">The model's file.</param>
    /// <param name="settings">What the file does not say.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="ModelFormatException">It is no ONNX model.</exception>
    /// <exception cref="UnmaskException">Its inputs are not those of an in-painter.</exception>
    public static InpainterInfill Load(string written, string path, InpainterSettings settings) =>
        new(written, new(OnnxReader.Read(path), Path.GetFileName(path), settings));

    /// <summary>Takes a graph.</summary>
    public static InpainterInfill Of(Graph graph, InpainterSettings? settings = null) => new($"inpainter:{graph.Name}", new(graph, graph.Name, settings ?? new()));

    internal override float[] Fill(ModelInput input, ReadOnlySpan<float> keep, ulong seed, long draw)
    {
        var layout = input.Layout;
        var (height, width) = layout.Spatial;
        if (layout.Channels != 3)
        {
            throw new UnmaskException($"The in-fill {Name} paints pictures of three channels; the model's input is {layout}.");
        }

        var (paintedHeight, paintedWidth) = _inpainter.SizeFor(height, width);
        var seen = KeptResize.Run(input, keep, paintedHeight, paintedWidth);
        if (_inpainter.CorrectsHarmonic && seen.Filled() is { } guide)
        {
            return Corrected(input, keep, guide, _inpainter.Paint(guide, holesAreFilled: true, Rng.At(seed, draw)));
        }

        return Resized(_inpainter.Paint(seen, holesAreFilled: false, Rng.At(seed, draw)), paintedHeight, paintedWidth, input);
    }

    /// <summary>
    /// The harmonic fill at the input's own size, and on it what the network changed of the one at its size: fine holes keep the detail around them, which the network does not see.
    /// </summary>
    private static float[] Corrected(ModelInput input, ReadOnlySpan<float> keep, KeptPicture guide, float[] painted)
    {
        if (input.Layout.Spatial == (guide.Height, guide.Width) || HarmonicSystem.Of(keep, input.Layout.Spatial.Width) is not { } system)
        {
            return Resized(painted, guide.Height, guide.Width, input);
        }

        float[] filled = system.Solve(input.Values, input.Layout, HarmonicSystem.GuideTolerance);
        float[] before = Resized(guide.Levels, guide.Height, guide.Width, input), after = Resized(painted, guide.Height, guide.Width, input);
        int width = input.Layout.Spatial.Width;
        for (int channel = 0; channel < 3; channel++)
        {
            float black = input.Preprocessing.Normalize(0, channel), white = input.Preprocessing.Normalize(WhiteLevel, channel);
            for (int place = 0; place < keep.Length; place++)
            {
                int i = input.Layout.IndexOf(channel, place / width, place % width);
                filled[i] = Math.Clamp(filled[i] + after[i] - before[i], black, white);
            }
        }

        return filled;
    }

    /// <summary>Byte levels of three planes, red first, as the model's input.</summary>
    private static float[] Resized(float[] levels, int height, int width, ModelInput input)
    {
        var layout = input.Layout;
        var (toHeight, toWidth) = layout.Spatial;
        bool reversed = input.Preprocessing.ChannelOrder == ChannelOrder.Bgr;
        float[] filled = new float[layout.Count];
        for (int channel = 0; channel < 3; channel++)
        {
            var plane = levels.AsSpan((reversed ? 2 - channel : channel) * height * width, height * width);
            float[,]? resized = (height, width) == (toHeight, toWidth) ? null : BilinearResize.Run(plane, height, width, toHeight, toWidth);
            for (int place = 0; place < toHeight * toWidth; place++)
            {
                float level = resized is null ? plane[place] : resized[place / toWidth, place % toWidth];
                filled[layout.IndexOf(channel, place / toWidth, place % toWidth)] = input.Preprocessing.Normalize(level, channel);
            }
        }

        return filled;
    }
}
