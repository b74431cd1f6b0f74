using System.Collections.Immutable;
using Unmask.Graphs;

namespace Unmask.Training;

/// <summary>The result of a layer in a <see cref="NetworkBuilder"/>; each method adds a layer behind it and returns that layer's result.</summary>
public sealed partial class Layer
{
    private readonly NetworkBuilder _builder;

    internal Layer(NetworkBuilder builder, string name, ReadOnlySpan<long> itemShape) => (_builder, Name, ItemShape) = (builder, name, [.. itemShape]);

    /// <summary>The value's name in the graph.</summary>
    public string Name { get; }

    /// <summary>The sizes of one item, without the batch.</summary>
    public ImmutableArray<long> ItemShape { get; }

    /// <summary>Channels of a picture, or features.</summary>
    public long Channels => ItemShape[0];

    /// <summary>A convolution over the two spatial axes.</summary>
    /// <param name="channels">Channels of the result; a multiple of <paramref name="groups"/>.</param>
    /// <param name="kernel">Its side in pixels.</param>
    /// <param name="stride">The step in pixels. Default 1.</param>
    /// <param name="padding">Zeros around the picture. Default <c>null</c>: (kernel − 1) ÷ 2, which keeps the size of an odd kernel at stride 1.</param>
    /// <param name="groups">Groups of channels that do not see each other. Default 1.</param>
    /// <param name="bias">Whether a number is added to each channel. Default <c>false</c>: a normalisation is to follow.</param>
    /// <param name="weights">How the weights are drawn. Default <see cref="Initialization.He"/>.</param>
    public Layer Conv(int channels, int kernel, int stride = 1, int? padding = null, int groups = 1, bool bias = false, Initialization weights = Initialization.He)
    {
        RequirePicture("Conv");
        if (Channels % groups != 0 || channels % groups != 0)
        {
            throw new ArgumentException($"{Channels} and {channels} channels cannot be divided into {groups} groups.", nameof(groups));
        }

        long pad = padding ?? (kernel - 1) / 2, area = (long)kernel * kernel;
        string w = _builder.Weights("conv.weight", weights, [channels, Channels / groups, kernel, kernel], (Channels / groups * area, channels / groups * area));
        string[] inputs = bias ? [Name, w, _builder.Vector("conv.bias", channels, 0)] : [Name, w];
        return _builder.Add("Conv", "conv", inputs, [channels, Slid(ItemShape[1], kernel, stride, pad), Slid(ItemShape[2], kernel, stride, pad)],
            ("kernel_shape", (long[])[kernel, kernel]), ("strides", (long[])[stride, stride]), ("pads", (long[])[pad, pad, pad, pad]), ("group", (long)groups));
    }

    /// <summary>A transposed convolution that multiplies the height and width by the stride: kernel = 2 · stride, padding = stride ÷ 2.</summary>
    /// <param name="channels">Channels of the result.</param>
    /// <param name="stride">The factor; even.</param>
    public Layer ConvTranspose(int channels, int stride = 2)
    {
        RequirePicture("ConvTranspose");
        if (stride < 2 || stride % 2 != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(stride), stride, "An even number of at least 2.");
        }

        long kernel = 2L * stride, pad = stride / 2;
        // Each place of the result is reached by two kernel rows and two columns.
        string w = _builder.Weights("up.weight", Initialization.He, [Channels, channels, kernel, kernel], (Channels * 4, channels * 4));
        return _builder.Add("ConvTranspose", "up", [Name, w, _builder.Vector("up.bias", channels, 0)], [channels, ItemShape[1] * stride, ItemShape[2] * stride],
            ("kernel_shape", (long[])[kernel, kernel]), ("strides", (long[])[stride, stride]), ("pads", (long[])[pad, pad, pad, pad]));
    }

    /// <summary>Brings each channel to mean 0 and variance 1 over the batch when training, over all batches (running statistics) afterwards, then scales and shifts it.</summary>
    /// <param name="scale">The scale before training. Default 1; 0 makes a residual branch begin as nothing.</param>
    public Layer BatchNorm(float scale = 1)
    {
        string[] parameters = [_builder.Vector("norm.scale", Channels, scale), _builder.Vector("norm.bias", Channels, 0), _builder.Vector("norm.mean", Channels, 0), _builder.Vector("norm.variance", Channels, 1)];
        return _builder.Add("BatchNormalization", "norm", [Name, .. parameters], ItemShape.AsSpan(), ("epsilon", 1e-5f));
    }

    /// <summary>Brings each item to mean 0 and variance 1 over its last axis, then scales and shifts it.</summary>
    public Layer LayerNorm()
    {
        long size = ItemShape[^1];
        return _builder.Add("LayerNormalization", "norm", [Name, _builder.Vector("norm.scale", size, 1), _builder.Vector("norm.bias", size, 0)], ItemShape.AsSpan(), ("axis", -1L));
    }

    /// <summary>max(0, x).</summary>
    public Layer Relu() => Elementwise("Relu", "relu");

    /// <summary>x where positive, else slope · x.</summary>
    public Layer LeakyRelu(float slope = 0.01f) => Elementwise("LeakyRelu", "leaky", ("alpha", slope));

    /// <summary>x · Φ(x) with the normal distribution function.</summary>
    public Layer Gelu() => Elementwise("Gelu", "gelu");

    /// <summary>1 ÷ (1 + e^−x).</summary>
    public Layer Sigmoid() => Elementwise("Sigmoid", "sigmoid");

    /// <summary>Hyperbolic tangent.</summary>
    public Layer Tanh() => Elementwise("Tanh", "tanh");

    /// <summary>The largest value of each window.</summary>
    /// <param name="kernel">The window's side in pixels.</param>
    /// <param name="stride">The step. Default <c>null</c>: the window's side.</param>
    /// <param name="padding">Pixels around the picture. Default 0.</param>
    public Layer MaxPool(int kernel, int? stride = null, int padding = 0) => Pool("MaxPool", kernel, stride ?? kernel, padding);

    /// <summary>The mean of each window.</summary>
    /// <param name="kernel">The window's side in pixels.</param>
    /// <param name="stride">The step. Default <c>null</c>: the window's side.</param>
    public Layer AveragePool(int kernel, int? stride = null) => Pool("AveragePool", kernel, stride ?? kernel, 0);

    /// <summary>The mean of each channel: [C, 1, 1].</summary>
    public Layer GlobalAveragePool()
    {
        RequirePicture("GlobalAveragePool");
        return _builder.Add("GlobalAveragePool", "pool", [Name], [Channels, 1, 1]);
    }

    /// <summary>All values of an item as one vector of features.</summary>
    public Layer Flatten() => _builder.Add("Flatten", "flatten", [Name], [ItemShape.Aggregate(1L, (product, size) => product * size)], ("axis", 1L));

    /// <summary>A matrix and a bias: y = W x + b.</summary>
    /// <param name="features">Numbers of the result.</param>
    /// <param name="weights">How the matrix is drawn. Default <see cref="Initialization.Xavier"/>; the bias begins at 0.</param>
    public Layer Linear(int features, Initialization weights = Initialization.Xavier)
    {
        if (ItemShape.Length != 1)
        {
            throw new ArgumentException($"Linear takes a vector of features; here is [{string.Join(", ", ItemShape)}]. Put Flatten before it.", nameof(features));
        }

        string w = _builder.Weights("linear.weight", weights, [features, Channels], (Channels, features));
        return _builder.Add("Gemm", "linear", [Name, w, _builder.Vector("linear.bias", features, 0)], [features], ("transB", 1L));
    }

    /// <summary>(x − mean) ÷ deviation for each feature, with numbers that are not trained: so the network takes what a table holds.</summary>
    /// <param name="mean">Of each feature.</param>
    /// <param name="deviation">Of each feature; not 0.</param>
    public Layer Standardize(ReadOnlySpan<float> mean, ReadOnlySpan<float> deviation)
    {
        var centred = _builder.Add("Sub", "centre", [Name, _builder.Given("centre.mean", mean)], ItemShape.AsSpan());
        return _builder.Add("Div", "scale", [centred.Name, _builder.Given("scale.deviation", deviation)], ItemShape.AsSpan());
    }

    /// <summary>The sum with another result of the same shape: a residual connection.</summary>
    public Layer Add(Layer other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return ItemShape.SequenceEqual(other.ItemShape)
            ? _builder.Add("Add", "add", [Name, other.Name], ItemShape.AsSpan())
            : throw new ArgumentException($"[{string.Join(", ", ItemShape)}] and [{string.Join(", ", other.ItemShape)}] cannot be added.", nameof(other));
    }

    private Layer Elementwise(string opType, string hint, params ReadOnlySpan<(string Name, NodeAttribute Value)> attributes) =>
        _builder.Add(opType, hint, [Name], ItemShape.AsSpan(), attributes);

    private Layer Pool(string opType, int kernel, int stride, int padding)
    {
        RequirePicture(opType);
        return _builder.Add(opType, "pool", [Name], [Channels, Slid(ItemShape[1], kernel, stride, padding), Slid(ItemShape[2], kernel, stride, padding)],
            ("kernel_shape", (long[])[kernel, kernel]), ("strides", (long[])[stride, stride]), ("pads", (long[])[padding, padding, padding, padding]));
    }

    private void RequirePicture(string layer)
    {
        if (ItemShape.Length != 3)
        {
            throw new InvalidOperationException($"{layer} takes channels, height and width; here is [{string.Join(", ", ItemShape)}].");
        }
    }

    private static long Slid(long size, long kernel, long stride, long padding)
    {
        long places = ((size + (2 * padding) - kernel) / stride) + 1;
        return size + (2 * padding) >= kernel ? places : throw new ArgumentException($"A window of {kernel} does not fit into {size} pixels with {padding} of padding.", nameof(kernel));
    }
}
