using Unmask.Graphs;

namespace Unmask.Training;

/// <summary>What training makes small: a piece of graph behind the network's output. Its derivative is that of the graph; nobody writes one.</summary>
public abstract record Objective
{
    /// <summary>The name of the input that takes the truth, unless an objective says otherwise.</summary>
    public const string TargetInput = "target";

    /// <summary>The name of the input that says how much each place counts, for objectives that ask.</summary>
    public const string WeightInput = "weight";

    /// <summary>Softmax cross-entropy with the index of the right class as <c>target</c>: Int64 [N].</summary>
    public static Objective CrossEntropy { get; } = new ClassObjective();

    /// <summary>Softmax cross-entropy with probabilities of the classes (one-hot, or soft) as <c>target</c>: [N, classes].</summary>
    public static Objective SoftCrossEntropy { get; } = new DistributionObjective();

    /// <summary>Mean over items and outputs of (output − target)²; <c>target</c> is [N, outputs].</summary>
    public static Objective MeanSquaredError { get; } = new SquaredErrorObjective();

    /// <summary>
    /// Mean over items, channels and places of weight · ½ (v + (m − target)² ÷ eᵛ): the negative logarithm of a normal distribution, without its constant. The output is
    /// [N, 2C, H, W]: means m, then log-variances v; <c>target</c> is [N, C, H, W] and <c>weight</c> [N, 1, H, W].
    /// </summary>
    public static Objective GaussianLikelihood { get; } = new GaussianObjective();

    /// <summary>As <see cref="CrossEntropy"/>, with a part of the probability spread over all classes.</summary>
    /// <param name="smoothing">The part, from 0 to below 1. Szegedy et al., CVPR 2016, §7.</param>
    public static Objective SmoothedCrossEntropy(double smoothing)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(smoothing);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(smoothing, 1);
        return new ClassObjective { Smoothing = smoothing };
    }

    /// <summary>Adds the inputs and nodes.</summary>
    /// <param name="graph">The builder that holds the network.</param>
    /// <param name="output">The network's output.</param>
    /// <returns>Where the results are.</returns>
    public abstract ObjectiveValues Append(GraphBuilder graph, Value output);

    /// <summary>The sizes of the output's axes behind the batch; an objective may need to know them before the run.</summary>
    private protected static long ClassesOf(Value output) => output.Shape is { Rank: 2 } shape && shape[1].Size is { } classes
        ? classes
        : throw new ArgumentException($"Cross-entropy needs an output [N, classes] with a known number of classes; the network's is {output}.", nameof(output));

    /// <summary>−mean over items of Σ target · log softmax(output).</summary>
    private protected static ObjectiveValues Entropy(GraphBuilder graph, Value output, string distribution, string truth)
    {
        string logs = graph.Add("LogSoftmax", [output.Name], "objective/log", ("axis", 1L));
        string products = graph.Add("Mul", [logs, distribution], "objective/product");
        string sums = graph.Add("ReduceSum", [products, graph.Constant([1L], "objective/axis")], "objective/sum", ("keepdims", 0L));
        string loss = graph.Add("Neg", [graph.Add("ReduceMean", [sums], "objective/mean", ("keepdims", 0L))], "objective/loss");
        string seen = graph.Add("ArgMax", [output.Name], "objective/seen", ("axis", 1L), ("keepdims", 0L));
        string right = graph.Add("Cast", [graph.Add("Equal", [seen, truth], "objective/equal")], "objective/right", ("to", (long)ElementType.Float32));
        return new(loss, graph.Add("ReduceMean", [right], "objective/accuracy", ("keepdims", 0L)));
    }

    private sealed record ClassObjective : Objective
    {
        public double Smoothing { get; init; }

        public override ObjectiveValues Append(GraphBuilder graph, Value output)
        {
            long classes = ClassesOf(output);
            string target = graph.Input(TargetInput, ElementType.Int64, new Shape(output.Shape![0]));
            string levels = graph.Constant(TensorData.Vector((float)(Smoothing / classes), (float)(1 - Smoothing + (Smoothing / classes))), "objective/levels");
            string oneHot = graph.Add("OneHot", [target, graph.Constant(TensorData.Scalar(classes), "objective/classes"), levels], "objective/one-hot");
            return Entropy(graph, output, oneHot, target);
        }
    }

    private sealed record DistributionObjective : Objective
    {
        public override ObjectiveValues Append(GraphBuilder graph, Value output)
        {
            string target = graph.Input(TargetInput, ElementType.Float32, new Shape(output.Shape![0], ClassesOf(output)));
            return Entropy(graph, output, target, graph.Add("ArgMax", [target], "objective/truth", ("axis", 1L), ("keepdims", 0L)));
        }
    }

    private sealed record GaussianObjective : Objective
    {
        public override ObjectiveValues Append(GraphBuilder graph, Value output)
        {
            if (output.Shape is not { Rank: 4 } shape || shape[1].Size is not { } both || both % 2 != 0)
            {
                throw new ArgumentException($"A Gaussian likelihood needs an output [N, 2C, H, W] of means and log-variances; the network's is {output}.", nameof(output));
            }

            string target = graph.Input(TargetInput, ElementType.Float32, new Shape(shape[0], both / 2, shape[2], shape[3]));
            string weight = graph.Input(WeightInput, ElementType.Float32, new Shape(shape[0], 1, shape[2], shape[3]));
            string middle = graph.Constant([both / 2], "objective/middle"), axis = graph.Constant([1L], "objective/axis");
            string mean = graph.Add("Slice", [output.Name, graph.Constant([0L], "objective/first"), middle, axis], "objective/mean");
            string spread = graph.Add("Slice", [output.Name, middle, graph.Constant([both], "objective/end"), axis], "objective/log-variance");
            string difference = graph.Add("Sub", [mean, target], "objective/difference");
            string square = graph.Add("Mul", [difference, difference], "objective/square");
            string precision = graph.Add("Exp", [graph.Add("Neg", [spread], "objective/negative")], "objective/precision");
            string doubled = graph.Add("Add", [spread, graph.Add("Mul", [square, precision], "objective/relative")], "objective/sum");
            string half = graph.Add("Mul", [doubled, graph.Constant(0.5f)], "objective/half");
            return new(graph.Add("ReduceMean", [graph.Add("Mul", [half, weight], "objective/weighted")], "objective/loss", ("keepdims", 0L)), null);
        }
    }

    private sealed record SquaredErrorObjective : Objective
    {
        public override ObjectiveValues Append(GraphBuilder graph, Value output)
        {
            string target = graph.Input(TargetInput, ElementType.Float32, output.Shape);
            string difference = graph.Add("Sub", [output.Name, target], "objective/difference");
            string square = graph.Add("Mul", [difference, difference], "objective/square");
            return new(graph.Add("ReduceMean", [square], "objective/loss", ("keepdims", 0L)), null);
        }
    }
}

/// <summary>Where an objective's results are in the graph.</summary>
/// <param name="Loss">A scalar: the mean over the items of a run.</param>
/// <param name="Accuracy">A scalar: the part of the items that are right, 0 to 1; <c>null</c> when the objective knows no right and wrong.</param>
public readonly record struct ObjectiveValues(string Loss, string? Accuracy);
