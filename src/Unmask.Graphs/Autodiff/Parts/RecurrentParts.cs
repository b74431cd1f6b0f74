namespace Unmask.Graphs;

/// <summary>Recurrent layers, written out step by step: products, gates and sums that every rule set knows.</summary>
internal static class RecurrentParts
{
    public static void AddTo(Decompositions rows) => rows
        .AddMany("LSTM", Lstm)
        .AddMany("GRU", Gru)
        .AddMany("RNN", b => new RecurrentLayer(b, 1).Run(1, Simple));

    private static Expression[] Simple(Expression x, Expression[] state, RecurrentLayer.Direction w) =>
        [w.Activate(0, x + state[0].MatMul(w.Recurrent(0, 1)) + w.RecurrentBias(0, 1), "Tanh")];

    // Gates in the order i, o, f, c: c = f⊙c + i⊙c̃, h = o⊙tanh(c).
    private static Expression[] Lstm(Backward b)
    {
        var layer = new RecurrentLayer(b, 4);
        return layer.Run(2, (x, state, w) =>
        {
            string[] usual = ["Sigmoid", "Tanh", "Tanh"];
            var gates = Gates(x + state[0].MatMul(w.Recurrent(0, 4)) + w.RecurrentBias(0, 4), 4);
            var input = w.Activate(0, Seeing(gates[0], w.Peephole(0), state[1]), usual);
            var forget = w.Activate(0, Seeing(gates[2], w.Peephole(2), state[1]), usual);
            var cell = (forget * state[1]) + (input * w.Activate(1, gates[3], usual));
            var output = w.Activate(0, Seeing(gates[1], w.Peephole(1), cell), usual);
            return [output * w.Activate(2, cell, usual), cell];
        });
    }

    // Gates in the order z, r, h: h = (1 − z)⊙h̃ + z⊙h; the reset acts on the product (linear_before_reset) or on the state.
    private static Expression[] Gru(Backward b)
    {
        var layer = new RecurrentLayer(b, 3);
        bool resetsProduct = b.Node.Int("linear_before_reset", 0) != 0;
        return layer.Run(1, (x, state, w) =>
        {
            string[] usual = ["Sigmoid", "Tanh"];
            var inputs = Gates(x, 3);
            var h = state[0];
            var recurrent = Gates(h.MatMul(w.Recurrent(0, 2)) + w.RecurrentBias(0, 2), 2);
            var update = w.Activate(0, inputs[0] + recurrent[0], usual);
            var reset = w.Activate(0, inputs[1] + recurrent[1], usual);
            var remembered = resetsProduct
                ? reset * (h.MatMul(w.Recurrent(2, 3)) + w.RecurrentBias(2, 3))
                : (reset * h).MatMul(w.Recurrent(2, 3)) + w.RecurrentBias(2, 3);
            return [((1 - update) * w.Activate(1, inputs[2] + remembered, usual)) + (update * h)];
        });
    }

    private static Expression[] Gates(Expression x, int count) =>
        x.Owner.AddNode("Split", [x], count, ("axis", -1L), ("num_outputs", (long)count));

    private static Expression Seeing(Expression gate, Expression? peephole, Expression cell) => peephole is { } weights ? gate + (weights * cell) : gate;
}
