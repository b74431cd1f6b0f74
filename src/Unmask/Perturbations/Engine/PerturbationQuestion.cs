using System.Collections.Immutable;
using Unmask.Graphs;

namespace Unmask.Perturbations;

/// <summary>Which program of an optimisation is asked for.</summary>
/// <param name="Recipe">The slots.</param>
/// <param name="Site">What is masked.</param>
/// <param name="Map">From parameters to masks.</param>
/// <param name="Score">The space of the score.</param>
/// <param name="Kind">What is computed.</param>
/// <param name="Alone">Whether one item is run at a time, so that threads go inside the operators.</param>
internal sealed record PerturbationQuestion(PerturbationRecipe Recipe, MaskSite Site, MaskMap Map, Score Score, PerturbationOutput Kind, bool Alone)
{
    /// <summary>Shapes of the model's inputs where loops take their number of steps from them; <c>null</c>: as the model states them.</summary>
    public ImmutableSortedDictionary<string, Shape>? Shapes { get; init; }

    /// <summary>The inner value whose elements are explained instead of classes; <c>null</c>: classes.</summary>
    public string? Layer { get; init; }

    /// <summary>Everything that the program depends on, but for the rule set.</summary>
    public string Key => string.Join('|', [
        "perturbation", Kind.ToString(), Alone.ToString(), Site.Name, Site.Layout.ToString(), Map.Key, Score.Name(), Layer ?? "", Recipe.Parameters.ToString(), SettingText.Of(Recipe.Masks),
        Recipe.Law.Key, Recipe.Composition.Key, Recipe.Hinge?.ToString("r", System.Globalization.CultureInfo.InvariantCulture) ?? "", Recipe.Jitter.Mirrors.ToString(),
        HasComplements.ToString(), .. Recipe.Terms.Select(term => term.Key), .. Shapes?.Select(shape => shape.ToString()) ?? []]);

    /// <summary>Whether some side keeps what the mask does not mark.</summary>
    public bool HasComplements => Recipe.Sides.Any(side => side.Complement);

    /// <summary>The input that carries the parameters.</summary>
    public string ParametersInput => Recipe.Parameters == MaskParameters.Logits ? PerturbationNames.Logits : CellsName;

    /// <summary>The value that holds the cells. What the map reads is another where cells are drawn: they, and their draws behind them.</summary>
    public string CellsName => Recipe.Law.OfCells ? PerturbationNames.Cells : Map.Feeds[0].Value.Name;
}

/// <summary>What a program of an optimisation computes.</summary>
internal enum PerturbationOutput
{
    /// <summary>Scores, terms, and the objective's gradient.</summary>
    Gradient,

    /// <summary>Scores and terms.</summary>
    Objective,

    /// <summary>Masks, without the model.</summary>
    Masks,
}
