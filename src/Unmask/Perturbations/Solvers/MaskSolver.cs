using Unmask.Training;

namespace Unmask;

/// <summary>How the gradient of an objective changes the parameters of masks. Slot «solver». Every problem is solved for itself; what the model is asked for all is asked together.</summary>
public abstract record MaskSolver
{
    private protected MaskSolver()
    {
    }

    /// <summary>Any optimiser of weights, at a rate that may fall.</summary>
    public static MaskSolver Descent(Optimizer optimizer, LearningRate rate) => new DescentSolver(optimizer, rate);

    /// <summary>Adam at a rate.</summary>
    /// <param name="rate">The rate, above 0.</param>
    /// <param name="decay">How it falls. Default: it does not.</param>
    public static MaskSolver Adam(double rate, RateDecay decay = RateDecay.Constant) => new DescentSolver(new Adam(), new() { Peak = rate, Decay = decay });

    /// <summary>Gradient descent with momentum at a rate.</summary>
    /// <param name="rate">The rate, above 0.</param>
    /// <param name="momentum">From 0 to below 1.</param>
    /// <param name="dampening">What of a new gradient does not enter the momentum, from 0 to below 1; the first enters whole.</param>
    public static MaskSolver Sgd(double rate, double momentum = 0, double dampening = 0) =>
        new DescentSolver(new Sgd { Momentum = momentum, Dampening = dampening }, new() { Peak = rate });

    /// <summary>Nesterov's accelerated gradient: after step t the parameters are carried on by t ÷ (t + 3) of the way that the step went.</summary>
    /// <param name="rate">The rate, above 0.</param>
    public static MaskSolver Nesterov(double rate) => new ProximalSolver(new() { Peak = rate }, 0, 0, WholeBeta: false);

    /// <summary>
    /// FISTA: Nesterov's gradient with a shrinking step, which minimises the objective plus β·Σ|θ − c|: the nearer to c, the more parameters are exactly c. The result is what was
    /// shrunk, not what was carried on.
    /// </summary>
    /// <param name="rate">The rate and how it falls.</param>
    /// <param name="beta">β, 0 or more.</param>
    /// <param name="toward">c.</param>
    /// <param name="wholeBeta">Whether each step shrinks by β itself instead of rate × β: what some released code does, which minimises no objective. Default <c>false</c>.</param>
    /// <remarks>Source: Beck and Teboulle, «A fast iterative shrinkage-thresholding algorithm», SIAM J. Imaging Sciences 2009, with the momentum t ÷ (t + 3).</remarks>
    public static MaskSolver Fista(LearningRate rate, double beta, float toward = 0, bool wholeBeta = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(beta);
        return new ProximalSolver(rate, beta, toward, wholeBeta);
    }

    /// <summary>
    /// Steepest descent whose step is found anew each time: it shrinks until the objective has fallen by a part of what the gradient promises (Armijo's rule).
    /// </summary>
    public static MaskSolver LineSearch(ArmijoRule rule) => new LineSearchSolver(rule);

    /// <summary>What the solver itself adds to the objective at parameters. Default nothing.</summary>
    internal virtual double Price(ReadOnlySpan<float> parameters) => 0;

    /// <summary>Starts.</summary>
    /// <param name="problems">How many.</param>
    /// <param name="length">Parameters of each, a multiple of <see cref="TensorBank.Alignment"/>.</param>
    /// <param name="steps">Steps in all.</param>
    internal abstract MaskDescent Start(int problems, int length, int steps);
}

/// <summary>How a line search looks for a step.</summary>
/// <param name="Step">The first step that is tried, above 0.</param>
/// <param name="Shrink">What it is multiplied by when it is too long, above 0 and below 1.</param>
/// <param name="Share">The part of step × ‖gradient‖² by which the objective must fall, 0 or more.</param>
/// <param name="Floor">No shorter step is tried, above 0.</param>
/// <param name="OfMask">
/// Whether the objective that must fall is that of the mask itself instead of the mean over the law's draws, of which the gradient is. The first costs fewer passes; but what lowers the mean
/// need not lower it.
/// </param>
public sealed record ArmijoRule(double Step, double Shrink = 0.2, double Share = 1e-4, double Floor = 1e-5, bool OfMask = false);

/// <summary>A solver at work on several problems.</summary>
internal abstract class MaskDescent
{
    /// <summary>Changes the parameters of the active problems.</summary>
    public abstract void Step(DescentStep step);

    /// <summary>The parameters that are the result.</summary>
    /// <param name="problem">Which problem.</param>
    /// <param name="parameters">Those at which the next gradient would be taken.</param>
    public virtual float[] Result(int problem, float[] parameters) => parameters;
}

/// <summary>What a solver is given at a step.</summary>
internal sealed class DescentStep
{
    /// <summary>The step's number, from 0.</summary>
    public required int Number { get; init; }

    /// <summary>The problems that still run.</summary>
    public required IReadOnlyList<int> Active { get; init; }

    /// <summary>The parameters of every problem, changed in place.</summary>
    public required float[][] Parameters { get; init; }

    /// <summary>The gradients of every problem.</summary>
    public required float[][] Gradients { get; init; }

    /// <summary>Holds parameters within their bounds.</summary>
    public required Action<int, float[]> Confine { get; init; }

    /// <summary>The objectives of problems at other parameters, by forward passes: the problems, the parameters of each, and whether of the masks themselves.</summary>
    public required Func<IReadOnlyList<int>, float[][], bool, double[]> Objectives { get; init; }

    /// <summary>The objectives of problems at their parameters: of the masks themselves, by forward passes, or those that came with the gradients.</summary>
    public required Func<IReadOnlyList<int>, bool, double[]> Now { get; init; }

    /// <summary>Ends a problem, for a reason.</summary>
    public required Action<int, string> Stop { get; init; }

    /// <summary>Whether the same parameters give the same objective and gradient at the next step.</summary>
    public required bool Repeats { get; init; }
}
