using Unmask.Graphs;

namespace Unmask.Training;

/// <summary>
/// Makes networks out of layers, as plain ONNX graphs of standard operators with freshly drawn weights. The graph is the one for use (batch normalisations
/// with running statistics); <see cref="Trainer"/> makes the one for training from it.
/// </summary>
/// <param name="name">The graph's name.</param>
/// <param name="seed">Seed of the weights. Default 0. The same calls with the same seed give the same network.</param>
/// <example><code>
/// var builder = new NetworkBuilder("tiny");
/// var x = builder.Input("image", 3, 32, 32);
/// var network = builder.Build(x.Conv(16, 3).BatchNorm().Relu().GlobalAveragePool().Flatten().Linear(10), "logits");
/// </code></example>
public sealed partial class NetworkBuilder(string name, ulong seed = 0)
{
    private readonly GraphBuilder _graph = new(name);
    private long _drawn;

    /// <summary>What names of layers and weights begin with from now on, for instance <c>stage1/</c>. Default: nothing.</summary>
    public string Prefix { get; set; } = "";

    /// <summary>Adds an input of floats.</summary>
    /// <param name="name">The input's name.</param>
    /// <param name="itemShape">The sizes of one item, without the batch: C, H, W of a picture, or the number of features.</param>
    public Layer Input(string name, params ReadOnlySpan<long> itemShape)
    {
        _graph.Input(name, ElementType.Float32, WithBatch(itemShape));
        return new(this, name, itemShape);
    }

    /// <summary>The network whose output is this layer. The builder makes one network only.</summary>
    /// <param name="output">The last layer.</param>
    /// <param name="name">The output's name.</param>
    public Graph Build(Layer output, string name = "output")
    {
        ArgumentNullException.ThrowIfNull(output);
        _graph.OutputAs(output.Name, name, ElementType.Float32, WithBatch(output.ItemShape.AsSpan()));
        return _graph.Build() with { Producer = "Unmask" };
    }

    /// <summary>Adds a node with one output.</summary>
    internal Layer Add(string opType, string hint, ReadOnlySpan<string> inputs, ReadOnlySpan<long> itemShape, params ReadOnlySpan<(string Name, NodeAttribute Value)> attributes) =>
        new(this, _graph.Add(opType, inputs, Prefix + hint, attributes), itemShape);

    /// <summary>Adds drawn weights.</summary>
    internal string Weights(string hint, Initialization law, long[] shape, (long In, long Out) fan) =>
        _graph.Constant(InitialWeights.Draw(law, shape, fan, Rng.At(seed, _drawn++)), Prefix + hint);

    /// <summary>Adds a vector of one number.</summary>
    internal string Vector(string hint, long count, float value) => _graph.Constant(InitialWeights.Filled(count, value), Prefix + hint);

    /// <summary>Adds given numbers.</summary>
    internal string Given(string hint, ReadOnlySpan<float> values) => _graph.Constant(TensorData.Vector(values), Prefix + hint);

    private static Shape WithBatch(ReadOnlySpan<long> itemShape) => new([Dimension.Named("N"), .. Shape.Of(itemShape)]);
}
