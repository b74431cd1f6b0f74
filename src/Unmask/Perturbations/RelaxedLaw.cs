using System.Globalization;
using Unmask.Graphs;

namespace Unmask;

/// <summary>
/// How the mask of an optimisation becomes the masks at which the score is asked: itself, points on the way to the empty mask, or draws of nearly hard masks. Slot «law of the
/// mask»; <see cref="MaskLaw"/> is that of methods which only probe.
/// </summary>
public abstract record RelaxedLaw
{
    private protected RelaxedLaw()
    {
    }

    /// <summary>The mask itself.</summary>
    public static RelaxedLaw Point { get; } = new PointLaw();

    /// <summary>
    /// The mask made hard: 1 where it is at least ½ and at least midway between its extremes, else 0. What flows back passes as if nothing had been made hard (straight-through).
    /// </summary>
    /// <remarks>Source: Bengio, Léonard, Courville, «Estimating or propagating gradients through stochastic neurons», 2013; of masks for generative in-fills: Agarwal and Nguyen, ACCV 2020.</remarks>
    public static RelaxedLaw Binary { get; } = new BinaryLaw();

    /// <summary>Masks at which the score is asked at each step and for each side; their scores are averaged.</summary>
    internal virtual int Draws => 1;

    /// <summary>Whether numbers are drawn anew at each step.</summary>
    internal virtual bool IsRandom => false;

    /// <summary>Whether the graph takes one random number for each element of a mask.</summary>
    internal virtual bool TakesNoise => false;

    /// <summary>Whether cells are drawn, before they are expanded, instead of masks.</summary>
    internal virtual bool OfCells => false;

    /// <summary>Whether what it gives is 0 or 1, with the derivative of what it was made of.</summary>
    internal virtual bool IsHard => false;

    /// <summary>A text that two laws share exactly if they add the same nodes.</summary>
    internal virtual string Key => "point";

    /// <summary>The points α·m of the straight way from the empty mask, α = 1/steps … 1: the mean of their gradients is an integrated gradient.</summary>
    /// <param name="steps">Points, at least 1.</param>
    /// <remarks>Source: Qi, Khorram, Li, «Visualizing deep networks by optimizing with integrated gradients», AAAI 2020, eq. 5-6.</remarks>
    public static RelaxedLaw Path(int steps)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(steps);
        return new PathLaw(steps);
    }

    /// <summary>Draws of the concrete distribution: z = σ((logit m + logit u) ÷ τ), u uniform; z is nearly 0 or 1, and above ½ with probability m.</summary>
    /// <param name="temperature">τ, above 0.</param>
    /// <param name="draws">Draws at each step, at least 1.</param>
    /// <param name="ofCells">Whether each cell is drawn and then expanded, so that what is kept hangs together; default: each place of the expanded mask is drawn for itself.</param>
    /// <param name="hard">Whether draws are made hard, 1 above ½ and else 0, with the derivative of what they were (straight-through). Default <c>false</c>.</param>
    /// <remarks>Source: Maddison, Mnih, Teh, «The concrete distribution», ICLR 2017, eq. 15 (binary case); made hard: Jang, Gu, Poole, «Categorical reparameterization with Gumbel-softmax», ICLR 2017, §2.2.</remarks>
    public static RelaxedLaw Concrete(double temperature = 0.1, int draws = 4, bool ofCells = false, bool hard = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(temperature);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(draws);
        return new ConcreteLaw(temperature, draws, ofCells, hard);
    }

    /// <summary>What the mask is multiplied by for a draw.</summary>
    internal virtual double Scale(int draw) => 1;

    /// <summary>Adds the nodes from masks to what is drawn.</summary>
    /// <param name="graph">Receives them.</param>
    /// <param name="mask">The masks, one an item.</param>
    /// <param name="noise">logit u, of the masks' shape; empty unless <see cref="TakesNoise"/>.</param>
    internal virtual string Append(GraphBuilder graph, string mask, string noise) => mask;

    /// <summary>A value of 0 to 1 through which nothing flows back.</summary>
    private static string Stopped(GraphBuilder graph, string value)
    {
        // Nothing flows back through a rounding. Scaled by this, masks are whole numbers in single precision, so that the rounding changes no value.
        const float Scale60 = 1152921504606846976f;
        string whole = graph.Add("Round", [graph.Add("Mul", [value, graph.Constant(Scale60)], "law/scaled")], "law/whole");
        return graph.Add("Mul", [whole, graph.Constant(1 / Scale60)], "law/stopped");
    }

    private sealed record PointLaw : RelaxedLaw;

    private sealed record PathLaw(int Steps) : RelaxedLaw
    {
        internal override int Draws => Steps;

        internal override double Scale(int draw) => (draw + 1.0) / Steps;
    }

    /// <summary>m + (hard − stopped m): exactly hard, since 1 − m is exact from ½ on, and with the derivative of m.</summary>
    private sealed record BinaryLaw : RelaxedLaw
    {
        internal override string Key => "binary";

        internal override bool IsHard => true;

        internal override string Append(GraphBuilder graph, string mask, string noise)
        {
            string flat = graph.Add("Flatten", [mask], "law/flat", ("axis", 1L));
            string stopped = Stopped(graph, flat);
            string axes = graph.Constant([1L]);
            string ends = graph.Add("Add", [graph.Add("ReduceMax", [stopped, axes], "law/most"), graph.Add("ReduceMin", [stopped, axes], "law/least")], "law/ends");
            string threshold = graph.Add("Max", [graph.Add("Mul", [ends, graph.Constant(0.5f)], "law/middle"), graph.Constant(0.5f)], "law/threshold");
            string hard = graph.Add("Cast", [graph.Add("GreaterOrEqual", [stopped, threshold], "law/kept")], "law/hard", ("to", (long)ElementType.Float32));
            string offset = graph.Add("Sub", [hard, stopped], "law/offset");
            string shaped = graph.Add("Reshape", [offset, graph.Add("Shape", [mask], "law/sizes")], "law/shaped");
            return graph.Add("Add", [mask, shaped], "law/binary");
        }
    }

    private sealed record ConcreteLaw(double Temperature, int Count, bool Cells, bool Hard) : RelaxedLaw
    {
        // Below this distance from 0 and 1, single precision no longer knows the log-odds.
        private const float Margin = 1e-6f;

        internal override int Draws => Count;

        internal override bool IsRandom => true;

        internal override bool TakesNoise => true;

        internal override bool OfCells => Cells;

        internal override string Key => string.Create(CultureInfo.InvariantCulture, $"concrete {Temperature:r}{(Cells ? " of cells" : "")}{(Hard ? " hard" : "")}");

        internal override bool IsHard => Hard;

        internal override string Append(GraphBuilder graph, string mask, string noise)
        {
            string inside = graph.Add("Clip", [mask, graph.Constant(Margin), graph.Constant(1 - Margin)], "law/inside");
            string rest = graph.Add("Sub", [graph.Constant(1f), inside], "law/rest");
            string odds = graph.Add("Sub", [graph.Add("Log", [inside], "law/log"), graph.Add("Log", [rest], "law/log_rest")], "law/log_odds");
            string sum = graph.Add("Add", [odds, noise], "law/with_noise");
            string draw = graph.Add("Sigmoid", [graph.Add("Mul", [sum, graph.Constant((float)(1 / Temperature))], "law/sharpened")], "law/draw");
            return Hard ? MadeHard(graph, draw) : draw;
        }

        /// <summary>z + (1[z > ½] − stopped z), as <see cref="Binary"/>.</summary>
        private static string MadeHard(GraphBuilder graph, string draw)
        {
            string stopped = Stopped(graph, draw);
            string hard = graph.Add("Cast", [graph.Add("Greater", [stopped, graph.Constant(0.5f)], "law/kept")], "law/hard", ("to", (long)ElementType.Float32));
            return graph.Add("Add", [draw, graph.Add("Sub", [hard, stopped], "law/offset")], "law/made_hard");
        }
    }
}
