namespace Unmask.Graphs;

/// <summary>
/// What a rule sees of its node: the values read and made, the multipliers of what it made, and which inputs want one. It emits nodes
/// through <see cref="Expression"/> and sends the result to an input.
/// </summary>
internal sealed class Backward
{
    private readonly Expression?[] _dy;
    private readonly Expression?[] _x;
    private readonly ReferenceForward? _reference;
    private readonly Func<int, Expression>? _y;

    public Backward(
        Emitter emitter, Node node, Expression?[] dy, bool[] needs, ReferenceForward? reference = null, Expression?[]? inputs = null, Func<int, Expression>? outputs = null)
    {
        Emitter = emitter;
        Node = node;
        _dy = dy;
        Needed = needs;
        _reference = reference;
        _x = inputs ?? new Expression?[node.Inputs.Length];
        _y = outputs;
        Flows = new Expression?[node.Inputs.Length];
        Relevances = new Expression?[node.Inputs.Length];
    }

    /// <summary>The node of the forward graph.</summary>
    public Node Node { get; }

    public Emitter Emitter { get; }

    /// <summary>What was sent to each input so far.</summary>
    public Expression?[] Flows { get; }

    /// <summary>The part of output 0's multiplier that takes rises and falls apart; <c>null</c>: none.</summary>
    public SignedParts? DyParts { get; init; }

    /// <summary>What was sent to each input in two parts.</summary>
    public SignedParts?[] PartFlows => field ??= new SignedParts?[Node.Inputs.Length];

    /// <summary>The relevance that was sent to each input and is no multiple of it.</summary>
    public Expression?[] Relevances { get; }

    private bool[] Needed { get; }

    /// <summary>Whether an input wants a multiplier.</summary>
    public bool Needs(int input) => input < Needed.Length && Needed[input];

    /// <summary>Whether the node has an (optional) input.</summary>
    public bool Has(int input) => Node.Input(input).Length > 0;

    /// <summary>Whether anything flows back to an output.</summary>
    public bool HasDy(int output) => output < _dy.Length && _dy[output] is not null;

    /// <summary>The multiplier of an output; zeros where nothing flows back to it.</summary>
    public Expression Dy(int output = 0) => HasDy(output) && _dy[output] is { } dy ? dy : Y(output).Zeros();

    /// <summary>The value of an input.</summary>
    public Expression X(int input) => input < _x.Length && _x[input] is { } substitute ? substitute : Emitter.Value(Node.Inputs[input]);

    /// <summary>The value of an output. One that the node does not make so far is added to it.</summary>
    public Expression Y(int output = 0) => _y?.Invoke(output) ?? Emitter.Output(Node, output);

    /// <summary>The value of an input at the reference (baseline) of the rule set.</summary>
    /// <exception cref="InvalidOperationException">The program has no reference.</exception>
    public Expression Reference(int input) => AtReference.At(Node.Inputs[input]);

    /// <summary>Whether an input has another value at the reference: whether it depends on what has one.</summary>
    public bool Differs(int input) => Has(input) && Reference(input).Name != Node.Inputs[input];

    /// <summary>The value of an output at the reference (baseline) of the rule set.</summary>
    /// <exception cref="InvalidOperationException">The program has no reference.</exception>
    public Expression ReferenceY(int output = 0) => AtReference.Output(Node, output);

    /// <summary>A value of the graph at the reference.</summary>
    /// <exception cref="InvalidOperationException">The program has no reference.</exception>
    public Expression ReferenceOf(string value) => AtReference.At(value);

    /// <summary>An input's elements as integers; <c>null</c> when it is absent or they are not known before the run.</summary>
    public long[]? Integers(int input) => Has(input) ? Emitter.IntegersOf(Node.Inputs[input]) : null;

    /// <summary>The shape of an input, where it is known.</summary>
    public Shape? ShapeOf(int input) => X(input).Shape;

    /// <summary>The number of axes of an input.</summary>
    /// <exception cref="UnsupportedOperatorException">It is not known.</exception>
    public int RankOf(int input) => ShapeOf(input)?.Rank
        ?? throw Refuse($"The number of axes of the input \"{Node.Input(input)}\" of {{op}} is not known, which its derivative needs; state the shapes of the model's inputs");

    /// <summary>The node's axis attribute, counted from the front.</summary>
    public int Axis(long absent, int rank) => (int)(Node.Int("axis", absent) is var axis && axis < 0 ? axis + rank : axis);

    /// <summary>Sends a multiplier of the input's shape to an input that needs one.</summary>
    public void Flow(int input, Expression multiplier)
    {
        if (Needs(input))
        {
            var element = X(input).Element;
            multiplier = element.IsFloat() ? multiplier.Cast(element) : multiplier;
            Flows[input] = Flows[input] is { } before ? before + multiplier : multiplier;
        }
    }

    /// <summary>Sends a multiplier to an input that needs one; it is only computed then.</summary>
    public void Flow(int input, Func<Backward, Expression> multiplier)
    {
        if (Needs(input))
        {
            Flow(input, multiplier(this));
        }
    }

    /// <summary>Sends a multiplier of the output's shape to an input that was broadcast to it: sums over what was repeated.</summary>
    public void FlowSummed(int input, Func<Backward, Expression> multiplier)
    {
        if (Needs(input))
        {
            Flow(input, Broadcast.Undo(multiplier(this), X(input)));
        }
    }

    /// <summary>
    /// Sends relevance to an input where there is no multiplier for it, since it does not vanish where the input does. From there on only copies and
    /// affine functions of single elements may follow (<see cref="RelevanceCarrier"/>).
    /// </summary>
    public void FlowRelevance(int input, Expression relevance)
    {
        if (Needs(input))
        {
            Relevances[input] = Relevances[input] is { } before ? before + relevance : relevance;
        }
    }

    /// <summary>The node once more, with other inputs (weights without signs, a reference): what it makes.</summary>
    public Expression Forward(params ReadOnlySpan<Expression> inputs) => Emitter.Copy(Node, inputs)[0];

    /// <summary>
    /// What a rule would send to an input if the node had another multiplier and other inputs: the transpose of a linear operator with changed
    /// weights, which relevance rules are made of.
    /// </summary>
    /// <param name="row">The rule, usually the derivative's.</param>
    /// <param name="input">The input.</param>
    /// <param name="dy">The multiplier of output 0.</param>
    /// <param name="substitutes">What stands for each input; <c>null</c>: the input itself.</param>
    public Expression Transpose(RuleRow row, int input, Expression dy, params ReadOnlySpan<Expression?> substitutes)
    {
        bool[] needs = new bool[Node.Inputs.Length];
        needs[input] = true;
        var inner = new Backward(Emitter, Node, [dy], needs, _reference, substitutes.IsEmpty ? null : substitutes.ToArray());
        row.Flow(inner);
        return inner.Flows[input] ?? X(input).Zeros();
    }

    /// <summary>What a rule sends to the inputs if the node stands elsewhere: with other inputs and what it makes of them.</summary>
    /// <param name="row">The rule, usually the derivative's.</param>
    /// <param name="dy">The multiplier of output 0.</param>
    /// <param name="inputs">All its inputs there.</param>
    /// <param name="outputs">What it makes there; <c>null</c>: the node is added once more, when the rule reads it.</param>
    public Expression?[] FlowsAt(RuleRow row, Expression dy, Expression[] inputs, Func<int, Expression>? outputs = null)
    {
        var inner = new Backward(Emitter, Node, [dy], Needed, _reference, [.. inputs], outputs ?? (output => Emitter.Copy(Node, inputs)[output]));
        row.Flow(inner);
        return inner.Flows;
    }

    /// <summary>Sends multipliers for rises and for falls to an input that needs them.</summary>
    public void FlowParts(int input, SignedParts parts)
    {
        if (Needs(input))
        {
            PartFlows[input] = PartFlows[input] is { } before ? before + parts : parts;
        }
    }

    /// <summary>An error that names the node.</summary>
    /// <param name="why">What is missing; <c>{op}</c> stands for the operator.</param>
    public UnsupportedOperatorException Refuse(string why) => UnsupportedOperatorException.At(Node, why);

    private ReferenceForward AtReference => _reference
        ?? throw new InvalidOperationException("The rule asks for the activations at a reference, but the program was built without one.");
}
