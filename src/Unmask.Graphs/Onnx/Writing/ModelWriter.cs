using Unmask.Graphs.Onnx.Schema;

namespace Unmask.Graphs;

/// <summary>Turns a graph into the messages of the file format.</summary>
internal static class ModelWriter
{
    // Constants need not be listed as inputs from this version of the format on.
    private const long OldestIrVersion = 4;

    /// <summary>The whole model.</summary>
    public static ModelProto Write(Graph graph, TensorPlacement placement)
    {
        var model = new ModelProto
        {
            IrVersion = IrVersion(graph),
            Graph = new GraphWriter(placement).Write(graph),
        };
        WriteProducer(graph.Producer, model);
        if (graph.ModelDomain.Length > 0)
        {
            model.Domain = graph.ModelDomain;
        }

        if (graph.ModelVersion != 0)
        {
            model.ModelVersion = graph.ModelVersion;
        }

        if (graph.Documentation.Length > 0)
        {
            model.DocString = graph.Documentation;
        }

        foreach (var (domain, version) in graph.Opsets)
        {
            model.OpsetImport.Add(new OperatorSetIdProto { Domain = domain, Version = version });
        }

        Entries.Write(graph.Metadata, model.MetadataProps);
        CheckSize(model);
        return model;
    }

    // Runtimes refuse a file whose format version is older than its operator set's; the pairs are those of ONNX's own releases.
    private static long IrVersion(Graph graph) => graph.IrVersion > 0
        ? Math.Max(graph.IrVersion, OldestIrVersion)
        : graph.Opset switch
        {
            <= 10 => 5,
            11 => 6,
            <= 14 => 7,
            <= 18 => 8,
            <= 20 => 9,
            <= 22 => 10,
            23 => 11,
            24 => 12,
            _ => OperatorSets.NewestIrVersion,
        };

    private static void WriteProducer(string producer, ModelProto model)
    {
        int space = producer.LastIndexOf(' ');
        if (producer.Length > 0)
        {
            model.ProducerName = space < 0 ? producer : producer[..space];
        }

        if (space >= 0)
        {
            model.ProducerVersion = producer[(space + 1)..];
        }
    }

    private static void CheckSize(ModelProto model)
    {
        long bytes = 0;
        foreach (var tensor in model.Graph.Initializer)
        {
            bytes += tensor.RawData.Length;
        }

        if (bytes > int.MaxValue - (64 << 20))
        {
            throw new UnmaskException(
                $"The constants take {bytes:N0} bytes, and an ONNX file ends at 2 GiB. Write them to a data file beside the model (OnnxWriter.WriteWithData).");
        }
    }
}
