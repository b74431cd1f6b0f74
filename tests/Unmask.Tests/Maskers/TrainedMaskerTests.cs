using Unmask.Graphs;
using Unmask.Maskers;
using Unmask.Runtime;
using Unmask.Tests.Support;
using Unmask.Training;

namespace Unmask.Tests.Maskers;

/// <summary>Explaining by a masker: what it says, of what, and what it refuses.</summary>
public sealed class TrainedMaskerTests
{
    [Fact]
    public void The_map_is_the_maskers_mask_of_the_classifiers_taps_resized()
    {
        var training = MaskerTraining.Of(Cues.Classifier(), Recipe());
        var masker = training.Run(Cues.Items(16)).Masker;
        using var model = Model.FromGraph(Cues.Classifier());
        var picture = Cues.Items(1, first: 77).Read([0], null)["image"];
        var explanation = Explain(model, masker, picture, Target.Top())[0];
        using var classifier = Session.FromGraph(ExposeValues.Run(Cues.Classifier(), training.Taps.Select(tap => tap.Name)));
        using var alone = Session.FromGraph(masker);
        string[] taps = [.. training.Taps.Select(tap => tap.Name)];
        var values = classifier.Run(new Dictionary<string, TensorData> { ["image"] = picture }, taps);
        var mask = alone.Run(taps.Zip(values).ToDictionary(pair => pair.First, pair => pair.Second))[0];
        float[,] expected = BilinearResize.Run(mask.AsSpan<float>(), (int)mask.Dimensions[2], (int)mask.Dimensions[3], Cues.Side, Cues.Side);
        Near.Equal([.. expected.Cast<float>()], explanation.ToArray(), 1e-5, "mask");
        Assert.Equal((MapKind.Pixels, false, 2L, 0L), (explanation.Kind, explanation.Signed, explanation.Cost.ForwardPasses, explanation.Cost.BackwardPasses));
        Assert.Contains(explanation.Diagnostics.Notes, note => note.Contains("recipe phang-fix", StringComparison.Ordinal));
        Assert.Contains(explanation.Diagnostics.Notes, note => note.Contains("the same for every target", StringComparison.Ordinal));
    }

    [Fact]
    public void A_class_conditional_masker_is_asked_about_all_targets_at_once()
    {
        var recipe = Recipe() with { Network = MaskerNetwork.Decoder(width: 4, classFeatures: 3), FakeShare = 0.3 };
        var masker = MaskerTraining.Of(Cues.Classifier(), recipe).Run(Cues.Items(32)).Masker;
        using var model = Model.FromGraph(Cues.Classifier());
        var picture = Cues.Items(1, first: 77).Read([0], null)["image"];
        var together = Explain(model, masker, picture, Target.Class(0), Target.Class(1));
        Near.Equal(Explain(model, masker, picture, Target.Class(0))[0].ToArray(), together[0].ToArray(), 1e-6, "class 0");
        Near.Equal(Explain(model, masker, picture, Target.Class(1))[0].ToArray(), together[1].ToArray(), 1e-6, "class 1");
        Assert.NotEqual(together[0].ToArray(), together[1].ToArray());
        Assert.Contains("a contrast of two", Assert.Throws<UnmaskException>(() => Explain(model, masker, picture, Target.Contrast(0, 1))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_confidence_is_what_the_selector_subtracts()
    {
        var recipe = MaskerRecipe.RealTimeSaliency with
        {
            Network = MaskerNetwork.UNet(width: 4, confidence: 2),
            Augmentation = Augmentation.None,
            Training = MaskerRecipe.TrainingOf(1, batch: 16),
            Selector = MaskerRecipe.TrainingOf(1, batch: 16),
        };
        var masker = Masker.Of(MaskerTraining.Of(Cues.Classifier(), recipe).Run(Cues.Items(32)).Masker);
        using var model = Model.FromGraph(Cues.Classifier());
        var input = model.Prepare(Cues.Items(1).Read([0], null)["image"])[0];
        float[] Map(double? confidence) => new TrainedMasker(model, new() { Masker = masker, Confidence = confidence }).Explain(input).ToArray();
        Assert.Equal(Map(2), Map(null));
        Assert.NotEqual(Map(-2), Map(null));
        Assert.Equal((Cues.Side / 2, true), ((int)masker.Graph.Outputs[0].Shape![2].Size!.Value, masker.IsClassConditional));
        var other = Masker.Of(MaskerTraining.Of(Cues.Classifier(), Recipe()).Run(Cues.Items(16)).Masker);
        Assert.Contains("no selector", Assert.Throws<UnmaskException>(() => new TrainedMasker(model, new() { Masker = other, Confidence = 1 }).Explain(input)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_selector_learns_which_class_is_on_the_picture()
    {
        var recipe = MaskerRecipe.RealTimeSaliency with
        {
            Network = MaskerNetwork.UNet(width: 4, confidence: 0),
            Augmentation = Augmentation.None,
            Training = MaskerRecipe.TrainingOf(1, batch: 32),
            Selector = MaskerRecipe.TrainingOf(30, rate: 0.03, batch: 32),
        };
        double? right = null;
        MaskerTraining.Of(Cues.PatchClassifier(), recipe).Run(Cues.Items(128), Cues.Items(64, first: 4000), new() { SelectorEpochEnded = epoch => right = epoch.ValidationAccuracy });
        Assert.True(right > 0.95, $"{right}");
    }

    [Fact]
    public void Pictures_whose_channels_are_last_are_masked_as_well()
    {
        var builder = new NetworkBuilder("last");
        var x = builder.Input("image", Cues.Side, Cues.Side, 3).Transpose(2, 0, 1).Conv(6, 3).BatchNorm().Relu().MaxPool(2).Conv(8, 3).Relu().MaxPool(2);
        var network = builder.Build(x.GlobalAveragePool().Flatten().Linear(2), "logits");
        var planes = Cues.Items(16).Read([.. Enumerable.Range(0, 16)], null);
        float[] turned = new float[planes["image"].Count];
        int area = Cues.Side * Cues.Side;
        for (int at = 0; at < turned.Length; at++)
        {
            turned[at] = planes["image"].AsSpan<float>()[(at / (3 * area) * 3 * area) + (at % 3 * area) + (at / 3 % area)];
        }

        var items = new ArrayTrainingSet(new Dictionary<string, TensorData> { ["image"] = TensorData.Adopt(turned, 16, Cues.Side, Cues.Side, 3), [Objective.TargetInput] = planes[Objective.TargetInput] });
        var masker = MaskerTraining.Of(network, Recipe() with { Infill = Infill.Mixed, PictureNoise = 0.01 }).Run(items).Masker;
        using var model = Model.FromGraph(network);
        Assert.Equal(area, Explain(model, masker, items.Read([3], null)["image"], Target.Top())[0].ToArray().Length);
    }

    [Fact]
    public void What_is_no_masker_or_of_another_classifier_is_refused()
    {
        using var folder = new TemporaryFolder();
        string classifier = folder.File("classifier.onnx");
        OnnxWriter.Write(Cues.Classifier(), classifier);
        Assert.Contains("no masker", Assert.Throws<UnmaskException>(() => Masker.Load(classifier)).Message, StringComparison.Ordinal);
        Assert.Throws<FileNotFoundException>(() => Masker.Load(folder.File("none.onnx")));
        string file = folder.File("masker.onnx");
        OnnxWriter.Write(MaskerTraining.Of(Cues.Classifier(), Recipe()).Run(Cues.Items(16)).Masker, file);
        var masker = Masker.Load(file);
        Assert.Equal(("phang-fix", 2, (Cues.Side, Cues.Side), false, "zero"), (masker.Recipe, masker.Taps.Length, masker.Size, masker.IsClassConditional, masker.Infill));
        var picture = Cues.Items(1).Read([0], null)["image"];
        using var others = Model.FromGraph(Cues.PatchClassifier());
        Assert.Contains("other weights", Assert.Throws<UnmaskException>(() => Explain(others, masker.Graph, picture, Target.Top())).Message, StringComparison.Ordinal);
        using var mlp = Model.FromGraph(Networks.UNet(Cues.Side, 3, 1, 2));
        Assert.Contains("has none of that name", Assert.Throws<UnmaskException>(() => Explain(mlp, masker.Graph, picture, Target.Top())).Message, StringComparison.Ordinal);
        Assert.Contains("needs a masker", Assert.Throws<UnmaskException>(() => new TrainedMasker(others, new())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_hard_law_leaves_a_masker_of_hard_masks()
    {
        var recipe = Recipe() with { Law = RelaxedLaw.Concrete(0.5, draws: 1, hard: true) };
        var training = MaskerTraining.Of(Cues.Classifier(), recipe);
        using var session = Session.FromGraph(training.Run(Cues.Items(16)).Masker);
        var feeds = training.Taps.ToDictionary(tap => tap.Name, tap => TensorData.Adopt(LinearModels.Values(tap.Channels * tap.Height * tap.Width, 3), 1, tap.Channels, tap.Height, tap.Width));
        Assert.All(session.Run(feeds)[0].AsSpan<float>().ToArray(), value => Assert.True(value is 0 or 1));
    }

    private static MaskerRecipe Recipe() => MaskerRecipe.PhangFix with
    {
        Network = MaskerNetwork.Decoder(width: 4),
        Augmentation = Augmentation.None,
        Training = MaskerRecipe.TrainingOf(epochs: 2, rate: 0.01, batch: 8),
    };

    private static IReadOnlyList<Explanation> Explain(Model model, Graph masker, TensorData picture, params Target[] targets) =>
        new TrainedMasker(model, new() { Masker = Masker.Of(masker) }).Explain(model.Prepare(picture)[0], targets);
}
