using System.Text.Json;
using Unmask.Graphs;
using Unmask.Tests.Support;

namespace Unmask.Tests.Graphs;

/// <summary>Real files: what is inferred for the outputs against what the files and the reference cases state.</summary>
public sealed class ShapesReferenceTests
{
    [SharedFact]
    public void Outputs_of_every_model_have_the_shapes_that_its_file_states()
    {
        foreach (string path in Files())
        {
            var graph = OnnxReader.Read(path);
            var inferred = ShapeInference.Run(Forgetful(graph));
            foreach (var (stated, found) in graph.Outputs.Zip(inferred.Outputs))
            {
                Assert.True(stated.Element == found.Element, $"{path}: {stated} but inferred {found}");
                Assert.True(Agree(stated.Shape, found.Shape), $"{path}: {stated} but inferred {found}");
            }
        }
    }

    [SharedFact]
    public void The_batch_axis_keeps_its_symbol_up_to_the_output_of_every_network()
    {
        foreach (string path in Files().Where(path => !path.Contains($"{Path.DirectorySeparatorChar}ops{Path.DirectorySeparatorChar}", StringComparison.Ordinal)))
        {
            var inferred = ShapeInference.Run(Forgetful(OnnxReader.Read(path)));
            string? batch = inferred.Inputs[0].Shape?[0].Symbol;
            Assert.NotNull(batch);
            Assert.All(inferred.Outputs, output =>
            {
                Assert.Equal(batch, output.Shape?[0].Symbol);
                Assert.All(output.Shape?.Skip(1) ?? [], axis => Assert.True(axis.IsKnown, $"{path}: {output}"));
            });
        }
    }

    [SharedFact]
    public void Operator_models_yield_the_shapes_that_PyTorch_computed()
    {
        using var cases = JsonDocument.Parse(File.ReadAllText(Path.Combine(Shared.Reference, "cases", "ops__ops.json")));
        int compared = 0;
        foreach (var one in cases.RootElement.GetProperty("cases").EnumerateArray())
        {
            string file = one.GetProperty("params").GetProperty("file").GetString() ?? "";
            var graph = Forgetful(OnnxReader.Read(Path.Combine(Shared.Reference, file)));
            var outputs = one.GetProperty("outputs");
            var x = new Dictionary<string, Shape> { [graph.Inputs[0].Name] = Sizes(outputs.GetProperty("vjp")) };
            var inferred = ShapeInference.Run(graph, x);
            Assert.True(Sizes(outputs.GetProperty("forward")).Equals(inferred.Outputs[0].Shape), $"{file}: {inferred.Outputs[0]}, expected {Sizes(outputs.GetProperty("forward"))}");
            compared++;
        }

        Assert.True(compared > 150);
    }

    /// <summary>Every model beside the checkout.</summary>
    internal static IEnumerable<string> Files() =>
        Directory.EnumerateFiles(Shared.Models, "*.onnx").Concat(Directory.EnumerateFiles(Path.Combine(Shared.Reference, "models"), "*.onnx", SearchOption.AllDirectories)).Order();

    /// <summary>The graph without what its file states of types behind the inputs.</summary>
    internal static Graph Forgetful(Graph graph) => graph with
    {
        InnerTypes = graph.InnerTypes.Clear(),
        Outputs = [.. graph.Outputs.Select(output => new Value(output.Name, null))],
    };

    private static Shape Sizes(JsonElement output) => Shape.Of([.. output.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64())]);

    private static bool Agree(Shape? stated, Shape? found) =>
        stated is null || (found is not null && stated.Rank == found.Rank && stated.Zip(found).All(axis => !axis.First.IsKnown || axis.First == axis.Second));
}
