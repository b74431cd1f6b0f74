using System.Text.RegularExpressions;
using Unmask.Graphs;
using Ort = Microsoft.ML.OnnxRuntime;

namespace Unmask.Runtime;

/// <summary>Turns ONNX Runtime's messages into ours: which node of the user's file, what is wrong, what to try.</summary>
internal static partial class RuntimeError
{
    // Wall time, which passes on a busy machine too: only there so that no message can hang.
    private const int TimeoutMilliseconds = 60_000;

    public static RuntimeFailureException WhenCompiling(Ort.OnnxRuntimeException problem, Graph? graph, string name)
    {
        string text = Clean(problem.Message);
        if (UnknownOperator().Match(text) is { Success: true } unknown)
        {
            string op = unknown.Groups["op"].Value;
            var node = graph?.Nodes.FirstOrDefault(candidate => candidate.OpType == op || candidate.Name == unknown.Groups["node"].Value);
            return new RuntimeFailureException(
                $"{name} uses the operator {op}{At(node)}, which this build of ONNX Runtime cannot run. "
                + "Export the model with standard operators only, or cut that part off.", problem);
        }

        return new RuntimeFailureException($"ONNX Runtime cannot compile {name}: {text}{At(Mentioned(text, graph))}", problem);
    }

    public static RuntimeFailureException WhenRunning(Ort.OnnxRuntimeException problem, Graph? graph, string name)
    {
        string text = Clean(problem.Message);
        return new RuntimeFailureException($"{name} failed while running: {text}{At(Mentioned(text, graph))}", problem);
    }

    private static Node? Mentioned(string text, Graph? graph)
    {
        string name = NodeName().Match(text) is { Success: true } match ? match.Groups["node"].Value : "";
        return name.Length == 0 ? null : graph?.Nodes.FirstOrDefault(node => node.Name == name);
    }

    private static string At(Node? node) => node is null ? "" : $" at node {node.Origin}";

    /// <summary>Removes the error code, source file names and addresses that ONNX Runtime puts in front.</summary>
    private static string Clean(string message)
    {
        string text = SourceLocation().Replace(message.Replace('\n', ' '), "");
        return Prefix().Replace(text, "").Trim();
    }

    [GeneratedRegex(@"^\[ErrorCode:\w+\]\s*", RegexOptions.ExplicitCapture, TimeoutMilliseconds)]
    private static partial Regex Prefix();

    [GeneratedRegex(@"\S+\.(cc|h|cpp):\d+ \S+(\([^)]*\))?\s*|\bonnxruntime::\S+\s*", RegexOptions.ExplicitCapture, TimeoutMilliseconds)]
    private static partial Regex SourceLocation();

    [GeneratedRegex(@"(?:Could not find an implementation for |Fatal error: (?:[\w.]*:)?)(?<op>\w+)\(-?\d+\)(?: node with name '(?<node>[^']*)')?", RegexOptions.ExplicitCapture, TimeoutMilliseconds)]
    private static partial Regex UnknownOperator();

    [GeneratedRegex(@"(?:Name:|[Nn]ode ?(?:with name)? ?)\(?'(?<node>[^']+)'|Node \((?<node>[^)]+)\)", RegexOptions.ExplicitCapture, TimeoutMilliseconds)]
    private static partial Regex NodeName();
}
