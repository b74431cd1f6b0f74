using Unmask.Graphs;
using Unmask.Graphs.Onnx;
using Unmask.Probing;
using Unmask.Tests.Autodiff;
using Unmask.Tests.Support;

namespace Unmask.Tests.Perturbations;

/// <summary>CEM where the answer is known.</summary>
[Trait("Category", "Slow")]
public sealed class ContrastiveTests
{
    private const double Beta = 0.1;

    private static readonly ContrastiveExplanationOptions Free = new() { OnlyAdds = false, Tolerance = 0 };

    // min β·Σ|δ| + Σδ² with w·δ = −margin: δ = −½·sgn(w)·max(0, μ|w| − β), where the multiplier μ is such that the boundary is met.
    [Theory]
    [InlineData(1f, 0.2f)]
    [InlineData(1f, -0.9f)]
    [InlineData(-0.6f, 0.05f)]
    public void A_pertinent_negative_of_a_linear_classifier_is_the_soft_thresholded_way_to_the_boundary(float first, float second)
    {
        float[] w = [first, second], x = [1.2f * Math.Sign(first), 0.5f];
        using var model = Linear(w, 0);
        var mask = Find(model, x, Free);
        double margin = (w[0] * x[0]) + (w[1] * x[1]);
        var (expected, multiplier) = Shortest(w, -margin, [-100, -100], [100, 100]);
        Near.Equal(expected, mask.Mask.AsSpan(), 0.02, "negative");
        Assert.True(mask.Scores[0] < 0, $"{mask.Scores[0]}");
        AssertBrackets(mask, multiplier);
    }

    [Fact]
    public void Negatives_that_only_add_move_away_from_nothing()
    {
        float[] w = [1, -0.8f], x = [0.9f, -0.1f];
        using var model = Linear(w, 0);
        // The first number is above 0, so that it may only rise; the second below, so that it may only fall: nothing that is allowed lowers w·x.
        var stuck = new ContrastiveExplanation(model, Free with { OnlyAdds = true, Rounds = 2, Steps = 50 }).Explain(Item(model, x), Target.Class(0));
        Assert.False(stuck.Diagnostics.Optimized[0].Succeeded);
        Assert.Contains(stuck.Diagnostics.Notes, note => note.Contains("No mask met the goal", StringComparison.Ordinal));
        // Where nothing is 2, the first lies below: it may fall, and alone must go all the way.
        var mask = Find(model, x, Free with { OnlyAdds = true, Infill = Infill.Constant(2) });
        var (expected, _) = Shortest(w, -((w[0] * x[0]) + (w[1] * x[1])), [-100, -100], [0, 0]);
        Near.Equal(expected, mask.Mask.AsSpan(), 0.02, "one way");
        Assert.Equal(0f, mask.Mask[1]);
    }

    // The same from nothing: the part of x whose score reaches the boundary, each number at most itself.
    [Theory]
    [InlineData(2f, 1f, 1f, 1f)]
    [InlineData(0.3f, 1f, 1f, 0.9f)]
    [InlineData(2f, -1f, 1f, -0.05f)]
    public void A_pertinent_positive_of_a_linear_classifier_is_the_cheapest_sufficient_part(float x0, float x1, float w0, float w1)
    {
        float[] w = [w0, w1], x = [x0, x1];
        using var model = Linear(w, -0.7f);
        var mask = Find(model, x, Free with { Part = ContrastivePart.Positive });
        var (expected, _) = Shortest(w, 0.7, [Math.Min(0, x0), Math.Min(0, x1)], [Math.Max(0, x0), Math.Max(0, x1)]);
        Near.Equal(expected, mask.Mask.AsSpan(), 0.02, "positive");
        Assert.True(mask.Scores[0] > 0);
        Assert.Equal(mask.Mask.ToArray(), mask.Perturbed.ToArray());
    }

    [Fact]
    public void A_margin_is_won_by_kappa()
    {
        float[] w = [1, 0.5f], x = [0.6f, 0.2f];
        using var model = Linear(w, 0);
        var mask = Find(model, x, Free with { Kappa = 0.5 });
        Assert.InRange(mask.Scores[0], -0.53, -0.5);
        Assert.InRange(Find(model, x, Free with { Kappa = 0.3, Part = ContrastivePart.Positive }).Scores[0], 0.3, 0.33);
    }

    // Shrinking by β instead of rate × β leaves less: no minimum of the objective.
    [Fact]
    public void The_authors_shrinking_is_sparser_than_the_objective_asks()
    {
        float[] w = [1, 0.6f], x = [0.8f, 0.4f];
        using var model = Linear(w, 0);
        OptimizedMask exact = Find(model, x, Free), code = Find(model, x, ContrastiveExplanationOptions.Code with { OnlyAdds = false, Tolerance = 0, Balance = 100 });
        Assert.True(exact.Mask[1] < -0.01, $"{exact.Mask[1]}");
        Assert.True(code.Succeeded);
        Assert.True(Math.Abs(code.Mask[1]) < Math.Abs(exact.Mask[1]), $"{code.Mask[1]} against {exact.Mask[1]}");
        Assert.True(Price(code.Mask) > Price(exact.Mask));
    }

    // An autoencoder that always answers x adds γ·Σδ²: the sum of squares counts 1 + γ times.
    [Fact]
    public void What_an_autoencoder_does_not_reproduce_has_a_price()
    {
        float[] w = [1, 0.3f], x = [0.6f, 0.2f];
        using var model = Linear(w, 0);
        using var folder = new TemporaryFolder();
        string file = Path.Combine(folder.Path, "autoencoder.onnx");
        var builder = new GraphBuilder("autoencoder");
        string z = builder.Input("x", ElementType.Float32, new Shape(Dimension.Named("N"), 2));
        string nothing = builder.Add("Mul", [z, builder.Constant(0f)]);
        builder.OutputAs(builder.Add("Add", [nothing, builder.Constant(TensorData.Vector<float>(x))]), "made", ElementType.Float32, new Shape(Dimension.Named("N"), 2));
        OnnxWriter.Write(builder.Build(), file);
        const double Gamma = 3;
        var mask = Find(model, x, Free with { Beta = 0.5, Autoencoder = file, Reconstruction = Gamma });
        double goal = -((w[0] * x[0]) + (w[1] * x[1]));
        float[] expected = Shortest(w, goal, [-100, -100], [100, 100], 1 + Gamma, 0.5).Delta;
        Near.Equal(expected, mask.Mask.AsSpan(), 0.02, "with an autoencoder");
        Assert.True(Math.Abs(expected[1] - Shortest(w, goal, [-100, -100], [100, 100], 1, 0.5).Delta[1]) > 0.05);
        var problem = Assert.Throws<UnmaskException>(() => ReconstructionTerm.Of(TwoInputs(), "pair"));
        Assert.Contains("2 inputs", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ContrastivePart.Negative)]
    [InlineData(ContrastivePart.Positive)]
    public void Constraints_hold_exactly_on_a_network_of_pictures(ContrastivePart part)
    {
        using var model = Model.FromGraph(Autodiff.SmallNets.ConvNet("Relu"), new() { OutputKind = OutputKind.Logits, Preprocessing = Preprocessing.TensorFlow });
        float[] x = LinearModels.Values(243, 21);
        var input = model.Prepare(TensorData.Adopt(x, 1, 3, 9, 9))[0];
        int top = Array.IndexOf(model.Evaluate(input, Score.Logit), model.Evaluate(input, Score.Logit).Max());
        var explanation = new ContrastiveExplanation(model, new() { Part = part, Steps = 200, Rounds = 4 }).Explain(input, Target.Class(top));
        var mask = explanation.Diagnostics.Optimized[0];
        Assert.True(mask.Succeeded, string.Join(' ', explanation.Diagnostics.Notes));
        for (int i = 0; i < x.Length; i++)
        {
            // Black is −1, and all of the picture lies above it.
            Assert.InRange(mask.Mask[i], 0, part == ContrastivePart.Negative ? 1 - x[i] : x[i] + 1);
        }

        var changed = new ModelInput([.. mask.Perturbed], input.Layout, input.Preprocessing);
        float[] logits = model.Evaluate(changed, Score.Logit);
        Assert.Equal(part == ContrastivePart.Positive, Array.IndexOf(logits, logits.Max()) == top);
        Assert.True(explanation.Signed && explanation.Unit == "added to the input");
        Assert.Equal(243, explanation.ToArray().Length);
        var picture = explanation.ToChangedPicture()!;
        Assert.All(Enumerable.Range(0, 243), i => Assert.Equal(input.Preprocessing.Normalize(picture.Pixels[(i % 81 * 3) + (i / 81)], i / 81), mask.Perturbed[i], 0.004));
    }

    // A table: what would have to change for the other class, and what of the row suffices for its own.
    [Fact]
    public void Rows_of_a_table_are_explained()
    {
        using var model = Model.FromGraph(Autodiff.SmallNets.Mlp("Relu", 12), new() { OutputKind = OutputKind.Logits });
        var input = Item(model, [0.8f, -0.5f, 0.3f]);
        float[] logits = model.Evaluate(input, Score.Logit);
        int top = logits[0] > logits[1] ? 0 : 1;
        var negative = new ContrastiveExplanation(model, new() { OnlyAdds = false, Low = -2, High = 2, Steps = 300, Rounds = 5 }).Explain(input, Target.Class(top));
        var mask = negative.Diagnostics.Optimized[0];
        Assert.True(mask.Succeeded);
        Assert.Equal([3], negative.Attributions.Lengths.ToArray());
        float[] changed = model.Evaluate(Item(model, [.. mask.Perturbed]), Score.Logit);
        Assert.True(changed[1 - top] > changed[top]);
        Assert.All(mask.Perturbed, value => Assert.InRange(value, -2, 2));
        Assert.Contains("elements are changed", string.Join(' ', negative.Diagnostics.Notes), StringComparison.Ordinal);
        Assert.Null(negative.ToChangedPicture());
        var trials = ExplanationDocument.Of(model, negative).Optimized!.Value[0].Trials!.Value;
        Assert.Equal(mask.Trials.Select(trial => (trial.Balance, trial.Succeeded)), trials.Select(trial => (trial.Balance, trial.Succeeded)));
    }

    private static OptimizedMask Find(Model model, float[] x, ContrastiveExplanationOptions options)
    {
        var mask = new ContrastiveExplanation(model, options).Explain(Item(model, x), Target.Class(0)).Diagnostics.Optimized[0];
        Assert.True(mask.Succeeded);
        return mask;
    }

    // A hinge is an exact penalty: it is met exactly if it weighs more than the multiplier of the boundary.
    private static void AssertBrackets(OptimizedMask mask, double multiplier)
    {
        double failed = 0, succeeded = double.PositiveInfinity;
        foreach (var trial in mask.Trials)
        {
            Assert.True(trial.Balance > failed && trial.Balance < succeeded, $"{trial.Balance} is not between {failed} and {succeeded}");
            if (Math.Abs(trial.Balance - multiplier) > 0.1 * multiplier)
            {
                Assert.Equal(trial.Balance > multiplier, trial.Succeeded);
            }

            (failed, succeeded) = trial.Succeeded ? (failed, trial.Balance) : (trial.Balance, succeeded);
        }

        Assert.InRange(multiplier, 0.9 * failed, 1.1 * succeeded);
    }

    private static double Price(IEnumerable<float> delta) => delta.Sum(value => (Beta * Math.Abs(value)) + (value * value));

    /// <summary>The cheapest δ between bounds with w·δ = goal, and the multiplier of that condition.</summary>
    private static (float[] Delta, double Multiplier) Shortest(float[] w, double goal, float[] low, float[] high, double curvature = 1, double beta = Beta)
    {
        double least = 0, most = 1e4;
        for (int i = 0; i < 200; i++)
        {
            double middle = (least + most) / 2;
            bool reaches = At(middle).Zip(w, (delta, weight) => (double)delta * weight).Sum() * Math.Sign(goal) >= Math.Abs(goal);
            (least, most) = reaches ? (least, middle) : (middle, most);
        }

        return (At(most), most);

        float[] At(double multiplier) => [.. w.Select((weight, i) =>
            Math.Clamp((float)(0.5 / curvature * Math.Sign(goal) * Math.Sign(weight) * Math.Max(0, (multiplier * Math.Abs(weight)) - beta)), low[i], high[i]))];
    }

    private static Model Linear(float[] w, float bias)
    {
        var builder = new GraphBuilder("linear");
        string x = builder.Input("x", ElementType.Float32, new Shape(Dimension.Named("N"), 2));
        string y = builder.Add("Gemm", [x, builder.Constant(TensorData.Adopt(new[] { w[0], 0, w[1], 0 }, 2, 2)), builder.Constant(TensorData.Vector<float>([bias, 0]))]);
        builder.OutputAs(y, "y", ElementType.Float32, new Shape(Dimension.Named("N"), 2));
        return Model.FromGraph(builder.Build(), new() { OutputKind = OutputKind.Logits });
    }

    private static Graph TwoInputs()
    {
        var builder = new GraphBuilder("pair");
        string one = builder.Input("a", ElementType.Float32, Shape.Of(1, 2)), other = builder.Input("b", ElementType.Float32, Shape.Of(1, 2));
        builder.OutputAs(builder.Add("Add", [one, other]), "c", ElementType.Float32, Shape.Of(1, 2));
        return builder.Build();
    }

    private static ModelInput Item(Model model, float[] x) => model.Prepare(TensorData.Adopt(x, 1, x.Length))[0];
}
