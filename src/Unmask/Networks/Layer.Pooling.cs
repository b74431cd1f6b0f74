using Unmask.Graphs;

namespace Unmask.Training;

/// <summary>How a picture is brought to another size.</summary>
public enum Upsampling
{
    /// <summary>Each pixel takes the value of the nearest.</summary>
    Nearest,

    /// <summary>Linear between the centres of pixels, along both axes (half-pixel coordinates).</summary>
    Bilinear,
}

/// <content>Pooling and its opposite.</content>
public sealed partial class Layer
{
    /// <summary>The largest value of each window.</summary>
    /// <param name="kernel">The window's side in pixels.</param>
    /// <param name="stride">The step. Default <c>null</c>: the window's side.</param>
    /// <param name="padding">Pixels around the picture. Default 0.</param>
    public Layer MaxPool(int kernel, int? stride = null, int padding = 0) => Pool("MaxPool", kernel, stride ?? kernel, padding);

    /// <summary>The mean of each window; pixels of the padding do not count.</summary>
    /// <param name="kernel">The window's side in pixels.</param>
    /// <param name="stride">The step. Default <c>null</c>: the window's side.</param>
    /// <param name="padding">Pixels around the picture. Default 0.</param>
    public Layer AveragePool(int kernel, int? stride = null, int padding = 0) => Pool("AveragePool", kernel, stride ?? kernel, padding);

    /// <summary>The mean of each channel: [C, 1, 1].</summary>
    public Layer GlobalAveragePool() => Global("GlobalAveragePool");

    /// <summary>The largest value of each channel: [C, 1, 1].</summary>
    public Layer GlobalMaxPool() => Global("GlobalMaxPool");

    /// <summary>A picture whose sides are a multiple of this one's.</summary>
    /// <param name="factor">The multiple, at least 1. Default 2.</param>
    /// <param name="how">Default <see cref="Upsampling.Nearest"/>.</param>
    /// <exception cref="InvalidOperationException">This is no picture.</exception>
    public Layer Upsample(int factor = 2, Upsampling how = Upsampling.Nearest)
    {
        RequirePicture("Upsample");
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(factor);
        string scales = _builder.Given("upsample.scales", TensorData.Vector<float>(1, 1, factor, factor));
        return Resized([Name, "", scales], ItemShape[1] * factor, ItemShape[2] * factor, how);
    }

    /// <summary>A picture of another size.</summary>
    /// <param name="height">In pixels.</param>
    /// <param name="width">In pixels.</param>
    /// <param name="how">Default <see cref="Upsampling.Bilinear"/>. Smaller pictures are sampled, not averaged: pool before.</param>
    /// <exception cref="InvalidOperationException">This is no picture.</exception>
    public Layer Resize(int height, int width, Upsampling how = Upsampling.Bilinear)
    {
        RequirePicture("Resize");
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        string scales = _builder.Given("resize.scales", TensorData.Vector(1, 1, ScaleTo(ItemShape[1], height), ScaleTo(ItemShape[2], width)));
        return Resized([Name, "", scales], height, width, how);
    }

    /// <summary>Turns channels into pixels: channel c · factor² + i · factor + j becomes row i and column j of a square of the picture. Shi et al., CVPR 2016, eq. 4.</summary>
    /// <param name="factor">The side of a square; its square divides the channels. Default 2.</param>
    /// <exception cref="ArgumentException">It does not.</exception>
    /// <exception cref="InvalidOperationException">This is no picture.</exception>
    public Layer PixelShuffle(int factor = 2)
    {
        RequirePicture("PixelShuffle");
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(factor);
        long area = (long)factor * factor;
        return Channels % area == 0
            ? _builder.Add("DepthToSpace", "shuffle", [Name], [Channels / area, ItemShape[1] * factor, ItemShape[2] * factor], ("blocksize", (long)factor), ("mode", "CRD"))
            : throw new ArgumentException($"{Channels} channels cannot become squares of {factor} × {factor} pixels: {area} does not divide them.", nameof(factor));
    }

    /// <summary>The size along an axis is the floor of size · scale: the smallest float that does not fall below.</summary>
    internal static float ScaleTo(long from, int to)
    {
        float scale = (float)((double)to / from);
        return Math.Floor(from * (double)scale) < to ? MathF.BitIncrement(scale) : scale;
    }

    /// <summary>What a Resize node says of how it resizes.</summary>
    internal static (string Name, NodeAttribute Value)[] ResizeAttributes(Upsampling how) => how switch
    {
        Upsampling.Nearest => [("mode", "nearest"), ("coordinate_transformation_mode", "asymmetric"), ("nearest_mode", "floor")],
        _ => [("mode", "linear"), ("coordinate_transformation_mode", "half_pixel")],
    };

    private Layer Resized(string[] inputs, long height, long width, Upsampling how) => _builder.Add("Resize", "resize", inputs, [Channels, height, width], ResizeAttributes(how));

    private Layer Global(string opType)
    {
        RequirePicture(opType);
        return _builder.Add(opType, "pool", [Name], [Channels, 1, 1]);
    }

    private Layer Pool(string opType, int kernel, int stride, int padding)
    {
        RequirePicture(opType);
        return _builder.Add(opType, "pool", [Name], [Channels, Slid(ItemShape[1], kernel, stride, padding), Slid(ItemShape[2], kernel, stride, padding)],
            ("kernel_shape", (long[])[kernel, kernel]), ("strides", (long[])[stride, stride]), ("pads", (long[])[padding, padding, padding, padding]));
    }
}
