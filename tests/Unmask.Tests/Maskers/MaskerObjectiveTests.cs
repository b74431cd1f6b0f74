using Unmask.Graphs;
using Unmask.Maskers;
using Unmask.Runtime;

namespace Unmask.Tests.Maskers;

/// <summary>What a masker learns by: values against their formulas, gradients against finite differences.</summary>
public sealed class MaskerObjectiveTests
{
    private const int Places = ObjectiveBench.Height * ObjectiveBench.Width;
    private static readonly float[] Grey = [.. Enumerable.Repeat(0.25f, Places)];

    // The released code's: relu(confidence − g) where the class is wanted, relu(confidence + g) where not; of a fake class both are turned round, with confidence 1.
    [Theory]
    [InlineData(2f, 0f, false, 0.0, 7.0, 3.0, 0.0)]
    [InlineData(0.25f, 0f, false, 0.75, 5.25, 1.25, 0.75)]
    [InlineData(-1f, 2f, false, 4.0, 2.0, 0.0, 4.0)]
    [InlineData(-9f, 0f, true, 10.0, 0.0, 0.0, 10.0)]
    public void Margin_hinges_have_the_values_of_the_released_code(float ofClass, float other, bool lowest, double preserver, double destroyer, double fakePreserver, double fakeDestroyer)
    {
        float[] answers = [other, ofClass, lowest ? -20 : other - 1];
        using var keeps = new ObjectiveBench([new(MaskerScore.Margin(1), Rises: true, Complement: false)], [], 3, fakes: true);
        using var destroys = new ObjectiveBench([new(MaskerScore.Margin(5), Rises: false, Complement: true)], [], 3, fakes: true);
        Assert.Equal(preserver, keeps.At(answers, Grey, [1], real: [1]).Loss, 1e-5);
        Assert.Equal(destroyer, destroys.At(answers, Grey, [1], real: [1]).Loss, 1e-5);
        Assert.Equal(fakePreserver, keeps.At(answers, Grey, [1], real: [0]).Loss, 1e-5);
        Assert.Equal(fakeDestroyer, destroys.At(answers, Grey, [1], real: [0]).Loss, 1e-5);
    }

    [Fact]
    public void Entropy_is_greatest_for_equal_answers_and_counts_only_where_the_whole_is_right()
    {
        using var bench = new ObjectiveBench([MaskerSide.Confuses], [], 5);
        var equal = bench.At([3, 3, 3, 3, 3], Grey, [2]);
        Assert.Equal(-Math.Log(5), equal.Loss, 1e-5);
        Assert.All(equal.ByAnswers, slope => Assert.Equal(0, slope, 1e-6));
        Assert.True(bench.At([3, 3, 4, 3, 3], Grey, [2]).Loss > -Math.Log(5) + 0.01);
        var wrong = bench.At([3, 3, 4, 3, 3], Grey, [2], right: [0]);
        Assert.Equal(0, wrong.Loss);
        Assert.All(wrong.ByAnswers, slope => Assert.Equal(0, slope));
    }

    [Fact]
    public void The_size_counts_only_where_the_side_is_won()
    {
        const double Weight = 2.5;
        using var bench = new ObjectiveBench([MaskerSide.Confuses with { Size = Weight }], [], 2);
        // Fooled; not fooled; wrong from the beginning.
        float[] answers = [1, 0, 0, 1, 1, 0];
        var found = bench.At(answers, [.. Grey, .. Grey, .. Grey], [1, 1, 1], right: [1, 1, 0]);
        float each = (float)(Weight / (3 * Places));
        Assert.All(found.ByMasks[..Places], slope => Assert.Equal(each, slope, 1e-6));
        Assert.All(found.ByMasks[Places..], slope => Assert.Equal(0, slope));
        double entropy = -2 * Entropy(1 / (1 + Math.Exp(-1)));
        Assert.Equal((entropy - (Weight * 0.75)) / 3, found.Loss, 1e-5);
        Assert.Equal(1 / 3.0, found.Won, 1e-6);
    }

    [Fact]
    public void What_is_seen_counts_its_size_where_the_class_is_still_first()
    {
        using var bench = new ObjectiveBench([MaskerSide.Preserves with { Size = 1 }], [], 2);
        var found = bench.At([0, 2, 2, 0], [.. Grey, .. Grey], [1, 1]);
        Assert.All(found.ByMasks[..Places], slope => Assert.Equal(1f / (2 * Places), slope, 1e-7));
        Assert.All(found.ByMasks[Places..], slope => Assert.Equal(0, slope));
        Assert.Equal((Math.Log(1 + Math.Exp(-2)) + Math.Log(1 + Math.Exp(2)) - 0.75) / 2, found.Loss, 1e-5);
    }

    [Fact]
    public void Of_a_class_that_is_not_there_the_empty_mask_is_best()
    {
        // The classifier's margin for the true class rises with how much of the picture is seen; so it is hidden by the complement of the empty mask, and seen by it.
        static double LossOf(float area)
        {
            using var bench = new ObjectiveBench(
                [new(MaskerScore.Margin(5), Rises: false, Complement: true), new MaskerSide(MaskerScore.Margin(1), Rises: true, Complement: false) { Weight = 0.3 }],
                [new AreaPowerTerm(0.3, 5e-4) { Weight = 8 }, new SquaredVariationTerm(0.3) { Weight = 0.0025 }],
                2,
                fakes: true);
            float Margin(float seen) => (8 * seen) - 4;
            return bench.At([Margin(1 - area), 0, Margin(area), 0], [.. Enumerable.Repeat(area, Places)], [0], real: [0]).Loss;
        }

        double[] losses = [.. Enumerable.Range(0, 11).Select(step => LossOf(step / 10f))];
        Assert.Equal(0, Array.IndexOf(losses, losses.Min()));
        Assert.Equal(8 * Math.Pow(5e-4, 0.3), losses[0], 1e-4);
    }

    public static TheoryData<string> Sides => new() { "classification in", "classification out", "entropy out", "entropy in", "margin in", "margin out", "probability out", "both sized", "fakes" };

    [Theory]
    [MemberData(nameof(Sides))]
    public void Gradients_are_those_of_finite_differences(string name)
    {
        var (sides, fakes) = SidesOf(name);
        using var bench = new ObjectiveBench(sides, [new SquaredVariationTerm(0.3) { Weight = 0.4 }, new AreaPowerTerm(0.3, 5e-4) { Weight = 0.7 }, new L1Term(0, MeasuredOn.Masks)], 4, fakes);
        float[] answers = [.. Numbers(3, sides.Length * 2 * 4).Select(value => 2 * value)], masks = [.. Numbers(4, 2 * Places).Select(value => 0.5f + (0.4f * value))];
        long[] labels = [2, 0];
        float[] real = [1, 0];
        var found = bench.At(answers, masks, labels, real: real);
        foreach (var (values, gradient) in ((float[], float[])[])[(answers, found.ByAnswers), (masks, found.ByMasks)])
        {
            for (int at = 0; at < values.Length; at++)
            {
                double Moved(float by)
                {
                    float kept = values[at];
                    values[at] += by;
                    double loss = bench.At(answers, masks, labels, real: real).Loss;
                    values[at] = kept;
                    return loss;
                }

                Assert.Equal((Moved(2e-3f) - Moved(-2e-3f)) / 4e-3, gradient[at], 2e-3);
            }
        }
    }

    [Fact]
    public void A_hard_draw_is_0_or_1_and_has_the_slope_of_the_soft_one()
    {
        float[] masks = [0.02f, 0.3f, 0.5f, 0.7f, 0.97f, 0.4f], noise = [.. Numbers(6, 6).Select(value => 3 * value)];
        var (soft, slopes) = Drawn(RelaxedLaw.Concrete(0.5, 1), masks, noise);
        var (hard, straight) = Drawn(RelaxedLaw.Concrete(0.5, 1, hard: true), masks, noise);
        Assert.All(hard, value => Assert.True(value is 0 or 1));
        Assert.Equal(soft.Select(value => value > 0.5f ? 1f : 0f), hard);
        Assert.Equal(slopes, straight);
        Assert.True(slopes.Max() > 0.1);
    }

    private static (float[] Values, float[] Slopes) Drawn(RelaxedLaw law, float[] masks, float[] noise)
    {
        var builder = new GraphBuilder("law");
        builder.Input("m", ElementType.Float32, Shape.Of(1, masks.Length));
        builder.Input("u", ElementType.Float32, Shape.Of(1, masks.Length));
        string drawn = law.Append(builder, "m", "u");
        builder.Output(drawn, ElementType.Float32, Shape.Of(1, masks.Length));
        var program = Gradient.Build(builder.Build(), drawn, ["m"]);
        using var session = Session.FromGraph(program.Graph);
        var results = session.Run(
            new Dictionary<string, TensorData>
            {
                ["m"] = TensorData.Adopt(masks, 1, masks.Length),
                ["u"] = TensorData.Adopt(noise, 1, masks.Length),
                [program.Seed] = TensorData.Adopt([.. Enumerable.Repeat(1f, masks.Length)], 1, masks.Length),
            },
            [drawn, program.Multipliers[0]]);
        return (results[0].AsSpan<float>().ToArray(), results[1].AsSpan<float>().ToArray());
    }

    private static (MaskerSide[] Sides, bool Fakes) SidesOf(string name) => name switch
    {
        "classification in" => ([MaskerSide.Preserves], false),
        "classification out" => ([MaskerSide.Destroys with { Weight = 0.7 }], false),
        "entropy out" => ([MaskerSide.Confuses], false),
        "entropy in" => ([MaskerSide.Confuses with { Rises = false, Complement = false }], false),
        "margin in" => ([new(MaskerScore.Margin(1), Rises: true, Complement: false)], false),
        "margin out" => ([new(MaskerScore.Margin(5), Rises: false, Complement: true)], false),
        "probability out" => ([new(MaskerScore.Probability(0.3), Rises: false, Complement: true)], false),
        "both sized" => ([MaskerSide.Preserves with { Size = 1 }, MaskerSide.Confuses with { Size = 10 }], false),
        _ => ([new(MaskerScore.Margin(1), Rises: true, Complement: false), MaskerSide.Destroys with { Size = 2 }], true),
    };

    private static double Entropy(double p) => -((p * Math.Log(p)) + ((1 - p) * Math.Log(1 - p)));

    private static float[] Numbers(ulong seed, int count)
    {
        var random = Rng.At(seed, 0);
        return [.. Enumerable.Range(0, count).Select(_ => (float)((2 * random.NextDouble()) - 1))];
    }
}
