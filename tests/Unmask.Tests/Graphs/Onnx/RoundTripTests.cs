using Unmask.Graphs;
using Unmask.Runtime;
using Unmask.Tests.Support;

namespace Unmask.Tests.Graphs;

public sealed class RoundTripTests
{
    [SharedFact]
    public void Every_real_model_is_valid_and_the_same_after_writing_and_reading()
    {
        foreach (string file in Models())
        {
            var graph = OnnxReader.Read(file);
            Assert.Empty(Verifier.Check(graph));
            Assert.DoesNotContain(Verifier.NonFiniteConstants(graph), constant => constant.HasNaN);
            GraphAssert.Same(graph, OnnxReader.Read(OnnxWriter.ToBytes(graph)));
        }
    }

    [SharedFact]
    [Trait("Category", "Slow")]
    public void Every_real_model_gives_the_outputs_of_the_file_after_reading_and_writing()
    {
        foreach (string file in Models())
        {
            using var expected = Session.FromFile(file);
            using var actual = Session.FromGraph(OnnxReader.Read(file));
            var inputs = expected.Inputs.ToDictionary(input => input.Name, Some);
            foreach (var (one, other) in expected.Run(inputs).Zip(actual.Run(inputs)))
            {
                Assert.True(one.Bytes.Span.SequenceEqual(other.Bytes.Span), $"the outputs of {file} differ");
            }
        }
    }

    private static string[] Models()
    {
        string[] files =
        [
            .. Directory.GetFiles(Shared.Models, "*.onnx"),
            .. Directory.GetFiles(Path.Combine(Shared.Reference, "models"), "*.onnx", SearchOption.AllDirectories),
        ];
        Assert.True(files.Length > 150, $"only {files.Length} models found");
        return files;
    }

    // Batches of one; small positive numbers suit roots, logarithms and token ids alike.
    private static TensorData Some(Value input)
    {
        long[] sizes = [.. input.Shape!.Select(axis => axis.Size ?? 1)];
        long count = sizes.Aggregate(1L, (product, size) => product * size);
        var positions = Enumerable.Range(0, (int)count);
        return input.Element switch
        {
            ElementType.Float32 => TensorData.Adopt(positions.Select(i => (i * 37 % 101 / 101f) + 0.01f).ToArray(), sizes),
            ElementType.Int64 => TensorData.Adopt(positions.Select(i => (long)(i % 3)).ToArray(), sizes),
            _ => throw new NotSupportedException($"{input} of an unexpected type"),
        };
    }
}
