namespace Unmask;

/// <summary>A way from a baseline to the input, along which multipliers are integrated. Slot of <see cref="Estimator.Along"/>.</summary>
public abstract class AttributionPath
{
    private protected AttributionPath()
    {
    }

    /// <summary>How the path is written in results.</summary>
    public abstract string Name { get; }

    /// <summary>Whether the attributions add up to the difference of the scores at both ends as the nodes become many.</summary>
    internal virtual bool PromisesSum => true;

    /// <summary>Points of one item, the ends and refinements included: never too small.</summary>
    internal abstract long MostPoints { get; }

    /// <summary>The part of the difference that may be missing.</summary>
    internal virtual double Tolerance => double.PositiveInfinity;

    /// <summary>How often the nodes may be made finer.</summary>
    internal virtual int Refinements => 0;

    /// <summary>The same path with finer nodes.</summary>
    internal virtual AttributionPath Refined(int refinement) => this;

    /// <summary>The path to one item.</summary>
    /// <param name="run">What is explained.</param>
    /// <param name="x">The end: the value of what is fed.</param>
    internal abstract WhiteBox.PathPoints On(WhiteBox.WhiteBoxRun run, float[] x);
}
