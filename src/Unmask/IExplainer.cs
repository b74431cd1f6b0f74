namespace Unmask;

/// <summary>A method that says what made a model's score what it is.</summary>
public interface IExplainer
{
    /// <summary>The method's id, for instance <c>rise</c>: the command line's <c>--method</c>, and part of file names.</summary>
    string Method { get; }

    /// <summary>The model that is explained.</summary>
    Model Model { get; }

    /// <summary>Explains one input for several targets at once; methods share their passes between targets where they can.</summary>
    /// <param name="input">The input, prepared by the model.</param>
    /// <param name="targets">At least one.</param>
    /// <param name="progress">Receives steps; nothing is reported after the method returns.</param>
    /// <param name="cancel">Ends the work between and inside runs.</param>
    /// <returns>One explanation a target, in their order.</returns>
    /// <exception cref="UnmaskException">The method cannot explain this model or input; the message says why.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    IReadOnlyList<Explanation> Explain(ModelInput input, IReadOnlyList<Target> targets, IProgress<Step>? progress = null, CancellationToken cancel = default);
}

/// <summary>The short ways to ask.</summary>
public static class ExplainerExtensions
{
    /// <summary>Explains a picture; the top class unless a target is given.</summary>
    public static Explanation Explain(
        this IExplainer explainer, Imaging.Image picture, Target target = default, IProgress<Step>? progress = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(explainer);
        return explainer.Explain(explainer.Model.Prepare(picture), [target], progress, cancel)[0];
    }

    /// <summary>Explains one prepared input; the top class unless a target is given.</summary>
    public static Explanation Explain(
        this IExplainer explainer, ModelInput input, Target target = default, IProgress<Step>? progress = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(explainer);
        return explainer.Explain(input, [target], progress, cancel)[0];
    }
}
