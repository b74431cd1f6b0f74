using Unmask.Graphs;
using Unmask.Graphs.Onnx;
using Unmask.Maskers;
using Unmask.Tests.Support;
using Unmask.Training;

namespace Unmask.Tests.Maskers;

/// <summary>Training a masker: what is trained, what stays, and what the result may not depend on.</summary>
[Trait("Category", "Slow")]
public sealed class MaskerTrainingTests
{
    private static readonly MaskerRecipe Quick = MaskerRecipe.PhangFix with
    {
        Network = MaskerNetwork.Decoder(width: 4),
        Augmentation = Augmentation.None,
        Training = MaskerRecipe.TrainingOf(epochs: 2, rate: 0.01, batch: 8, seed: 3),
    };

    [Fact]
    public void The_masker_of_phang_fix_on_the_taps_of_ResNet_50_has_198017_numbers()
    {
        var builder = new NetworkBuilder("resnet50's last stages");
        var stage3 = builder.Input("image", 3, 224, 224).AveragePool(16).Conv(1024, 1).Relu();
        var network = builder.Build(stage3.MaxPool(2).Conv(2048, 1).Relu().GlobalAveragePool().Flatten().Linear(10), "logits");
        var training = MaskerTraining.Of(network, MaskerRecipe.PhangFix);
        Assert.Equal([(1024, 14, 14), (2048, 7, 7)], training.Taps.Select(tap => (tap.Channels, tap.Height, tap.Width)));
        Assert.Equal((56, 56), training.MaskSize);
        Assert.Equal(198_017, training.Parameters);
    }

    [Fact]
    public void The_classifier_stays_as_it_is_bit_for_bit()
    {
        var training = MaskerTraining.Of(Cues.Classifier(), Quick);
        var result = training.Run(Cues.Items(24));
        Assert.Null(result.Classifier);
        var weights = training.Classifier.Constants.Where(pair => pair.Value.Type == ElementType.Float32);
        var after = result.Training.Network.Constants.Values.Where(constant => constant.Type == ElementType.Float32).Select(constant => Convert.ToHexString(constant.Bytes.Span)).ToHashSet();
        Assert.All(weights, pair => Assert.Contains(Convert.ToHexString(pair.Value.Bytes.Span), after));
        Assert.Contains(TrainableWeights.Of(result.Masker), name => !result.Masker.Constants[name].Bytes.Span.SequenceEqual(Untrained(training).Constants[name].Bytes.Span));
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("varied")]
    [InlineData("hard")]
    [InlineData("looks at the mask")]
    [InlineData("class-conditional")]
    [InlineData("U-net")]
    public void A_training_that_was_ended_goes_on_to_the_same_masker(string name)
    {
        var recipe = RecipeOf(name);
        byte[] whole = Train(recipe, new());
        Assert.Equal(whole, Train(recipe, new() { Threads = 1 }));
        using var folder = new TemporaryFolder();
        using var source = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => Train(recipe, new() { Folder = folder.Path }, new EndAt(4, source), source.Token));
        Assert.Equal(whole, Train(recipe, new() { Folder = folder.Path, Resume = true }));
    }

    [Fact]
    public void A_training_that_was_ended_while_the_selector_learnt_goes_on_to_the_same_masker()
    {
        var recipe = RecipeOf("U-net");
        byte[] whole = Train(recipe, new());
        using var folder = new TemporaryFolder();
        using var source = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => Train(recipe, new() { Folder = folder.Path, SelectorEpochEnded = epoch => CancelAfter(epoch, source) }, null, source.Token));
        Assert.False(File.Exists(folder.File(Trainer.CheckpointFile)));
        Assert.Equal(whole, Train(recipe, new() { Folder = folder.Path, Resume = true }));
    }

    private static void CancelAfter(EpochMetrics epoch, CancellationTokenSource source)
    {
        if (epoch.Epoch == 2)
        {
            source.Cancel();
        }
    }

    [Fact]
    public void A_checkpoint_of_another_recipe_is_refused_with_the_difference()
    {
        using var folder = new TemporaryFolder();
        Train(Quick, new() { Folder = folder.Path });
        var other = Quick with { Sides = [MaskerSide.Preserves, MaskerSide.Confuses with { Size = 5 }] };
        var problem = Assert.Throws<UnmaskException>(() => Train(other, new() { Folder = folder.Path, Resume = true }));
        Assert.Contains("size 5", problem.Message, StringComparison.Ordinal);
        Assert.Contains("size 10", problem.Message, StringComparison.Ordinal);
        var training = MaskerTraining.Of(Cues.PatchClassifier(), Quick);
        problem = Assert.Throws<UnmaskException>(() => training.Run(Cues.Items(24), Cues.Items(8, first: 100), new() { Folder = folder.Path, Resume = true }));
        Assert.Contains("of the classifier", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tap_that_is_not_there_or_no_feature_map_is_an_error_that_says_so()
    {
        Assert.Contains("stage9", Assert.Throws<LayerNotFoundException>(() => MaskerTraining.Of(Cues.Classifier(), Quick, taps: ["stage9"])).Message, StringComparison.Ordinal);
        Assert.Contains("feature maps", Assert.Throws<UnmaskException>(() => MaskerTraining.Of(Cues.Classifier(), Quick, taps: ["logits"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_varies_is_not_kept_and_what_does_not_fit_neither()
    {
        var training = MaskerTraining.Of(Cues.Classifier(), Quick);
        Assert.True(training.KeepsTaps(10, new()));
        Assert.False(training.KeepsTaps(10, new() { CacheBytes = (10 * training.BytesPerPicture) - 1 }));
        Assert.False(MaskerTraining.Of(Cues.Classifier(), RecipeOf("varied")).KeepsTaps(10, new()));
    }

    private static MaskerRecipe RecipeOf(string name) => name switch
    {
        "varied" => Quick with { Augmentation = new(), Infill = Infill.Noise(), PictureNoise = 0.03 },
        "hard" => Quick with { Law = RelaxedLaw.Concrete(0.5, draws: 1, hard: true), Infill = Infill.Blur(2) },
        "looks at the mask" => Quick with { Infill = Infill.Harmonic(), Composition = Composition.Blend },
        "class-conditional" => Quick with { Network = MaskerNetwork.Decoder(width: 4, classFeatures: 3), FakeShare = 0.3 },
        "U-net" => MaskerRecipe.RealTimeSaliency with
        {
            Network = MaskerNetwork.UNet(width: 4, confidence: 0),
            Augmentation = Augmentation.None,
            Training = MaskerRecipe.TrainingOf(epochs: 2, rate: 0.01, batch: 8, seed: 3),
            Selector = MaskerRecipe.TrainingOf(epochs: 3, batch: 8),
        },
        _ => Quick,
    };

    private static byte[] Train(MaskerRecipe recipe, MaskerRun run, IProgress<Step>? progress = null, CancellationToken cancel = default) =>
        OnnxWriter.ToBytes(MaskerTraining.Of(Cues.Classifier(), recipe).Run(Cues.Items(24), Cues.Items(8, first: 100), run, progress, cancel).Masker);

    private static Graph Untrained(MaskerTraining training) => training.Recipe.Network.Build(training.Taps, (Cues.Side, Cues.Side), training.Classes, training.Recipe.Seed);

    private sealed class EndAt(int step, CancellationTokenSource source) : IProgress<Step>
    {
        public void Report(Step value)
        {
            if (value.What.StartsWith("steps", StringComparison.Ordinal) && value.Done == step)
            {
                source.Cancel();
            }
        }
    }
}
