using System.Collections.Immutable;
using Google.Protobuf.Collections;
using Unmask.Graphs.Onnx.Schema;

namespace Unmask.Graphs;

/// <summary>Reads and writes key-value facts.</summary>
internal static class Entries
{
    private static readonly ImmutableSortedDictionary<string, string> None = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>The facts; of a key that stands twice, the last one.</summary>
    public static ImmutableSortedDictionary<string, string> Read(RepeatedField<StringStringEntryProto> protos)
    {
        if (protos.Count == 0)
        {
            return None;
        }

        var entries = None.ToBuilder();
        foreach (var proto in protos)
        {
            entries[proto.Key] = proto.Value;
        }

        return entries.ToImmutable();
    }

    /// <summary>Appends the facts.</summary>
    public static void Write(ImmutableSortedDictionary<string, string> entries, RepeatedField<StringStringEntryProto> to)
    {
        foreach (var (key, value) in entries)
        {
            to.Add(new StringStringEntryProto { Key = key, Value = value });
        }
    }
}
