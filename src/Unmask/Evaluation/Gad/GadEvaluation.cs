using System.Collections.Immutable;
using Unmask.Runtime;

namespace Unmask.Metrics;

/// <summary>A set of support models under a name.</summary>
/// <param name="Name">For tables: <c>gad</c>, or <c>unmoved</c> for a control that was trained with α = 0.</param>
/// <param name="Supports">The models.</param>
public sealed record GadVariant(string Name, GadSupports Supports);

/// <summary>
/// Measures GAD over pictures: for each base method, picture and class the relative complexity (<see cref="RegionComplexity"/>) and sensitivity (<see cref="RegionSensitivity"/>) of the refined map beside the original,
/// and of as many of the original's pixels drawn at random. Further sets of support models, for instance a control with α = 0, are measured on the same pictures. Resumable.
/// </summary>
public sealed record GadEvaluation
{
    /// <summary>The paper's five base methods; integrated gradients with 16 steps.</summary>
    public static ImmutableArray<string> PaperMethods { get; } = [InputGradient.Id, Deconvnet.Id, InputXGradient.Id, GuidedBackprop.Id, $"{IntegratedGradients.Id}:steps=16"];

    /// <summary>The base methods, with settings after a colon; at least one, none twice. Default: the paper's.</summary>
    /// <exception cref="ArgumentException">There is no such method or setting.</exception>
    public ImmutableArray<string> Methods
    {
        get;
        init
        {
            foreach (string method in value)
            {
                GadBase.Parse(method);
            }

            field = value.Distinct(StringComparer.Ordinal).Count() == value.Length && value.Length > 0 ? value : throw new ArgumentException("There must be at least one base method, and none twice.", nameof(value));
        }
    }

    = PaperMethods;

    /// <summary>Which pixels are important. Default: the half with the largest magnitudes.</summary>
    public PixelImportance Importance { get; init; } = PixelImportance.TopHalf;

    /// <summary>Around which pixels hulls are drawn. Default: the larger half of those that are not 0, of each map for itself.</summary>
    public HullPixels Hull { get; init; } = HullPixels.TopHalf;

    /// <summary>What replaces hidden regions. Default: black.</summary>
    public Infill Occlusion { get; init; } = Infill.Black;

    /// <summary>Seed of the random subsets. Default 0.</summary>
    public ulong Seed { get; init; }

    /// <summary>Pictures at the same time; results do not depend on it. Default: the number of processors.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>A file of lines to which the values of a picture are appended when it is measured; values that it holds already are not measured again. Default <c>null</c>: none.</summary>
    public string? JournalFile { get; init; }

    /// <summary>Whether values that the journal holds are taken from it (default), or it begins anew.</summary>
    public bool KeepJournal { get; init; } = true;

    /// <summary>Measures.</summary>
    /// <param name="model">The original network.</param>
    /// <param name="variants">Sets of support models of it; the first is GAD.</param>
    /// <param name="items">The pictures.</param>
    /// <param name="progress">Told after each picture.</param>
    /// <param name="cancel">Ends it; what is measured stays in the journal.</param>
    /// <exception cref="ArgumentException">There are no variants, or they push different classes apart.</exception>
    /// <exception cref="UnmaskException">A method cannot explain the model, support models are of another one, or the journal is of another run.</exception>
    public ImmutableArray<GadMeasurement> Run(Model model, IReadOnlyList<GadVariant> variants, IReadOnlyList<GadItem> items, IProgress<Step>? progress = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(variants);
        ArgumentNullException.ThrowIfNull(items);
        ArgumentOutOfRangeException.ThrowIfZero(variants.Count, nameof(variants));
        var pair = variants[0].Supports.Manifest.Pair;
        if (variants.FirstOrDefault(variant => variant.Supports.Manifest.Pair != pair) is { } other)
        {
            throw new ArgumentException($"The support models of \"{other.Name}\" push other classes apart than those of \"{variants[0].Name}\".", nameof(variants));
        }

        var networks = new GadNetworks(model, variants, Methods);
        int lines = Methods.Length * variants.Count * 2 * pair.Explained.Count;
        using var journal = new GadJournal(JournalFile, KeepJournal, Identity(model, variants), lines);
        var missing = items.Index().Where(pair => !journal.Has(pair.Item.Id)).ToList();
        int done = items.Count - missing.Count;
        progress?.Report(new(done, items.Count, "pictures"));
        Batcher.Run(missing.Count, 1, Threads, (at, _) => new GadItemRun(this, networks, pair, missing[at].Index, missing[at].Item, cancel).Run(), (_, measured) =>
        {
            journal.Add(measured);
            progress?.Report(new(++done, items.Count, "pictures"));
            return true;
        }, cancel);
        return [.. items.SelectMany(item => journal.Of(item.Id))];
    }

    /// <summary>What must be the same for values to be the same.</summary>
    private string Identity(Model model, IReadOnlyList<GadVariant> variants) => string.Join(
        " | ",
        [$"model {WeightFingerprint.Of(model)}", $"methods {string.Join(' ', Methods)}", $"importance {Importance}", $"hull {Hull}", $"occlusion {Occlusion}", $"seed {Seed}",
            .. variants.Select(variant => $"{variant.Name} {string.Join(' ', variant.Supports.Manifest.Supports.Select(support => support.Sha256[..16]))}")]);
}

/// <summary>The methods on the original network and on all support models, made once.</summary>
internal sealed class GadNetworks(Model model, IReadOnlyList<GadVariant> variants, ImmutableArray<string> methods)
{
    /// <summary>The original network.</summary>
    public Model Model => model;

    /// <summary>For each method: its name, its explainer on the original network, and those on the support models of each variant.</summary>
    public ImmutableArray<(string Name, IExplainer Original, ImmutableArray<(string Variant, ImmutableArray<IExplainer> Explainers)> Supports)> All { get; } =
    [
        .. methods.Select(name => (name, Base: GadBase.Parse(name))).Select(method => (method.name, method.Base.On(model),
            variants.Select(variant => (variant.Name, variant.Supports.Of(model).Select(method.Base.On).ToImmutableArray())).ToImmutableArray())),
    ];
}
