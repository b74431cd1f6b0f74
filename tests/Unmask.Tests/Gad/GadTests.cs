using Unmask.Graphs;

namespace Unmask.Tests.Gad;

/// <summary>GAD as a decorator of other methods.</summary>
public sealed class GadTests(GadBench bench) : IClassFixture<GadBench>
{
    [Theory]
    [InlineData("gradient")]
    [InlineData("deconvnet")]
    [InlineData("guided-backprop")]
    [InlineData("integrated-gradients:steps=4")]
    [InlineData("grad-cam")]
    [InlineData("lrp:composite=epsilon-plus")]
    [InlineData("smoothgrad:samples=3,seed=4")]
    [InlineData("rise:masks=40,cells=4")]
    [InlineData("occlusion:window=4,stride=4")]
    public void It_keeps_what_is_important_in_every_network_of_any_method(string method)
    {
        using var model = bench.Load();
        var input = Input(model, 3);
        var explanation = new Unmask.Gad(model, new() { Supports = bench.Supports, Base = method }).Explain(input, Target.Class(1));
        float[] original = Map(method, model, input), expected = [.. original];
        Keep(expected, PixelImportance.TopHalf.Of(original));
        bool[] thresholded = [.. expected.Select(value => value != 0)];
        foreach (var support in bench.Supports.Manifest.Supports)
        {
            // Independently of what GAD does: each network from its own file.
            using var other = Model.Load(Path.Combine(bench.Supports.Folder, support.File));
            Keep(expected, PixelImportance.TopHalf.Of(Map(method, other, input)));
        }

        Assert.Equal(MapKind.Pixels, explanation.Kind);
        Assert.Equal(expected, explanation.ToArray());
        Assert.All(explanation.ToArray().Zip(thresholded), pair => Assert.True(pair.First == 0 || pair.Second));
        Assert.True(explanation.ToArray().Any(value => value != 0) && explanation.ToArray().Count(value => value != 0) < thresholded.Count(kept => kept), "Pushing classes apart changes the map, and not all of it.");
    }

    [Fact]
    public void With_the_original_alone_it_is_the_thresholded_original()
    {
        using var model = bench.Load();
        var maps = new GadMaps(new InputGradient(model).Explain(Input(model, 2), Target.Class(0)), []);
        foreach (var importance in (PixelImportance[])[PixelImportance.TopHalf, PixelImportance.AboveFractionOfMaximum(0.1), PixelImportance.TopOfNonzero(0.3)])
        {
            Assert.Equal(maps.Thresholded(importance), maps.Intersection(importance));
        }

        Assert.Equal(maps.Map, maps.Intersection(PixelImportance.Nonzero));
    }

    [Fact]
    public void Its_cost_is_that_of_the_base_method_for_each_network_and_it_says_what_it_kept()
    {
        using var model = bench.Load();
        var input = Input(model, 1);
        var one = new InputGradient(model).Explain(input);
        var gad = new Unmask.Gad(model, new() { Supports = bench.Supports }).Explain(input);
        Assert.Equal((3 * one.Cost.ForwardPasses, 3 * one.Cost.BackwardPasses, one.Target.Index), (gad.Cost.ForwardPasses, gad.Cost.BackwardPasses, gad.Target.Index));
        Assert.Contains("in all 3 networks (across and down apart by 0, 1, 2:3)", gad.Diagnostics.Notes[0], StringComparison.Ordinal);
        Assert.Equal(bench.Supports.Folder, gad.Options["supports"]);
        Assert.Equal(one.Unit, gad.Unit);
    }

    [Fact]
    public void Several_targets_and_contrasts_are_those_of_the_original_network()
    {
        using var model = bench.Load();
        var input = Input(model, 5);
        var gad = new Unmask.Gad(model, new() { Supports = bench.Supports, Base = "input-x-gradient" });
        Target[] targets = [Target.Class(0), Target.Contrast(1, 0)];
        var both = gad.Explain(input, targets);
        for (int i = 0; i < targets.Length; i++)
        {
            Assert.Equal(gad.Explain(input, targets[i]).ToArray(), both[i].ToArray());
        }

        Assert.True(both[1].Signed);
        Assert.Throws<UnmaskException>(() => gad.Explain(input, Target.Unit("logits", 0)));
    }

    [Fact]
    public void Another_network_is_refused()
    {
        var constants = bench.Network.Constants;
        string name = constants.Keys.First(key => constants[key].Dimensions.Length == 4);
        float[] values = constants[name].AsSpan<float>().ToArray();
        values[0] += 1e-3f;
        using var other = Model.FromGraph(bench.Network with { Constants = constants.SetItem(name, TensorData.Adopt(values, constants[name].Dimensions.AsSpan())) });
        Assert.Contains("other weights", Assert.Throws<UnmaskException>(() => new Unmask.Gad(other, new() { Supports = bench.Supports }).Explain(Input(other, 1))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_original_in_the_folder_is_the_network_itself()
    {
        using var model = bench.Load();
        using var original = bench.Supports.LoadOriginal();
        var input = Input(model, 4);
        Assert.Equal(model.Evaluate(input, Score.Logit), original.Evaluate(Input(original, 4), Score.Logit));
        Assert.Equal(new Unmask.Gad(model, new() { Supports = bench.Supports }).Explain(input).ToArray(), new Unmask.Gad(original, new() { Supports = bench.Supports }).Explain(input).ToArray());
    }

    [Fact]
    public void A_support_model_that_was_changed_is_refused()
    {
        string copy = bench.File("changed");
        Directory.CreateDirectory(copy);
        foreach (string file in Directory.GetFiles(bench.Supports.Folder))
        {
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        }

        File.Copy(Path.Combine(copy, "support-1.onnx"), Path.Combine(copy, "support-2.onnx"), overwrite: true);
        using var model = bench.Load();
        Assert.Contains("was changed", Assert.Throws<UnmaskException>(() => new Unmask.Gad(model, new() { Supports = GadSupports.Open(copy) }).Explain(Input(model, 1))).Message, StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(copy, GadSupports.ManifestFile), "{}");
        Assert.Throws<UnmaskException>(() => GadSupports.Open(copy));
        File.Delete(Path.Combine(copy, GadSupports.ManifestFile));
        Assert.Throws<FileNotFoundException>(() => GadSupports.Open(copy));
    }

    [Theory]
    [InlineData("gad", "not its own")]
    [InlineData("gradent", "gradient")]
    [InlineData("rise:mask=3", "masks")]
    [InlineData("rise:masks", "name=value")]
    public void What_cannot_be_wrapped_is_refused(string method, string said) =>
        Assert.Contains(said, Assert.Throws<ArgumentException>(() => new GadOptions { Base = method }).Message, StringComparison.Ordinal);

    private static float[] Map(string method, Model model, ModelInput input) => GadMaps.Flat(GadBase.Parse(method).On(model).Explain(input, Target.Class(1)));

    private static void Keep(float[] map, bool[] important)
    {
        for (int i = 0; i < map.Length; i++)
        {
            map[i] = important[i] ? map[i] : 0;
        }
    }

    private static ModelInput Input(Model model, int picture) => model.Prepare(Training.Stripes.Draw(100 + picture));
}
