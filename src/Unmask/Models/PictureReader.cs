using Unmask.Graphs;
using Unmask.Imaging;

namespace Unmask;

/// <summary>Makes the model's input out of a picture.</summary>
internal sealed class PictureReader(Value explained, Preprocessing preprocessing)
{
    private static readonly Rgb PadColor = new(128, 128, 128);

    /// <summary>Resizes, crops or pads, and normalises.</summary>
    public ModelInput Read(Image picture)
    {
        var layout = LayoutFor();
        var (height, width) = layout.Spatial;
        var (fitted, placement) = FitTo(picture, width, height);
        float[] values = new float[layout.Count];
        for (int channel = 0; channel < layout.Channels; channel++)
        {
            Fill(values, layout, channel, fitted);
        }

        return new ModelInput(values, layout, preprocessing) { Picture = picture, Placement = placement };
    }

    private InputLayout LayoutFor()
    {
        var order = ModelSignature.OrderOf(explained);
        if (order == AxisOrder.NotSpatial)
        {
            throw new UnmaskException($"The model's input {explained} is not a picture. Give a .npy tensor instead.");
        }

        var shape = explained.Shape!;
        bool first = order == AxisOrder.ChannelsFirst;
        int channels = (int)(shape[first ? 1 : 3].Size ?? 3);
        if (channels is not (1 or 3))
        {
            throw new UnmaskException($"The model's input {explained} has {channels} channels; a picture has 3 (or 1, as grey). Give a .npy tensor instead.");
        }

        int height = SizeOf(shape[first ? 2 : 1], preprocessing.Size?.Height), width = SizeOf(shape[first ? 3 : 2], preprocessing.Size?.Width);
        return new(order, first ? [channels, height, width] : [height, width, channels]);
    }

    private int SizeOf(Dimension stated, int? asked) => (stated.Size, asked) switch
    {
        ({ } size, { } other) when size != other => throw new UnmaskException($"The model's input {explained} is fixed to {size} pixels; {other} were asked for (--size)."),
        ({ } size, _) => checked((int)size),
        (_, { } size) => size,
        _ => throw new UnmaskException($"The model's input {explained} takes pictures of any size. Say which with --size, for instance --size 224."),
    };

    private (Image Fitted, Placement Placement) FitTo(Image picture, int width, int height) => preprocessing.Fit switch
    {
        Fit.Stretch => (picture.Resize(width, height), new Placement(0, 0, picture.Width, picture.Height)),
        Fit.Pad => Padded(picture, width, height),
        _ => Cropped(picture, width, height),
    };

    /// <summary>The shorter side is resized, then the centre is cropped.</summary>
    private (Image Fitted, Placement Placement) Cropped(Image picture, int width, int height)
    {
        int side = Math.Max(preprocessing.ResizeFor(Math.Max(width, height)), Math.Max(width, height));
        double factor = (double)side / Math.Min(picture.Width, picture.Height);
        var resized = picture.ResizeShorterSide(side);
        var placement = new Placement(
            Math.Round((resized.Width - width) / 2.0) / factor, Math.Round((resized.Height - height) / 2.0) / factor, width / factor, height / factor);
        return (resized.CropCenter(width, height), placement);
    }

    private static (Image Fitted, Placement Placement) Padded(Image picture, int width, int height)
    {
        double factor = Math.Min((double)width / picture.Width, (double)height / picture.Height);
        int inner = Math.Max(1, (int)Math.Round(picture.Width * factor)), tall = Math.Max(1, (int)Math.Round(picture.Height * factor));
        int left = (width - inner) / 2, top = (height - tall) / 2;
        var padded = picture.Resize(inner, tall).Pad(left, top, width - inner - left, height - tall - top, PadColor);
        return (padded, new Placement(-left / factor, -top / factor, width / factor, height / factor));
    }

    private void Fill(float[] values, InputLayout layout, int channel, Image fitted)
    {
        bool grey = layout.Channels == 1;
        int source = preprocessing.ChannelOrder == ChannelOrder.Rgb ? channel : 2 - channel;
        var pixels = fitted.Pixels;
        for (int y = 0; y < fitted.Height; y++)
        {
            for (int x = 0; x < fitted.Width; x++)
            {
                int at = ((y * fitted.Width) + x) * 3;
                // ITU-R BT.601 luma, as PIL and OpenCV use for grey.
                float level = grey ? (0.299f * pixels[at]) + (0.587f * pixels[at + 1]) + (0.114f * pixels[at + 2]) : pixels[at + source];
                values[layout.IndexOf(channel, y, x)] = preprocessing.Normalize(level, channel);
            }
        }
    }
}
