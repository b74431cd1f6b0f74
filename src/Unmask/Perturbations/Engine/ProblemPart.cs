using System.Collections.Immutable;

namespace Unmask.Perturbations;

/// <summary>Consecutive problems and consecutive views of each: what one run is about. Its items are ordered by problem, then view.</summary>
/// <param name="Problems">The problems.</param>
/// <param name="Parameters">The parameters of each.</param>
/// <param name="FirstView">The first view.</param>
/// <param name="Views">How many.</param>
/// <param name="Padding">Views of no weight behind them, which fill a batch of fixed size.</param>
internal sealed record ProblemPart(ImmutableArray<MaskProblem> Problems, float[][] Parameters, int FirstView, int Views, int Padding = 0)
{
    /// <summary>Items of the run.</summary>
    public int Items => Problems.Length * (Views + Padding);
}
