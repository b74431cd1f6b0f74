namespace Unmask.Imaging;

public sealed partial class Image
{
    /// <summary>
    /// A picture of another size. With antialiasing, pixels equal those of Pillow's <c>resize</c> (and torchvision's on a PIL image) with
    /// the filter of the same name, to the bit. Without, the kernel keeps its width when reducing: PyTorch's <c>interpolate(align_corners=False)</c>
    /// and OpenCV's INTER_LINEAR for <see cref="ResizeFilter.Bilinear"/>.
    /// </summary>
    /// <param name="width">At least 1.</param>
    /// <param name="height">At least 1.</param>
    /// <param name="filter">The filter.</param>
    /// <param name="antialias">Whether the filter widens with the reduction, so that every old pixel counts. No effect on enlarging, or on <see cref="ResizeFilter.Nearest"/>.</param>
    public Image Resize(int width, int height, ResizeFilter filter = ResizeFilter.Bilinear, bool antialias = true)
    {
        CheckSize(width, height);
        if (filter == ResizeFilter.Nearest) return ResizeToNearest(width, height);
        if (width == Width && height == Height) return this;
        return new(width, height, ByteResampler.Run(Pixels, Width, new(Width, 0, Width, width, filter, antialias), new(Height, 0, Height, height, filter, antialias)));
    }

    /// <summary>A rectangle of the picture at another size; its edges may lie between pixels. Equals Pillow's <c>resize</c> with a <c>box</c>, to the bit.</summary>
    /// <param name="left">The rectangle's left edge in pixels.</param>
    /// <param name="top">Its upper edge.</param>
    /// <param name="width">How wide it is, above 0.</param>
    /// <param name="height">How high it is, above 0.</param>
    /// <param name="newWidth">At least 1.</param>
    /// <param name="newHeight">At least 1.</param>
    /// <param name="filter">Any but <see cref="ResizeFilter.Nearest"/>.</param>
    /// <param name="antialias">As for <see cref="Resize"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rectangle does not lie inside of the picture.</exception>
    public Image ResizePart(double left, double top, double width, double height, int newWidth, int newHeight, ResizeFilter filter = ResizeFilter.Bilinear, bool antialias = true)
    {
        CheckSize(newWidth, newHeight);
        ArgumentOutOfRangeException.ThrowIfEqual(filter, ResizeFilter.Nearest);
        // Sums of coordinates are rounded in their last digit.
        const double Slack = 1e-9;
        if (!(left >= 0 && top >= 0 && width > 0 && height > 0 && left + width <= Width + Slack && top + height <= Height + Slack))
            throw new ArgumentOutOfRangeException(nameof(left), $"A part of {width} × {height} at ({left}, {top}) does not lie inside of a picture of {Width} × {Height}.");
        return new(newWidth, newHeight, ByteResampler.Run(Pixels, Width, new(Width, left, width, newWidth, filter, antialias), new(Height, top, height, newHeight, filter, antialias)));
    }

    /// <summary>
    /// Resizes so that the shorter side has the given length and the longer one keeps the proportion, rounded down: torchvision's
    /// <c>Resize(length)</c>.
    /// </summary>
    /// <param name="length">At least 1.</param>
    /// <param name="filter">The filter.</param>
    /// <param name="antialias">As for <see cref="Resize"/>.</param>
    public Image ResizeShorterSide(int length, ResizeFilter filter = ResizeFilter.Bilinear, bool antialias = true) =>
        Width <= Height
            ? Resize(length, (int)((long)length * Height / Width), filter, antialias)
            : Resize((int)((long)length * Width / Height), length, filter, antialias);

    /// <summary>The part that starts at (left, top); it must lie inside of the picture.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Part of it lies outside.</exception>
    public Image Crop(int left, int top, int width, int height)
    {
        CheckSize(width, height);
        if (left < 0 || top < 0 || left > Width - width || top > Height - height)
            throw new ArgumentOutOfRangeException(nameof(left), $"A crop of {width} × {height} at ({left}, {top}) does not lie inside of a picture of {Width} × {Height}.");
        var part = GC.AllocateUninitializedArray<byte>(3 * width * height);
        for (var y = 0; y < height; y++)
            _pixels.AsSpan(3 * ((top + y) * Width + left), 3 * width).CopyTo(part.AsSpan(3 * y * width));
        return new(width, height, part);
    }

    /// <summary>
    /// The middle part, placed as torchvision's <c>CenterCrop</c> places it (half a pixel rounds to even); where the picture is smaller it is
    /// first padded with black.
    /// </summary>
    public Image CropCenter(int width, int height)
    {
        CheckSize(width, height);
        int missingX = Math.Max(0, width - Width), missingY = Math.Max(0, height - Height);
        var padded = missingX + missingY == 0 ? this : Pad(missingX / 2, missingY / 2, (missingX + 1) / 2, (missingY + 1) / 2, Rgb.Black);
        return padded.Crop(HalfToEven(padded.Width - width), HalfToEven(padded.Height - height), width, height);
    }

    /// <summary>The picture with a border of one colour.</summary>
    /// <param name="left">Columns to add, at least 0.</param>
    /// <param name="top">Rows to add, at least 0.</param>
    /// <param name="right">Columns to add, at least 0.</param>
    /// <param name="bottom">Rows to add, at least 0.</param>
    /// <param name="color">The border's colour.</param>
    public Image Pad(int left, int top, int right, int bottom, Rgb color)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(left);
        ArgumentOutOfRangeException.ThrowIfNegative(top);
        ArgumentOutOfRangeException.ThrowIfNegative(right);
        ArgumentOutOfRangeException.ThrowIfNegative(bottom);
        int width = checked(left + Width + right), height = checked(top + Height + bottom);
        var padded = GC.AllocateUninitializedArray<byte>(checked(3 * width * height));
        PixelRows.Fill(padded, color);
        for (var y = 0; y < Height; y++)
            _pixels.AsSpan(3 * y * Width, 3 * Width).CopyTo(padded.AsSpan(3 * ((top + y) * width + left)));
        return new(width, height, padded);
    }

    /// <summary>Mirrored left to right.</summary>
    public Image FlipHorizontally()
    {
        var flipped = GC.AllocateUninitializedArray<byte>(_pixels.Length);
        for (var y = 0; y < Height; y++)
            PixelRows.ReversePixels(_pixels.AsSpan(3 * y * Width, 3 * Width), flipped.AsSpan(3 * y * Width, 3 * Width));
        return new(Width, Height, flipped);
    }

    /// <summary>Turned upside down, without turning left and right.</summary>
    public Image FlipVertically()
    {
        var flipped = GC.AllocateUninitializedArray<byte>(_pixels.Length);
        for (var y = 0; y < Height; y++)
            _pixels.AsSpan(3 * y * Width, 3 * Width).CopyTo(flipped.AsSpan(3 * (Height - 1 - y) * Width));
        return new(Width, Height, flipped);
    }

    /// <summary>Blurred with a Gaussian; the border's pixels are repeated outwards.</summary>
    /// <param name="sigmaPixels">The standard deviation in pixels, at least 0; 0 changes nothing.</param>
    public Image Blur(double sigmaPixels)
    {
        if (!(sigmaPixels >= 0) || double.IsInfinity(sigmaPixels)) throw new ArgumentOutOfRangeException(nameof(sigmaPixels), sigmaPixels, "At least 0.");
        return sigmaPixels == 0 ? this : GaussianBlur.Run(this, sigmaPixels);
    }

    private Image ResizeToNearest(int width, int height)
    {
        var result = GC.AllocateUninitializedArray<byte>(checked(3 * width * height));
        for (var y = 0; y < height; y++)
        {
            var row = 3 * Width * NearestIndex(y, Height, height);
            for (var x = 0; x < width; x++)
                _pixels.AsSpan(row + 3 * NearestIndex(x, Width, width), 3).CopyTo(result.AsSpan(3 * (y * width + x)));
        }
        return new(width, height, result);
    }

    private static int NearestIndex(int i, int size, int newSize) => (int)((2L * i + 1) * size / (2L * newSize));

    // Python's round(n / 2), which torchvision uses.
    private static int HalfToEven(int n) => n / 2 + (n % 4 == 3 ? 1 : 0);
}
