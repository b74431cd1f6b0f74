using Unmask.Graphs;

namespace Unmask.Training;

/// <content>Normalisations.</content>
public sealed partial class Layer
{
    private const float Epsilon = 1e-5f;

    /// <summary>Brings each channel to mean 0 and variance 1 over the batch when training, over all batches (running statistics) afterwards, then scales and shifts it.</summary>
    /// <param name="scale">The scale before training. Default 1; 0 makes a residual branch begin as nothing.</param>
    /// <remarks>Source: Ioffe and Szegedy, «Batch Normalization», ICML 2015, algorithms 1 and 2.</remarks>
    public Layer BatchNorm(float scale = 1)
    {
        string[] parameters = [_builder.Vector("norm.scale", Channels, scale), _builder.Vector("norm.bias", Channels, 0), _builder.Vector("norm.mean", Channels, 0), _builder.Vector("norm.variance", Channels, 1)];
        return _builder.Add("BatchNormalization", "norm", [Name, .. parameters], ItemShape.AsSpan(), ("epsilon", Epsilon));
    }

    /// <summary>Brings each item (of a sequence: each token) to mean 0 and variance 1 over its last axis, then scales and shifts it. Ba et al. 2016, eq. 4.</summary>
    public Layer LayerNorm()
    {
        long size = ItemShape[^1];
        return _builder.Add("LayerNormalization", "norm", [Name, _builder.Vector("norm.scale", size, 1), _builder.Vector("norm.bias", size, 0)], ItemShape.AsSpan(), ("axis", -1L), ("epsilon", Epsilon));
    }

    /// <summary>Brings each channel of each picture to mean 0 and variance 1, then scales and shifts it. Ulyanov et al. 2016, eq. 4.</summary>
    /// <exception cref="InvalidOperationException">This is no picture.</exception>
    public Layer InstanceNorm()
    {
        RequirePicture("InstanceNorm");
        return _builder.Add("InstanceNormalization", "norm", [Name, _builder.Vector("norm.scale", Channels, 1), _builder.Vector("norm.bias", Channels, 0)], ItemShape.AsSpan(), ("epsilon", Epsilon));
    }

    /// <summary>Brings each group of channels of each picture to mean 0 and variance 1, then scales and shifts each channel: the same in training and use, whatever the batch. Wu and He, ECCV 2018, eq. 1-3.</summary>
    /// <param name="groups">Groups of channels; divides them.</param>
    /// <exception cref="ArgumentException">It does not.</exception>
    /// <exception cref="InvalidOperationException">This is no picture.</exception>
    public Layer GroupNorm(int groups)
    {
        RequirePicture("GroupNorm");
        RequireGroups((int)Channels, groups);
        // The operator set's own GroupNormalization scales groups, not channels, before version 21.
        var grouped = Reshape(groups, Count / groups);
        string[] plain = [_builder.Vector("norm.ones", groups, 1), _builder.Vector("norm.zeros", groups, 0)];
        var normal = _builder.Add("InstanceNormalization", "norm", [grouped.Name, .. plain], grouped.ItemShape.AsSpan(), ("epsilon", Epsilon)).Reshape(ItemShape.AsSpan());
        var scaled = _builder.Add("Mul", "norm.scaled", [normal.Name, _builder.Vector("norm.scale", Channels, 1, 1, 1)], ItemShape.AsSpan());
        return _builder.Add("Add", "norm.shifted", [scaled.Name, _builder.Vector("norm.bias", Channels, 0, 1, 1)], ItemShape.AsSpan());
    }

    /// <summary>(x − mean) ÷ deviation for each feature, with numbers that are not trained: so the network takes what a table holds.</summary>
    /// <param name="mean">Of each feature.</param>
    /// <param name="deviation">Of each feature; not 0.</param>
    public Layer Standardize(ReadOnlySpan<float> mean, ReadOnlySpan<float> deviation)
    {
        var centred = _builder.Add("Sub", "centre", [Name, _builder.Given("centre.mean", TensorData.Vector(mean))], ItemShape.AsSpan());
        return _builder.Add("Div", "scale", [centred.Name, _builder.Given("scale.deviation", TensorData.Vector(deviation))], ItemShape.AsSpan());
    }
}
