using Unmask.Graphs;

namespace Unmask.Training;

public sealed partial class Layer
{
    /// <summary>A convolution over time: each filter meets every run of tokens that lies within the text as a whole (Kim, EMNLP 2014, eq. 2).</summary>
    /// <param name="filters">Channels of the result.</param>
    /// <param name="width">Tokens that a filter sees, at most those that there are.</param>
    /// <param name="weights">How the weights are drawn. Default <see cref="Initialization.He"/>; the bias begins at 0.</param>
    /// <returns>[filters, length − width + 1].</returns>
    public Layer ConvOverTime(int filters, int width, Initialization weights = Initialization.He)
    {
        RequireTime(nameof(ConvOverTime));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        if (width > ItemShape[1])
        {
            throw new ArgumentOutOfRangeException(nameof(width), width, $"At most the {ItemShape[1]} tokens of an item.");
        }

        string w = _builder.Weights("conv.weight", weights, [filters, Channels, width], (Channels * width, (long)filters * width));
        return _builder.Add("Conv", "conv", [Name, w, _builder.Vector("conv.bias", filters, 0)], [filters, ItemShape[1] - width + 1], ("kernel_shape", (long[])[width]));
    }

    /// <summary>The largest value of each channel over time: [channels] (Kim, EMNLP 2014, §2).</summary>
    public Layer MaxOverTime()
    {
        RequireTime(nameof(MaxOverTime));
        return _builder.Add("GlobalMaxPool", "max", [Name], [Channels, 1]).Flatten();
    }

    /// <summary>
    /// Dropout with masks from outside (Srivastava et al., JMLR 2014, §10, scaled when training): an input of the same shape is multiplied by, and the training set feeds it, 0 or 1 ÷ (1 − rate) for items
    /// that are learnt from, and 1 for others. <see cref="DropoutInputs.Remove"/> takes it out of the trained network.
    /// </summary>
    /// <param name="name">The input's name.</param>
    public Layer Dropout(string name)
    {
        var mask = _builder.Input(name, ItemShape.AsSpan());
        return _builder.Add("Mul", "dropout", [Name, mask.Name], ItemShape.AsSpan());
    }

    private void RequireTime(string layer)
    {
        if (ItemShape.Length != 2)
        {
            throw new InvalidOperationException($"{layer} takes features and time, as {nameof(TokenLayer.Embedding)} makes them; here is [{string.Join(", ", ItemShape)}].");
        }
    }
}
