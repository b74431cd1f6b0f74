namespace Unmask.Training;

/// <content>Convolutions and linear layers.</content>
public sealed partial class Layer
{
    /// <summary>A convolution over the two spatial axes of a picture.</summary>
    /// <param name="channels">Channels of the result; a multiple of <paramref name="groups"/>.</param>
    /// <param name="kernel">Its side in pixels.</param>
    /// <param name="stride">The step in pixels. Default 1.</param>
    /// <param name="padding">Zeros around the picture. Default <c>null</c>: dilation · (kernel − 1) ÷ 2, which keeps the size of an odd kernel at stride 1.</param>
    /// <param name="groups">Groups of channels that do not see each other. Default 1.</param>
    /// <param name="bias">Whether a number is added to each channel. Default <c>false</c>: a normalisation is to follow.</param>
    /// <param name="weights">How the weights are drawn. Default <see cref="Initialization.He"/>.</param>
    /// <param name="dilation">Pixels from one of the kernel's places to the next. Default 1.</param>
    /// <exception cref="ArgumentException">Channels cannot be divided into the groups, or the kernel does not fit.</exception>
    /// <exception cref="InvalidOperationException">This is no picture.</exception>
    public Layer Conv(int channels, int kernel, int stride = 1, int? padding = null, int groups = 1, bool bias = false, Initialization weights = Initialization.He, int dilation = 1)
    {
        RequirePicture("Conv");
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dilation);
        RequireGroups(channels, groups);
        long reach = ((long)dilation * (kernel - 1)) + 1, pad = padding ?? (reach - 1) / 2, area = (long)kernel * kernel;
        string w = _builder.Weights("conv.weight", weights, [channels, Channels / groups, kernel, kernel], (Channels / groups * area, channels / groups * area));
        string[] inputs = bias ? [Name, w, _builder.Vector("conv.bias", channels, 0)] : [Name, w];
        return _builder.Add("Conv", "conv", inputs, [channels, Slid(ItemShape[1], reach, stride, pad), Slid(ItemShape[2], reach, stride, pad)],
            ("kernel_shape", (long[])[kernel, kernel]), ("strides", (long[])[stride, stride]), ("pads", (long[])[pad, pad, pad, pad]), ("group", (long)groups), ("dilations", (long[])[dilation, dilation]));
    }

    /// <summary>A convolution of each channel by itself (depthwise).</summary>
    /// <param name="kernel">Its side in pixels.</param>
    /// <param name="stride">The step in pixels. Default 1.</param>
    /// <param name="dilation">Pixels from one of the kernel's places to the next. Default 1.</param>
    public Layer DepthwiseConv(int kernel, int stride = 1, int dilation = 1) => Conv((int)Channels, kernel, stride, groups: (int)Channels, dilation: dilation);

    /// <summary>A transposed convolution; by default it multiplies height and width by the stride.</summary>
    /// <param name="channels">Channels of the result; a multiple of <paramref name="groups"/>.</param>
    /// <param name="stride">The factor, at least 1. Default 2.</param>
    /// <param name="kernel">Its side in pixels, at least the stride. Default <c>null</c>: twice an even stride, or an odd one itself, which covers each place of the result equally often.</param>
    /// <param name="padding">Pixels cut off around the result. Default <c>null</c>: (kernel − stride) ÷ 2.</param>
    /// <param name="groups">Groups of channels that do not see each other. Default 1.</param>
    /// <exception cref="ArgumentException">Channels cannot be divided into the groups, or nothing is left of the result.</exception>
    /// <exception cref="InvalidOperationException">This is no picture.</exception>
    /// <remarks>The size of the result is (size − 1) · stride + kernel − 2 · padding.</remarks>
    public Layer ConvTranspose(int channels, int stride = 2, int? kernel = null, int? padding = null, int groups = 1)
    {
        RequirePicture("ConvTranspose");
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(stride);
        RequireGroups(channels, groups);
        long side = kernel ?? (stride % 2 == 0 ? 2 * stride : stride);
        ArgumentOutOfRangeException.ThrowIfLessThan(side, stride, nameof(kernel));
        long pad = padding ?? (side - stride) / 2;
        long height = ((ItemShape[1] - 1) * stride) + side - (2 * pad), width = ((ItemShape[2] - 1) * stride) + side - (2 * pad);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Math.Min(height, width), nameof(padding));
        // Each place of the result is reached by side ÷ stride rows and as many columns of the kernel.
        long reached = Math.Max(1, side * side / ((long)stride * stride));
        string w = _builder.Weights("up.weight", Initialization.He, [Channels, channels / groups, side, side], (Channels / groups * reached, channels / groups * reached));
        return _builder.Add("ConvTranspose", "up", [Name, w, _builder.Vector("up.bias", channels, 0)], [channels, height, width],
            ("kernel_shape", (long[])[side, side]), ("strides", (long[])[stride, stride]), ("pads", (long[])[pad, pad, pad, pad]), ("group", (long)groups));
    }

    /// <summary>A matrix and a bias: y = W x + b; of a sequence, for each token.</summary>
    /// <param name="features">Numbers of the result, for each token.</param>
    /// <param name="weights">How the matrix is drawn. Default <see cref="Initialization.Xavier"/>; the bias begins at 0.</param>
    /// <exception cref="ArgumentException">This is a picture.</exception>
    public Layer Linear(int features, Initialization weights = Initialization.Xavier)
    {
        if (ItemShape.Length is not (1 or 2))
        {
            throw new ArgumentException($"Linear takes a vector of features, or tokens and features; here is {ShapeText}. Put Flatten before it.", nameof(features));
        }

        long size = ItemShape[^1];
        if (ItemShape.Length == 1)
        {
            string w = _builder.Weights("linear.weight", weights, [features, size], (size, features));
            return _builder.Add("Gemm", "linear", [Name, w, _builder.Vector("linear.bias", features, 0)], [features], ("transB", 1L));
        }

        string matrix = _builder.Weights("linear.weight", weights, [size, features], (size, features));
        var product = _builder.Add("MatMul", "linear", [Name, matrix], [ItemShape[0], features]);
        return _builder.Add("Add", "linear.add", [product.Name, _builder.Vector("linear.bias", features, 0)], product.ItemShape.AsSpan());
    }

    private void RequireGroups(int channels, int groups)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(groups);
        if (Channels % groups != 0 || channels % groups != 0)
        {
            throw new ArgumentException($"{Channels} and {channels} channels cannot be divided into {groups} groups.", nameof(groups));
        }
    }
}
