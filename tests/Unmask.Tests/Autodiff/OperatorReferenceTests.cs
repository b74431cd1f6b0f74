using System.Text.Json;
using Unmask.Graphs;
using Unmask.Graphs.Onnx;
using Unmask.Tests.Support;

namespace Unmask.Tests.Autodiff;

/// <summary>Forward values and vector-Jacobian products of small models of one or a few operators, against PyTorch in double precision.</summary>
public sealed class OperatorReferenceTests
{
    // Different questions, not different answers: Clip and ReduceMax cannot say which of PyTorch's conventions their model was exported from.
    private static readonly string[] OtherConvention = ["relu6_bounds", "red_max_ties"];

    [SharedFact]
    public void Every_operator_model_agrees_with_the_reference()
    {
        var wrong = new List<string>();
        int right = 0;
        foreach (var test in ReferenceCases.Of("ops"))
        {
            string name = test.GetProperty("id").GetString()!.Split('/')[^1];
            if (OtherConvention.Contains(name))
            {
                continue;
            }

            string? problem = Problem(test);
            right += problem is null ? 1 : 0;
            if (problem is not null)
            {
                wrong.Add($"{name}: {problem}");
            }
        }

        Assert.True(wrong.Count == 0, $"{right} agree, {wrong.Count} do not:\n{string.Join('\n', wrong)}");
        Assert.Equal(168 - OtherConvention.Length, right);
    }

    private static string? Problem(JsonElement test)
    {
        var file = OnnxReader.Read(Path.Combine(Shared.Reference, test.GetProperty("params").GetProperty("file").GetString()!));
        var graph = RaiseOpset.Run(file);
        var input = graph.Inputs[0];
        var x = Npy.Read(ReferenceCases.Input(test.GetProperty("input").GetString()!));
        var (forward, _, forwardTolerance) = ReferenceCases.Output(test, "forward");
        var (cotangent, sizes, _) = ReferenceCases.Output(test, "cotangent");
        var (vjp, _, tolerance) = ReferenceCases.Output(test, "vjp");
        try
        {
            var program = Gradient.Build(graph, graph.Outputs[0].Name, [input.Name]);
            var results = Derivative.Run(program, new Dictionary<string, TensorData> { [input.Name] = x }, TensorData.Adopt(cotangent, sizes));
            return Difference("forward", forward, results[0], forwardTolerance) ?? Difference("vjp", vjp, results[1], tolerance);
        }
        catch (Exception problem) when (problem is UnmaskException or InvalidOperationException or NullReferenceException or ArgumentException)
        {
            return problem.Message;
        }
    }

    private static string? Difference(string what, float[] expected, TensorData actual, double tolerance)
    {
        if (expected.Length != actual.Count)
        {
            return $"{what} has {actual.Count} values, {expected.Length} expected";
        }

        var found = actual.AsSpan<float>();
        double worst = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            double difference = Math.Abs((double)expected[i] - found[i]);
            worst = difference <= worst ? worst : difference;
        }

        return worst <= tolerance ? null : $"{what} differs by {worst:g3}, tolerance {tolerance:g3}";
    }
}
