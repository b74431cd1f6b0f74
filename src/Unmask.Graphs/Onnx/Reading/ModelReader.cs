using System.Collections.Immutable;
using Unmask.Graphs.Onnx.Schema;

namespace Unmask.Graphs;

/// <summary>Turns a parsed file into a graph, or says why it is not a model.</summary>
internal static class ModelReader
{
    /// <summary>The graph.</summary>
    public static Graph Read(ModelProto proto, ModelSource source)
    {
        CheckHeader(proto, source);
        var opsets = OpsetReader.Read(proto.OpsetImport, source);
        var graph = new GraphReader(source, new AttributeReader(source), null).Read(proto.Graph);
        graph = graph with
        {
            Opsets = opsets,
            Metadata = graph.Metadata.SetItems(Entries.Read(proto.MetadataProps)),
            IrVersion = proto.IrVersion,
            Producer = $"{proto.ProducerName} {proto.ProducerVersion}".Trim(),
            ModelVersion = proto.ModelVersion,
            ModelDomain = proto.Domain,
            Documentation = proto.DocString.Length > 0 ? proto.DocString : graph.Documentation,
        };
        if (proto.Functions.Count > 0)
        {
            graph = FunctionInliner.Run(graph, FunctionReader.Read(proto.Functions, opsets, source), source);
        }

        CheckNodes(graph, opsets: graph.Opsets, source);
        return graph;
    }

    private static void CheckNodes(Graph graph, ImmutableSortedDictionary<string, long> opsets, ModelSource source)
    {
        foreach (var node in graph.Nodes)
        {
            if (!opsets.ContainsKey(node.Domain))
            {
                throw source.Error(
                    $"node {node.Origin} uses {node.OpType} of the operator set \"{(node.Domain.Length == 0 ? "ai.onnx" : node.Domain)}\", whose version the model does not state.");
            }

            foreach (var (name, attribute) in node.Attributes)
            {
                if (attribute is NodeAttribute.Reference)
                {
                    throw source.Error($"the attribute \"{name}\" of node {node.Origin} refers to a function's attribute, but is not in a function. The file is damaged.");
                }

                foreach (var subgraph in Node.SubgraphsOf(attribute))
                {
                    CheckNodes(subgraph, opsets, source);
                }
            }
        }
    }

    private static void CheckHeader(ModelProto proto, ModelSource source)
    {
        if (proto.OpsetImport.Count == 0)
        {
            throw source.Error("the model does not state its operator set. The file is truncated or damaged.");
        }

        if (proto.IrVersion is < 1 or > OperatorSets.NewestIrVersion)
        {
            throw source.Error(proto.IrVersion < 1
                ? "the model does not state its format version. The file is truncated or damaged."
                : $"the file is in ONNX format version {proto.IrVersion}; Unmask reads up to {OperatorSets.NewestIrVersion}. Save it in an older version, or update Unmask.");
        }
    }
}
