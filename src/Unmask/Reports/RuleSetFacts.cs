using System.Collections.Immutable;
using Unmask.Graphs;
using Unmask.WhiteBox;

namespace Unmask;

/// <summary>Which rule covers which operators between the explained input and the score.</summary>
/// <param name="Name">The rule set, as it was asked for.</param>
/// <param name="Uses">The rules, by how many nodes they cover.</param>
/// <param name="Uncovered">The operators without a rule: relevance stops there with an error unless it may fall back to the derivative.</param>
/// <param name="Problem">Why the rule set cannot be used at all; <c>null</c> when it can.</param>
public sealed record RuleSetFacts(string Name, ImmutableArray<RuleUse> Uses, ImmutableArray<OperatorFacts> Uncovered, string? Problem)
{
    private const string Fallback = "gradient (fallback)";

    /// <summary>Reads a rule set.</summary>
    /// <exception cref="UnmaskException">There is none.</exception>
    internal static Composite? Parse(string text)
    {
        try
        {
            return text is "gradient" or "lrp-0" ? null : Composite.Parse(text);
        }
        catch (ArgumentException problem)
        {
            throw new UnmaskException($"{WithoutParameter(problem)} Or gradient, or lrp-0.", problem);
        }
    }

    // The name of a parameter in C# says nothing to who typed the text.
    private static string WithoutParameter(ArgumentException problem) =>
        problem.ParamName is null ? problem.Message : problem.Message.Split($" (Parameter '{problem.ParamName}')")[0];

    /// <summary>Looks at a model, without compiling anything.</summary>
    internal static RuleSetFacts Of(Model model, string name, Composite? composite)
    {
        try
        {
            var rules = composite is null ? RuleSet.Parse(name) : Composites.Complete(model.IsPicture ? PictureBounds.Fill(composite, model) : composite);
            var coverage = model.OnnxCore.Coverage(Cut.Input.Resolve(model)[0].Value, WhiteBoxRun.DefaultScore(model), rules.OrGradient());
            return new(
                name,
                RuleUse.Of(coverage.Where(node => node.Rule != Fallback)),
                [.. coverage.Where(node => node.Rule == Fallback).GroupBy(node => node.Operator, StringComparer.Ordinal).Select(group => new OperatorFacts(group.Key, group.Count()))],
                null);
        }
        catch (UnmaskException problem)
        {
            return new(name, [], [], problem.Message);
        }
    }
}
