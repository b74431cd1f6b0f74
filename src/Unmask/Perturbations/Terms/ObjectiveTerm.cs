using System.Collections.Immutable;

namespace Unmask;

/// <summary>A part of an objective that does not ask the model: how large, how rough, how undecided a mask is. Slot «objective terms».</summary>
public abstract record ObjectiveTerm
{
    /// <summary>What the term is multiplied by, over the steps. Default 1.</summary>
    public WeightSchedule Weight { get; init; } = 1;

    /// <summary>When the weight is lowered because the score does not move. Default: never.</summary>
    public ImmutableArray<WeightRelief> Reliefs { get; init; } = [];

    /// <summary>For messages and histories.</summary>
    public abstract string Name { get; }

    /// <summary>Problems for each target that the term asks for, for instance one an area. Default 1.</summary>
    public virtual int Variants => 1;

    /// <summary>How a variant is called in results. Default: the term's name and the variant's number.</summary>
    public virtual string VariantName(int variant) => $"{Name} {variant + 1}";

    /// <summary>A text that two terms share exactly if they add the same nodes.</summary>
    public abstract string Key { get; }

    /// <summary>Inputs that carry what the term needs to know of each problem. Default: none.</summary>
    /// <param name="masks">The expanded masks.</param>
    /// <param name="canvas">What they are cut out of.</param>
    public virtual IReadOnlyList<TermFeed> Feeds(MaskTensor masks, MaskTensor canvas) => [];

    /// <summary>Whether it looks at the perturbed input instead of the mask.</summary>
    internal virtual bool ReadsPerturbed => false;

    /// <summary>Adds the nodes.</summary>
    /// <param name="graph">Receives them; the inputs named by <see cref="Feeds"/> are in it.</param>
    /// <returns>The value, one number a mask: [N].</returns>
    public abstract string Append(ObjectiveGraph graph);
}

/// <summary>An input of a term, one entry a problem.</summary>
/// <param name="Name">The input's name, unique among terms.</param>
/// <param name="Sizes">The axes of one entry; <c>null</c> for an axis whose size differs from run to run.</param>
/// <param name="Of">The entry of a problem: what is masked, and the variant from 0. The actual sizes are those of <paramref name="Actual"/>.</param>
/// <param name="Actual">The sizes in this run.</param>
public sealed record TermFeed(string Name, ImmutableArray<int?> Sizes, ImmutableArray<int> Actual, Func<MaskSite, int, float[]> Of);

/// <summary>A weight is divided when, by a part of all steps, the mean score has moved by less than an amount.</summary>
/// <param name="Part">The part of all steps, 0 to 1.</param>
/// <param name="Movement">How far the score should have moved.</param>
/// <param name="Divisor">What the weight is divided by if it has not.</param>
public sealed record WeightRelief(double Part, double Movement, double Divisor);
