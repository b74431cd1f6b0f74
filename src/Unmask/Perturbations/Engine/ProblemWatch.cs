namespace Unmask.Perturbations;

/// <summary>How one problem is going: its objective, whether it has come to rest, and what its terms weigh now.</summary>
internal sealed class ProblemWatch(PerturbationRecipe recipe, double termFactor = 1)
{
    private readonly double[] _divisors = [.. recipe.Terms.Select(_ => 1.0)];
    private double _best = double.PositiveInfinity;
    private int _since;

    // The score at the mask itself at the first step and at the last that asked for it; NaN before.
    private (double First, double Last) _pointScores = (double.NaN, double.NaN);

    /// <summary>The objective before each step.</summary>
    public List<double> History { get; } = [];

    /// <summary>The mean score before each step.</summary>
    public List<double> Scores { get; } = [];

    /// <summary>Why it stopped; <c>null</c>: it has not.</summary>
    public string? StopReason { get; private set; }

    /// <summary>Whether it has stopped.</summary>
    public bool Stopped => StopReason is not null;

    /// <summary>The weight of each term at a step.</summary>
    public double[] Weights(int step) => [.. recipe.Terms.Select((term, i) => term.Weight.At(step) * termFactor / _divisors[i])];

    /// <summary>Ends the problem.</summary>
    public void Stop(string reason) => StopReason ??= reason;

    /// <summary>Takes the score at the mask itself, which a solver asked for before a step.</summary>
    public void ObserveMask(double score) => _pointScores = (double.IsNaN(_pointScores.First) ? score : _pointScores.First, score);

    /// <summary>Takes what was found before a step.</summary>
    public void Observe(int step, Evaluation found)
    {
        History.Add(found.Objective);
        Scores.Add(found.MeanScore);
        Relieve(step);
        if (recipe.Plateau is not { } plateau)
        {
            return;
        }

        if (found.Objective < _best - (plateau.Tolerance * Math.Abs(_best)) || double.IsInfinity(_best))
        {
            (_best, _since) = (found.Objective, 0);
        }
        else if (++_since >= plateau.Patience)
        {
            Stop($"the objective has not fallen by {plateau.Tolerance:0.###%} for {plateau.Patience} steps");
        }
    }

    private void Relieve(int step)
    {
        // Scores of views are noisy where there is noise: those of the mask itself are better, where the solver asks for them.
        double movement = double.IsNaN(_pointScores.First) ? Scores[^1] - Scores[0] : _pointScores.Last - _pointScores.First;
        for (int i = 0; i < recipe.Terms.Length; i++)
        {
            foreach (var relief in recipe.Terms[i].Reliefs)
            {
                if (step > 0 && step == (int)(relief.Part * recipe.Steps) && Math.Abs(movement) < relief.Movement)
                {
                    _divisors[i] *= relief.Divisor;
                }
            }
        }
    }
}
