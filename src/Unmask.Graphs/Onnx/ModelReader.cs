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
        return new GraphReader(source, new AttributeReader(source), null).Read(proto.Graph) with
        {
            Opsets = opsets,
            Metadata = Entries.Read(proto.MetadataProps),
            IrVersion = proto.IrVersion,
            Producer = $"{proto.ProducerName} {proto.ProducerVersion}".Trim(),
            ModelVersion = proto.ModelVersion,
            ModelDomain = proto.Domain,
            Documentation = proto.DocString,
        };
    }

    // Protobuf reads some files that are anything but ONNX without an error, and finds nothing in them.
    private static void CheckHeader(ModelProto proto, ModelSource source)
    {
        if (proto.Graph is null || proto.Graph.Output.Count == 0)
        {
            throw source.Error(proto.Graph is null
                ? "not an ONNX model, or a truncated one: there is no graph in it."
                : "the graph has no outputs. The file is truncated or damaged.");
        }

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
