using Unmask.Graphs.Onnx.Schema;

namespace Unmask.Graphs;

/// <summary>Reads sparse tensors into dense ones: nothing of Unmask, and few operators of the runtime, take sparse ones.</summary>
internal sealed class SparseTensorReader(ModelSource source, TensorReader tensors)
{
    // A few bytes of a file must not ask for all memory.
    private const long MostBytes = 1L << 30;

    /// <summary>The dense tensor.</summary>
    public TensorData Read(SparseTensorProto proto, string name)
    {
        if (proto.Values is null || proto.Indices is null)
        {
            throw source.Error($"sparse tensor \"{name}\" lacks its values or indices. The file is damaged.");
        }

        var values = tensors.Read(proto.Values, name);
        var indices = tensors.Read(proto.Indices, name);
        long[] dimensions = [.. proto.Dims];
        long count = tensors.Count(dimensions, name);
        int size = values.Type.Bits() / 8;
        if (size == 0 || count > MostBytes / size)
        {
            throw source.Error($"sparse tensor \"{name}\" ({values.Type}[{string.Join(", ", dimensions)}]) cannot be expanded in memory. Save it dense, as external data.");
        }

        byte[] dense = new byte[count * size];
        Scatter(values, indices, dimensions, dense, size, name);
        return TensorData.FromBytes(values.Type, dimensions, dense);
    }

    private void Scatter(TensorData values, TensorData indices, long[] dimensions, byte[] dense, int size, string name)
    {
        int stored = values.Bytes.Length / size;
        int rank = dimensions.Length;
        bool linear = indices.Dimensions.Length == 1;
        if (indices.Type != ElementType.Int64 || indices.Count != (linear ? stored : (long)stored * rank))
        {
            throw source.Error($"sparse tensor \"{name}\" has {stored:N0} values, but indices {indices}. The file is damaged.");
        }

        var from = values.Bytes.Span;
        var at = indices.AsSpan<long>();
        for (int i = 0; i < stored; i++)
        {
            long place = linear ? at[i] : Place(at.Slice(i * rank, rank), dimensions);
            if (place < 0 || place >= dense.Length / size)
            {
                throw source.Error($"sparse tensor \"{name}\" has an index outside its shape [{string.Join(", ", dimensions)}]. The file is damaged.");
            }

            from.Slice(i * size, size).CopyTo(dense.AsSpan((int)place * size));
        }
    }

    private static long Place(ReadOnlySpan<long> index, long[] dimensions)
    {
        long place = 0;
        for (int axis = 0; axis < dimensions.Length; axis++)
        {
            if (index[axis] < 0 || index[axis] >= dimensions[axis])
            {
                return -1;
            }

            place = (place * dimensions[axis]) + index[axis];
        }

        return place;
    }
}
