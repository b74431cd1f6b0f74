using System.Security.Cryptography;
using Unmask.Graphs;

namespace Unmask;

/// <summary>
/// A hash of what a network computes with: its matrices and filters, whatever they are called and in whatever order they stand. Neither the operator set nor what else a model returns enters.
/// </summary>
internal static class WeightFingerprint
{
    /// <summary>Of the weights on the way to a model's logits.</summary>
    /// <returns>64 lower-case hexadecimal digits.</returns>
    public static string Of(Model model)
    {
        var core = model.OnnxCore;
        return Of(core.Graph, [core.Sources.Logits ?? core.Sources.Output]);
    }

    /// <summary>Of the weights on the way to some values of a graph.</summary>
    /// <returns>64 lower-case hexadecimal digits.</returns>
    public static string Of(Graph graph, IEnumerable<string> values) => Of(PruneUnreachable.Run(ExposeValues.Run(graph with { Outputs = [] }, [.. values])).Constants.Values);

    /// <summary>Of the matrices and filters among some constants.</summary>
    /// <returns>64 lower-case hexadecimal digits.</returns>
    public static string Of(IEnumerable<TensorData> constants)
    {
        using var all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (byte[] hash in constants.Where(constant => constant is { Type: ElementType.Float32, Dimensions.Length: >= 2 })
            .Select(constant => SHA256.HashData(constant.Bytes.Span)).OrderBy(Convert.ToHexStringLower, StringComparer.Ordinal))
        {
            all.AppendData(hash);
        }

        return Convert.ToHexStringLower(all.GetHashAndReset());
    }
}
