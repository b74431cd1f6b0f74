namespace Unmask.Graphs;

/// <summary>One node as the rules of <see cref="BatchRules"/> see it: where the batch lies in its inputs, and what to say of its outputs.</summary>
internal sealed class BatchNode(BatchWalk walk, Node node)
{
    /// <summary>The node; a rule may replace it.</summary>
    public Node Node { get; set; } = node;

    /// <summary>Why the node stands in the way; <c>null</c> when it does not.</summary>
    public string? Obstacle { get; private set; }

    /// <summary>The batch size that the graph is frozen at.</summary>
    public long FrozenSize => walk.FrozenSize;

    /// <summary>Whether an input has a batch axis, or one that a subgraph reads.</summary>
    public bool ReadsBatch => SubgraphScopes.Reads(Node).Any(input => walk.AxisOf(input) is not null);

    /// <summary>Whether an input is a list of sizes that depend on the batch size.</summary>
    public bool ReadsSizes => Node.Inputs.Any(input => walk.SizesOf(input) is not null);

    /// <summary>Where the batch lies in an input; <c>null</c> when the input is absent or the same for every batch.</summary>
    public BatchAxis? In(int input) => walk.AxisOf(Node.Input(input));

    /// <summary>Which entries of an input, a list of sizes, depend on the batch size; <c>null</c> when none does.</summary>
    public bool[]? Sizes(int input) => walk.SizesOf(Node.Input(input));

    /// <summary>The shape of an input in the frozen graph.</summary>
    public Shape? Shape(int input) => walk.ShapeOf(Node.Input(input));

    /// <summary>The number of axes of an input.</summary>
    public int? Rank(int input) => Shape(input)?.Rank;

    /// <summary>The shape of an output in the frozen graph.</summary>
    public Shape? OutShape(int output = 0) => walk.ShapeOf(Node.Output(output));

    /// <summary>An input of whole numbers that is known before the run and does not depend on the batch size.</summary>
    public long[]? Integers(int input) => Sizes(input) is null && Node.Input(input).Length > 0 ? walk.IntegersOf(Node.Input(input)) : null;

    /// <summary>An axis that is an attribute, from 0 on.</summary>
    public int? Axis(string attribute, long absent, int? rank)
    {
        long axis = Node.Int(attribute, absent);
        return axis >= 0 ? (int)axis : rank is { } known ? (int)axis + known : null;
    }

    /// <summary>Says where the batch lies in an output.</summary>
    public void Set(int output, BatchAxis axis)
    {
        if (Node.Output(output).Length > 0)
        {
            walk.SetAxis(Node.Output(output), axis);
        }
    }

    /// <summary>Says where the batch lies in every output.</summary>
    public void SetAll(BatchAxis axis)
    {
        for (int i = 0; i < Node.Outputs.Length; i++)
        {
            Set(i, axis);
        }
    }

    /// <summary>Says which entries of the first output, a list of sizes, depend on the batch size.</summary>
    public void SetSizes(bool[] sizes)
    {
        if (sizes.Contains(true))
        {
            walk.SetSizes(Node.Outputs[0], sizes);
        }
    }

    /// <summary>Which of several possible readings to follow, from 0.</summary>
    public int Choose(int readings) => walk.Choices.Next(readings);

    /// <summary>Says why the batch cannot be freed.</summary>
    public void Stop(string why) => Obstacle ??= why;

    /// <summary>Gives the node another input.</summary>
    public void SetInput(int input, string value) => Node = Node with { Inputs = Node.Inputs.SetItem(input, value) };

    /// <summary>Gives the node a constant as an input.</summary>
    public void SetInput(int input, ReadOnlySpan<long> values, string hint) => SetInput(input, Constant(values, hint));

    /// <summary>Adds a constant and returns its name.</summary>
    public string Constant(ReadOnlySpan<long> values, string hint) => walk.AddConstant(TensorData.Vector(values), $"{Node.Name}_{hint}");

    /// <summary>Adds a node before this one and returns its output.</summary>
    public string Add(string opType, ReadOnlySpan<string> inputs, params ReadOnlySpan<(string Name, NodeAttribute Value)> attributes) =>
        walk.Add(Node.Origin, Node.Name, opType, inputs, attributes);

    /// <summary>The size of the batch at run time, as a list of one number.</summary>
    public string BatchSize() => walk.BatchSize();

    /// <summary>
    /// Repeats an input that is the same for every batch along the batch axis, where the operator wants all inputs to be of one size
    /// (or, if it broadcasts, leaves one item of it).
    /// </summary>
    /// <param name="input">Which input.</param>
    /// <param name="at">Where the batch lies in the other inputs, counted in this one.</param>
    /// <param name="broadcasts">Whether one item is enough.</param>
    public void Repeat(int input, BatchAxis at, bool broadcasts)
    {
        if (Shape(input) is not { } shape || at.Axis >= shape.Rank || shape[at.Axis].Size is not { } size)
        {
            Stop($"the size of its input \"{Node.Input(input)}\" along the batch axis is not known");
            return;
        }

        if (size != 1 && (!at.IsPure || size != FrozenSize))
        {
            Stop($"its input \"{Node.Input(input)}\" has a value of its own for each of {size} places along the batch axis");
            return;
        }

        if (size != 1)
        {
            SetInput(input, Add("Slice", [Node.Input(input), Constant([0], "first"), Constant([1], "second"), Constant([at.Axis], "axis")]));
        }

        if (!broadcasts)
        {
            SetInput(input, Add("Expand", [Node.Input(input), BatchAmongOnes(at, shape.Rank)]));
        }
    }

    /// <summary>The shape [1, …, N, …, 1].</summary>
    private string BatchAmongOnes(BatchAxis at, int rank)
    {
        string size = at.IsPure ? BatchSize() : Add("Mul", [BatchSize(), Constant([at.Outer * at.Inner], "merged")]);
        List<string> parts = [];
        if (at.Axis > 0)
        {
            parts.Add(Constant(Enumerable.Repeat(1L, at.Axis).ToArray(), "before"));
        }

        parts.Add(size);
        if (at.Axis < rank - 1)
        {
            parts.Add(Constant(Enumerable.Repeat(1L, rank - 1 - at.Axis).ToArray(), "after"));
        }

        return parts.Count == 1 ? parts[0] : Add("Concat", [.. parts], ("axis", 0L));
    }
}
