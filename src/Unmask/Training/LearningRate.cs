using System.Collections.Immutable;

namespace Unmask.Training;

/// <summary>How the learning rate falls.</summary>
public enum RateDecay
{
    /// <summary>It does not.</summary>
    Constant,

    /// <summary>Along half a cosine, from the peak to <see cref="LearningRate.Floor"/> at the last step. Loshchilov and Hutter, «SGDR», ICLR 2017, eq. 5.</summary>
    Cosine,

    /// <summary>By <see cref="LearningRate.Factor"/> at each of <see cref="LearningRate.Milestones"/>.</summary>
    Steps,

    /// <summary>As (1 − step ÷ steps) to the power of <see cref="LearningRate.Power"/>, down to <see cref="LearningRate.Floor"/>: 1 is a straight line.</summary>
    Polynomial,
}

/// <summary>The learning rate over a training.</summary>
public sealed record LearningRate
{
    /// <summary>The highest rate, above 0. Default 0.001.</summary>
    public double Peak { get; init => field = Require.Positive(value); } = 0.001;

    /// <summary>How it falls. Default <see cref="RateDecay.Constant"/>.</summary>
    public RateDecay Decay { get; init; }

    /// <summary>The part of all steps in which it first rises evenly to the peak, from 0 to below 1. Default 0.</summary>
    public double WarmUp { get; init => field = Require.NotNegativeBelow(value, 1); }

    /// <summary>The power of <see cref="RateDecay.Polynomial"/>, above 0. Default 1.</summary>
    public double Power { get; init; } = 1;

    /// <summary>What a cosine or polynomial ends at, as a part of the peak. Default 0.</summary>
    public double Floor { get; init; }

    /// <summary>What each milestone multiplies the rate by. Default 0.1.</summary>
    public double Factor { get; init; } = 0.1;

    /// <summary>Parts of all steps at which the rate falls, ascending. Default ½ and ¾, as for ResNet on CIFAR-10.</summary>
    public ImmutableArray<double> Milestones { get; init; } = [0.5, 0.75];

    /// <summary>The rate of a step.</summary>
    /// <param name="step">The step, from 0.</param>
    /// <param name="steps">Steps in all.</param>
    public double At(long step, long steps)
    {
        double rising = WarmUp * steps, part = (double)step / steps;
        if (step < rising)
        {
            return Peak * Math.Min(1, (step + 1) / rising);
        }

        return Decay switch
        {
            RateDecay.Cosine => Peak * (Floor + ((1 - Floor) * 0.5 * (1 + Math.Cos(Math.PI * (step - rising) / (steps - rising))))),
            RateDecay.Polynomial => Peak * (Floor + ((1 - Floor) * Math.Pow(1 - ((step - rising) / (steps - rising)), Power))),
            RateDecay.Steps => Peak * Math.Pow(Factor, Milestones.Count(milestone => part >= milestone)),
            _ => Peak,
        };
    }

    /// <summary>All of it in one line, by which a checkpoint knows it again.</summary>
    public override string ToString() => $"{Decay}{(Decay == RateDecay.Polynomial ? $" {Power}" : "")}, peak {Peak}, warm-up {WarmUp}, floor {Floor}, factor {Factor} at {string.Join(" ", Milestones)}";
}
