using Unmask.Graphs;
using Unmask.Tests.Support;

namespace Unmask.Tests.Autodiff;

/// <summary>Every relevance rule for layers against its formula on the layer's own matrix, which is read off by asking for the derivative of every output.</summary>
[Trait("Category", "Slow")]
public sealed class RelevanceRuleTests
{
    private const double Stabilizer = 1e-6;

    private static readonly (string Rule, Func<Layer, double[]> Formula)[] Rules =
    [
        ("epsilon(0)", layer => layer.Share((w, x) => w * x, z => z)),
        ("epsilon(0.25)", layer => layer.Share((w, x) => w * x, z => z + (0.25 * Sign(z)))),
        ("epsilon(0.25,no-bias)", layer => layer.Share((w, x) => w * x, (j, z) => z - layer.Bias[j] + (0.25 * Sign(z - layer.Bias[j])))),
        ("zplus", layer => layer.AlphaBeta(1, 0, bias: true)),
        ("zplus(no-bias)", layer => layer.AlphaBeta(1, 0, bias: false)),
        ("alphabeta(2,1)", layer => layer.AlphaBeta(2, 1, bias: true)),
        ("alphabeta(1.5,0.5,no-bias)", layer => layer.AlphaBeta(1.5, 0.5, bias: false)),
        ("gamma(0.25)", layer => layer.Gamma(0.25, bias: true)),
        ("gamma(0.25,no-bias)", layer => layer.Gamma(0.25, bias: false)),
        ("excitation", layer => layer.Excitation(1)),
        ("zplus(dead=epsilon)", layer => layer.AlphaBeta(1, 0, bias: true, rescues: true)),
        ("zplus(no-bias,dead=epsilon)", layer => layer.AlphaBeta(1, 0, bias: false, rescues: true)),
        ("alphabeta(2,1,dead=epsilon)", layer => layer.AlphaBeta(2, 1, bias: true, rescues: true)),
        ("excitation(dead=epsilon)", layer => layer.Excitation(1, rescues: true)),
        ("contrastive-excitation", layer => [.. layer.Excitation(1).Zip(layer.Excitation(-1), (one, other) => one - other)]),
        ("flat", layer => layer.Spread(w => w != 0 ? 1 : 0, _ => 0)),
        ("wsquare", layer => layer.Spread(w => w * w, b => b * b)),
        ("zbox(-1.5,2)", layer => layer.Box(-1.5, 2)),
    ];

    private static readonly string[] Layers = ["gemm", "gemm-transposed", "matmul-add", "conv", "conv-grouped", "conv-norm", "conv-mul-add", "transposed", "norm"];

    public static TheoryData<string, string, bool> Cases()
    {
        var cases = new TheoryData<string, string, bool>();
        foreach (string layer in Layers)
        {
            foreach (var (rule, _) in Rules)
            {
                cases.Add(layer, rule, false);
                cases.Add(layer, rule, true);
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_rule_is_its_formula_on_the_explicit_matrix(string kind, string rule, bool nonNegative)
    {
        // BatchNormalization of the input itself is preprocessing; behind a function it is a layer of its own.
        var (graph, shape) = LayerNets.Of(kind, nonNegative ? "Relu" : kind == "norm" ? "Tanh" : null);
        var layer = Layer.Read(graph, SmallNets.Values(31, shape));
        var program = Gradient.Build(graph, "y", ["h"], new() { Rules = RelevanceRun.Everywhere(rule), Expose = ["h"] });
        float[] found = RelevanceRun.Of(program, new Dictionary<string, TensorData> { ["x"] = SmallNets.Values(31, shape) }, layer.Seed, "h");
        double[] expected = Rules.Single(row => row.Rule == rule).Formula(layer);
        double scale = expected.Max(Math.Abs);
        Assert.True(scale > 1e-3, "nothing to compare");
        Near.Equal([.. expected.Select(value => (float)value)], found, 2e-4 * scale, $"{rule} on {kind}");
        Assert.Contains(program.Coverage, node => node.Rule == rule);
    }

    private static double Stable(double z) => z + (Stabilizer * Sign(z));

    private static double Sign(double z) => z >= 0 ? 1 : -1;

    /// <summary>z = W x + b, written out, with the relevance of z.</summary>
    private sealed class Layer(double[] x, double[][] w, double[] bias, double[] z, TensorData seed)
    {
        public double[] Bias => bias;

        public TensorData Seed => seed;

        private double[] Relevance { get; } = [.. z.Zip(seed.AsSpan<float>().ToArray(), (value, m) => value * m)];

        public static Layer Read(Graph graph, TensorData x)
        {
            var program = Gradient.Build(graph, "y", ["h"]);
            double[] h = Doubles(Forward(graph, x));
            var feed = new Dictionary<string, TensorData> { ["x"] = x };
            var shape = graph.Outputs[0].Shape!.ToSizes()!;
            int outputs = (int)shape.Aggregate(1L, (product, size) => product * size);
            double[][] rows = new double[outputs][];
            double[] z = [];
            for (int j = 0; j < outputs; j++)
            {
                float[] oneHot = new float[outputs];
                oneHot[j] = 1;
                var results = Derivative.Run(program, feed, TensorData.Adopt(oneHot, shape));
                (z, rows[j]) = (Doubles(results[0]), Doubles(results[1]));
            }

            double[] bias = [.. z.Select((value, j) => value - rows[j].Zip(h, (w, v) => w * v).Sum())];
            return new(h, rows, bias, z, SmallNets.Values(77, shape));
        }

        public double[] Share(Func<double, double, double> part, Func<double, double> denominator) => Share(part, (_, value) => denominator(value));

        public double[] Share(Func<double, double, double> part, Func<int, double, double> denominator) =>
            Each((i, j) => part(w[j][i], x[i]) / denominator(j, z[j]));

        public double[] AlphaBeta(double alpha, double beta, bool bias, bool rescues = false)
        {
            double[] positive = Sums((w, x) => Math.Max(w * x, 0), b => bias ? Math.Max(b, 0) : 0), negative = Sums((w, x) => Math.Min(w * x, 0), b => bias ? Math.Min(b, 0) : 0);
            return Each((i, j) => rescues && (positive[j] == 0 || (beta > 0 && negative[j] == 0))
                ? w[j][i] * x[i] / Stable(z[j] - (bias ? 0 : Bias[j]))
                : (alpha * Math.Max(w[j][i] * x[i], 0) / (positive[j] + Stabilizer)) - (beta * Math.Min(w[j][i] * x[i], 0) / (negative[j] - Stabilizer)));
        }

        // Where z > 0 positive contributions count 1 + γ times, else negative ones.
        public double[] Gamma(double gamma, bool bias)
        {
            double[] positive = Sums((w, x) => (w * x) + (gamma * Math.Max(w * x, 0)), b => bias ? b + (gamma * Math.Max(b, 0)) : 0);
            double[] negative = Sums((w, x) => (w * x) + (gamma * Math.Min(w * x, 0)), b => bias ? b + (gamma * Math.Min(b, 0)) : 0);
            return Each((i, j) => w[j][i] * x[i] is var part && z[j] - (bias ? 0 : Bias[j]) > 0
                ? (part + (gamma * Math.Max(part, 0))) / (positive[j] + Stabilizer)
                : (part + (gamma * Math.Min(part, 0))) / (negative[j] - Stabilizer));
        }

        public double[] Excitation(int sign, bool rescues = false)
        {
            double[] sums = Sums((w, x) => Math.Max(sign * w, 0) * Math.Max(x, 0), _ => 0), all = Sums((w, x) => w * Math.Max(x, 0), _ => 0);
            return Each((i, j) => sums[j] == 0 ? rescues ? w[j][i] * Math.Max(x[i], 0) / Stable(all[j]) : 0 : Math.Max(sign * w[j][i], 0) * Math.Max(x[i], 0) / sums[j]);
        }

        public double[] Spread(Func<double, double> weight, Func<double, double> bias)
        {
            double[] sums = Sums((w, _) => weight(w), bias);
            return Each((i, j) => weight(w[j][i]) / (sums[j] + Stabilizer));
        }

        public double[] Box(double low, double high)
        {
            double[] sums = Sums((w, x) => (w * x) - (Math.Max(w, 0) * low) - (Math.Min(w, 0) * high), _ => 0);
            return Each((i, j) => ((w[j][i] * x[i]) - (Math.Max(w[j][i], 0) * low) - (Math.Min(w[j][i], 0) * high)) / (sums[j] + (Stabilizer * Sign(sums[j]))));
        }

        private double[] Sums(Func<double, double, double> part, Func<double, double> ofBias) =>
            [.. w.Select((row, j) => row.Zip(x, part).Sum() + ofBias(bias[j]))];

        private double[] Each(Func<int, int, double> share) =>
            [.. Enumerable.Range(0, x.Length).Select(i => Enumerable.Range(0, z.Length).Sum(j => share(i, j) * Relevance[j]))];

        private static TensorData Forward(Graph graph, TensorData x)
        {
            using var session = Unmask.Runtime.Session.FromGraph(ExposeValues.Run(graph with { Outputs = [] }, ["h"]));
            return session.Run(new Dictionary<string, TensorData> { ["x"] = x })[0];
        }

        private static double[] Doubles(TensorData data) => [.. data.AsSpan<float>().ToArray().Select(value => (double)value)];
    }
}
