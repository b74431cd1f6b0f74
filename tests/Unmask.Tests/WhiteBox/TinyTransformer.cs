using Unmask.Graphs;
using Unmask.Probing;
using Unmask.Tests.Support;

namespace Unmask.Tests.WhiteBox;

/// <summary>How a transformer is written down, and what its score is read from.</summary>
internal enum Form
{
    /// <summary>MatMul, scaled behind; Dropout and Cast on the weights.</summary>
    MatMul,

    /// <summary>Both products as Einsum.</summary>
    Einsum,

    /// <summary>Heads in the first axis, a mask by Where, and a scale before the product.</summary>
    Joined,

    /// <summary>The standard's operator of version 23.</summary>
    Standard,

    /// <summary>com.microsoft.MultiHeadAttention.</summary>
    MultiHead,

    /// <summary>com.microsoft.Attention.</summary>
    Projecting,
}

/// <summary>
/// A transformer on token ids, once as an ONNX graph and once computed here in double precision, attention weights open to changes: an independent
/// witness for values and derivatives. Five tokens, two heads of four features, two blocks, three classes.
/// </summary>
internal sealed class TinyTransformer(Form form, string reads)
{
    public const int Tokens = 5, Heads = 2, Features = 8, Blocks = 2, Classes = 3, Words = 7;

    public static readonly long[] Ids = [3, 1, 6, 0, 2];

    private const int HeadSize = Features / Heads;

    private static readonly double Scale = 1 / Math.Sqrt(HeadSize);

    private readonly Dictionary<string, float[]> _weights = [];

    public Model Load() => Model.FromGraph(Graph(), new() { OutputKind = OutputKind.Logits });

    public static ModelInput Input(Model model) => model.Prepare(TensorData.Adopt((long[])Ids.Clone(), 1, Tokens))[0];

    public Graph Graph()
    {
        var b = new GraphBuilder("tiny", form == Form.Standard ? 23 : OperatorSets.Working);
        string x = b.Add("Gather", [W(b, "embedding", Words, Features), b.Input("ids", ElementType.Int64, new Shape(Dimension.Named("N"), Tokens))], "embedding");
        x = b.Add("Add", [x, W(b, "positions", Tokens, Features)]);
        for (int block = 0; block < Blocks; block++)
        {
            x = b.Add("Add", [x, b.Add("MatMul", [Attend(b, x, block), W(b, $"o{block}", Features, Features)])]);
            x = b.Add("Add", [x, b.Add("MatMul", [b.Add("Relu", [b.Add("MatMul", [x, W(b, $"up{block}", Features, Features)])]), W(b, $"down{block}", Features, Features)])]);
        }

        string read = reads == "mean" ? b.Add("ReduceMean", [x, b.Constant([1L])], null, ("keepdims", 0L))
            : b.Add("Gather", [x, b.Constant(TensorData.Scalar(reads == "first" ? 0L : Tokens - 1))], null, ("axis", 1L));
        b.OutputAs(b.Add("MatMul", [read, W(b, "head", Features, Classes)]), "y", ElementType.Float32, new Shape(Dimension.Named("N"), Classes));
        var graph = b.Build();
        return graph with { Opsets = graph.Opsets.SetItem("com.microsoft", 1) };
    }

    /// <summary>Logits and attention weights, [block, head, query, key], computed here.</summary>
    /// <param name="change">What is done to the weights before they are used.</param>
    public (double[] Logits, double[,,,] Attention) Evaluate(Action<double[,,,], int>? change = null)
    {
        if (_weights.Count == 0)
        {
            Graph();
        }

        double[,,,] attention = new double[Blocks, Heads, Tokens, Tokens];
        double[,] x = new double[Tokens, Features];
        Each(Tokens, Features, (i, f) => x[i, f] = _weights["embedding"][(Ids[i] * Features) + f] + _weights["positions"][(i * Features) + f]);
        for (int block = 0; block < Blocks; block++)
        {
            double[,] q = Times(x, $"q{block}"), k = Times(x, $"k{block}"), v = Times(x, $"v{block}"), mixed = new double[Tokens, Features];
            Softmax(attention, block, q, k);
            change?.Invoke(attention, block);
            for (int head = 0; head < Heads; head++)
            {
                Each(Tokens, HeadSize, (i, f) => mixed[i, (head * HeadSize) + f] = Enumerable.Range(0, Tokens).Sum(j => attention[block, head, i, j] * v[j, (head * HeadSize) + f]));
            }

            x = Plus(x, Times(mixed, $"o{block}"));
            double[,] up = Times(x, $"up{block}");
            Each(Tokens, Features, (i, f) => up[i, f] = Math.Max(0, up[i, f]));
            x = Plus(x, Times(up, $"down{block}"));
        }

        double[] read = [.. Enumerable.Range(0, Features).Select(f => reads switch
        {
            "mean" => Enumerable.Range(0, Tokens).Average(i => x[i, f]),
            "first" => x[0, f],
            _ => x[Tokens - 1, f],
        })];
        return ([.. Enumerable.Range(0, Classes).Select(c => Enumerable.Range(0, Features).Sum(f => read[f] * _weights["head"][(f * Classes) + c]))], attention);
    }

    /// <summary>∂ logit ÷ ∂ A by central differences.</summary>
    public double[,,,] Derivative(int target)
    {
        const double step = 1e-4;
        double[,,,] derivative = new double[Blocks, Heads, Tokens, Tokens];
        for (int n = 0; n < derivative.Length; n++)
        {
            var (block, head, query, key) = (n / (Heads * Tokens * Tokens), n / (Tokens * Tokens) % Heads, n / Tokens % Tokens, n % Tokens);
            double At(double by) => Evaluate((attention, now) => attention[block, head, query, key] += now == block ? by : 0).Logits[target];
            derivative[block, head, query, key] = (At(step) - At(-step)) / (2 * step);
        }

        return derivative;
    }

    private static void Softmax(double[,,,] attention, int block, double[,] q, double[,] k)
    {
        for (int head = 0; head < Heads; head++)
        {
            Each(Tokens, Tokens, (i, j) => attention[block, head, i, j] = Math.Exp(Scale * Enumerable.Range(head * HeadSize, HeadSize).Sum(f => q[i, f] * k[j, f])));
            for (int i = 0; i < Tokens; i++)
            {
                double sum = Enumerable.Range(0, Tokens).Sum(j => attention[block, head, i, j]);
                Each(1, Tokens, (_, j) => attention[block, head, i, j] /= sum);
            }
        }
    }

    private string Attend(GraphBuilder b, string x, int block)
    {
        string[] weights = ["q", "k", "v"];
        if (form == Form.Projecting)
        {
            float[][] parts = [.. weights.Select(name => Values($"{name}{block}", Features, Features))];
            float[] packed = new float[Features * 3 * Features];
            Each(Features, 3 * Features, (row, column) => packed[(row * 3 * Features) + column] = parts[column / Features][(row * Features) + (column % Features)]);
            string w = b.Constant(TensorData.Adopt(packed, Features, 3 * Features), $"qkv{block}");
            string bias = b.Constant(TensorData.Adopt(new float[3 * Features], 3 * Features));
            return Add(b, "com.microsoft", "Attention", [x, w, bias], ("num_heads", (long)Heads));
        }

        string[] qkv = [.. weights.Select(name => b.Add("MatMul", [x, W(b, $"{name}{block}", Features, Features)]))];
        return form switch
        {
            Form.Standard => b.Add("Attention", qkv, null, ("q_num_heads", (long)Heads), ("kv_num_heads", (long)Heads)),
            Form.MultiHead => Add(b, "com.microsoft", "MultiHeadAttention", qkv, ("num_heads", (long)Heads)),
            _ => Join(b, Mixture(b, Split(b, qkv[0]), Split(b, qkv[1]), Split(b, qkv[2]))),
        };
    }

    private string Mixture(GraphBuilder b, string q, string k, string v)
    {
        string scale = b.Constant((float)Scale);
        if (form == Form.Einsum)
        {
            string scores = b.Add("Mul", [b.Add("Einsum", [q, k], null, ("equation", "bhid,bhjd->bhij")), scale]);
            return b.Add("Einsum", [v, b.Add("Softmax", [scores])], null, ("equation", "bhjd, bhij -> bhid"));
        }

        if (form == Form.MatMul)
        {
            string scores = b.Add("Div", [b.Add("MatMul", [q, Transposed(b, k, 0, 1, 3, 2)]), b.Constant((float)Math.Sqrt(HeadSize))]);
            string weights = b.Add("Cast", [b.Add("Dropout", [b.Add("Softmax", [scores], null, ("axis", 3L))])], null, ("to", (long)ElementType.Float32));
            return b.Add("MatMul", [weights, v]);
        }

        string[] flat = [.. new[] { b.Add("Mul", [q, scale]), k, v }.Select(each => b.Add("Reshape", [each, b.Constant([-1L, Tokens, HeadSize])]))];
        string product = b.Add("MatMul", [flat[0], Transposed(b, flat[1], 0, 2, 1)]);
        string masked = b.Add("Where", [b.Constant(TensorData.Adopt(new[] { true }, 1)), product, b.Constant(-1e9f)]);
        return b.Add("Reshape", [b.Add("MatMul", [b.Add("Softmax", [masked], null, ("axis", -1L)), flat[2]]), b.Constant([-1L, Heads, Tokens, HeadSize])]);
    }

    private static string Split(GraphBuilder b, string x) => Transposed(b, b.Add("Reshape", [x, b.Constant([0L, 0, Heads, HeadSize])]), 0, 2, 1, 3);

    private static string Join(GraphBuilder b, string x) => b.Add("Reshape", [Transposed(b, x, 0, 2, 1, 3), b.Constant([0L, 0, Features])]);

    private static string Transposed(GraphBuilder b, string x, params long[] order) => b.Add("Transpose", [x], null, ("perm", new NodeAttribute.Ints([.. order])));

    private static string Add(GraphBuilder b, string domain, string opType, string[] inputs, (string Name, NodeAttribute Value) attribute) =>
        b.AddNode(new Node($"{opType}_of_{inputs[1]}", opType, [.. inputs], [$"{opType}_of_{inputs[1]}_out"]) { Domain = domain }.With(attribute.Name, attribute.Value)).Outputs[0];

    private string W(GraphBuilder b, string name, int rows, int columns) => b.Constant(TensorData.Adopt(Values(name, rows, columns), rows, columns), name);

    private float[] Values(string name, int rows, int columns)
    {
        if (!_weights.TryGetValue(name, out float[]? values))
        {
            ulong seed = name.Aggregate(7UL, (sum, letter) => (sum * 31) + letter);
            float scale = name is "embedding" or "positions" ? 1.2f : 1.7f / MathF.Sqrt(rows);
            _weights[name] = values = [.. LinearModels.Values(rows * columns, seed).Select(value => value * scale)];
        }

        return values;
    }

    private double[,] Times(double[,] x, string name)
    {
        double[,] product = new double[x.GetLength(0), Features];
        Each(product.GetLength(0), Features, (i, f) => product[i, f] = Enumerable.Range(0, Features).Sum(g => x[i, g] * _weights[name][(g * Features) + f]));
        return product;
    }

    private static double[,] Plus(double[,] one, double[,] other)
    {
        double[,] sum = new double[Tokens, Features];
        Each(Tokens, Features, (i, f) => sum[i, f] = one[i, f] + other[i, f]);
        return sum;
    }

    private static void Each(int rows, int columns, Action<int, int> visit)
    {
        for (int i = 0; i < rows * columns; i++)
        {
            visit(i / columns, i % columns);
        }
    }
}
