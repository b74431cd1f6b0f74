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
    public Graph Build(Layer output, string name = "output") => Build((output, name));

    /// <summary>The network with several outputs; the first is the one that is trained. The builder makes one network only.</summary>
    /// <param name="outputs">Layers and the outputs' names, at least one.</param>
    /// <exception cref="ArgumentException">There is none, or a name is taken.</exception>
    public Graph Build(params ReadOnlySpan<(Layer Layer, string Name)> outputs)
    {
        ArgumentOutOfRangeException.ThrowIfZero(outputs.Length, nameof(outputs));
        foreach (var (layer, output) in outputs)
        {
            ArgumentNullException.ThrowIfNull(layer);
            _graph.OutputAs(layer.Name, output, ElementType.Float32, WithBatch(layer.ItemShape.AsSpan()));
        }

        return _graph.Build() with { Producer = "Unmask" };
    }

    /// <summary>Adds a node with one output.</summary>
    internal Layer Add(string opType, string hint, ReadOnlySpan<string> inputs, ReadOnlySpan<long> itemShape, params ReadOnlySpan<(string Name, NodeAttribute Value)> attributes) =>
        new(this, _graph.Add(opType, inputs, Prefix + hint, attributes), itemShape);

    /// <summary>Adds drawn weights.</summary>
    internal string Weights(string hint, Initialization law, long[] shape, (long In, long Out) fan) =>
        _graph.Constant(InitialWeights.Draw(law, shape, fan, Rng.At(seed, _drawn++)), Prefix + hint);

    /// <summary>Adds a vector of one number.</summary>
    /// <param name="hint">Its name.</param>
    /// <param name="count">Its length.</param>
    /// <param name="value">The number.</param>
    /// <param name="trailing">Axes behind it, of size 1 each.</param>
    internal string Vector(string hint, long count, float value, params ReadOnlySpan<long> trailing) =>
        _graph.Constant(InitialWeights.Filled(count, value).Reshape([count, .. trailing]), Prefix + hint);

    /// <summary>Adds given numbers, which are not trained.</summary>
    internal string Given(string hint, TensorData values) => _graph.Constant(values, Prefix + hint);

    private static Shape WithBatch(ReadOnlySpan<long> itemShape) => new([Dimension.Named("N"), .. Shape.Of(itemShape)]);
}
