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

    /// <summary>Masks at which the score is asked at each step and for each side; their scores are averaged.</summary>
    internal virtual int Draws => 1;

    /// <summary>Whether numbers are drawn anew at each step.</summary>
    internal virtual bool IsRandom => false;

    /// <summary>Whether the graph takes one random number for each element of a mask.</summary>
    internal virtual bool TakesNoise => false;

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
    /// <remarks>Source: Maddison, Mnih, Teh, «The concrete distribution», ICLR 2017, eq. 15 (binary case).</remarks>
    public static RelaxedLaw Concrete(double temperature = 0.1, int draws = 4)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(temperature);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(draws);
        return new ConcreteLaw(temperature, draws);
    }

    /// <summary>What the mask is multiplied by for a draw.</summary>
    internal virtual double Scale(int draw) => 1;

    /// <summary>Adds the nodes from masks to what is drawn.</summary>
    /// <param name="graph">Receives them.</param>
    /// <param name="mask">The masks, one an item.</param>
    /// <param name="noise">logit u, of the masks' shape; empty unless <see cref="TakesNoise"/>.</param>
    internal virtual string Append(GraphBuilder graph, string mask, string noise) => mask;

    private sealed record PointLaw : RelaxedLaw;

    private sealed record PathLaw(int Steps) : RelaxedLaw
    {
        internal override int Draws => Steps;

        internal override double Scale(int draw) => (draw + 1.0) / Steps;
    }

    private sealed record ConcreteLaw(double Temperature, int Count) : RelaxedLaw
    {
        // Below this distance from 0 and 1, single precision no longer knows the log-odds.
        private const float Margin = 1e-6f;

        internal override int Draws => Count;

        internal override bool IsRandom => true;

        internal override bool TakesNoise => true;

        internal override string Key => $"concrete {Temperature:r}";

        internal override string Append(GraphBuilder graph, string mask, string noise)
        {
            string inside = graph.Add("Clip", [mask, graph.Constant(Margin), graph.Constant(1 - Margin)], "law/inside");
            string rest = graph.Add("Sub", [graph.Constant(1f), inside], "law/rest");
            string odds = graph.Add("Sub", [graph.Add("Log", [inside], "law/log"), graph.Add("Log", [rest], "law/log_rest")], "law/log_odds");
            string sum = graph.Add("Add", [odds, noise], "law/with_noise");
            return graph.Add("Sigmoid", [graph.Add("Mul", [sum, graph.Constant((float)(1 / Temperature))], "law/sharpened")], "law/draw");
        }
    }
}
