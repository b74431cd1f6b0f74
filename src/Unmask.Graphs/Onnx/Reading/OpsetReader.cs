using System.Collections.Immutable;
using Google.Protobuf.Collections;
using Unmask.Graphs.Onnx.Schema;

namespace Unmask.Graphs;

/// <summary>Reads which version of each operator set a model or function is written in.</summary>
internal static class OpsetReader
{
    private static readonly ImmutableSortedDictionary<string, long> None = ImmutableSortedDictionary.Create<string, long>(StringComparer.Ordinal);

    /// <summary>The versions, by domain.</summary>
    public static ImmutableSortedDictionary<string, long> Read(RepeatedField<OperatorSetIdProto> protos, ModelSource source)
    {
        var opsets = None;
        foreach (var proto in protos)
        {
            string domain = Normalise(proto.Domain);
            if (domain.Length == 0 && proto.Version is (< 1 or > OperatorSets.Newest))
            {
                throw source.Error(proto.Version < 1
                    ? $"the model states operator set {proto.Version}, which does not exist. The file is damaged."
                    : $"the model is written in operator set {proto.Version}; Unmask reads up to {OperatorSets.Newest}. Export it with an older opset_version, or update Unmask.");
            }

            opsets = opsets.SetItem(domain, proto.Version);
        }

        return opsets;
    }

    /// <summary>The standard domain has two names; Unmask uses the empty one.</summary>
    public static string Normalise(string domain) => domain == "ai.onnx" ? "" : domain;
}
