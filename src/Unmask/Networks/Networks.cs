using Unmask.Graphs;

namespace Unmask.Training;

/// <summary>Whole networks with freshly drawn weights, to be trained.</summary>
public static partial class Networks
{
    /// <summary>A small residual network for pictures: a 3 × 3 convolution, then stages of basic blocks, each but the first halving the picture and doubling the channels.</summary>
    /// <param name="size">Height and width of the pictures in pixels.</param>
    /// <param name="classes">Outputs.</param>
    /// <param name="width">Channels of the first stage. Default 16.</param>
    /// <param name="blocks">Blocks of each stage. Default 1; 3 with three stages is the ResNet-20 of the paper.</param>
    /// <param name="stages">Stages. Default 3.</param>
    /// <param name="reduction">How much the picture is reduced before the stages: 1 (default), 2 by the first convolution, or 4 by a pooling besides.</param>
    /// <param name="widest">The most channels that a stage has; <c>null</c> (default): they double with every stage.</param>
    /// <param name="seed">Seed of the weights. Default 0.</param>
    /// <returns>Input <c>image</c> [N, 3, size, size], output <c>logits</c> [N, classes].</returns>
    /// <remarks>Source: He et al., «Deep residual learning», CVPR 2016, §4.2. Differs from it in: shortcuts that change shape are 1 × 1 convolutions with normalisation.</remarks>
    public static Graph ResNet(int size, int classes, int width = 16, int blocks = 1, int stages = 3, int reduction = 1, int? widest = null, ulong seed = 0)
    {
        if (reduction is not (1 or 2 or 4))
        {
            throw new ArgumentOutOfRangeException(nameof(reduction), reduction, "1, 2 or 4.");
        }

        var builder = new NetworkBuilder("resnet", seed) { Prefix = "stem/" };
        var x = builder.Input("image", 3, size, size);
        x = x.Conv(width, 3, reduction > 1 ? 2 : 1).BatchNorm().Relu();
        x = reduction > 2 ? x.MaxPool(3, 2, 1) : x;
        for (int stage = 0; stage < stages; stage++)
        {
            for (int block = 0; block < blocks; block++)
            {
                builder.Prefix = $"stage{stage + 1}/block{block + 1}/";
                x = Block(x, Math.Min(width << stage, widest ?? int.MaxValue), stage > 0 && block == 0 ? 2 : 1);
            }
        }

        builder.Prefix = "head/";
        return builder.Build(x.GlobalAveragePool().Flatten().Linear(classes), "logits");
    }

    /// <summary>A multilayer perceptron for tables: linear layers with rectifiers between them.</summary>
    /// <param name="features">Numbers of an item.</param>
    /// <param name="hidden">Units of each hidden layer, first to last; empty gives a linear model.</param>
    /// <param name="outputs">Outputs.</param>
    /// <param name="scale">Mean and deviation of each feature, by which the network standardises first; <c>null</c> (default): it does not.</param>
    /// <param name="seed">Seed of the weights. Default 0.</param>
    /// <returns>Input <c>features</c> [N, features], output <c>output</c> [N, outputs].</returns>
    public static Graph Mlp(int features, ReadOnlySpan<int> hidden, int outputs, (float[] Mean, float[] Deviation)? scale = null, ulong seed = 0)
    {
        var builder = new NetworkBuilder("mlp", seed);
        var x = builder.Input("features", features);
        x = scale is var (mean, deviation) ? x.Standardize(mean, deviation) : x;
        foreach (int units in hidden)
        {
            x = x.Linear(units, Initialization.He).Relu();
        }

        return builder.Build(x.Linear(outputs));
    }

    private static Layer Block(Layer x, int channels, int stride)
    {
        var branch = x.Conv(channels, 3, stride).BatchNorm().Relu().Conv(channels, 3).BatchNorm();
        var shortcut = stride == 1 && x.Channels == channels ? x : x.Conv(channels, 1, stride).BatchNorm();
        return branch.Add(shortcut).Relu();
    }
}
