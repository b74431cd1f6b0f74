using Unmask.Cli.Explaining;

namespace Unmask.Cli.Views;

/// <summary>What is shown of a run of <c>explain</c>. Called from one thread, never while a progress bar is drawn.</summary>
internal abstract class ExplainView
{
    /// <summary>The model is loaded.</summary>
    public virtual void Begin(Model model, MethodInfo method)
    {
    }

    /// <summary>An input was explained and its files are written.</summary>
    /// <param name="input">The input.</param>
    /// <param name="predictions">The top classes of each of its items.</param>
    /// <param name="results">One a target.</param>
    public abstract void Explained(ExplainInput input, IReadOnlyList<IReadOnlyList<PredictedClass>> predictions, IReadOnlyList<ExplainedTarget> results);

    /// <summary>An input could not be read.</summary>
    public abstract void Failed(ExplainInput input, string reason);

    /// <summary>All inputs were tried.</summary>
    public virtual void End(int inputs, int failed)
    {
    }
}

/// <summary>Only the names of the files, for scripts.</summary>
internal sealed class QuietExplainView(Terminal terminal) : ExplainView
{
    public override void Explained(ExplainInput input, IReadOnlyList<IReadOnlyList<PredictedClass>> predictions, IReadOnlyList<ExplainedTarget> results)
    {
        foreach (string file in results.SelectMany(result => result.Files))
        {
            terminal.Output.WriteLine(file);
        }
    }

    public override void Failed(ExplainInput input, string reason) => terminal.Error.WriteLine($"unmask: {reason}");
}
