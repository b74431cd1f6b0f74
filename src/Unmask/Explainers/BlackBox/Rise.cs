using System.Globalization;
using System.Numerics.Tensors;

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
/// <param name="options">Default <see cref="RiseOptions.Fast"/>.</param>
public sealed class Rise(Model model, RiseOptions? options = null) : IExplainer
{
    /// <summary>The method's id.</summary>
    public const string Id = "rise";

    /// <summary>The method, as the catalogue shows it.</summary>
    internal static MethodInfo Info { get; } = MethodInfo.Of(
        Id,
        "RISE",
        "Hides random parts many times; what matters is what was kept when the score was high.",
        "at most 512 forward passes (preset paper: 4,000)",
        "scores only; a picture",
        "Petsiuk, Das, Saenko, BMVC 2018",
        RiseSettings.Table,
        static (model, options) => new Rise(model, options)) with
    {
        Obstacle = MethodInfo.UnlessPicture,
    };

    // Below this, a single feature of the map may well be an accident of the masks.
    private const double TrustworthyCorrelation = 0.8;

    private readonly RiseOptions _options = options ?? RiseOptions.Fast;

    /// <inheritdoc/>
    public string Method => Id;

    /// <inheritdoc/>
    public Model Model => model;

    /// <inheritdoc/>
    public IReadOnlyList<Explanation> Explain(ModelInput input, IReadOnlyList<Target> targets, IProgress<Step>? progress = null, CancellationToken cancel = default)
    {
        var map = new ShiftedGridMap(input.Layout, _options.Cells, _options.Upsampling);
        var law = Law(map);
        var run = new ProbeRun(this, input, targets, _options.Score, cancel, _options.Precision) { Seed = _options.Seed };
        if (_options.Estimator == RiseEstimator.Regression && law.Count < GridRegression.FewestMasks)
        {
            throw new UnmaskException($"A regression needs at least {GridRegression.FewestMasks} masks; there are {law.Count}. Raise masks, or use estimator=mean.");
        }

        var estimator = Estimator(map, targets.Count);
        int masks = run.Probe(law, map, _options.Infill, estimator, progress, "masks", cancel);
        var explanations = run.Finish(estimator, masks, explanation => explanation with
        {
            Options = RiseSettings.Table.Describe(_options),
            Infill = _options.Infill.Name,
            Signed = _options.Normalization == MaskNormalization.MeanSubtracted,
            Seed = _options.GridsFile is null ? _options.Seed : null,
            Diagnostics = explanation.Diagnostics with { Notes = [.. explanation.Diagnostics.Notes, .. Ignored(law)] },
        });
        return estimator is GridRegression regression ? WithErrorBars(explanations, regression, map) : explanations;
    }

    private static Explanation[] WithErrorBars(IReadOnlyList<Explanation> explanations, GridRegression regression, ShiftedGridMap map)
    {
        nint[] sizes = [.. map.Sizes.Select(size => (nint)size)];
        var deviations = regression.Deviations();
        var uncertainties = regression.Uncertainties();
        return [.. explanations.Select((explanation, target) => explanation with
        {
            StandardDeviations = Tensor.Create(deviations[target], sizes),
            Diagnostics = explanation.Diagnostics with
            {
                Uncertainty = uncertainties[target],
                Notes = [.. explanation.Diagnostics.Notes, .. NotesOn(uncertainties[target])],
            },
        })];
    }

    private static IEnumerable<string> NotesOn(MapUncertainty uncertainty)
    {
        if (uncertainty.ExpectedCorrelation < TrustworthyCorrelation)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"The map is uncertain: it can be expected to correlate by {uncertainty.ExpectedCorrelation:0.00} with the one that unlimited masks would give. Raise masks.");
        }
    }

    private ProbeEstimator Estimator(ShiftedGridMap map, int targets) => _options.Estimator == RiseEstimator.Mean
        ? new MaskMean(map, targets, _options.KeepProbability, _options.Normalization)
        : new GridRegression(map, targets, _options.KeepProbability, _options.Normalization, _options.Tolerance);

    private IEnumerable<string> Ignored(MaskLaw law) => _options.GridsFile is null ? []
        : [$"The {law.Count:N0} masks are those of {_options.GridsFile}: the settings masks and seed were not used."];

    private MaskLaw Law(ShiftedGridMap map) => (_options.GridsFile, _options.ShiftsFile) switch
    {
        ({ } grids, { } shifts) => Given(grids, shifts, map),
        (null, null) when _options.WarmStart => Warm(map, Drawn(map)),
        (null, null) => Drawn(map),
        _ => throw new UnmaskException("Grids that were drawn elsewhere need their shifts, and the other way round: give both grids-file and shifts-file."),
    };

    private MaskLaw Drawn(ShiftedGridMap map) => _options.Design == MaskDesign.Independent
        ? new BernoulliGrids(_options.Masks, _options.Cells, _options.KeepProbability, map.Shifts, _options.Seed)
        : _options.KeepProbability == HadamardGrids.KeepProbability
            ? new HadamardGrids(_options.Masks, _options.Cells, map.Shifts, _options.Seed)
            : throw new UnmaskException($"The balanced design keeps half of the cells; keep-probability is {_options.KeepProbability}. Use design=independent, or keep-probability=0.5.");

    private CoarseStart Warm(ShiftedGridMap map, MaskLaw law) => _options is { Estimator: RiseEstimator.Regression, Cells: >= CoarseStart.CoarseCells }
        ? new(RiseOptions.WarmMasks, law, _options.Cells, map.Shifts, _options.Seed)
        : throw new UnmaskException($"A warm start needs estimator=regression and at least {CoarseStart.CoarseCells} cells; there are estimator={_options.Estimator.ToString().ToLowerInvariant()} and {_options.Cells} cells.");

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
