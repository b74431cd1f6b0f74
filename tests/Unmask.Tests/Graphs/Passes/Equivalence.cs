using Unmask.Graphs;
using Unmask.Runtime;

namespace Unmask.Tests.Graphs.Passes;

/// <summary>Runs a model before and after a pass on the same random inputs and compares every output that it had before.</summary>
internal static class Equivalence
{
    /// <summary>Asserts that both graphs compute the same.</summary>
    /// <param name="before">The model; its unknown axes become 2.</param>
    /// <param name="after">The same after a pass; may have more outputs.</param>
    /// <param name="tolerance">Allowed difference, relative to the largest value of an output; 0: every bit equal.</param>
    /// <param name="optimize">Whether ONNX Runtime may rewrite the graphs (fusions differ between equal graphs and cost bits).</param>
    public static void AssertSame(Graph before, Graph after, double tolerance = 0, bool optimize = false)
    {
        var options = new SessionOptions { Optimize = optimize, Lower = false };
        Verifier.ThrowIfInvalid(after);
        using var one = Session.FromGraph(before, options);
        using var other = Session.FromGraph(after, options);
        var inputs = before.Inputs.ToDictionary(input => input.Name, input => Some(input));
        string[] outputs = [.. before.Outputs.Select(output => output.Name)];
        AssertClose(outputs, one.Run(inputs, outputs), other.Run(inputs, outputs), tolerance);
    }

    public static void AssertClose(IReadOnlyList<string> names, IReadOnlyList<TensorData> expected, IReadOnlyList<TensorData> actual, double tolerance)
    {
        for (int i = 0; i < names.Count; i++)
        {
            Assert.Equal(expected[i].ToString(), actual[i].ToString());
            if (tolerance == 0 || expected[i].Type != ElementType.Float32)
            {
                Assert.True(expected[i].Bytes.Span.SequenceEqual(actual[i].Bytes.Span), $"{names[i]} differs");
            }
            else
            {
                AssertClose(names[i], expected[i].AsSpan<float>(), actual[i].AsSpan<float>(), tolerance);
            }
        }
    }

    /// <summary>Random values of an input's type and shape: floats around 0, whole numbers from 0 to 4, and true or false.</summary>
    public static TensorData Some(Value input, long batch = 2, int seed = 1)
    {
        var random = new Random(HashCode.Combine(seed, input.Name.Length));
        long[] sizes = [.. (input.Shape ?? Shape.Scalar).Select(axis => axis.Size ?? batch)];
        int count = (int)sizes.Aggregate(1L, (product, size) => product * size);
        float[] numbers = [.. Enumerable.Range(0, count).Select(_ => (float)((random.NextDouble() * 4) - 2))];
        return input.Element switch
        {
            ElementType.Float32 => TensorData.Adopt(numbers, sizes),
            ElementType.Float16 => TensorData.Adopt(Array.ConvertAll(numbers, number => (Half)number), sizes),
            ElementType.Float64 => TensorData.Adopt(Array.ConvertAll(numbers, number => (double)number), sizes),
            ElementType.Int64 => TensorData.Adopt(Array.ConvertAll(numbers, number => (long)(number + 2)), sizes),
            ElementType.Int32 => TensorData.Adopt(Array.ConvertAll(numbers, number => (int)(number + 2)), sizes),
            ElementType.UInt8 => TensorData.Adopt(Array.ConvertAll(numbers, number => (byte)((number + 2) * 60)), sizes),
            ElementType.Bool => TensorData.Adopt(Array.ConvertAll(numbers, number => number > 0), sizes),
            _ => throw new NotSupportedException($"no random {input.Element}"),
        };
    }

    private static void AssertClose(string name, ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, double tolerance)
    {
        double scale = 0, worst = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(float.IsNaN(expected[i]), float.IsNaN(actual[i]));
            scale = Math.Max(scale, float.IsFinite(expected[i]) ? Math.Abs(expected[i]) : 0);
            worst = Math.Max(worst, expected[i].Equals(actual[i]) ? 0 : Math.Abs((double)expected[i] - actual[i]));
        }

        Assert.True(worst <= tolerance * Math.Max(scale, 1e-30), $"{name} differs by {worst} where the largest value is {scale}");
    }
}
