using System.Globalization;
using Unmask.Graphs;
using Unmask.Graphs.Onnx;
using Unmask.Maskers;
using Unmask.Maskers.Engine;
using Unmask.Runtime;
using Unmask.Tests.Support;
using Unmask.Training;

namespace Unmask.Tests.Maskers;

/// <summary>A classifier that learns beside the masker.</summary>
[Trait("Category", "Slow")]
public sealed class JointTrainingTests
{
    // The masker learns faster here than on photos, and so does the classifier.
    private static MaskerRecipe Quick(ClassifierPool pool, int epochs, double size) => MaskerRecipe.CasmeL100 with
    {
        Pool = pool,
        Network = MaskerNetwork.Decoder(taps: 2, width: 8),
        Sides = [MaskerSide.Confuses with { Size = size }],
        Augmentation = Augmentation.None,
        SnapshotSteps = 3,
        PoolSize = 4,
        Training = MaskerRecipe.TrainingOf(epochs, rate: 0.01, batch: 32) with { Shards = 2 },
        Classifier = new() { LearningRate = new() { Peak = 0.02 } },
    };

    [Fact]
    public void A_masker_of_a_fixed_classifier_marks_the_cue_that_it_uses_and_those_of_a_learning_one_both()
    {
        var classifier = Cues.PatchClassifier();
        var (patch, stripes) = Marked(classifier, Quick(ClassifierPool.Fixed, 20, 2.5));
        Assert.True(patch > 0.9 && stripes < 0.1, string.Create(CultureInfo.InvariantCulture, $"fixed: {patch:0.00} of the patch, {stripes:0.00} of the stripes"));
        foreach (var pool in (ClassifierPool[])[ClassifierPool.Last, ClassifierPool.History])
        {
            (patch, stripes) = Marked(classifier, Quick(pool, 20, 2.5));
            Assert.True(patch > 0.8 && stripes > 0.3, string.Create(CultureInfo.InvariantCulture, $"{pool}: {patch:0.00} of the patch, {stripes:0.00} of the stripes"));
        }
    }

    [Theory]
    [InlineData(ClassifierPool.Last)]
    [InlineData(ClassifierPool.FirstAndLast)]
    [InlineData(ClassifierPool.History)]
    [InlineData(ClassifierPool.PhangAsReleased)]
    public void A_joint_training_that_was_ended_goes_on_to_the_same_two_networks(ClassifierPool pool)
    {
        var recipe = Quick(pool, 2, 2.5);
        string whole = Train(recipe, new());
        Assert.Equal(whole, Train(recipe, new() { Threads = 1 }));
        using var folder = new TemporaryFolder();
        using var source = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => Train(recipe, new() { Folder = folder.Path }, new EndAt(5, source), source.Token));
        Assert.Equal(whole, Train(recipe, new() { Folder = folder.Path, Resume = true }));
    }

    [Fact]
    public void Hiding_by_the_masker_as_it_is_changes_nothing_of_it()
    {
        var training = MaskerTraining.Of(Cues.Classifier(), Quick(ClassifierPool.Last, 1, 2.5));
        using var program = new TrainingProgram(training.Masker, Objective.MeanSquaredError, TrainableWeights.Of(training.Masker));
        float[] weights = [.. program.Weights.Values], running = [.. program.Running.Values];
        using var front = new MaskerFront(MaskerGraph.Front(training.Masker, training.Layout, training.Recipe, training.Recipe.Sides), MaskerNames.Perturbed);
        front.Begin(program);
        var feeds = training.Taps.ToDictionary(tap => tap.Name, tap => TensorData.Adopt(LinearModels.Values(4 * tap.Channels * tap.Height * tap.Width, 3), 4, tap.Channels, tap.Height, tap.Width));
        feeds["unmask_difference"] = Cues.Items(4).Read([0, 1, 2, 3], null)["image"];
        var byBatch = front.Run(feeds, byBatch: true);
        var byRunning = front.Run(feeds, byBatch: false);
        Assert.NotEqual(byBatch.AsSpan<float>().ToArray(), byRunning.AsSpan<float>().ToArray());
        Assert.Equal(weights, program.Weights.Values);
        Assert.NotEmpty(running);
        Assert.Equal(running, program.Running.Values);
    }

    [Fact]
    public void The_classifier_learns_and_the_masker_belongs_to_it()
    {
        var training = MaskerTraining.Of(Cues.Classifier(), Quick(ClassifierPool.History, 1, 2.5));
        var result = training.Run(Cues.Items(64));
        var learnt = result.Classifier!;
        Assert.Contains(training.Classifier.Constants, pair => !pair.Value.Bytes.Span.SequenceEqual(learnt.Constants[pair.Key].Bytes.Span));
        using var its = Model.FromGraph(learnt);
        using var given = Model.FromGraph(Cues.Classifier());
        var input = Cues.Items(1).Read([0], null)["image"];
        var options = new TrainedMaskerOptions { Masker = Masker.Of(result.Masker) };
        Assert.Equal([16, 16], new TrainedMasker(its, options).Explain(its.Prepare(input)[0]).Attributions.Lengths.ToArray().Select(size => (int)size));
        Assert.Contains("other weights", Assert.Throws<UnmaskException>(() => new TrainedMasker(given, options).Explain(given.Prepare(input)[0])).Message, StringComparison.Ordinal);
    }

    private static string Train(MaskerRecipe recipe, MaskerRun run, IProgress<Step>? progress = null, CancellationToken cancel = default)
    {
        var result = MaskerTraining.Of(Cues.Classifier(), recipe).Run(Cues.Items(128), null, run, progress, cancel);
        return Convert.ToHexString(OnnxWriter.ToBytes(result.Masker)) + Convert.ToHexString(OnnxWriter.ToBytes(result.Classifier!));
    }

    /// <summary>How much of each cue a masker marks, on average over pictures that it has not learnt from.</summary>
    private static (double Patch, double Stripes) Marked(Graph classifier, MaskerRecipe recipe)
    {
        var training = MaskerTraining.Of(classifier, recipe);
        var result = training.Run(Cues.Items(256));
        using var model = Model.FromGraph(result.Classifier ?? classifier);
        var explainer = new TrainedMasker(model, new() { Masker = Masker.Of(result.Masker) });
        double patch = 0, stripes = 0;
        const int Pictures = 20;
        for (int i = 0; i < Pictures; i++)
        {
            float[,] map = explainer.Explain(model.Prepare(Cues.Items(1, first: 9000 + i).Read([0], null)["image"])[0]).ToMap();
            patch += Mean(map, 0, Cues.PatchEnd) / Pictures;
            stripes += Mean(map, Cues.StripesStart, Cues.Side) / Pictures;
        }

        return (patch, stripes);
    }

    private static double Mean(float[,] map, int from, int to)
    {
        double sum = 0;
        for (int row = from; row < to; row++)
        {
            for (int column = from; column < to; column++)
            {
                sum += map[row, column];
            }
        }

        return sum / ((to - from) * (to - from));
    }

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
