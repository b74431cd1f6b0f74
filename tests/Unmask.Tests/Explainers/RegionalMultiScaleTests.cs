using Unmask.Graphs;
using Unmask.Probing;
using Unmask.Tests.Support;

namespace Unmask.Tests.Explainers;

/// <summary>Superpixels of several sizes, replaced by colours of the border.</summary>
[Trait("Category", "Slow")]
public sealed class RegionalMultiScaleTests
{
    private const int Side = 12;

    [Fact]
    public void On_a_linear_score_a_segments_change_is_its_own_contribution_less_that_of_the_mean_border_colour()
    {
        // One colour at the border: every draw is that colour, and a linear score changes by w · (x − colour) in the segment.
        float[] weights = LinearModels.Values(Side * Side * 3, 4);
        using var model = LinearModels.Load([weights, new float[weights.Length]], [0, 0], 3, Side, Side, new() { Preprocessing = Preprocessing.Unit });
        var input = Input(model);
        int[] counts = [4, 9];
        var map = new RegionalMultiScale(model, new() { Segments = [.. counts], Samples = 2, Score = Score.Logit, Change = ScoreChange.Difference }).Explain(input, Target.Class(0));
        float[] expected = new float[Side * Side];
        long passes = 0;
        foreach (int count in counts)
        {
            var segments = new Slic { Segments = count }.Segment(input);
            double[] changes = new double[segments.Count];
            Each((channel, place, at) => changes[segments.Labels[place]] += weights[at] * (input.Values[at] - Ground(channel)));
            for (int place = 0; place < expected.Length; place++)
            {
                expected[place] += (float)(changes[segments.Labels[place]] / counts.Length);
            }

            passes += 2 * segments.Count;
        }

        Near.Equal(expected, map.ToArray(), 1e-5, "map");
        Assert.Contains(expected, value => Math.Abs(value) > 0.05);
        Assert.Equal(passes + 1, map.Cost.ForwardPasses);
    }

    [Fact]
    public void The_weight_of_evidence_is_the_difference_of_the_corrected_log_odds()
    {
        float[] weights = LinearModels.Values(Side * Side * 3, 4);
        using var model = LinearModels.Load([weights, new float[weights.Length]], [0, 0], 3, Side, Side, new() { Preprocessing = Preprocessing.Unit });
        var input = Input(model);
        RegionalMultiScaleOptions options = new() { Segments = [6], Samples = 1, Laplace = 1000 };
        var evidence = new RegionalMultiScale(model, options).Explain(input, Target.Class(0));
        var difference = new RegionalMultiScale(model, options with { Change = ScoreChange.Difference }).Explain(input, Target.Class(0));
        double before = evidence.ScoreValue;
        float[] expected = [.. difference.ToArray().Select(change => (float)(LogOdds(before) - LogOdds(before - change)))];
        Near.Equal(expected, evidence.ToArray(), 1e-4, "bits");
        Assert.Equal("bits", evidence.Unit);

        static double LogOdds(double p) => Math.Log2(((p * 1000) + 1) / (1002 - ((p * 1000) + 1)));
    }

    [Fact]
    public void Draws_have_the_mean_and_covariance_of_the_border()
    {
        using var model = LinearModels.Load([new float[Side * Side * 3], new float[Side * Side * 3]], [0, 0], 3, Side, Side, new() { Preprocessing = Preprocessing.Unit });
        var input = model.Prepare(TensorData.Adopt(LinearModels.Values(Side * Side * 3, 8), 1, 3, Side, Side))[0];
        var segments = Segments.Of([Side, Side], [.. Enumerable.Range(0, Side * Side).Select(place => place / Side < 5 ? 0 : place / Side < 7 && place % Side is > 0 and < Side - 1 ? 1 : 2)]);
        int[] border = [.. Enumerable.Range(0, Side * Side).Where(place => segments.Labels[place] != 1)];
        var colours = new BorderColours(input, segments);
        float[][] draws = [.. Enumerable.Range(0, 400).Select(draw => colours.Draw(bySegment: false, seed: 3, draw))];
        for (int i = 0; i < 3; i++)
        {
            double[] own = [.. border.Select(place => (double)input.Values[(i * Side * Side) + place])];
            double[] drawn = [.. draws.SelectMany(draw => draw.Skip(i * Side * Side).Take(Side * Side)).Select(value => (double)value)];
            Assert.Equal(own.Average(), colours.Mean[i], 10);
            Assert.Equal(own.Average(), drawn.Average(), 0.01);
            for (int j = 0; j < 3; j++)
            {
                double[] other = [.. border.Select(place => (double)input.Values[(j * Side * Side) + place])], otherDrawn = [.. draws.SelectMany(draw => draw.Skip(j * Side * Side).Take(Side * Side)).Select(value => (double)value)];
                Assert.Equal(Covariance(own, other), Covariance(drawn, otherDrawn), 0.01);
            }
        }

        float[] flat = colours.Draw(bySegment: true, seed: 3, 0);
        Assert.Equal(3, flat.Take(Side * Side).Distinct().Count());

        static double Covariance(double[] one, double[] other) => one.Zip(other, (a, b) => (a - one.Average()) * (b - other.Average())).Average();
    }

    [Fact]
    public void The_weight_of_evidence_needs_probabilities()
    {
        using var model = LinearModels.Load([LinearModels.Values(Side * Side * 3, 4), new float[Side * Side * 3]], [0, 0], 3, Side, Side, new() { Preprocessing = Preprocessing.Unit });
        var input = Input(model);
        Assert.Contains("change=difference", Assert.Throws<UnmaskException>(() => new RegionalMultiScale(model, new() { Score = Score.Logit }).Explain(input, Target.Class(0))).Message, StringComparison.Ordinal);
        Assert.Contains("contrast", Assert.Throws<UnmaskException>(() => new RegionalMultiScale(model).Explain(input, Target.Contrast(0, 1))).Message, StringComparison.Ordinal);
    }

    private static float Ground(int channel) => 0.2f + (0.1f * channel);

    /// <summary>A bright patch in the middle of one colour.</summary>
    private static ModelInput Input(Model model)
    {
        float[] values = new float[3 * Side * Side];
        float[] patch = LinearModels.Values(values.Length, 2);
        Each((channel, place, at) => values[at] = place / Side is > 3 and < 8 && place % Side is > 3 and < 8 ? 0.8f + (0.1f * patch[at]) : Ground(channel));
        return model.Prepare(TensorData.Adopt(values, 1, 3, Side, Side))[0];
    }

    private static void Each(Action<int, int, int> visit)
    {
        for (int at = 0; at < 3 * Side * Side; at++)
        {
            visit(at / (Side * Side), at % (Side * Side), at);
        }
    }
}
