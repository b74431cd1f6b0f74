using System.Collections.Immutable;
using System.Globalization;

namespace Unmask.Perturbations;

/// <summary>The smallest of several areas whose mask keeps enough of the score: a* = min {a : f(Φ(x, m_a)) ≥ q·f(x)}. Of sides that remove, that takes enough away: ≤ (1 − q)·f(x).</summary>
/// <remarks>Source: Fong, Patrick, Vedaldi, ICCV 2019, §3.1, which leaves q open.</remarks>
/// <param name="sides">The sides, all of which must reach it.</param>
/// <param name="term">The areas and q.</param>
/// <param name="whole">f(x).</param>
internal sealed class ExtremalArea(ImmutableArray<MaskSide> sides, AreaTerm term, double whole)
{
    /// <summary>The masks, the smallest that reaches the fraction marked. As they are where no fraction is asked, or none of a score that is not above 0 can be.</summary>
    public ImmutableArray<OptimizedMask> Mark(ImmutableArray<OptimizedMask> masks)
    {
        if (term.Fraction is null || whole <= 0)
        {
            return masks;
        }

        int smallest = Enumerable.Range(0, masks.Length).Where(index => Reaches(masks[index])).OrderBy(Area).FirstOrDefault(-1);
        return [.. masks.Select((mask, index) => mask with { Extremal = index == smallest })];
    }

    /// <summary>What was found, as a sentence; <c>null</c> where nothing was asked.</summary>
    public string? Note(ImmutableArray<OptimizedMask> marked)
    {
        if (term.Fraction is not { } fraction)
        {
            return null;
        }

        if (whole <= 0)
        {
            return string.Create(CultureInfo.InvariantCulture, $"The input's score, {whole:g4}, is not above 0: no area can keep a fraction of it. Another score may be (--set score=probability).");
        }

        int found = Enumerable.Range(0, marked.Length).FirstOrDefault(index => marked[index].Extremal == true, -1);
        string does = sides.All(side => side.Complement) ? "takes away" : "keeps";
        if (found < 0)
        {
            return string.Create(CultureInfo.InvariantCulture, $"None of the areas {does} {fraction:0.#%} of the score: ask for larger ones.");
        }

        string missed = marked[found].Area > Area(found) + PerturbationForm.AreaTolerance ? string.Create(CultureInfo.InvariantCulture, $" But its mask covers {marked[found].Area:0.0 %}, so that the area itself may not suffice.") : "";
        return string.Create(CultureInfo.InvariantCulture, $"The smallest of the areas that {does} {fraction:0.#%} of the score is {SettingText.Of(Area(found))}.{missed}");
    }

    // Areas are the variants, in the order of the masks.
    private double Area(int index) => term.Areas[index % term.Areas.Length];

    private bool Reaches(OptimizedMask mask) => sides.Zip(mask.Scores).All(pair => pair.First.Complement
        ? pair.Second <= (1 - term.Fraction) * whole
        : pair.Second >= term.Fraction * whole);
}
