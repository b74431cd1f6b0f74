using System.Security.Cryptography;
using Unmask.Graphs;

namespace Unmask;

/// <summary>A hash of what a network computes with: its matrices and filters, whatever they are called and in whatever order they stand.</summary>
internal static class WeightFingerprint
{
    /// <summary>Of the weights on the way to the logits.</summary>
    /// <returns>64 lower-case hexadecimal digits.</returns>
    public static string Of(Model model)
    {
        var core = model.OnnxCore;
        string score = core.Sources.Logits ?? core.Sources.Output;
        var exposed = PruneUnreachable.Run(ExposeValues.Run(core.Graph with { Outputs = [] }, [score]));
        using var all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (byte[] hash in exposed.Constants.Values.Where(constant => constant.Type == ElementType.Float32 && constant.Dimensions.Length >= 2)
            .Select(constant => SHA256.HashData(constant.Bytes.Span)).OrderBy(Convert.ToHexStringLower, StringComparer.Ordinal))
        {
            all.AppendData(hash);
        }

        return Convert.ToHexStringLower(all.GetHashAndReset());
    }
}
