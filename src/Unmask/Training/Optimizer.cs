using System.Numerics;
using System.Runtime.InteropServices;

namespace Unmask.Training;

/// <summary>How a gradient changes the weights.</summary>
public abstract record Optimizer
{
    private protected Optimizer()
    {
    }

    /// <summary>Numbers that it keeps for each weight, 0 to 2.</summary>
    internal abstract int Slots { get; }

    /// <summary>One step.</summary>
    /// <param name="weights">Changed in place. The length of this and all spans is a multiple of <see cref="TensorBank.Alignment"/>.</param>
    /// <param name="gradients">Of the loss with respect to the weights.</param>
    /// <param name="first">What is kept for each weight; empty when <see cref="Slots"/> is 0.</param>
    /// <param name="second">What is kept besides; empty when <see cref="Slots"/> is below 2.</param>
    /// <param name="step">The step's numbers.</param>
    internal abstract void Update(Span<float> weights, ReadOnlySpan<float> gradients, Span<float> first, Span<float> second, UpdateStep step);

    private protected static Span<Vector<float>> Vectors(Span<float> values) => MemoryMarshal.Cast<float, Vector<float>>(values);

    private protected static ReadOnlySpan<Vector<float>> Vectors(ReadOnlySpan<float> values) => MemoryMarshal.Cast<float, Vector<float>>(values);
}

/// <summary>What a step depends on besides gradients.</summary>
/// <param name="Rate">The learning rate now.</param>
/// <param name="Decay">The weight decay of these weights.</param>
/// <param name="Number">The step's number, from 1.</param>
internal readonly record struct UpdateStep(double Rate, double Decay, long Number);

/// <summary>
/// Stochastic gradient descent with momentum: v ← μv + (1 − d)(g + λw), w ← w − ηv; with Nesterov's form w ← w − η(g + λw + μv).
/// </summary>
/// <remarks>Source: Sutskever et al., «On the importance of initialization and momentum in deep learning», ICML 2013, in the form of PyTorch's SGD (the rate scales v when it is used).</remarks>
public sealed record Sgd : Optimizer
{
    /// <summary>μ, from 0 to below 1. Default 0.9.</summary>
    public double Momentum { get; init => field = Require.NotNegativeBelow(value, 1); } = 0.9;

    /// <summary>d, the part of a gradient that does not enter the momentum, from 0 to below 1; the first gradient enters whole. Default 0; ignored without momentum.</summary>
    public double Dampening { get; init => field = Require.NotNegativeBelow(value, 1); }

    /// <summary>Whether the gradient is taken as if the momentum had already moved the weights. Default <c>false</c>; ignored without momentum.</summary>
    public bool Nesterov { get; init; }

    internal override int Slots => Momentum > 0 ? 1 : 0;

    internal override void Update(Span<float> weights, ReadOnlySpan<float> gradients, Span<float> first, Span<float> second, UpdateStep step)
    {
        var w = Vectors(weights);
        var g = Vectors(gradients);
        var v = Vectors(first);
        float rate = (float)step.Rate, decay = (float)step.Decay, momentum = (float)Momentum;
        float entering = step.Number == 1 ? 1 : (float)(1 - Dampening);
        for (int i = 0; i < w.Length; i++)
        {
            var move = g[i] + (w[i] * decay);
            if (momentum > 0)
            {
                v[i] = (v[i] * momentum) + (move * entering);
                move = Nesterov ? move + (v[i] * momentum) : v[i];
            }

            w[i] -= move * rate;
        }
    }
}

/// <summary>
/// Adam: m and v are running means of g and g², freed of their start at 0; w ← w − η m̂ ÷ (√v̂ + ε). <see cref="Decoupled"/> makes it AdamW.
/// </summary>
/// <remarks>Source: Kingma and Ba, «Adam», ICLR 2015, algorithm 1; Loshchilov and Hutter, «Decoupled weight decay regularization», ICLR 2019, algorithm 2.</remarks>
public sealed record Adam : Optimizer
{
    /// <summary>AdamW: weight decay shrinks the weights directly (w ← w − ηλw) instead of being part of the gradient.</summary>
    public static Adam W { get; } = new() { Decoupled = true };

    /// <summary>β₁, how much of the mean gradient is kept, from 0 to below 1. Default 0.9.</summary>
    public double Beta1 { get; init => field = Require.NotNegativeBelow(value, 1); } = 0.9;

    /// <summary>β₂, how much of the mean square is kept, from 0 to below 1. Default 0.999.</summary>
    public double Beta2 { get; init => field = Require.NotNegativeBelow(value, 1); } = 0.999;

    /// <summary>ε, above 0. Default 10⁻⁸.</summary>
    public double Epsilon { get; init => field = Require.Positive(value); } = 1e-8;

    /// <summary>Whether weight decay stands beside the gradient (AdamW). Default <c>false</c>.</summary>
    public bool Decoupled { get; init; }

    internal override int Slots => 2;

    internal override void Update(Span<float> weights, ReadOnlySpan<float> gradients, Span<float> first, Span<float> second, UpdateStep step)
    {
        var w = Vectors(weights);
        var g = Vectors(gradients);
        var m = Vectors(first);
        var v = Vectors(second);
        float b1 = (float)Beta1, b2 = (float)Beta2, rest1 = (float)(1 - Beta1), rest2 = (float)(1 - Beta2);
        float inGradient = Decoupled ? 0 : (float)step.Decay, shrink = Decoupled ? (float)(1 - (step.Rate * step.Decay)) : 1;
        float rate = (float)(step.Rate / (1 - Math.Pow(Beta1, step.Number)));
        float correction = (float)(1 / Math.Sqrt(1 - Math.Pow(Beta2, step.Number)));
        var epsilon = new Vector<float>((float)Epsilon);
        for (int i = 0; i < w.Length; i++)
        {
            var slope = g[i] + (w[i] * inGradient);
            m[i] = (m[i] * b1) + (slope * rest1);
            v[i] = (v[i] * b2) + (slope * slope * rest2);
            w[i] = (w[i] * shrink) - (m[i] * rate / ((Vector.SquareRoot(v[i]) * correction) + epsilon));
        }
    }
}
