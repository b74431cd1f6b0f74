using System.Numerics;
using System.Runtime.InteropServices;

namespace Unmask.Graphs;

/// <summary>A constant that holds numbers that are not finite.</summary>
/// <param name="Name">The constant's name; for a tensor that is an attribute, the first output of its node.</param>
/// <param name="HasNaN">Whether it holds a NaN: a model with one gives no usable output.</param>
/// <param name="HasInfinity">Whether it holds an infinity: common in attention masks, suspicious in weights.</param>
public sealed record NonFiniteConstant(string Name, bool HasNaN, bool HasInfinity);

/// <summary>Looks for NaN and infinities in constants.</summary>
internal static class FiniteScan
{
    /// <summary>Adds the constants that are not finite.</summary>
    public static void Run(Graph graph, List<NonFiniteConstant> found)
    {
        foreach (var (name, tensor) in graph.Constants)
        {
            Add(name, tensor, found);
        }

        foreach (var node in graph.Nodes)
        {
            foreach (var attribute in node.Attributes.Values)
            {
                if (attribute is NodeAttribute.Tensor { Value: var tensor })
                {
                    Add(node.Output(0), tensor, found);
                }
            }

            foreach (var subgraph in node.Subgraphs)
            {
                Run(subgraph, found);
            }
        }
    }

    private static void Add(string name, TensorData tensor, List<NonFiniteConstant> found)
    {
        var (nan, infinity) = tensor.ByteLength > int.MaxValue ? default : tensor.Type switch
        {
            ElementType.Float32 => Scan(tensor, 0x7F80_0000u),
            ElementType.Float64 => Scan(tensor, 0x7FF0_0000_0000_0000ul),
            ElementType.Float16 => Scan(tensor, (ushort)0x7C00),
            ElementType.BFloat16 => Scan(tensor, (ushort)0x7F80),
            _ => default,
        };
        if (nan || infinity)
        {
            found.Add(new NonFiniteConstant(name, nan, infinity));
        }
    }

    // A number is not finite when all bits of its exponent are set; it is an infinity when no bit of its fraction is.
    private static (bool NaN, bool Infinity) Scan<T>(TensorData tensor, T exponent)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        var bits = MemoryMarshal.Cast<byte, T>(tensor.Bytes.Span);
        if (!AnyNonFinite(bits, exponent))
        {
            return default;
        }

        bool nan = false;
        bool infinity = false;
        T magnitude = T.MaxValue >> 1;
        foreach (T value in bits)
        {
            nan |= (value & magnitude) > exponent;
            infinity |= (value & magnitude) == exponent;
        }

        return (nan, infinity);
    }

    private static bool AnyNonFinite<T>(ReadOnlySpan<T> bits, T exponent)
        where T : unmanaged, IBinaryInteger<T>
    {
        var mask = new Vector<T>(exponent);
        var vectors = MemoryMarshal.Cast<T, Vector<T>>(bits);
        foreach (var vector in vectors)
        {
            if (Vector.EqualsAny(vector & mask, mask))
            {
                return true;
            }
        }

        foreach (T value in bits[(vectors.Length * Vector<T>.Count)..])
        {
            if ((value & exponent) == exponent)
            {
                return true;
            }
        }

        return false;
    }
}
