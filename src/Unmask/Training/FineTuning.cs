using System.Collections.Immutable;
using Unmask.Graphs;
using Unmask.Runtime;

namespace Unmask.Training;

/// <summary>
/// Prepares an existing classifier for training on other data: cuts a final softmax off, gives it a new last layer for other classes, and chooses which weights are trained.
/// </summary>
/// <remarks>
/// Where the trained part begins at one value (<see cref="Features"/>), and the data is not varied, the rest need run only once over the data:
/// train <see cref="Tail"/> on <see cref="FeaturesOf"/>, then take <see cref="Whole"/>. Otherwise train <see cref="Network"/> with <see cref="Weights"/>.
/// </remarks>
/// <example><code>
/// var tuning = FineTuning.Of(OnnxReader.Read("model.onnx"), ["cat", "dog"]);
/// var result = tuning.Whole(new Trainer(tuning.Tail, recipe).Run(tuning.FeaturesOf(items)));
/// OnnxWriter.Write(result.Network, "cats-and-dogs.onnx");
/// </code></example>
public sealed class FineTuning
{
    private const int FeatureBatch = 16;

    private FineTuning(Graph network, Value input, Preprocessing? preprocessing, TrainedPart part)
    {
        (Network, Input, Preprocessing, Part) = (network, input, preprocessing, part);
        (Weights, Features, Tail) = Chosen(network, part);
    }

    /// <summary>The network before training: at the working operator set, for any number of items, logits its only output; classes and preprocessing are in its metadata.</summary>
    public Graph Network { get; }

    /// <summary>The input that items go to.</summary>
    public Value Input { get; }

    /// <summary>How pictures become that input: the model's own values and size, by a centre crop (as <see cref="ModelPictures"/> takes them); <c>null</c> when it is not a picture.</summary>
    public Preprocessing? Preprocessing { get; }

    /// <summary>What is trained.</summary>
    public TrainedPart Part { get; }

    /// <summary>The names of the constants that are trained.</summary>
    public ImmutableArray<string> Weights { get; }

    /// <summary>What should be known before the result is trusted, in whole sentences.</summary>
    public ImmutableArray<string> Notes { get; private init; } = [];

    /// <summary>Whether the network keeps the last layer that it had, since its classes are those asked for.</summary>
    public bool KeepsHead { get; private init; }

    /// <summary>The value at which the trained part begins; <c>null</c>: everything is trained, or what is trained does not begin at one value.</summary>
    public string? Features { get; }

    /// <summary>The network from <see cref="Features"/> on; the whole network when there are none.</summary>
    public Graph Tail { get; }

    /// <summary>Floats of the features of an item; <c>null</c> when there are none, or their size is not known before a run.</summary>
    public long? FeatureCount => Features is null || Tail.Inputs[0].Shape is not { Rank: > 0 } shape ? null : new Shape([.. shape.Skip(1)]).ElementCount;

    /// <summary>The usual recipe: cross-entropy smoothed by 0.05, AdamW with weight decay 0.01, a rate that rises for 5 % of the steps to its peak and falls along a cosine, clipping at 5.</summary>
    /// <param name="part">What is trained.</param>
    /// <param name="epochs">Passes over the data; <c>null</c> (default): 20 for a head, else 5.</param>
    /// <param name="peak">The highest learning rate; <c>null</c> (default): 0.002 for a head, 0.001 for the last block, 0.0005 for all.</param>
    /// <param name="batch">Items of a step. Default 64.</param>
    /// <param name="seed">Seed of shuffling and variation. Default 0.</param>
    public static TrainingRecipe RecipeOf(TrainedPart part, int? epochs = null, double? peak = null, int batch = 64, ulong seed = 0) => new()
    {
        Objective = Objective.SmoothedCrossEntropy(0.05),
        Optimizer = Adam.W,
        LearningRate = new() { Peak = peak ?? part switch { TrainedPart.Head => 2e-3, TrainedPart.LastBlock => 1e-3, _ => 5e-4 }, Decay = RateDecay.Cosine, WarmUp = 0.05 },
        WeightDecay = 0.01,
        ClipNorm = 5,
        BatchSize = batch,
        Epochs = epochs ?? (part == TrainedPart.Head ? 20 : 5),
        Seed = seed,
    };

    /// <summary>Prepares a classifier.</summary>
    /// <param name="model">The model.</param>
    /// <param name="classes">The names of the classes, in the order of the targets. The last layer is kept if the model's own labels are these, else a new one is drawn; <c>null</c> (default): the model's own.</param>
    /// <param name="part">What is trained. Default <see cref="TrainedPart.Head"/>.</param>
    /// <param name="options">The model's input, output, labels and preprocessing where its file does not say them; <c>null</c> (default): as the file says.</param>
    /// <param name="seed">Seed of the new layer. Default 0.</param>
    /// <exception cref="UnmaskException">The model computes in integers, is no classifier, has no last layer that can be found, labels that are not as many as its outputs, no weights, or a batch size that cannot be freed.</exception>
    public static FineTuning Of(Graph model, IReadOnlyList<string>? classes = null, TrainedPart part = TrainedPart.Head, ModelOptions? options = null, ulong seed = 0)
    {
        ArgumentNullException.ThrowIfNull(model);
        options ??= new();
        if (FloatGraph.IsQuantized(model) || model.Nodes.Any(node => node.Is("DequantizeLinear")))
        {
            throw new UnmaskException("The model computes in integers: its weights are rounded to a few levels and cannot be trained. Fine-tune the float model that it was made from, and quantise the result.");
        }

        var card = ModelCard.Of(model);
        var logits = Logits(Freed(model), options);
        var labels = options.Labels ?? card.Labels;
        bool keeps = classes is null || Same(labels, classes);
        var network = Renewed(logits, classes, labels, keeps, seed);
        var input = ModelSignature.ExplainedInput(network, options);
        var preprocessing = ModelSignature.OrderOf(input) == AxisOrder.NotSpatial ? null : ModelPictures.AtUse(input, PreprocessingOf(card, options));
        IReadOnlyList<string>? names = classes ?? (labels is null ? null : [.. Enumerable.Range(0, labels.Count).Select(index => labels[index])]);
        network = preprocessing is not null && names is not null ? ModelCard.WriteTo(network, names, preprocessing) : network;
        return new(network, input, preprocessing, part) { KeepsHead = keeps, Notes = preprocessing is null ? [] : [.. NotesOn(card, options)] };
    }

    /// <summary>Runs the part that stays as it is once over all items, without variation.</summary>
    /// <param name="items">The items, as inputs of <see cref="Network"/> and of the objective.</param>
    /// <param name="threads">Batches at the same time; <c>null</c> (default): the number of processors. The result does not depend on it.</param>
    /// <param name="progress">Told after each batch.</param>
    /// <param name="cancel">Ends it.</param>
    /// <returns>The items as inputs of <see cref="Tail"/> and of the objective.</returns>
    /// <exception cref="InvalidOperationException">There are no <see cref="Features"/>.</exception>
    public ArrayTrainingSet FeaturesOf(TrainingSet items, int? threads = null, IProgress<Step>? progress = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(items);
        string features = Features ?? throw new InvalidOperationException("The trained part does not begin at one value: train the whole network with these weights.");
        var frozen = PruneUnreachable.Run(ExposeValues.Run(Network with { Outputs = [] }, [features]));
        using var session = Session.FromGraph(frozen);
        var collected = new Dictionary<string, List<TensorData>>(StringComparer.Ordinal);
        Batcher.Run(items.Count, FeatureBatch, threads ?? Environment.ProcessorCount, (first, count) => Featured(session, items.Read([.. Enumerable.Range(first, count)], null), features, cancel), (first, batch) =>
        {
            foreach (var (name, data) in batch)
            {
                (collected.TryGetValue(name, out var list) ? list : collected[name] = []).Add(data);
            }

            progress?.Report(new(Math.Min(items.Count, first + FeatureBatch), items.Count, "pictures through the part that stays"));
            return true;
        }, cancel);
        return new(collected.ToDictionary(pair => pair.Key, pair => Joined(pair.Value), StringComparer.Ordinal)) { Name = $"{features} by the weights {WeightFingerprint.Of(frozen.Constants.Values)} of {items}" };
    }

    /// <summary>The whole network with the weights that <see cref="Tail"/> was trained to.</summary>
    /// <param name="tail">Of a training of <see cref="Tail"/>.</param>
    public TrainingResult Whole(TrainingResult tail)
    {
        ArgumentNullException.ThrowIfNull(tail);
        var constants = tail.Network.Constants.Where(pair => Tail.Constants.ContainsKey(pair.Key));
        return tail with { Network = Network with { Constants = Network.Constants.SetItems(constants) } };
    }

    private static Dictionary<string, TensorData> Featured(Session session, Dictionary<string, TensorData> batch, string features, CancellationToken cancel)
    {
        var inputs = session.Inputs.ToDictionary(input => input.Name, input => batch.Remove(input.Name, out var data)
            ? data
            : throw new ArgumentException($"The items hold nothing for the network's input {input}; they hold {string.Join(", ", batch.Keys)}."), StringComparer.Ordinal);
        batch[features] = session.Run(inputs, [features], cancel)[0];
        return batch;
    }

    /// <summary>Tensors one behind the other along their first axis.</summary>
    internal static TensorData Joined(List<TensorData> parts)
    {
        byte[] bytes = new byte[parts.Sum(part => part.ByteLength)];
        int at = 0;
        foreach (var part in parts)
        {
            part.Bytes.Span.CopyTo(bytes.AsSpan(at));
            at += (int)part.ByteLength;
        }

        return TensorData.FromBytes(parts[0].Type, [parts.Sum(part => part.Dimensions[0]), .. parts[0].Dimensions.AsSpan()[1..]], bytes);
    }

    private static (ImmutableArray<string> Weights, string? Features, Graph Tail) Chosen(Graph network, TrainedPart part)
    {
        var cut = new NetworkCut(network);
        string? begin = part switch
        {
            TrainedPart.Head => ClassifierHead.Find(network).Input,
            TrainedPart.LastBlock => cut.LastBlock(),
            _ => null,
        };
        bool apart = cut.IsCut(begin ?? "", out var tail);
        ImmutableArray<string> weights = part == TrainedPart.Head ? ClassifierHead.Find(network).Weights : TrainableWeights.Of(network, apart ? tail.Nodes : network.Nodes);
        return weights.IsEmpty
            ? throw new UnmaskException("The model has no weights to train: no constant of floats that a layer multiplies by, adds or looks up.")
            : (weights, apart ? begin : null, apart ? tail : network);
    }

    private static Graph Freed(Graph model) => FreeBatchDimension.Run(RaiseOpset.Run(model)) switch
    {
        { Obstacle: null } freed => freed.Graph,
        var stuck => throw new UnmaskException($"The model takes a fixed number of items at once, and cannot be freed of it: {stuck.Obstacle}. Export it with a free batch dimension."),
    };

    /// <summary>The graph whose only output is [N, classes] before a final softmax or sigmoid.</summary>
    private static Graph Logits(Graph graph, ModelOptions options)
    {
        var split = SplitFinalActivation.Run(ShapeInference.Run(graph), ModelSignature.Output(graph, options).Name);
        var output = split.Graph.Outputs.First(value => value.Name == split.Logits);
        if (output.Shape is { Rank: > 2 } shape && shape.Skip(2).All(axis => axis.Size == 1))
        {
            var builder = (split.Graph with { Outputs = [] }).ToBuilder();
            string flat = builder.Add("Flatten", [output.Name], "logits", ("axis", 1L));
            builder.Output(flat, output.Element, new Shape(shape[0], shape[1]));
            return PruneUnreachable.Run(builder.Build());
        }

        return PruneUnreachable.Run(split.Graph with { Outputs = [output] });
    }

    private static Graph Renewed(Graph logits, IReadOnlyList<string>? classes, Labels? labels, bool keeps, ulong seed)
    {
        var output = logits.Outputs[0];
        if (classes is not null && output.Shape is { Rank: not 2 })
        {
            throw new UnmaskException($"The model's output {output} is not a score for each class of an item, [N, classes]: it is no classifier that other classes could be taught to. Choose another output with --output.");
        }

        var head = keeps ? null : ClassifierHead.Find(logits);
        if (labels is { } named && (head?.Classes ?? (output.Shape is { Rank: 2 } shape ? shape[1].Size : null)) is { } outputs && named.Count != outputs)
        {
            throw new UnmaskException($"There are {named.Count} labels for the {outputs} outputs of the model. Give labels that fit (--labels FILE), one a line and one an output.");
        }

        return head is null || classes is null ? logits : ShapeInference.Run(head.Renew(logits with { Metadata = logits.Metadata.Remove("unmask.labels") }, classes.Count, seed));
    }

    private static IEnumerable<string> NotesOn(ModelCard card, ModelOptions options)
    {
        var preprocessing = PreprocessingOf(card, options);
        if (options.Preprocessing is null && card.Preprocessing is null)
        {
            yield return $"The model does not say how pictures are prepared; \"{preprocessing.Name}\" was assumed. Choose with --preprocessing.";
        }

        if (preprocessing.Fit != Fit.Crop)
        {
            yield return $"Pictures are cropped in the middle, in training and afterwards, where the model's own way would be to {(preprocessing.Fit == Fit.Pad ? "pad" : "stretch")} them.";
        }
    }

    private static Preprocessing PreprocessingOf(ModelCard card, ModelOptions options)
    {
        var preprocessing = options.Preprocessing ?? card.Preprocessing ?? ModelCard.Guess;
        return options.AdjustPreprocessing?.Invoke(preprocessing) ?? preprocessing;
    }

    private static bool Same(Labels? labels, IReadOnlyList<string> classes) =>
        labels?.Count == classes.Count && classes.Select((name, index) => string.Equals(labels[index], name, StringComparison.OrdinalIgnoreCase)).All(same => same);
}
