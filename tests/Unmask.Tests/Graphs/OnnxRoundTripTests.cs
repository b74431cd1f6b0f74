using Unmask.Graphs;
using Unmask.Tests.Support;

namespace Unmask.Tests.Graphs;

public sealed class OnnxRoundTripTests
{
    [SharedFact]
    public void Every_real_model_is_the_same_after_writing_and_reading()
    {
        string[] files =
        [
            .. Directory.GetFiles(Shared.Models, "*.onnx"),
            .. Directory.GetFiles(Path.Combine(Shared.Reference, "models"), "*.onnx", SearchOption.AllDirectories),
        ];
        Assert.True(files.Length > 100, $"only {files.Length} models found");
        foreach (string file in files)
        {
            var graph = OnnxReader.Read(file);
            var again = OnnxReader.Read(OnnxWriter.ToBytes(graph));
            Assert.Equal(graph.Nodes.Select(node => node.Name), again.Nodes.Select(node => node.Name));
            Assert.Equal([.. graph.Inputs], again.Inputs.ToArray());
            Assert.Equal([.. graph.Outputs], again.Outputs.ToArray());
            Assert.Equal(graph.Constants.Count, again.Constants.Count);
            foreach (var (name, tensor) in graph.Constants)
            {
                Assert.True(tensor.Bytes.Span.SequenceEqual(again.Constants[name].Bytes.Span), $"{file}: {name}");
            }
        }
    }
}
