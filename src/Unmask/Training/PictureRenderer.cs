using System.Numerics.Tensors;
using Unmask.Imaging;

namespace Unmask.Training;

/// <summary>Makes the network's input of a view of a picture: three planes of normalised levels.</summary>
internal sealed class PictureRenderer
{
    private readonly int _size;
    private readonly Preprocessing _preprocessing;
    private readonly float[][] _levels;

    /// <param name="size">Height and width in pixels.</param>
    /// <param name="preprocessing">How levels are normalised.</param>
    public PictureRenderer(int size, Preprocessing preprocessing)
    {
        (_size, _preprocessing) = (size, preprocessing);
        _levels = [.. Enumerable.Range(0, 3).Select(channel => Enumerable.Range(0, 256).Select(level => preprocessing.Normalize(level, channel)).ToArray())];
    }

    /// <summary>The middle of a picture at the network's size: as <see cref="PictureReader"/> does at use.</summary>
    public Image Fitted(Image picture) => picture.ResizeShorterSide(_size).CropCenter(_size, _size);

    /// <summary>Fills the planes.</summary>
    /// <param name="planes">3 × size × size values.</param>
    /// <param name="picture">The picture.</param>
    /// <param name="view">What is shown of it.</param>
    public void Fill(Span<float> planes, Image picture, PictureView view)
    {
        var shown = view.Part is var (left, top, width, height) ? picture.ResizePart(left, top, width, height, _size, _size) : Fitted(picture);
        if (view.KeepsColours)
        {
            Place(planes, shown.Pixels, view, _levels);
        }
        else
        {
            Place(planes, shown.Pixels, view, null);
            Colour(planes, view);
        }

        Erase(planes, view.Erased);
    }

    private void Place(Span<float> planes, ReadOnlySpan<byte> pixels, PictureView view, float[][]? levels)
    {
        int area = _size * _size;
        for (int y = 0; y < _size; y++)
        {
            int row = Reflected(y + view.Shift.Y) * _size;
            for (int x = 0; x < _size; x++)
            {
                int column = Reflected(view.Shift.X + (view.Mirrored ? _size - 1 - x : x)), at = 3 * (row + column), to = (y * _size) + x;
                planes[to] = levels is null ? pixels[at] : levels[0][pixels[at]];
                planes[area + to] = levels is null ? pixels[at + 1] : levels[1][pixels[at + 1]];
                planes[(2 * area) + to] = levels is null ? pixels[at + 2] : levels[2][pixels[at + 2]];
            }
        }
    }

    private int Reflected(int at) => at < 0 ? -at - 1 : at >= _size ? (2 * _size) - 1 - at : at;

    /// <summary>b · (c · (s · (p − l) + l − m) + m) with the pixel's luma l (ITU-R BT.601) and its mean m, cut to 0 … 255; then normalised.</summary>
    private void Colour(Span<float> planes, PictureView view)
    {
        int area = _size * _size;
        float[] luma = new float[area];
        ReadOnlySpan<float> parts = [0.299f, 0.587f, 0.114f];
        for (int channel = 0; channel < 3; channel++)
        {
            TensorPrimitives.MultiplyAdd(planes.Slice(channel * area, area), parts[channel], luma, luma);
        }

        float mean = TensorPrimitives.Sum<float>(luma) / area, ofPixel = view.Brightness * view.Contrast * view.Saturation;
        // What a pixel gets besides its own level.
        TensorPrimitives.Multiply(luma, view.Brightness * view.Contrast * (1 - view.Saturation), luma);
        TensorPrimitives.Add(luma, view.Brightness * (1 - view.Contrast) * mean, luma);
        for (int channel = 0; channel < 3; channel++)
        {
            var plane = planes.Slice(channel * area, area);
            TensorPrimitives.MultiplyAdd(plane, ofPixel, luma, plane);
            TensorPrimitives.Max(plane, 0, plane);
            TensorPrimitives.Min(plane, 255, plane);
            // Normalisation is a straight line.
            float offset = _preprocessing.Normalize(0, channel);
            TensorPrimitives.Multiply(plane, (_preprocessing.Normalize(255, channel) - offset) / 255, plane);
            TensorPrimitives.Add(plane, offset, plane);
        }
    }

    /// <summary>The mean colour is 0 in the network's units.</summary>
    private void Erase(Span<float> planes, (int Left, int Top, int Width, int Height) part)
    {
        for (int channel = 0; channel < 3; channel++)
        {
            for (int y = part.Top; y < part.Top + part.Height; y++)
            {
                planes.Slice((((channel * _size) + y) * _size) + part.Left, part.Width).Clear();
            }
        }
    }
}
