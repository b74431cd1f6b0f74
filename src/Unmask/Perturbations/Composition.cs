using System.Numerics.Tensors;
using Unmask.Graphs;

namespace Unmask;

/// <summary>How mask, input and in-fill become a perturbed input Φ(x, m). Slot «composition».</summary>
public abstract record Composition
{
    private protected Composition()
    {
    }

    /// <summary>m ⊙ x + (1 − m) ⊙ x̂.</summary>
    public static Composition Blend { get; } = new BlendComposition();

    /// <summary>x + m: the mask is what is added, in the units of the model's input, and the in-fill is not used.</summary>
    public static Composition Addition { get; } = new AdditionComposition(OnInfill: false);

    /// <summary>x̂ + m: the mask is what is added to the in-fill, in the units of the model's input; the input itself is not seen.</summary>
    public static Composition AdditionToInfill { get; } = new AdditionComposition(OnInfill: true);

    /// <summary>A text that two compositions share exactly if they add the same nodes.</summary>
    internal abstract string Key { get; }

    /// <summary>Whether the in-fill is read.</summary>
    internal virtual bool UsesInfill => true;

    /// <summary>How what is hidden is replaced, as results state it, of the recipe's in-fill.</summary>
    internal virtual string? InfillName(Infill infill) => infill.Name;

    /// <summary>
    /// The mask says which of several blurred versions is seen: 1 the input itself, 0 the most blurred, and between two neighbours their blend. The in-fill is not used.
    /// </summary>
    /// <param name="levels">Versions, at least 2.</param>
    /// <param name="maxSigma">Standard deviation of the strongest blur in pixels, above 0. Outside the picture are zeros, so that its rim darkens.</param>
    /// <remarks>Source: Fong, Patrick, Vedaldi, «Understanding deep networks via extremal perturbations and smooth masks», ICCV 2019, §3.3.</remarks>
    public static Composition BlurPyramid(int levels = 8, double maxSigma = 20)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(levels, 2);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxSigma);
        return new PyramidComposition(levels, maxSigma);
    }

    /// <summary>The inputs that carry what is composed, and how many numbers of the site's layout each item of them has: the base first, to which noise may be added.</summary>
    internal abstract IReadOnlyList<(string Name, int Layers)> Feeds { get; }

    /// <summary>What is fed, computed once of an input and its in-fill.</summary>
    internal abstract float[][] Prepare(float[] x, float[] infill, InputLayout layout);

    /// <summary>The perturbed input at a mask of as many elements as the input; <c>null</c>: only the graph knows it.</summary>
    internal virtual float[]? Compose(float[][] prepared, float[] mask) => null;

    /// <summary>Adds the nodes.</summary>
    /// <param name="graph">Receives them; the inputs named by <see cref="Feeds"/> are in it.</param>
    /// <param name="keep">What is kept, one mask an item.</param>
    /// <param name="layout">The axes of what is masked.</param>
    internal abstract string Append(GraphBuilder graph, string keep, InputLayout layout);

    private sealed record BlendComposition : Composition
    {
        internal override string Key => "blend";

        internal override IReadOnlyList<(string Name, int Layers)> Feeds => [("unmask_base", 1), ("unmask_difference", 1)];

        internal override float[][] Prepare(float[] x, float[] infill, InputLayout layout)
        {
            float[] difference = new float[x.Length];
            TensorPrimitives.Subtract(x, infill, difference);
            return [infill, difference];
        }

        internal override float[] Compose(float[][] prepared, float[] mask)
        {
            float[] blend = new float[mask.Length];
            TensorPrimitives.MultiplyAdd(prepared[1], mask, prepared[0], blend);
            return blend;
        }

        internal override string Append(GraphBuilder graph, string keep, InputLayout layout) =>
            graph.Add("Add", ["unmask_base", graph.Add("Mul", ["unmask_difference", keep], "compose/kept")], "compose/blend");
    }

    private sealed record AdditionComposition(bool OnInfill) : Composition
    {
        internal override string Key => "addition";

        internal override bool UsesInfill => OnInfill;

        internal override IReadOnlyList<(string Name, int Layers)> Feeds => [("unmask_base", 1)];

        internal override string? InfillName(Infill infill) => OnInfill ? infill.Name : null;

        internal override float[][] Prepare(float[] x, float[] infill, InputLayout layout) => [OnInfill ? infill : x];

        internal override float[] Compose(float[][] prepared, float[] mask)
        {
            float[] sum = new float[mask.Length];
            TensorPrimitives.Add(prepared[0], mask, sum);
            return sum;
        }

        internal override string Append(GraphBuilder graph, string keep, InputLayout layout) => graph.Add("Add", ["unmask_base", keep], "compose/sum");
    }

    /// <summary>Φ = y₀ + Σ_l clip(m·(L − 1) − l, 0, 1) ⊙ (y_{l+1} − y_l): the linear interpolation between levels without a look-up.</summary>
    private sealed record PyramidComposition(int Levels, double MaxSigma) : Composition
    {
        internal override string Key => $"pyramid {Levels}";

        internal override bool UsesInfill => false;

        internal override IReadOnlyList<(string Name, int Layers)> Feeds => [("unmask_base", 1), ("unmask_increments", Levels - 1)];

        internal override string? InfillName(Infill infill) => FormattableString.Invariant($"blur-pyramid:{MaxSigma}");

        internal override float[][] Prepare(float[] x, float[] infill, InputLayout layout)
        {
            var levels = Pyramid(x, layout);
            float[] increments = new float[(Levels - 1) * x.Length];
            for (int level = 0; level + 1 < Levels; level++)
            {
                TensorPrimitives.Subtract(levels[level + 1], levels[level], increments.AsSpan(level * x.Length, x.Length));
            }

            return [levels[0], increments];
        }

        internal override string Append(GraphBuilder graph, string keep, InputLayout layout)
        {
            string level = graph.Add("Unsqueeze", [graph.Add("Mul", [keep, graph.Constant((float)(Levels - 1))], "compose/level"), graph.Constant([1L])], "compose/level_axis");
            float[] from = [.. Enumerable.Range(0, Levels - 1).Select(index => (float)index)];
            string starts = graph.Constant(TensorData.Adopt(from, [1, Levels - 1, .. Enumerable.Repeat(1L, layout.Sizes.Length)]), "compose/starts");
            string parts = graph.Add("Clip", [graph.Add("Sub", [level, starts], "compose/above"), graph.Constant(0f), graph.Constant(1f)], "compose/parts");
            string rises = graph.Add("ReduceSum", [graph.Add("Mul", [parts, "unmask_increments"], "compose/rises"), graph.Constant([1L])], "compose/rise", ("keepdims", 0L));
            return graph.Add("Add", ["unmask_base", rises], "compose/pyramid");
        }

        // σ_l = (1 − l/(L − 1))·σ_max, the tails cut off at 4σ, zeros outside.
        private float[][] Pyramid(float[] x, InputLayout layout)
        {
            var blur = new WhiteBox.GaussianBlur(layout, zeroOutside: true);
            return [.. Enumerable.Range(0, Levels).Select(level => Single(blur.Run(x, (1 - (level / (Levels - 1.0))) * MaxSigma)))];
        }

        private static float[] Single(double[] values)
        {
            float[] single = new float[values.Length];
            TensorPrimitives.ConvertTruncating<double, float>(values, single);
            return single;
        }
    }
}
