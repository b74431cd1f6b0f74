using Unmask.Graphs;
using Unmask.Tests.Support;

namespace Unmask.Tests.Graphs;

public sealed class RoundTripTests
{
    [SharedFact]
    public void Every_real_model_is_valid_and_the_same_after_writing_and_reading()
    {
        string[] files =
        [
            .. Directory.GetFiles(Shared.Models, "*.onnx"),
            .. Directory.GetFiles(Path.Combine(Shared.Reference, "models"), "*.onnx", SearchOption.AllDirectories),
        ];
        Assert.True(files.Length > 150, $"only {files.Length} models found");
        foreach (string file in files)
        {
            var graph = OnnxReader.Read(file);
            Assert.Empty(Verifier.Check(graph));
            Assert.Empty(Verifier.NonFiniteConstants(graph));
            GraphAssert.Same(graph, OnnxReader.Read(OnnxWriter.ToBytes(graph)));
        }
    }
}
