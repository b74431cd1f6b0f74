using System.Collections.Immutable;
using Unmask.Imaging;

namespace Unmask.Metrics;

/// <summary>Where the object is: a set of pixels of the user's picture.</summary>
public sealed class GroundTruth
{
    private readonly bool[] _mask;

    private GroundTruth(int width, int height, bool[] mask, ImmutableArray<Region>? boxes = null)
    {
        Width = width;
        Height = height;
        _mask = mask;
        Count = mask.Count(inside => inside);
        Boxes = boxes ?? TightBoxes(mask, width);
    }

    /// <summary>Columns of the picture.</summary>
    public int Width { get; }

    /// <summary>Rows of the picture.</summary>
    public int Height { get; }

    /// <summary>The number of pixels of the object; 0: the picture does not show it.</summary>
    public int Count { get; }

    /// <summary>
    /// One box an object, in pixels of the picture: those that were given, whole even where they stick out; otherwise the tightest one around all pixels. Empty: the picture does not show it.
    /// </summary>
    public ImmutableArray<Region> Boxes { get; }

    /// <summary>Whether the pixel belongs to the object.</summary>
    public bool this[int x, int y] => _mask[(y * Width) + x];

    /// <summary>All pixels, row by row.</summary>
    public ReadOnlySpan<bool> Pixels => _mask;

    /// <summary>The object's pixels, given one by one.</summary>
    /// <param name="width">Columns of the picture, at least 1.</param>
    /// <param name="height">Rows of the picture, at least 1.</param>
    /// <param name="mask">height · width values, row by row; copied.</param>
    /// <exception cref="ArgumentException">The number of values does not fit the size.</exception>
    public static GroundTruth FromMask(int width, int height, ReadOnlySpan<bool> mask)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        return mask.Length == (long)width * height
            ? new(width, height, mask.ToArray())
            : throw new ArgumentException($"A picture of {width} × {height} has {(long)width * height} pixels; {mask.Length} were given.", nameof(mask));
    }

    /// <summary>The pixels whose centres lie in at least one box.</summary>
    /// <param name="width">Columns of the picture, at least 1.</param>
    /// <param name="height">Rows of the picture, at least 1.</param>
    /// <param name="boxes">In pixels of the picture; parts outside of it are ignored.</param>
    public static GroundTruth FromBoxes(int width, int height, params ReadOnlySpan<Region> boxes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        bool[] mask = new bool[checked(width * height)];
        foreach (var box in boxes)
        {
            int left = FirstCentre(box.Left, width), right = FirstCentre(box.Right, width);
            for (int y = FirstCentre(box.Top, height); y < FirstCentre(box.Bottom, height); y++)
            {
                mask.AsSpan((y * width) + left, Math.Max(0, right - left)).Fill(true);
            }
        }

        return new(width, height, mask, [.. boxes]);
    }

    /// <summary>The same pixels with boxes of single objects, which a mask does not tell apart.</summary>
    /// <param name="boxes">In pixels of the picture.</param>
    public GroundTruth WithBoxes(params ReadOnlySpan<Region> boxes) => new(Width, Height, _mask, [.. boxes]);

    /// <summary>The object as the model's input shows it: a pixel belongs to it when its centre falls on a pixel of the object.</summary>
    /// <param name="input">The input. One that was given as a tensor has no picture: then the truth must have the input's own size.</param>
    /// <returns>[height · width] of the input, row by row.</returns>
    /// <exception cref="UnmaskException">The truth has another size than the input's picture.</exception>
    public bool[] OnModelPixels(ModelInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var (height, width) = input.Layout.Spatial;
        var place = PlaceOf(input);
        bool[] pixels = new bool[height * width];
        for (int y = 0; y < height; y++)
        {
            int row = (int)Math.Floor(place.Top + ((y + 0.5) * place.Height / height));
            for (int x = 0; x < width; x++)
            {
                int column = (int)Math.Floor(place.Left + ((x + 0.5) * place.Width / width));
                pixels[(y * width) + x] = row >= 0 && row < Height && column >= 0 && column < Width && this[column, row];
            }
        }

        return pixels;
    }

    /// <summary>Where the input lies on the picture that the truth describes.</summary>
    internal Placement PlaceOf(ModelInput input)
    {
        var (height, width) = input.Layout.Spatial;
        int tall = input.Picture?.Height ?? height, wide = input.Picture?.Width ?? width;
        return (tall, wide) == (Height, Width)
            ? input.Placement ?? new Placement(0, 0, width, height)
            : throw new UnmaskException($"The ground truth is for a picture of {Width} × {Height}; this one has {wide} × {tall}. Give it in pixels of the picture that is explained.");
    }

    private static ImmutableArray<Region> TightBoxes(bool[] mask, int width)
    {
        int left = width, top = int.MaxValue, right = 0, bottom = 0;
        for (int place = 0; place < mask.Length; place++)
        {
            if (mask[place])
            {
                (left, right) = (Math.Min(left, place % width), Math.Max(right, (place % width) + 1));
                (top, bottom) = (Math.Min(top, place / width), (place / width) + 1);
            }
        }

        return right == 0 ? [] : [new Region(left, top, right - left, bottom - top)];
    }

    /// <summary>The first pixel whose centre lies at or beyond an edge.</summary>
    private static int FirstCentre(double edge, int size) => (int)Math.Clamp(Math.Ceiling(edge - 0.5), 0, size);
}
