using System.Collections.Immutable;
using Unmask.Training;

namespace Unmask.Maskers;

/// <content>The recipes of the literature.</content>
public sealed partial record MaskerRecipe
{
    // Random crops of at least 8 % of the picture, and mirroring: as the authors trained.
    private static readonly Augmentation Crops = new() { Shift = 0, SmallestArea = 0.08 };

    // T = λ·[Σ(Δm)² + 0.3·Σ over the border m²] ÷ 2, given for each side.
    private static SquaredVariationTerm Smoothness(double weight) => new(0.3) { Weight = weight / 2 };

    /// <summary>
    /// Phang, Park, Geras, «Investigating and simplifying masking-based saliency methods for model interpretability», 2020, FIX: the classifier stays as it is; both sides, the two coarsest stages.
    /// </summary>
    public static MaskerRecipe PhangFix { get; } = new()
    {
        Name = "phang-fix",
        Sides = [MaskerSide.Preserves with { Size = 1 }, MaskerSide.Confuses with { Size = 10 }],
        Terms = [Smoothness(2 * 0.001)],
        Augmentation = Crops,
    };

    /// <summary>The same with one side: what is marked is hidden, the classifier shall be undecided; all stages. Zolna, Geras, Cho, «Classifier-agnostic saliency map extraction», CVIU 2020, F.</summary>
    public static MaskerRecipe CasmeF { get; } = Casme("casme-f", ClassifierPool.Fixed, 2.5);

    /// <summary>Every recipe that has a name.</summary>
    public static ImmutableArray<MaskerRecipe> All => [PhangFix, CasmeF];

    /// <summary>The recipe of a name.</summary>
    /// <exception cref="UnmaskException">There is none; the message names the closest.</exception>
    public static MaskerRecipe Named(string name) => All.FirstOrDefault(recipe => recipe.Name == name)
        ?? throw new UnmaskException($"There is no masker recipe \"{name}\". "
            + (Graphs.Suggestions.Nearest(name, All.Select(recipe => recipe.Name)) is [var closest, ..] ? $"Did you mean \"{closest}\"? " : "")
            + $"There are: {string.Join(", ", All.Select(recipe => recipe.Name))}.");

    private static MaskerRecipe Casme(string name, ClassifierPool pool, double size) => new()
    {
        Name = name,
        Network = MaskerNetwork.Decoder(taps: 0),
        Sides = [MaskerSide.Confuses with { Size = size }],
        Pool = pool,
        Augmentation = Crops,
    };
}
