using Unmask.Graphs;

namespace Unmask.Training;

/// <content>Networks for pictures without residual blocks.</content>
public static partial class Networks
{
    /// <summary>A network of 3 × 3 convolutions with rectifiers, in stages that a pooling ends, each halving the picture, then linear layers.</summary>
    /// <param name="size">Height and width of the pictures in pixels; at least 2 to the power of the stages.</param>
    /// <param name="classes">Outputs.</param>
    /// <param name="widths">Channels of each stage. Default <c>null</c>: 32, 64, 128.</param>
    /// <param name="convolutions">Convolutions of each stage, at least 1. Default 2.</param>
    /// <param name="hidden">Units of a hidden linear layer before the outputs; <c>null</c> (default): there is none, and channels are averaged over the picture instead of flattened.</param>
    /// <param name="batchNorm">Whether a batch normalisation follows each convolution. Default <c>true</c>.</param>
    /// <param name="seed">Seed of the weights. Default 0.</param>
    /// <returns>Input <c>image</c> [N, 3, size, size], output <c>logits</c> [N, classes].</returns>
    /// <remarks>Source: Simonyan and Zisserman, «Very deep convolutional networks», ICLR 2015, table 1: its network D has widths 64, 128, 256, 512, 512, 2 to 3 convolutions a stage, and hidden layers of 4096.</remarks>
    public static Graph Vgg(int size, int classes, int[]? widths = null, int convolutions = 2, int? hidden = null, bool batchNorm = true, ulong seed = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(convolutions);
        var builder = new NetworkBuilder("vgg", seed);
        var x = builder.Input("image", 3, size, size);
        foreach (var (stage, width) in (widths ?? [32, 64, 128]).Index())
        {
            builder.Prefix = $"stage{stage + 1}/";
            for (int i = 0; i < convolutions; i++)
            {
                x = (batchNorm ? x.Conv(width, 3).BatchNorm() : x.Conv(width, 3, bias: true)).Relu();
            }

            x = x.MaxPool(2);
        }

        builder.Prefix = "head/";
        x = hidden is { } units ? x.Flatten().Linear(units, Initialization.He).Relu() : x.GlobalAveragePool().Flatten();
        return builder.Build(x.Linear(classes), "logits");
    }

    /// <summary>
    /// An encoder that halves the picture level by level and a decoder that doubles it again; each level of the decoder also sees the encoder's of its size.
    /// <code>
    ///   image ─ level 1 ───────────────── level 1 ─ 1 × 1 ─ output
    ///              └ level 2 ────── level 2 ┘
    ///                   └ bottom ─────┘
    /// </code>
    /// </summary>
    /// <param name="size">Height and width of the pictures in pixels; a multiple of 2 to the power of the levels.</param>
    /// <param name="outputs">Channels of the output: classes of a segmentation, or 1 for a mask.</param>
    /// <param name="width">Channels of the first level; each further one has twice as many. Default 16.</param>
    /// <param name="levels">How often the picture is halved, at least 1. Default 3.</param>
    /// <param name="seed">Seed of the weights. Default 0.</param>
    /// <returns>Input <c>image</c> [N, 3, size, size], output <c>logits</c> [N, outputs, size, size].</returns>
    /// <exception cref="ArgumentException">The size cannot be halved so often.</exception>
    /// <remarks>Source: Ronneberger et al., «U-Net», MICCAI 2015, figure 1. Differs from it in: convolutions keep the size, and batch normalisations follow them.</remarks>
    public static Graph UNet(int size, int outputs, int width = 16, int levels = 3, ulong seed = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(levels);
        if (size % (1 << levels) != 0)
        {
            throw new ArgumentException($"{size} pixels cannot be halved {levels} times: the size must be a multiple of {1 << levels}.", nameof(size));
        }

        var builder = new NetworkBuilder("unet", seed);
        var x = builder.Input("image", 3, size, size);
        var skips = new Stack<Layer>();
        for (int level = 0; level < levels; level++)
        {
            builder.Prefix = $"down{level + 1}/";
            skips.Push(Convolved(x, width << level));
            x = skips.Peek().MaxPool(2);
        }

        builder.Prefix = "bottom/";
        x = Convolved(x, width << levels);
        for (int level = levels - 1; level >= 0; level--)
        {
            builder.Prefix = $"up{level + 1}/";
            x = Convolved(x.ConvTranspose(width << level).Concat(skips.Pop()), width << level);
        }

        builder.Prefix = "head/";
        return builder.Build(x.Conv(outputs, 1, bias: true, weights: Initialization.Xavier), "logits");
    }

    /// <summary>A small vision transformer: patches as tokens, blocks of attention, the mean token, a linear layer.</summary>
    /// <param name="size">Height and width of the pictures in pixels; a multiple of <paramref name="patch"/>.</param>
    /// <param name="classes">Outputs.</param>
    /// <param name="patch">Side of a patch in pixels. Default 4.</param>
    /// <param name="width">Features of a token. Default 64.</param>
    /// <param name="blocks">Blocks. Default 4.</param>
    /// <param name="heads">Heads of the attention; divides <paramref name="width"/>. Default 4.</param>
    /// <param name="seed">Seed of the weights. Default 0.</param>
    /// <returns>Input <c>image</c> [N, 3, size, size], output <c>logits</c> [N, classes].</returns>
    /// <exception cref="ArgumentException">The size is no multiple of the patch.</exception>
    /// <remarks>Source: Dosovitskiy et al., «An image is worth 16x16 words», ICLR 2021, eq. 1-4. Differs from it in: the mean of all tokens is classified, not a class token (its appendix D.3 tries both).</remarks>
    public static Graph VisionTransformer(int size, int classes, int patch = 4, int width = 64, int blocks = 4, int heads = 4, ulong seed = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(patch);
        if (size % patch != 0)
        {
            throw new ArgumentException($"{size} pixels are no multiple of patches of {patch}.", nameof(size));
        }

        var builder = new NetworkBuilder("vit", seed) { Prefix = "patches/" };
        var x = builder.Input("image", 3, size, size).Conv(width, patch, patch, padding: 0, bias: true, weights: Initialization.Xavier).Tokens().Positions();
        for (int block = 0; block < blocks; block++)
        {
            builder.Prefix = $"block{block + 1}/";
            x = x.TransformerBlock(heads);
        }

        builder.Prefix = "head/";
        return builder.Build(x.LayerNorm().Mean().Linear(classes), "logits");
    }

    private static Layer Convolved(Layer x, int channels) => x.Conv(channels, 3).BatchNorm().Relu().Conv(channels, 3).BatchNorm().Relu();
}
