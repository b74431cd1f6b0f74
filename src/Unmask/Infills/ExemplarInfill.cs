namespace Unmask;

/// <summary>
/// Hidden parts put together from patches of what is kept: from coarse to fine, each patch that touches the hole looks for the kept patch most like it (PatchMatch), and hidden pixels
/// become weighted means of what the patches found say of them (near patches and those at the hole's rim count more), again and again. No hidden pixel is ever a source. Where no whole patch is kept, the smooth in-fill <c>harmonic</c>.
/// </summary>
/// <remarks>
/// Source: Wexler, Shechtman, Irani, «Space-time completion of video», PAMI 2007, §3; Barnes et al., «PatchMatch», SIGGRAPH 2009, §3. Differs from them in: patches are compared by
/// colours only.
/// </remarks>
internal sealed class ExemplarInfill : MaskedInfill
{
    private const double Tolerance = 1e-4;

    // Rounds of searching and voting on the finest scale; twice as many on each coarser one, where they cost a quarter and decide more.
    private const int FinestRounds = 2;

    private const int Passes = 2;

    // Where fewer patches are whole, a coarse scale would put the same few things everywhere, and finer ones could not mend it.
    private const double LeastSources = 0.25;

    public override string Name => "exemplar";

    internal override float[] Fill(ModelInput input, ReadOnlySpan<float> keep, ulong seed, long draw)
    {
        var layout = input.Layout;
        float[] smooth = HarmonicSystem.Of(keep, layout.Spatial.Width) is { } system ? system.Solve(input.Values, layout, Tolerance) : (float[])Mean.For(input).Clone();
        var scales = Scales(PictureScale.Of(smooth, layout, keep));
        PatchField? field = null;
        for (int number = scales.Count - 1; number >= 0; number--)
        {
            var random = Rng.At(seed, number);
            var scale = scales[number];
            if (field is not null)
            {
                scale.TakeHiddenFrom(scales[number + 1]);
            }

            field = PatchField.Of(scale, field, ref random);
            for (int round = 0; field is not null && round < FinestRounds << number; round++)
            {
                field.Search(Passes, ref random);
                field.Vote();
            }
        }

        return field is null ? smooth : scales[0].ToInput(layout);
    }

    /// <summary>From the finest to the coarsest that still has enough patches to look at.</summary>
    private static List<PictureScale> Scales(PictureScale finest)
    {
        List<PictureScale> scales = [finest];
        while (scales[^1].Halved() is { } coarser && PatchField.SourceShare(coarser) >= LeastSources)
        {
            scales.Add(coarser);
        }

        return scales;
    }
}
