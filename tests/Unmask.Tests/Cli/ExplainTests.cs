using System.Text.Json;
using Unmask.Imaging;

namespace Unmask.Tests.Cli;

public sealed class ExplainTests
{
    [Fact]
    public void Without_arguments_the_demonstration_network_explains_its_photo()
    {
        using var bench = new Bench();
        var result = Command.Run("explain", "--set", "masks=60", "-o", bench.Out);
        Assert.Equal("", result.Error);
        Assert.Equal(0, result.Code);
        Assert.Equal(["chelsea.rise.json", "chelsea.rise.npy", "chelsea.rise.png"], bench.Results);
        Assert.Contains("61 passes", result.Output, StringComparison.Ordinal);

        using var model = Demo.LoadModel();
        var expected = new Rise(model, RiseOptions.Fast with { Masks = 60 }).Explain(Demo.LoadPhoto());
        var (values, sizes) = Npy.ReadFloats(Path.Combine(bench.Out, "chelsea.rise.npy"));
        Assert.Equal([1, .. expected.Attributions.Lengths.ToArray().Select(size => (long)size)], sizes);
        Assert.Equal(expected.ToArray(), values);
        var figure = Image.Load(Path.Combine(bench.Out, "chelsea.rise.png"));
        Assert.True(figure.Width > 1.5 * figure.Height, $"photo and map side by side, but the figure is {figure}");
    }

    [Fact]
    public void The_document_says_what_the_library_says()
    {
        using var bench = new Bench();
        string picture = bench.Picture("photo.png", 40, 30);
        Assert.Equal(0, bench.Explain(picture, "--method", "rise", "--set", "masks=50", "--seed", "7", "--score", "logit", "--target", "dog", "--threads", "1").Code);

        using var model = Model.Load(bench.ModelFile);
        var expected = new Rise(model, RiseOptions.Fast with { Masks = 50, Seed = 7, Score = Score.Logit }).Explain(Image.Load(picture), Target.Class("dog"));
        var document = ExplanationDocument.FromJson(File.ReadAllBytes(Path.Combine(bench.Out, "photo.rise.json")));
        Assert.Equal((1, "dog", expected.Target.Probability), (document.Target!.Index, document.Target.Label, document.Target.Probability));
        Assert.Equal(("logit", expected.ScoreValue, (ulong?)7, "rise"), (document.Score, document.ScoreValue!.Value, document.Seed, document.Method));
        Assert.Equal(expected.Options, document.Options);
        float[] map = expected.ToArray();
        Assert.Equal((map.Min(), map.Max()), ((float)document.Map!.Min, (float)document.Map.Max));
        Assert.Equal(map.Average(value => (double)value), document.Map.Mean, 6);
        Assert.Equal(51, document.Cost.ForwardPasses);
        Assert.Equal(new SeenFacts(0, 0, 40, 30), document.Input.Picture!.Seen);
        Assert.Equal("stretch", document.Preprocessing!.Resize);
        Assert.Equal(ModelIdentity.OfFile(bench.ModelFile), document.Model);
        Assert.Equal(1, document.Machine.Threads);
        Assert.Equal([1L, 16L, 16L], document.Shape.ToArray());
    }

    [Fact]
    public void Several_targets_get_files_of_their_own()
    {
        using var bench = new Bench();
        var result = bench.Explain(bench.Picture("p.png"), "--set", "masks=20", "--format", "json", "--target", "tabby, tabby cat", "--target", "2", "--target", "dog-vs-sea lion");
        Assert.Equal(("", 0), (result.Error, result.Code));
        Assert.Equal(["p.rise.dog-−-sea-lion.json", "p.rise.sea-lion.json", "p.rise.tabby-tabby-cat.json"], bench.Results);
        var contrast = ExplanationDocument.FromJson(File.ReadAllBytes(Path.Combine(bench.Out, bench.Results[0])));
        Assert.Equal((1, 2), (contrast.Target!.Index, contrast.Target.Against!.Value));
    }

    [Fact]
    public void Top_against_second_is_a_contrast_of_ranks()
    {
        using var bench = new Bench();
        string picture = bench.Picture("p.png");
        Assert.Equal(0, bench.Explain(picture, "--set", "masks=20", "--format", "json", "--target", "top-vs-top:2").Code);
        using var model = Model.Load(bench.ModelFile);
        var ranked = model.Predict(model.Prepare(Image.Load(picture))).Ranked;
        var target = ExplanationDocument.FromJson(File.ReadAllBytes(Path.Combine(bench.Out, "p.rise.json"))).Target!;
        Assert.Equal((ranked[0], ranked[1]), (target.Index, target.Against!.Value));
    }

    [Fact]
    public void Inputs_of_one_name_do_not_overwrite_each_other()
    {
        using var bench = new Bench();
        string one = bench.Picture("a/x.png"), other = bench.Picture("b/x.png", 20, 20);
        Assert.Equal(0, bench.Explain(one, other, "--method", "occlusion", "--format", "json").Code);
        Assert.Equal(["x-2.occlusion.json", "x.occlusion.json"], bench.Results);
        Assert.Equal(20, ExplanationDocument.FromJson(File.ReadAllBytes(Path.Combine(bench.Out, "x-2.occlusion.json"))).Input.Picture!.Width);
    }

    [Fact]
    public void A_folder_goes_in_natural_order_and_past_what_it_cannot_read()
    {
        using var bench = new Bench();
        bench.Picture("in/10.png");
        bench.Picture("in/2.png");
        bench.Bytes("in/9.jpg", "this is a text"u8.ToArray());
        var result = bench.Explain(bench.File("in"), "--method", "occlusion", "--format", "json", "--quiet");
        Assert.Equal(1, result.Code);
        Assert.Equal(["2.occlusion.json", "10.occlusion.json"], result.Lines.Select(line => Path.GetFileName(line)));
        Assert.Contains("9.jpg", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Json_is_one_document_and_nothing_else()
    {
        using var bench = new Bench();
        string good = bench.Picture("good.png"), bad = bench.Bytes("bad.png", [1, 2, 3]);
        var result = bench.Explain(good, bad, "--method", "occlusion", "--format", "npy", "--json", "--top", "2");
        Assert.Equal(1, result.Code);
        using var document = JsonDocument.Parse(result.Output);
        var inputs = document.RootElement.GetProperty("inputs");
        Assert.Equal(2, inputs.GetArrayLength());
        Assert.Equal(2, inputs[0].GetProperty("predictions")[0].GetArrayLength());
        Assert.Equal(Path.Combine(bench.Out, "good.occlusion.npy"), inputs[0].GetProperty("explanations")[0].GetProperty("files")[0].GetString());
        Assert.Contains("bad.png", inputs[1].GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_preset_comes_before_other_settings_wherever_it_is_written()
    {
        using var bench = new Bench();
        Assert.Equal(0, bench.Explain(bench.Picture("p.png"), "--set", "masks=30", "--set", "preset=code", "--format", "json").Code);
        var document = ExplanationDocument.FromJson(File.ReadAllBytes(Path.Combine(bench.Out, "p.rise.json")));
        Assert.Equal(("30", "code"), (document.Options["masks"], document.Options["upsampling"]));
    }

    [Fact]
    public void Preprocessing_given_in_part_changes_that_part_of_the_files_own()
    {
        using var bench = new Bench();
        string picture = bench.Picture("p.png", 64, 32);
        Assert.Equal(0, bench.Explain(picture, "--method", "occlusion", "--format", "json", "--resize", "crop", "--resize-to", "16", "--channel-order", "bgr").Code);
        var document = ExplanationDocument.FromJson(File.ReadAllBytes(Path.Combine(bench.Out, "p.occlusion.json")));
        Assert.Equal(("crop", 16, "bgr", 0.5f), (document.Preprocessing!.Resize, document.Preprocessing.ResizeTo!.Value, document.Preprocessing.ChannelOrder, document.Preprocessing.Mean[0]));
        Assert.Equal(new SeenFacts(16, 0, 32, 32), document.Input.Picture!.Seen);
    }
}
