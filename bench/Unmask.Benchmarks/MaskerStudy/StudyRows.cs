using System.Collections.Immutable;
using Unmask.Maskers;
using Unmask.Training;

namespace Unmask.Benchmarks;

/// <summary>The rows of the study, and which of them are compared for what claim.</summary>
internal static class StudyRows
{
    /// <summary>The recipe that the others differ from in one thing.</summary>
    public const string Base = "both";

    // A fifteenth of the usual ones, as the masker's steps are fewer.
    private const int SelectorEpochs = 4;

    // In a training of a hundred steps, every hundred would be none.
    private const int SnapshotSteps = 20;

    // Mirrored and shifted a little: small pictures leave no room for crops of 8 %.
    private static readonly MaskerRecipe Both = MaskerRecipe.PhangFix with { Augmentation = new() };

    /// <summary>Maskers: each is trained with every seed.</summary>
    /// <param name="inpainter">The file of an in-painter of such pictures; empty: its row is left out.</param>
    public static ImmutableArray<(string Name, MaskerRecipe Recipe)> Maskers(string inpainter) =>
    [
        (Base, Both),
        ("in", Both with { Sides = [Both.Sides[0]] }),
        ("in-light", Both with { Sides = [Both.Sides[0] with { Size = 0.3 }] }),
        ("out", Both with { Sides = [Both.Sides[1]] }),
        ("ten", Both with { ExamplesPerClass = 10 }),
        ("joint", MaskerRecipe.PhangCa with { Augmentation = new(), SnapshotSteps = SnapshotSteps }),
        ("casme-f", MaskerRecipe.CasmeF with { Augmentation = new() }),
        ("casme-l100", MaskerRecipe.CasmeL100 with { Augmentation = new(), SnapshotSteps = SnapshotSteps }),
        ("real-time-saliency", MaskerRecipe.RealTimeSaliency with { Selector = MaskerRecipe.RealTimeSaliency.Selector with { Epochs = SelectorEpochs } }),
        ("gumbel", Both with { Law = RelaxedLaw.Concrete(0.1, draws: 1, hard: true) }),
        ("blur", Both with { Infill = Infill.Parse("blur") }),
        ("noise-mix", Both with { Infill = Infill.Mixed }),
        .. inpainter.Length == 0 ? default(ReadOnlySpan<(string, MaskerRecipe)>) : [("inpainter", Both with { Infill = Infill.Parse($"inpainter:{inpainter}") })],
    ];

    /// <summary>Methods without training, on the same pictures.</summary>
    public static readonly ImmutableArray<(string Name, Func<Model, IExplainer> Make)> Methods =
    [
        ("meaningful-perturbation", model => new MeaningfulPerturbation(model)),
        ("rise", model => new Rise(model, RiseOptions.Fast with { Masks = 500 })),
        ("grad-cam", model => new GradCam(model)),
        ("center-box", model => new CenterBox(model)),
    ];

    /// <summary>One row against another, and the claim that it is about.</summary>
    public static readonly ImmutableArray<(string One, string Other, string Claim)> Claims =
    [
        (Base, "in", "a: both sides against what is marked seen alone"),
        (Base, "in-light", "a: both sides against what is marked seen alone, its size a third of the price"),
        (Base, "out", "a: both sides against what is marked hidden alone"),
        ("joint", Base, "b: a classifier that learns beside against a fixed one"),
        ("casme-l100", "casme-f", "b: CASME's pool against a fixed classifier"),
        ("ten", Base, "c: ten pictures a class against all"),
        ("gumbel", Base, "d: hard random masks against soft ones"),
        ("blur", Base, "d: blur as the in-fill against zero"),
        ("noise-mix", Base, "d: blur, or colour and noise, by chance as the in-fill against zero"),
        ("inpainter", Base, "d: a trained in-painter as the in-fill against zero"),
        ("real-time-saliency", "meaningful-perturbation", "e: one pass against an optimised mask"),
        ("real-time-saliency", "rise", "e: one pass against random masks"),
        (Base, "meaningful-perturbation", "e: one pass (Phang's) against an optimised mask"),
        (Base, "rise", "e: one pass (Phang's) against random masks"),
    ];

    /// <summary>Whether a row is a masker, of which there is one a seed.</summary>
    public static bool Learns(string row) => Methods.All(method => method.Name != row);

    /// <summary>A recipe with so many steps, however many pictures there are.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="pictures">What it learns from.</param>
    /// <param name="steps">Steps.</param>
    /// <param name="batch">Pictures of a step.</param>
    /// <param name="seed">The seed.</param>
    public static MaskerRecipe Trained(MaskerRecipe recipe, int pictures, int steps, int batch, ulong seed) =>
        recipe with { Training = MaskerRecipe.TrainingOf(Math.Max(1, (int)Math.Round(steps / (double)Math.Max(1, pictures / batch))), rate: 0.003, batch: batch, seed: seed) };
}
