using System.Collections.Immutable;
using Unmask.Graphs;
using Unmask.Graphs.Onnx;
using Unmask.Imaging;
using Unmask.Runtime;

namespace Unmask;

/// <summary>What a model file is and what can be asked of it: <c>unmask inspect</c>.</summary>
public sealed record ModelReport
{
    /// <summary>The version of this form.</summary>
    public string Schema { get; init; } = "unmask.model/1";

    /// <summary>Which file.</summary>
    public required ModelIdentity Model { get; init; }

    /// <summary>The file's size, without external data; <c>null</c> when it is no file.</summary>
    public long? FileBytes { get; init; }

    /// <summary>The tool that made it.</summary>
    public required string Producer { get; init; }

    /// <summary>The version of the file format.</summary>
    public required long IrVersion { get; init; }

    /// <summary>The operator sets of the file, by domain (<c>ai.onnx</c> is the standard one).</summary>
    public required ImmutableSortedDictionary<string, long> Opsets { get; init; }

    /// <summary>The standard operator set that Unmask works in; <c>null</c> when the model cannot be raised to it.</summary>
    public long? WorkingOpset { get; init; }

    /// <summary>What must be given; the explained input is the first, when the model can be explained.</summary>
    public required ImmutableArray<TensorFacts> Inputs { get; init; }

    /// <summary>What is returned.</summary>
    public required ImmutableArray<TensorFacts> Outputs { get; init; }

    /// <summary>The number of floating-point weights.</summary>
    public required long Parameters { get; init; }

    /// <summary>The number of nodes, subgraphs not included.</summary>
    public required int Nodes { get; init; }

    /// <summary>How often each operator occurs, the most frequent first.</summary>
    public required ImmutableArray<OperatorFacts> Operators { get; init; }

    /// <summary>The activation tensors with their shapes, from input to output.</summary>
    public required ImmutableArray<LayerFacts> Layers { get; init; }

    /// <summary>
    /// The operators that the gradient has no rule for, of the whole graph; empty: white-box methods reach every layer. Those between a layer and the score matter to it only.
    /// </summary>
    public ImmutableArray<OperatorFacts> WithoutGradient { get; init; } = [];

    /// <summary>What a rule set makes of the model; <c>null</c> when it was not asked for.</summary>
    public RuleSetFacts? Rules { get; init; }

    /// <summary>The layer that <c>--layer last-spatial</c> means, and Grad-CAM takes by itself; <c>null</c> when there is none.</summary>
    public string? LastSpatialLayer { get; init; }

    /// <summary>The layer that <c>--layer embedding</c> means; <c>null</c> when there is none.</summary>
    public string? EmbeddingLayer { get; init; }

    /// <summary>The attention maps between input and score, in the order of the model; empty when there are none, or the model cannot be explained.</summary>
    public ImmutableArray<AttentionFacts> Attention { get; init; } = [];

    /// <summary>softmax, log-softmax, sigmoid or none; <c>null</c> when the model cannot be explained.</summary>
    public string? FinalActivation { get; init; }

    /// <summary>The scores that can be read; empty when the model cannot be explained.</summary>
    public ImmutableArray<string> Scores { get; init; } = [];

    /// <summary>Whether many items can be run at once, in words.</summary>
    public string? Batch { get; init; }

    /// <summary>How pictures are prepared; <c>null</c> when the model takes none.</summary>
    public PreprocessingFacts? Preprocessing { get; init; }

    /// <summary>Whether the file states the preprocessing, rather than Unmask guessing it.</summary>
    public bool PreprocessingDeclared { get; init; }

    /// <summary>The number of class names in the file; 0 when it has none.</summary>
    public int Labels { get; init; }

    /// <summary>What ONNX Runtime can compute on here.</summary>
    public ImmutableArray<ProviderFacts> Providers { get; init; } = [];

    /// <summary>Which methods apply, and why the others do not.</summary>
    public ImmutableArray<MethodFacts> Methods { get; init; } = [];

    /// <summary>Why the model cannot be explained; <c>null</c> when it can.</summary>
    public string? Problem { get; init; }

    /// <summary>What one should know before trusting explanations of it.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];

    /// <summary>Inspects a file.</summary>
    /// <param name="path">The ONNX file.</param>
    /// <param name="options">As for <see cref="Unmask.Model.Load(string, ModelOptions?)"/>.</param>
    /// <param name="rules">A rule set to look at, as <see cref="RuleSet.Parse"/> reads it; <c>null</c>: none.</param>
    /// <exception cref="UnmaskException">There is no such rule set.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="ModelFormatException">The file is not a readable ONNX model.</exception>
    public static ModelReport OfFile(string path, ModelOptions? options = null, string? rules = null)
    {
        var graph = OnnxReader.Read(path);
        options ??= new();
        return Of(graph, ModelIdentity.OfFile(path), options with { Name = options.Name ?? Path.GetFileName(path) }, rules) with { FileBytes = new FileInfo(path).Length };
    }

    /// <summary>Inspects a graph.</summary>
    /// <param name="graph">The graph as it was read.</param>
    /// <param name="identity">Which file it is.</param>
    /// <param name="options">How it would be loaded.</param>
    /// <param name="rules">A rule set to look at, as <see cref="RuleSet.Parse"/> reads it; <c>null</c>: none.</param>
    /// <exception cref="UnmaskException">There is no such rule set.</exception>
    public static ModelReport Of(Graph graph, ModelIdentity identity, ModelOptions? options = null, string? rules = null)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var composite = rules is null ? null : RuleSetFacts.Parse(rules);
        var report = OfGraph(graph, identity);
        try
        {
            using var model = Unmask.Model.FromGraph(graph, options);
            var whole = WithModel(report, model, graph);
            return rules is null ? whole : whole with { Rules = RuleSetFacts.Of(model, rules, composite) };
        }
        catch (UnmaskException problem)
        {
            return report with { Problem = problem.Message };
        }
    }

    /// <summary>The report as JSON, UTF-8, indented.</summary>
    public byte[] ToJson() => DocumentJson.Write(this);

    private static ModelReport OfGraph(Graph graph, ModelIdentity identity)
    {
        var (inferred, opset) = GraphFacts.Infer(graph);
        return new ModelReport
        {
            Model = identity,
            Producer = graph.Producer,
            IrVersion = graph.IrVersion,
            Opsets = graph.Opsets.ToImmutableSortedDictionary(pair => pair.Key.Length == 0 ? "ai.onnx" : pair.Key, pair => pair.Value, StringComparer.Ordinal),
            WorkingOpset = opset,
            Inputs = [.. inferred.Inputs.Select(TensorFacts.Of)],
            Outputs = [.. inferred.Outputs.Select(TensorFacts.Of)],
            Parameters = GraphFacts.Parameters(graph),
            Nodes = graph.Nodes.Length,
            Operators = GraphFacts.Operators(graph),
            Layers = GraphFacts.Layers(inferred),
            WithoutGradient = [.. RuleSet.Gradient.Missing(inferred).Select(pair => new OperatorFacts(pair.Key, pair.Value))],
            Providers = [.. Runtime.Providers.All().Select(provider => new ProviderFacts(provider.Name, provider.Description, provider.Available))],
        };
    }

    private static ModelReport WithModel(ModelReport report, Model model, Graph graph) => report with
    {
        Inputs = [.. model.Inputs.Select(TensorFacts.Of)],
        FinalActivation = GraphFacts.FinalActivation(graph, model),
        Scores = [.. model.AvailableScores.Select(score => score.Name())],
        Batch = model.FrozenBatch is { } size
            ? $"frozen at {size}: it could not be freed, so items are run {(size == 1 ? "one by one" : $"in groups of {size}")}"
            : "free: many items are run at once",
        Preprocessing = model.IsPicture ? PreprocessingFacts.Of(model.Preprocessing) : null,
        PreprocessingDeclared = ModelCard.Of(graph).Preprocessing is not null,
        Labels = model.Labels.Count,
        LastSpatialLayer = model.IsPicture ? model.OnnxCore.Layers.LastSpatial : null,
        EmbeddingLayer = model.Inputs[0].Element.IsFloat() ? null : model.OnnxCore.Layers.Embedding,
        Attention = [.. model.OnnxCore.Attention.Select(block => AttentionFacts.Of(block, model.OnnxCore.Inside))],
        Methods = [.. Catalogue.All.Select(method => new MethodFacts(method.Id, method.Obstacle(model)))],
        Notes = model.Notes,
    };
}

/// <summary>An input or output of a model.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">The element type, or what it is when it is no tensor.</param>
/// <param name="Shape">Sizes, or names of sizes that are free; <c>null</c> when not known.</param>
public sealed record TensorFacts(string Name, string Type, ImmutableArray<string>? Shape)
{
    internal static TensorFacts Of(Value value) => new(
        value.Name,
        value.Type is Graphs.ValueType.Tensor ? value.Element.ToString() : value.Type?.ToString() ?? "unknown",
        value.Shape is { } shape ? [.. shape.Select(axis => axis.ToString())] : null);
}

/// <summary>How often an operator occurs.</summary>
/// <param name="Name">With its domain, unless that is the standard one.</param>
/// <param name="Count">Occurrences.</param>
public sealed record OperatorFacts(string Name, int Count);

/// <summary>An activation tensor.</summary>
/// <param name="Name">Its name, for <c>--layer</c>.</param>
/// <param name="Operator">What makes it.</param>
/// <param name="Shape">Sizes, or names of sizes that are free.</param>
public sealed record LayerFacts(string Name, string Operator, ImmutableArray<string> Shape);

/// <summary>An attention map.</summary>
/// <param name="Name">The name of its weights, for <c>--layer</c>.</param>
/// <param name="Kind">self, or cross when the tokens that are looked at are of another stream.</param>
/// <param name="Shape">Sizes, or names of sizes that are free: items, heads, queries, keys; <c>null</c> when not known.</param>
public sealed record AttentionFacts(string Name, string Kind, ImmutableArray<string>? Shape)
{
    internal static AttentionFacts Of(AttentionBlock block, Graph graph) => new(
        block.Weights, block.IsSelf ? "self" : "cross", graph.ShapeOf(block.Weights) is { } shape ? [.. shape.Select(axis => axis.ToString())] : null);
}

/// <summary>An execution provider.</summary>
/// <param name="Name">For <c>--provider</c>.</param>
/// <param name="Description">In plain words.</param>
/// <param name="Available">Whether it can be used here.</param>
public sealed record ProviderFacts(string Name, string Description, bool Available);

/// <summary>Whether a method applies to a model.</summary>
/// <param name="Id">For <c>--method</c>.</param>
/// <param name="Obstacle">Why not; <c>null</c> when it applies.</param>
public sealed record MethodFacts(string Id, string? Obstacle);
