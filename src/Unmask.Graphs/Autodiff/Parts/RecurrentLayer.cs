namespace Unmask.Graphs;

/// <summary>What LSTM, GRU and RNN share: weights by direction, the order of steps, lengths of sequences, and how results are put together.</summary>
/// <param name="b">The node.</param>
/// <param name="gates">Gates of the cell: 4 for LSTM, 3 for GRU, 1 for RNN.</param>
internal sealed class RecurrentLayer(Backward b, int gates)
{
    private readonly long _hidden = b.ShapeOf(2)?[2].Size ?? throw b.Refuse("The hidden size of {op} is not known before the run");
    private readonly long _steps = StepsOf(b);

    /// <summary>A step: the inputs' part of the gates and the state before give the state after; entry 0 is the hidden state.</summary>
    internal delegate Expression[] Cell(Expression gates, Expression[] state, Direction direction);

    /// <summary>The size of the hidden state.</summary>
    public long Hidden => _hidden;

    /// <summary>Runs all directions and returns Y, Y_h and, for a second state, Y_c.</summary>
    /// <param name="states">The numbers of states of a cell: 2 for LSTM.</param>
    /// <param name="cell">The step.</param>
    public Expression[] Run(int states, Cell cell)
    {
        if (b.Node.Int("layout", 0) != 0 || b.Node.Int("input_forget", 0) != 0)
        {
            throw b.Refuse("No derivative for {op} with layout = 1 or input_forget = 1");
        }

        string direction = b.Node.Text("direction", "forward");
        int count = direction == "bidirectional" ? 2 : 1;
        var ys = new List<Expression>();
        var lasts = Enumerable.Range(0, states).Select(_ => new List<Expression>()).ToArray();
        for (int i = 0; i < count; i++)
        {
            var (y, last) = RunDirection(new Direction(b, i, gates), direction == "reverse" || i == 1, states, cell);
            ys.Add(y.Unsqueeze(1));
            for (int state = 0; state < states; state++)
            {
                lasts[state].Add(last[state]);
            }
        }

        return [Expression.Join(1, [.. ys]), .. lasts.Select(last => Expression.Join(0, [.. last]))];
    }

    private static long StepsOf(Backward b) => b.ShapeOf(0)?[0].Size switch
    {
        null => throw b.Refuse(
            "The number of steps of {op} is not known before the run, and its derivative is written out step by step; state the shape of the model's inputs (the batch may stay free)"),
        > InlineKnownLoops.MostSteps and var steps => throw b.Refuse(
            $"{{op}} has {steps} steps here; its derivative is written out step by step, up to {InlineKnownLoops.MostSteps}. Shorten the input"),
        var steps => steps.Value,
    };

    private (Expression Y, Expression[] Last) RunDirection(Direction direction, bool reverse, int states, Cell cell)
    {
        bool hasLengths = b.Has(4);
        var lengths = hasLengths ? b.X(4).Cast(ElementType.Int64) : default;
        var x = reverse && hasLengths ? Reversed(b.X(0), lengths) : b.X(0);
        var inputs = Split(x.MatMul(direction.InputWeights) + direction.InputBias);
        var state = Enumerable.Range(0, states).Select(i => Initial(5 + i, direction.Index)).ToArray();
        var y = new Expression[_steps];
        for (long step = 0; step < _steps; step++)
        {
            long place = reverse && !hasLengths ? _steps - 1 - step : step;
            var next = cell(inputs[place], state, direction);
            var runs = hasLengths ? (lengths > b.Emitter.Scalar(place, ElementType.Int64)).Unsqueeze(0, 2) : default;
            y[place] = hasLengths ? next[0].Where(runs) : next[0];
            state = hasLengths ? [.. next.Zip(state, (now, before) => now.Where(runs, before))] : next;
        }

        var all = Expression.Join(0, y);
        return (reverse && hasLengths ? Reversed(all, lengths) : all, state);
    }

    private Expression[] Split(Expression x) => _steps == 1 ? [x] : b.Emitter.AddNode("Split", [x], (int)_steps, ("axis", 0L), ("num_outputs", _steps));

    private Expression Initial(int input, int direction) => b.Has(input)
        ? b.X(input).Slice([direction], [direction + 1], [0])
        : Expression.Zeros(Expression.Join(0, b.Emitter.Integers(1), b.X(0).SizeOf(1), b.Emitter.Integers(_hidden)), b.X(0).Element);

    private Expression Reversed(Expression x, Expression lengths) =>
        b.Emitter.Add("ReverseSequence", [x, lengths], ("time_axis", 0L), ("batch_axis", 1L));

    /// <summary>The weights of one direction, turned so that rows are items.</summary>
    internal sealed class Direction(Backward b, int index, int gates)
    {
        private readonly long _hidden = b.ShapeOf(2)?[2].Size ?? 0;

        public int Index => index;

        /// <summary>[inputs, gates·hidden]</summary>
        public Expression InputWeights => Part(1).Transpose(1, 0);

        /// <summary>[gates·hidden], or 0.</summary>
        public Expression InputBias => Bias(0, gates * _hidden);

        /// <summary>[hidden, …]: the recurrent weights of the gates from one to another.</summary>
        public Expression Recurrent(int from, int to) => Part(2).Slice([from * _hidden], [to * _hidden], [0]).Transpose(1, 0);

        /// <summary>The recurrent biases of the gates from one to another.</summary>
        public Expression RecurrentBias(int from, int to) => Bias((gates + from) * _hidden, (gates + to) * _hidden);

        /// <summary>A peephole's weights, of the gate at this place; <c>null</c> without peepholes.</summary>
        public Expression? Peephole(int place) => b.Has(7)
            ? b.X(7).Slice([index, place * _hidden], [index + 1, (place + 1) * _hidden], [0, 1]).Squeeze(0)
            : null;

        /// <summary>The activation at this place of the list, applied.</summary>
        public Expression Activate(int place, Expression x, params ReadOnlySpan<string> usual)
        {
            float clip = b.Node.Float("clip", 0);
            x = clip > 0 ? Expression.Emit("Clip", x, -clip, clip) : x;
            string name = b.Node.Attributes.GetValueOrDefault("activations") is NodeAttribute.Texts { Values: var names } ? names[(index * usual.Length) + place] : usual[place];
            return name is "Sigmoid" or "Tanh" or "Relu" or "Softsign" or "Softplus"
                ? Expression.Emit(name, x)
                : throw b.Refuse($"No derivative for {{op}} with the activation {name}");
        }

        private Expression Part(int input) => b.X(input).Slice([index], [index + 1], [0]).Squeeze(0);

        private Expression Bias(long from, long to) => b.Has(3)
            ? b.X(3).Slice([index, from], [index + 1, to], [0, 1]).Squeeze(0)
            : b.Emitter.Scalar(0, b.X(0).Element);
    }
}
