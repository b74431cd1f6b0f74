using Unmask.Graphs;

namespace Unmask.Training;

public sealed partial class NetworkBuilder
{
    /// <summary>Adds an input of token numbers: Int64 [N, length].</summary>
    /// <param name="name">The input's name.</param>
    /// <param name="length">Tokens of an item.</param>
    public TokenLayer Tokens(string name, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        _graph.Input(name, ElementType.Int64, WithBatch([length]));
        return new(this, name, length);
    }

    /// <summary>Adds given whole numbers.</summary>
    internal string Given(string hint, ReadOnlySpan<long> values) => _graph.Constant(values, Prefix + hint);

    /// <summary>Adds one given number.</summary>
    internal string Given<T>(string hint, T value)
        where T : unmanaged => _graph.Constant(TensorData.Scalar(value), Prefix + hint);
}
