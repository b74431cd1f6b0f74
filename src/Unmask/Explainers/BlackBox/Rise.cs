namespace Unmask;

/// <summary>RISE: hides random parts of the picture many times; a pixel matters as much as the score is high when it is kept.</summary>
/// <remarks>
/// <para>Formula: S(λ) = 1 ÷ (N·p) · Σᵢ f(x ⊙ Mᵢ) · Mᵢ(λ), masks of s × s Bernoulli(p) cells, upsampled bilinearly and shifted at random.</para>
/// <para>Result: [height, width] of the model's input, in units of the score. Its level carries the mean score; only contrasts mean something.</para>
/// <para>Cost: N forward passes (4,000 by default), no backward pass; several targets cost no more. Random, but a function of the seed.</para>
/// <para>Misleads when: the object is smaller than a cell; N is too small (noise looks like structure); the score is saturated; grey is itself evidence.</para>
/// <para>Source: Petsiuk, Das, Saenko, «RISE: Randomized Input Sampling for Explanation of Black-box Models», BMVC 2018, eq. 6, §3.2.
/// Differs from it in: nothing under the preset <see cref="RiseOptions.Paper"/>; <see cref="RiseOptions.Code"/> is the authors' repository.</para>
/// </remarks>
/// <param name="model">The model; only its scores are read.</param>
/// <param name="options">Default <see cref="RiseOptions.Paper"/>.</param>
public sealed class Rise(Model model, RiseOptions? options = null) : IExplainer
{
    /// <summary>The method's id.</summary>
    public const string Id = "rise";

    private readonly RiseOptions _options = options ?? RiseOptions.Paper;

    /// <inheritdoc/>
    public string Method => Id;

    /// <inheritdoc/>
    public Model Model => model;

    /// <inheritdoc/>
    public IReadOnlyList<Explanation> Explain(ModelInput input, IReadOnlyList<Target> targets, IProgress<Step>? progress = null, CancellationToken cancel = default)
    {
        var map = new ShiftedGridMap(input.Layout, _options.Cells, _options.Upsampling);
        var law = Law(map);
        var run = new ProbeRun(this, input, targets, _options.Score, cancel, _options.Precision);
        var estimator = new MaskMean(map, targets.Count, _options.KeepProbability, _options.Normalization);
        run.Probe(law, map, _options.Infill, estimator, progress, "masks", cancel);
        return run.Finish(estimator, law.Count, explanation => explanation with
        {
            Options = RiseSettings.Table.Describe(_options),
            Infill = _options.Infill.Name,
            Signed = _options.Normalization == MaskNormalization.MeanSubtracted,
            Seed = _options.GridsFile is null ? _options.Seed : null,
        });
    }

    private MaskLaw Law(ShiftedGridMap map) => (_options.GridsFile, _options.ShiftsFile) switch
    {
        (null, null) => new BernoulliGrids(_options.Masks, _options.Cells, _options.KeepProbability, map.Shifts, _options.Seed),
        ({ } grids, { } shifts) => Given(grids, shifts, map),
        _ => throw new UnmaskException("Grids that were drawn elsewhere need their shifts, and the other way round: give both grids-file and shifts-file."),
    };

    private GivenGrids Given(string gridsFile, string shiftsFile, ShiftedGridMap map)
    {
        int[] shifts = [.. Npy.ReadFloats(shiftsFile).Values.Select(value => (int)value)];
        for (int i = 0; i < shifts.Length; i++)
        {
            int room = i % 2 == 0 ? map.Shifts.Down : map.Shifts.Across;
            if (shifts[i] < 0 || shifts[i] >= room)
            {
                throw new UnmaskException($"{shiftsFile} has the shift {shifts[i]} where 0 to {room - 1} are possible ({_options.Cells} cells, upsampling {_options.Upsampling}).");
            }
        }

        return new GivenGrids(Npy.ReadFloats(gridsFile).Values, shifts, _options.Cells);
    }
}
