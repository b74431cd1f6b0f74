using System.Collections.Immutable;
using Unmask.Graphs.Onnx.Schema;

namespace Unmask.Graphs;

/// <summary>Reads the functions that a model brings along.</summary>
internal static class FunctionReader
{
    /// <summary>The functions, by name.</summary>
    public static Dictionary<FunctionKey, Function> Read(
        IReadOnlyList<FunctionProto> protos, ImmutableSortedDictionary<string, long> modelOpsets, ModelSource source)
    {
        var functions = new Dictionary<FunctionKey, Function>(protos.Count);
        foreach (var proto in protos)
        {
            var key = new FunctionKey(OpsetReader.Normalise(proto.Domain), proto.Name, proto.Overload);
            if (!functions.TryAdd(key, Read(proto, key, modelOpsets, source with { Name = $"{source.Name}: function {key}" })))
            {
                throw source.Error($"the function {key} is defined twice. The file is damaged.");
            }
        }

        return functions;
    }

    private static Function Read(FunctionProto proto, FunctionKey key, ImmutableSortedDictionary<string, long> modelOpsets, ModelSource source)
    {
        var attributes = new AttributeReader(source);
        var graph = new GraphReader(source, attributes, null);
        var defaults = ImmutableSortedDictionary.CreateBuilder<string, NodeAttribute>(StringComparer.Ordinal);
        foreach (var attribute in proto.AttributeProto)
        {
            defaults[attribute.Name] = attributes.Read(attribute, proto.Name, subgraph => new GraphReader(source, attributes, null).Read(subgraph));
        }

        return new Function(
            key,
            [.. proto.Input.Select(graph.Define)],
            [.. proto.Output],
            defaults.ToImmutable(),
            graph.Body(proto),
            proto.OpsetImport.Count == 0 ? modelOpsets : OpsetReader.Read(proto.OpsetImport, source));
    }
}
