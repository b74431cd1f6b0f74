namespace Unmask;

/// <summary>An in-fill that is made of what a mask keeps: there is no picture of it without a mask.</summary>
internal abstract class MaskedInfill : Infill
{
    internal sealed override bool DependsOnMask => true;

    public sealed override float[] For(ModelInput input) => throw new UnmaskException(
        $"The in-fill {Name} is made for each mask from what the mask keeps: there is no picture of it alone. Methods that hide parts take it (occlusion, rise, lime weighed by coalitions, fido, meaningful-perturbation); here use blur, mean, grey or a .npy file.");

    internal abstract override float[] Fill(ModelInput input, ReadOnlySpan<float> keep, ulong seed, long draw);
}

/// <summary>An in-fill that is drawn at random, whatever the mask. Where one picture is wanted, as of a baseline, it is the first of seed 0.</summary>
internal abstract class RandomInfill : Infill
{
    internal sealed override bool IsStochastic => true;

    public sealed override float[] For(ModelInput input) => Fill(input, [], 0, 0);

    internal abstract override float[] Fill(ModelInput input, ReadOnlySpan<float> keep, ulong seed, long draw);
}
