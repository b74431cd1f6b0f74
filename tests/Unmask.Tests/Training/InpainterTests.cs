using Unmask.Graphs;
using Unmask.Graphs.Onnx;
using Unmask.Runtime;
using Unmask.Tests.Cli;
using Unmask.Tests.Infills;
using Unmask.Tests.Support;
using Unmask.Training;

namespace Unmask.Tests.Training;

/// <summary>The in-painter that is trained here.</summary>
public sealed class InpainterTests
{
    [Fact]
    public void Hidden_pixels_are_filled_harmonically_in_the_question_and_count_as_one_in_the_answer()
    {
        using var folder = new TemporaryFolder();
        var (pictures, set) = Striped(folder);
        var read = set.Read([0, 3], null);
        var whole = pictures.Read([0, 3], null)["image"].AsSpan<float>();
        var image = read["image"].AsSpan<float>();
        var weights = read["weight"].AsSpan<float>();
        Assert.Equal(whole, read["target"].AsSpan<float>());
        const int Area = 32 * 32;
        for (int item = 0; item < 2; item++)
        {
            double hidden = 0;
            for (int place = 0; place < Area; place++)
            {
                float keep = image[(((item * 4) + 3) * Area) + place];
                for (int channel = 0; channel < 3; channel++)
                {
                    Assert.True(keep == 0 || image[(((item * 4) + channel) * Area) + place] == whole[(((item * 3) + channel) * Area) + place]);
                }

                float weight = weights[(item * Area) + place];
                hidden += keep == 0 ? weight : 0;
                Assert.Equal(keep == 1, weight == 0.05f);
            }

            Assert.Equal(Area, hidden, 1);
            float[] keeps = image.Slice(((item * 4) + 3) * Area, Area).ToArray();
            float[] picture = whole.Slice(item * 3 * Area, 3 * Area).ToArray();
            float[] expected = Infill.Harmonic().Fill(Pictures.Of(3, 32, 32, (channel, y, x) => picture[(channel * Area) + (y * 32) + x]), keeps, 0, 0);
            Near.Equal(expected, image.Slice(item * 4 * Area, 3 * Area), 1e-3, "harmonic fill");
        }
    }

    [Fact]
    public void Before_training_it_paints_the_harmonic_fill()
    {
        var painter = InpainterInfill.Of(new InpainterTraining { Size = 32, Width = 2 }.Network(), new() { Draws = false });
        foreach (int size in (int[])[32, 48])
        {
            var input = Pictures.Random(3, size, size, 5, Preprocessing.ImageNet);
            float[] keep = Pictures.RandomMask(size, size, 0.4, 2);
            Near.Equal(Infill.Harmonic().Fill(input, keep, 0, 0), painter.Fill(input, keep, 0, 0), 5e-3, $"{size} pixels");
        }
    }

    [Fact]
    public void A_pictures_mask_stays_for_validation_and_changes_with_each_pass()
    {
        using var folder = new TemporaryFolder();
        var (_, set) = Striped(folder);
        float[] Masks(Variation? variation) => set.Read([1], variation)["weight"].AsSpan<float>().ToArray();
        Assert.Equal(Masks(null), Masks(null));
        Assert.Equal(Masks(new(4, 2)), Masks(new(4, 2)));
        Assert.NotEqual(Masks(new(4, 2)), Masks(new(4, 3)));
    }

    [Fact]
    public void Masks_hide_between_little_and_most_of_a_picture()
    {
        double sum = 0;
        for (int i = 0; i < 300; i++)
        {
            var random = Rng.At(1, i);
            float[] keep = InpaintingMasks.Draw(ref random, 32);
            double hidden = keep.Count(value => value == 0) / 1024.0;
            Assert.InRange(hidden, 0.03, 0.9);
            Assert.All(keep, value => Assert.True(value is 0 or 1));
            sum += hidden;
        }

        Assert.InRange(sum / 300, 0.25, 0.55);
    }

    [Fact]
    public void The_likelihood_is_that_of_a_normal_distribution_and_so_is_its_gradient()
    {
        // One item of 1 × 2 pixels and one channel: means (1, 2), log-variances (0, ln 4), targets (3, 3), weights (1, ½).
        var builder = new GraphBuilder("output");
        builder.OutputAs(builder.Input("x", ElementType.Float32, Shape.Of(1, 2, 1, 2)), "y", ElementType.Float32, Shape.Of(1, 2, 1, 2));
        var graph = builder.Build().ToBuilder();
        var values = Objective.GaussianLikelihood.Append(graph, new Value("y", ElementType.Float32, Shape.Of(1, 2, 1, 2)));
        var program = Gradient.Build(ExposeValues.Run(graph.Build(), [values.Loss]), values.Loss, ["x"]);
        using var session = Session.FromGraph(program.Graph);
        var results = session.Run(
            new Dictionary<string, TensorData>
            {
                ["x"] = TensorData.Adopt((float[])[1, 2, 0, MathF.Log(4)], 1, 2, 1, 2),
                ["target"] = TensorData.Adopt((float[])[3, 3], 1, 1, 1, 2),
                ["weight"] = TensorData.Adopt((float[])[1, 0.5f], 1, 1, 1, 2),
                [program.Seed] = TensorData.Scalar(1f),
            },
            [values.Loss, program.MultiplierOf("x")]);
        // ½ (0 + 4) and ½ · ½ (ln 4 + ¼), and the mean of both.
        Assert.Equal(((0.5 * 4) + (0.25 * (Math.Log(4) + 0.25))) / 2, results[0].AsSpan<float>()[0], 5);
        // By m: w (m − t) e⁻ᵛ; by v: ½ w (1 − (m − t)² e⁻ᵛ); a half each for the mean.
        Near.Equal([-1, -0.0625f, -0.75f, 0.09375f], results[1].AsSpan<float>(), 1e-6, "gradient");
    }

    [Fact]
    public void Photos_are_parted_once_and_for_all()
    {
        using var folder = new TemporaryFolder();
        using var photos = PhotoSet.Open(Stripes.Write(folder, 10));
        var (learnt, tried) = InpainterTraining.Part(photos.Photos, 0.25, 3);
        Assert.Equal((15, 5), (learnt.Length, tried.Length));
        Assert.Empty(learnt.Select(picture => picture.Photo.File).Intersect(tried.Select(picture => picture.Photo.File)));
        Assert.Equal(tried.AsEnumerable(), InpainterTraining.Part(photos.Photos, 0.25, 3).Validation);
    }

    [Fact]
    public void The_command_trains_a_painter_that_explain_takes_and_goes_on_to_the_same_one()
    {
        using var folder = new TemporaryFolder();
        string data = Stripes.Write(folder, 8);
        string[] Arguments(string target) => ["train", "inpainter", "--data", data, "-o", folder.File(target), "--size", "16", "--width", "2", "--batch", "8", "--epochs", "2"];
        var whole = Command.Run(Arguments("whole"));
        Assert.Equal((0, ""), (whole.Code, whole.Error));
        Assert.Contains("14 pictures to learn from, 2 for validation · 16 × 16 pixels", whole.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("% right", whole.Output, StringComparison.Ordinal);
        var again = Command.Run(Arguments("whole"));
        Assert.Equal(1, again.Code);
        Assert.Contains("--resume", again.Error, StringComparison.Ordinal);
        string painter = folder.File("whole/inpainter.onnx");
        byte[] before = File.ReadAllBytes(painter);
        Assert.Equal(0, Command.Run([.. Arguments("whole"), "--resume"]).Code);
        Assert.Equal(before, File.ReadAllBytes(painter));
        var graph = OnnxReader.Read(painter);
        Assert.True(InpainterCard.IsOverHarmonic(graph));
        Assert.Equal(Preprocessing.ImageNet.Mean.AsEnumerable(), ModelCard.Of(graph).Preprocessing!.Mean);
        var explained = Command.Run("explain", "--method", "occlusion", "--set", $"infill=inpainter:{painter}", "--set", "window=112", "--set", "draws=2", "-o", folder.File("maps"), "--json");
        Assert.Equal((0, ""), (explained.Code, explained.Error));
        Assert.Contains("inpainter:", explained.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--size", "40")]
    [InlineData("--lr", "0")]
    [InlineData("--data", null)]
    public void What_cannot_be_is_refused(string option, string? value)
    {
        var result = Command.Run(["train", "inpainter", .. value is null ? (string[])[] : ["--data", "nowhere", option, value]]);
        Assert.Equal(2, result.Code);
        Assert.Contains(option, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Training_makes_the_hidden_pixels_likelier()
    {
        using var folder = new TemporaryFolder();
        var training = new InpainterTraining { Size = 16, Width = 4, Recipe = InpainterTraining.RecipeOf(12, 0.005, 8) };
        using var photos = PhotoSet.Open(Stripes.Write(folder, 8));
        var trained = new Trainer(training.Network(), training.Recipe).Run(training.Hidden(PictureTrainingSet.Load(InpainterTraining.Part(photos.Photos, 0, 0).Training, 16)));
        Assert.True(trained.Epochs[^1].Loss < trained.Epochs[0].Loss, $"from {trained.Epochs[0].Loss:g3} to {trained.Epochs[^1].Loss:g3}");
    }

    private static (PictureTrainingSet Pictures, TrainingSet Set) Striped(TemporaryFolder folder)
    {
        using var photos = PhotoSet.Open(Stripes.Write(folder, 4));
        var pictures = PictureTrainingSet.Load(InpainterTraining.Part(photos.Photos, 0, 0).Training, 32);
        return (pictures, new InpainterTraining { Size = 32 }.Hidden(pictures));
    }
}
