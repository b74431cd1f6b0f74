using Unmask.Graphs;
using Unmask.Tests.Support;
using Unmask.Training;

namespace Unmask.Tests.Gad;

/// <summary>Altered logits, the choice of distances, and the training of support models.</summary>
public sealed class GadTrainingTests(GadBench bench) : IClassFixture<GadBench>
{
    private static readonly ClassPair Pair = new(0, 1);

    [Fact]
    public void Altered_logits_are_those_of_the_papers_figure()
    {
        Assert.Equal([1, -2], AlteredLogits.Of([1, -1], ClassSide.First, Pair, GadDistance.Of(1)));
        Near.Equal([0.5f, -1.6f], AlteredLogits.Of([0.5f, -0.6f], ClassSide.First, Pair, GadDistance.Of(1)), 1e-6, "altered logits");
        Near.Equal([-1.9f, 0.8f], AlteredLogits.Of([-0.9f, 0.8f], ClassSide.Second, Pair, GadDistance.Of(1)), 1e-6, "altered logits");
        Assert.Equal([-0.9f, 0.8f], AlteredLogits.Of([-0.9f, 0.8f], ClassSide.Neither, Pair, GadDistance.Of(1)));
        Assert.Equal([3, -6, 7], AlteredLogits.Of([3, 4, 7], ClassSide.First, Pair, new(10, 2)));
        Assert.Equal([1, 4, 7], AlteredLogits.Of([3, 4, 7], ClassSide.Second, Pair, new(10, 2)));
        Assert.Equal([-7, 4, -3], AlteredLogits.Of([3, 4, 7], ClassSide.First, new(1, null), new(10, 2)));
        Assert.Equal([3, 2, 7], AlteredLogits.Of([3, 4, 7], ClassSide.Second, new(1, null), new(10, 2)));
    }

    [Fact]
    public void Altered_logits_keep_the_order_of_pictures_of_one_label()
    {
        float[][] rows = [.. Enumerable.Range(0, 40).Select(item => LinearModels.Values(4, (ulong)item))];
        foreach (var side in Enum.GetValues<ClassSide>())
        {
            float[][] altered = [.. rows.Select(row => AlteredLogits.Of(row, side, new(2, 0), new(3, 5)))];
            for (int output = 0; output < 4; output++)
            {
                Assert.Equal(
                    Enumerable.Range(0, rows.Length).OrderBy(item => rows[item][output]),
                    Enumerable.Range(0, rows.Length).OrderBy(item => altered[item][output]));
            }
        }
    }

    [Fact]
    public void Distances_are_multiples_of_each_classs_median_gap_whatever_the_scale_of_logits()
    {
        // Gaps 1, 3, 8 of the first class, 4 and 6 of the second, whose median lies between.
        float[] logits = [2, 1, 3, 0, -4, 4, 1, 5, 7, 1, 90, 0];
        ClassSide[] sides = [ClassSide.First, ClassSide.First, ClassSide.First, ClassSide.Second, ClassSide.Second, ClassSide.Neither];
        Assert.Equal([new(3, 5), new(6, 10), new(9, 15), new(12, 20)], GadRange.Of(logits, 2, sides, Pair).AsEnumerable());
        Assert.Equal([new(24, 40), new(48, 80), new(72, 120), new(96, 160)], GadRange.Of([.. logits.Select(logit => 8 * logit)], 2, sides, Pair).AsEnumerable());
        // Against the rest, the gap is to the highest of the others.
        Assert.Equal([new(6, 7), new(12, 14), new(18, 21), new(24, 28)], GadRange.Of([9, 1, 3, 0, 5, 7], 3, [ClassSide.First, ClassSide.Second], new(0, null)).AsEnumerable());
    }

    [Fact]
    public void Support_models_come_nearer_to_their_altered_logits_and_say_how_near()
    {
        Assert.Equal(GadBench.Distances.AsEnumerable(), bench.Supports.Manifest.Supports.Select(support => support.Distance));
        foreach (var support in bench.Supports.Manifest.Supports)
        {
            // Untrained, half of the logits are off by α.
            Assert.Equal(Math.Sqrt(((support.Distance.First * support.Distance.First) + (support.Distance.Second * support.Distance.Second)) / 4), support.RmseBefore, 1e-5);
            Assert.True(support.Rmse < support.RmseBefore / 2, $"α {support.Distance}: {support.Rmse}");
            Assert.Equal(support.Rmse <= Math.Min(support.Distance.First, support.Distance.Second) / 4, support.Reached);
        }

        Assert.Equal((0, null), (bench.Unmoved.Manifest.Supports[0].RmseBefore, bench.Unmoved.Manifest.Supports[0].Reached));
    }

    [Fact]
    public void The_rmse_is_that_of_the_saved_model_on_the_pictures()
    {
        using var original = bench.Load();
        using var support = Model.Load(Path.Combine(bench.Supports.Folder, bench.Supports.Manifest.Supports[1].File));
        using var photos = PhotoSet.Open(bench.Data);
        double sum = 0;
        foreach (var photo in photos.Photos)
        {
            var input = original.Prepare(photo.Load());
            float[] altered = AlteredLogits.Of(original.Evaluate(input, Score.Logit), photo.Label == "across" ? ClassSide.First : ClassSide.Second, Pair, new(2, 3));
            sum += altered.Zip(support.Evaluate(input, Score.Logit), (one, other) => Math.Pow(one - other, 2)).Sum();
        }

        Assert.Equal(bench.Supports.Manifest.Supports[1].Rmse, Math.Sqrt(sum / (2 * photos.Photos.Length)), 1e-3);
    }

    [Fact]
    public void Normalisations_stay_and_filters_change()
    {
        var support = OnnxReader.Read(Path.Combine(bench.Supports.Folder, bench.Supports.Manifest.Supports[0].File));
        var norms = bench.Network.Nodes.Where(node => node.OpType == "BatchNormalization").SelectMany(node => node.Inputs.Skip(1)).ToList();
        Assert.NotEmpty(norms);
        Assert.All(norms, name => Assert.Equal(bench.Network.Constants[name].Bytes.ToArray(), support.Constants[name].Bytes.ToArray()));
        Assert.All(TrainableWeights.Of(bench.Network).Except(norms), name => Assert.NotEqual(bench.Network.Constants[name].Bytes.ToArray(), support.Constants[name].Bytes.ToArray()));
    }

    [Theory]
    [InlineData(TrainedPart.Head)]
    [InlineData(TrainedPart.LastBlock)]
    public void Of_a_part_only_that_part_changes_whether_its_features_fit_into_memory_or_not(TrainedPart part)
    {
        var kept = bench.Train($"{part}", [GadDistance.Of(1)], part);
        var again = bench.Train($"{part} again", [GadDistance.Of(1)], part, training => training with { FeatureBytes = 0 });
        var support = OnnxReader.Read(Path.Combine(kept.Folder, "support-1.onnx"));
        string[] changed = [.. bench.Network.Constants.Keys.Where(name => support.Constants.ContainsKey(name) && !support.Constants[name].Bytes.Span.SequenceEqual(bench.Network.Constants[name].Bytes.Span))];
        Assert.Contains(changed, name => name.StartsWith("head/", StringComparison.Ordinal));
        Assert.All(changed, name => Assert.False(name.StartsWith("stem/", StringComparison.Ordinal), name));
        Assert.Equal(part == TrainedPart.Head ? 2 : changed.Length, changed.Length);
        Assert.Equal(kept.Manifest.Supports[0].Rmse, again.Manifest.Supports[0].Rmse, 1e-4);
        Assert.True(kept.Manifest.Supports[0].Rmse < kept.Manifest.Supports[0].RmseBefore);
    }

    [Fact]
    public void Ended_and_taken_up_again_it_gives_the_same_support_models()
    {
        using var stop = new CancellationTokenSource();
        // In the second support model's training.
        var until = new Until(step => step.Done > 30, stop.Cancel);
        Assert.Throws<OperationCanceledException>(() => bench.Train("ended", GadBench.Distances, cancel: stop.Token, progress: until));
        Assert.Contains("1 of 2", Assert.Throws<UnmaskException>(() => GadSupports.Open(bench.File("ended"))).Message, StringComparison.Ordinal);
        // What is refused has written over nothing.
        string logits = Path.Combine(bench.File("ended"), GadTraining.LogitsFile);
        byte[] before = File.ReadAllBytes(logits);
        File.WriteAllBytes(logits, [1, 2, 3]);
        Assert.Contains("--resume", Assert.Throws<UnmaskException>(() => bench.Train("ended", GadBench.Distances)).Message, StringComparison.Ordinal);
        Assert.Equal([1, 2, 3], File.ReadAllBytes(logits));
        File.WriteAllBytes(logits, before);
        var whole = bench.Train("ended", GadBench.Distances, change: training => training with { Resume = true });
        Assert.Equal(bench.Supports.Manifest.Supports.Select(support => support.Sha256), whole.Manifest.Supports.Select(support => support.Sha256));
        Assert.Empty(Directory.GetFiles(whole.Folder, Trainer.CheckpointFile, SearchOption.AllDirectories));
    }

    [Fact]
    public void Another_training_does_not_go_on_in_the_folder()
    {
        bench.Train("other", [GadDistance.Of(1)]);
        GadTraining Resumed(GadTraining training) => training with { Resume = true };
        string said = Assert.Throws<UnmaskException>(() => bench.Train("other", [GadDistance.Of(2)], change: Resumed)).Message;
        Assert.Contains("α 2 (the folder: α 1)", said, StringComparison.Ordinal);
        Assert.DoesNotContain("epochs", said, StringComparison.Ordinal);
        Assert.Throws<UnmaskException>(() => bench.Train("other", [GadDistance.Of(1)], TrainedPart.Head, Resumed));
        Assert.Throws<UnmaskException>(() => bench.Train("other", [GadDistance.Of(1)], change: training => Resumed(training) with { Recipe = GadBench.Recipe with { Epochs = 3 } }));
        Assert.Throws<UnmaskException>(() => bench.Train("other", [GadDistance.Of(1)], change: Resumed, choice: new(new(1, null))));
    }

    [Fact]
    public void Distances_are_chosen_where_none_are_given()
    {
        var supports = bench.Train("auto", null, TrainedPart.Head);
        Assert.Equal(4, supports.Manifest.Distances.Length);
        Assert.Equal(supports.Manifest.Distances[3].First / 4, supports.Manifest.Distances[0].First, 1e-9);
        Assert.True(supports.Manifest.Distances[0].Second > 0);
    }

    [Fact]
    public void One_class_stands_against_the_rest()
    {
        var supports = bench.Train("rest", [new(1, 2)], TrainedPart.Head, choice: new(new(1, null)));
        Assert.Equal([new("down", 12, 1), new GadClass("the others", 12)], supports.Manifest.Classes.AsEnumerable());
        Assert.Equal(new ClassPair(1, null), GadSupports.Open(supports.Folder).Manifest.Pair);
        Assert.Equal([1], supports.Manifest.Pair.Explained);
    }

    [Fact]
    public void Classes_are_named_by_label_or_index_and_as_the_data_calls_them()
    {
        var labels = new Labels(["tabby, tabby cat", "dog", "owl"]);
        Assert.Equal(new GadChoice(new(0, 1)), GadChoice.Parse("tabby cat,1", labels));
        Assert.Equal(new GadChoice(new(2, 0), null, "cats"), GadChoice.Parse("owl, tabby=cats", labels));
        Assert.Equal(new GadChoice(new(1, null), "dogs"), GadChoice.Parse("dog=dogs", labels));
        Assert.Throws<UnmaskException>(() => GadChoice.Parse("dog,1", labels));
        Assert.Throws<UnmaskException>(() => GadChoice.Parse("dog,owl,0", labels));
        Assert.Throws<UnmaskException>(() => GadChoice.Parse("7,0", labels));
        Assert.Throws<UnknownLabelException>(() => GadChoice.Parse("cow,dog", labels));
        using var photos = PhotoSet.Open(bench.Data);
        Assert.Contains("across, down", Assert.Throws<UnmaskException>(() => new GadChoice(new(0, 1)).Draw(photos, labels)).Message, StringComparison.Ordinal);
        Assert.Equal(24, new GadChoice(new(0, 1), "across", "down").Draw(photos, labels).Length);
        Assert.Equal(10, new GadChoice(new(0, null), "across").Draw(photos, labels, 10, seed: 2).Length);
    }

    private sealed class Until(Predicate<Step> reached, Action act) : IProgress<Step>
    {
        public void Report(Step value)
        {
            if (reached(value))
            {
                act();
            }
        }
    }
}
