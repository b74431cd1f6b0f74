using Unmask.Graphs;
using Unmask.Graphs.Onnx;
using Unmask.Runtime;

namespace Unmask;

/// <summary>Σ (z − AE(z))²: how far the perturbed input z lies from what an autoencoder makes of it, so that what is found stays like the data that it was trained on.</summary>
/// <remarks>Source: Dhurandhar et al., NeurIPS 2018, eq. 1 and 3, γ ‖z − AE(z)‖².</remarks>
public sealed record ReconstructionTerm : ObjectiveTerm
{
    private readonly Graph _network;
    private readonly string _file;

    private ReconstructionTerm(Graph network, string file) => (_network, _file) = (network, file);

    /// <inheritdoc/>
    public override string Name => "reconstruction";

    /// <inheritdoc/>
    public override string Key => $"reconstruction {_file}";

    /// <summary>Reads an autoencoder: an ONNX model from inputs such as the explained model's, as it takes them (preprocessed), to inputs of the same shape.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="ModelFormatException">It is no ONNX model.</exception>
    /// <exception cref="UnmaskException">It has more than one input, or cannot take several items at once.</exception>
    public static ReconstructionTerm Load(string file)
    {
        ArgumentException.ThrowIfNullOrEmpty(file);
        return Of(OnnxReader.Read(file), file);
    }

    /// <summary>Takes a graph.</summary>
    /// <param name="graph">The autoencoder.</param>
    /// <param name="name">Its name, which no other autoencoder has.</param>
    internal static ReconstructionTerm Of(Graph graph, string name)
    {
        var network = ShapeInference.Run(RaiseOpset.Run(graph));
        if (network.Inputs is not [var input])
        {
            throw new UnmaskException($"The autoencoder {name} has {network.Inputs.Length} inputs ({string.Join(", ", network.Inputs)}): one is needed, that of the explained model.");
        }

        var (free, frozen, obstacle) = BatchFreedom.Find(network, input.Name, new SessionOptions());
        return frozen is null ? new(free, name) : throw new UnmaskException($"The autoencoder {name} was exported with a fixed batch of {frozen} that could not be freed: {obstacle} Export it with an open first axis.");
    }

    /// <inheritdoc/>
    public override string Append(ObjectiveGraph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        if (graph.Views != 1)
        {
            throw new UnmaskException($"The term {Name} looks at the one perturbed input of a problem; this recipe has {graph.Views} (sides × draws × masks).");
        }

        string made = graph.Apply(_network, _file);
        string apart = graph.Graph.Add("Sub", [graph.Perturbed, made], "reconstruction/apart");
        string flat = graph.Graph.Add("Flatten", [graph.AbsolutePower(apart, 2)], "reconstruction/flat", ("axis", 1L));
        return graph.SumOf(flat, 1);
    }
}
