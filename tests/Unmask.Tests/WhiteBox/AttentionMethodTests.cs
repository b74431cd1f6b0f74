using Unmask.Graphs;
using Unmask.Tests.Support;
using Unmask.WhiteBox;

namespace Unmask.Tests.WhiteBox;

/// <summary>Attention maps and what is made of them, against a transformer that is computed independently.</summary>
[Trait("Category", "Slow")]
public sealed class AttentionMethodTests
{
    private const int Tokens = TinyTransformer.Tokens;

    private static readonly Target First = Target.Class(0);

    public static TheoryData<string> Forms => [.. Enum.GetNames<Form>()];

    [Theory]
    [MemberData(nameof(Forms))]
    public void Weights_and_their_derivatives_are_those_of_the_witness_however_attention_is_written(string form)
    {
        var witness = new TinyTransformer(Enum.Parse<Form>(form), "mean");
        using var model = witness.Load();
        var input = TinyTransformer.Input(model);
        var (logits, attention) = witness.Evaluate();
        Near.Equal(logits.Select(value => (float)value).ToArray(), model.Evaluate(input, Score.Logit), 1e-5, "logits");
        var derivative = witness.Derivative(0);
        var cuts = Cut.Attention.Resolve(model);
        Assert.Equal(TinyTransformer.Blocks, cuts.Length);
        Assert.All(cuts, cut => Assert.True(cut.Attention!.IsSelf));
        for (int block = 0; block < cuts.Length; block++)
        {
            var layer = Cut.Layer(cuts[block].Value);
            var values = new MultiplierProbe(model, "value", new(RuleSet.Gradient, Estimator.Point, layer, Aggregator.Value)).Explain(input, First);
            var multipliers = new MultiplierProbe(model, "multiplier", new(RuleSet.Gradient, Estimator.Point, layer, Aggregator.Multiplier)).Explain(input, First);
            Assert.Equal("2,5,5", string.Join(',', values.Layer!.Sizes));
            Near.Equal(Of(attention, block), values.ToArray(), 1e-6, "weights");
            Near.Equal(Of(derivative, block), multipliers.ToArray(), 2e-5, "derivative");
        }
    }

    [Theory]
    [InlineData("first")]
    [InlineData("last")]
    [InlineData("mean")]
    public void The_tokens_that_the_score_is_read_from_are_found(string reads)
    {
        using var model = new TinyTransformer(Form.MatMul, reads).Load();
        var map = new AttentionWeights(model).Explain(TinyTransformer.Input(model), First);
        var (_, attention) = new TinyTransformer(Form.MatMul, reads).Evaluate();
        int[] rows = reads switch { "first" => [0], "last" => [Tokens - 1], _ => [.. Enumerable.Range(0, Tokens)] };
        float[] expected = [.. Enumerable.Range(0, Tokens).Select(key => (float)rows.Average(row => Enumerable.Range(0, TinyTransformer.Heads).Average(head => attention[1, head, row, key])))];
        Near.Equal(expected, map.ToArray(), 1e-6, reads);
        Assert.Equal((MapKind.Elements, null), (map.Kind, map.Layer));
        Assert.Contains(map.Diagnostics.Notes, note => note.Contains(reads == "mean" ? "No class token" : $"token {rows[0]} (of 5", StringComparison.Ordinal));
    }

    [Fact]
    public void Rollout_is_the_product_of_explicit_matrices_and_its_rows_sum_to_one()
    {
        var witness = new TinyTransformer(Form.MatMul, "first");
        using var model = witness.Load();
        var (_, attention) = witness.Evaluate();
        foreach (var (name, fusion) in HeadFusions.All)
        {
            double[,] rollout = Identity();
            for (int block = 0; block < TinyTransformer.Blocks; block++)
            {
                rollout = Product(Rows(Filled((i, j) => Fused(attention, block, i, j, fusion) + (i == j ? 1 : 0))), rollout);
            }

            for (int row = 0; row < Tokens; row++)
            {
                float[] map = new AttentionRollout(model, new() { Heads = fusion, Row = TokenRow.At(row) }).Explain(TinyTransformer.Input(model), First).ToArray();
                Near.Equal(Row(rollout, row), map, 1e-6, $"{name}, row {row}");
                Assert.Equal(1, map.Sum(value => (double)value), 6);
            }
        }
    }

    [Fact]
    public void Rollout_of_attention_to_oneself_is_the_identity()
    {
        float[] identity = [.. Enumerable.Range(0, 2 * 9).Select(i => i % 9 % 4 == 0 ? 1f : 0f)];
        using var model = new TinyTransformer(Form.MatMul, "first").Load();
        var state = StateOf(model, identity, identity, 2, 3, 3);
        for (int row = 0; row < 3; row++)
        {
            float[] expected = [.. Enumerable.Range(0, 3).Select(i => i == row ? 1f : 0f)];
            Assert.Equal(expected, Aggregator.Rollout(HeadFusion.Mean, 0, 0, TokenRow.At(row)).Apply([state, state, state]).Values);
        }
    }

    [Fact]
    public void Rollout_discards_the_smallest_weights_and_starts_where_it_is_told()
    {
        using var model = new TinyTransformer(Form.MatMul, "first").Load();
        var first = StateOf(model, [0.5f, 0.5f, 0.5f, 0.5f], new float[4], 1, 2, 2);
        var second = StateOf(model, [0.9f, 0.1f, 0.2f, 0.8f], new float[4], 1, 2, 2);
        // Of 4 weights, 2 go: 0.1 and 0.2. Rows (1.9, 0) and (0, 1.8) become the identity.
        Assert.Equal([1, 0], Aggregator.Rollout(HeadFusion.Mean, 0.5, 1, TokenRow.At(0)).Apply([first, second]).Values);
        Assert.Equal([0.95f, 0.05f], Aggregator.Rollout(HeadFusion.Mean, 0, 1, TokenRow.At(0)).Apply([first, second]).Values);
        var problem = Assert.Throws<UnmaskException>(() => Aggregator.Rollout(HeadFusion.Mean, 0, 2, TokenRow.At(0)).Apply([first, second]));
        Assert.Contains("2 attention maps", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("first", 0)]
    [InlineData("mean", 1)]
    public void Generic_attention_is_the_update_of_explicit_matrices(string reads, int target)
    {
        var witness = new TinyTransformer(Form.Einsum, reads);
        using var model = witness.Load();
        var (_, attention) = witness.Evaluate();
        var derivative = witness.Derivative(target);
        double[,] relevance = Identity();
        for (int block = 0; block < TinyTransformer.Blocks; block++)
        {
            var gained = Product(Filled((i, j) => Enumerable.Range(0, TinyTransformer.Heads).Average(head => Math.Max(0, attention[block, head, i, j] * derivative[block, head, i, j]))), relevance);
            relevance = Filled((i, j) => relevance[i, j] + gained[i, j]);
        }

        int[] rows = reads == "first" ? [0] : [.. Enumerable.Range(0, Tokens)];
        float[] expected = [.. Enumerable.Range(0, Tokens).Select(j => (float)rows.Average(i => relevance[i, j] - (i == j ? 1 : 0)))];
        var map = new GenericAttention(model).Explain(TinyTransformer.Input(model), Target.Class(target));
        Near.Equal(expected, map.ToArray(), 2e-6, "relevance");
        Assert.All(map.ToArray(), value => Assert.True(value >= 0));
        Assert.Contains(expected, value => value > 1e-3);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Transformer_attribution_is_the_product_of_explicit_matrices(bool normalize)
    {
        // With the derivative as the second rule set the relevance of the weights is A ⊙ ∇A.
        var witness = new TinyTransformer(Form.MatMul, "first");
        using var model = witness.Load();
        var (_, attention) = witness.Evaluate();
        var derivative = witness.Derivative(1);
        double[,] product = Identity();
        for (int block = 0; block < TinyTransformer.Blocks; block++)
        {
            var gained = Filled((i, j) => (i == j ? 1 : 0) + Enumerable.Range(0, TinyTransformer.Heads).Average(head => attention[block, head, i, j] * derivative[block, head, i, j] * derivative[block, head, i, j]));
            product = Product(normalize ? Rows(gained) : gained, product);
        }

        var recipe = TransformerAttribution.Recipe(new() { Normalize = normalize }) with { SecondRules = RuleSet.Gradient };
        var map = new MultiplierProbe(model, "attribution", recipe).Explain(TinyTransformer.Input(model), Target.Class(1));
        Near.Equal(Row(product, 0), map.ToArray(), 1e-5, "map");
        Assert.Contains("second rule set", Assert.Throws<UnmaskException>(() => new MultiplierProbe(model, "none", recipe with { SecondRules = null }).Explain(TinyTransformer.Input(model), First)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_papers_relevance_of_the_weights_is_what_its_rules_alone_give()
    {
        var witness = new TinyTransformer(Form.MatMul, "first");
        using var model = witness.Load();
        var input = TinyTransformer.Input(model);
        var derivative = witness.Derivative(1);
        var rules = Composites.Complete(Composites.TransformerAttribution);
        string embedding = Cut.Embedding.Resolve(model).Single().Value;
        string[] cuts = [.. Cut.Attention.Resolve(model).Select(cut => cut.Value)];
        var program = model.GradientProgram(new(embedding, [.. cuts, embedding], Score.Logit, rules, Alone: true));
        var (fed, sizes) = model.ValueOf(embedding, input, default);
        var feeds = new Dictionary<string, TensorData> { [embedding] = TensorData.Adopt(fed, [1, .. sizes.Select(size => (long)size)]), [program.Seeds[0]] = TensorData.Adopt(new float[] { 0, 1, 0 }, 1, 3) };
        foreach (var other in program.Inputs.Where(value => value.Name == "ids"))
        {
            feeds[other.Name] = TensorData.Adopt((long[])TinyTransformer.Ids.Clone(), 1, Tokens);
        }

        var results = program.RunAll(feeds, default);
        double[,] product = Identity();
        double total = 0;
        for (int block = 0; block < cuts.Length; block++)
        {
            float[] multiplier = results[1 + block].AsSpan<float>().ToArray(), weights = results[1 + cuts.Length + 1 + block].AsSpan<float>().ToArray();
            double At(int head, int i, int j) => (((head * Tokens) + i) * Tokens) + j is var at ? Math.Max(0, derivative[block, head, i, j] * weights[at] * multiplier[at]) : 0;
            product = Product(Filled((i, j) => (i == j ? 1 : 0) + Enumerable.Range(0, TinyTransformer.Heads).Average(head => At(head, i, j))), product);
            total += weights.Zip(multiplier, (weight, m) => Math.Abs((double)weight * m)).Sum();
        }

        var map = new TransformerAttribution(model).Explain(input, Target.Class(1));
        Near.Equal(Row(product, 0), map.ToArray(), 1e-5, "map");
        Assert.True(total > 1e-3, "no relevance reached the weights");
    }

    [Fact]
    public void Attention_grad_cam_weighs_heads_by_their_mean_derivative()
    {
        var witness = new TinyTransformer(Form.Joined, "first");
        using var model = witness.Load();
        var (_, attention) = witness.Evaluate();
        var derivative = witness.Derivative(0);
        double Weight(int head) => Enumerable.Range(0, Tokens).Average(key => derivative[1, head, 0, key]);
        float[] expected = [.. Enumerable.Range(0, Tokens).Select(key => (float)Enumerable.Range(0, TinyTransformer.Heads).Sum(head => Weight(head) * attention[1, head, 0, key]))];
        Near.Equal(expected, new AttentionGradCam(model).Explain(TinyTransformer.Input(model), First).ToArray(), 2e-6, "map");
    }

    [Fact]
    public void An_earlier_attention_is_read_by_its_name()
    {
        using var model = new TinyTransformer(Form.MatMul, "first").Load();
        string name = Cut.Attention.Resolve(model)[0].Value;
        var (_, attention) = new TinyTransformer(Form.MatMul, "first").Evaluate();
        float[] expected = [.. Enumerable.Range(0, Tokens).Select(key => (float)Enumerable.Range(0, TinyTransformer.Heads).Max(head => attention[0, head, 0, key]))];
        Near.Equal(expected, new AttentionWeights(model, new() { Layer = Cut.Layer(name), Heads = HeadFusion.Max }).Explain(TinyTransformer.Input(model), First).ToArray(), 1e-6, "first block");
    }

    [Fact]
    public void What_has_no_attention_or_is_none_is_refused()
    {
        using var convolutions = SmallNets.Load(biases: true);
        var problem = Assert.Throws<LayerNotFoundException>(() => new AttentionRollout(convolutions).Explain(SmallNets.Input(convolutions), First));
        Assert.Contains("looked for was a Softmax", problem.Message, StringComparison.Ordinal);
        Assert.Contains("no attention", Catalogue.Find(GenericAttention.Id).Obstacle(convolutions), StringComparison.Ordinal);
        using var model = new TinyTransformer(Form.MatMul, "first").Load();
        var other = Assert.Throws<UnmaskException>(() => new AttentionWeights(model, new() { Layer = Cut.Embedding }).Explain(TinyTransformer.Input(model), First));
        Assert.Contains("not one attention map", other.Message, StringComparison.Ordinal);
        var row = Assert.Throws<UnmaskException>(() => new AttentionWeights(model, new() { Row = TokenRow.At(5) }).Explain(TinyTransformer.Input(model), First));
        Assert.Contains("has 5 queries", row.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Windows_and_merged_tokens_are_refused()
    {
        using var model = new TinyTransformer(Form.MatMul, "first").Load();
        var windows = StateOf(model, new float[16], new float[16], 2, 2, 2) with { Sizes = [2, 2, 2, 2] };
        Assert.Contains("within windows", Assert.Throws<UnmaskException>(() => Aggregator.GenericAttention(TokenRow.Mean).Apply([windows])).Message, StringComparison.Ordinal);
        var (many, few) = (StateOf(model, new float[9], new float[9], 1, 3, 3), StateOf(model, new float[4], new float[4], 1, 2, 2));
        Assert.Contains("hierarchical", Assert.Throws<UnmaskException>(() => Aggregator.Rollout(HeadFusion.Mean, 0, 0, TokenRow.Mean).Apply([many, few])).Message, StringComparison.Ordinal);
        Assert.Contains("hierarchical", Assert.Throws<UnmaskException>(() => Aggregator.GenericAttention(TokenRow.Mean).Apply([many, few])).Message, StringComparison.Ordinal);
    }

    private static CutState StateOf(Model model, float[] weights, float[] multipliers, int heads, int queries, int keys) => new()
    {
        Value = weights,
        Multiplier = multipliers,
        Sizes = [heads, queries, keys],
        Grid = null,
        Name = "weights",
        Input = TinyTransformer.Input(model),
        Attention = new("q", "k", "s", "weights", "v", "o"),
    };

    private static float[] Of(double[,,,] all, int block) => [.. all.Cast<double>().Skip(block * TinyTransformer.Heads * Tokens * Tokens).Take(TinyTransformer.Heads * Tokens * Tokens).Select(value => (float)value)];

    private static double Fused(double[,,,] attention, int block, int i, int j, HeadFusion fusion)
    {
        var heads = Enumerable.Range(0, TinyTransformer.Heads).Select(head => attention[block, head, i, j]);
        return fusion switch { HeadFusion.Max => heads.Max(), HeadFusion.Min => heads.Min(), _ => heads.Average() };
    }

    private static double[,] Identity() => Filled((i, j) => i == j ? 1 : 0);

    private static double[,] Rows(double[,] matrix) => Filled((i, j) => matrix[i, j] / Enumerable.Range(0, Tokens).Sum(k => matrix[i, k]));

    private static double[,] Product(double[,] one, double[,] other) => Filled((i, j) => Enumerable.Range(0, Tokens).Sum(k => one[i, k] * other[k, j]));

    private static float[] Row(double[,] matrix, int row) => [.. Enumerable.Range(0, Tokens).Select(j => (float)matrix[row, j])];

    private static double[,] Filled(Func<int, int, double> value)
    {
        double[,] matrix = new double[Tokens, Tokens];
        for (int i = 0; i < Tokens; i++)
        {
            for (int j = 0; j < Tokens; j++)
            {
                matrix[i, j] = value(i, j);
            }
        }

        return matrix;
    }
}
