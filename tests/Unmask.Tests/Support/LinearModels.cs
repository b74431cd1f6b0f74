using System.Collections.Immutable;
using System.Numerics.Tensors;
using Unmask.Graphs;
using Unmask.Probing;

namespace Unmask.Tests.Support;

/// <summary>f(x) = b + Σ w·x, one output for each row of w: the model on which most methods have a closed form.</summary>
internal static class LinearModels
{
    /// <summary>As an ONNX graph on [N, channels, height, width].</summary>
    public static Graph Graph(float[][] weights, float[] bias, int channels, int height, int width)
    {
        var builder = new GraphBuilder("linear");
        string x = builder.Input("x", ElementType.Float32, new Shape(Dimension.Named("N"), channels, height, width));
        string flat = builder.Add("Flatten", [x], null, ("axis", 1L));
        string w = builder.Constant(TensorData.Adopt(weights.SelectMany(row => row).ToArray(), weights.Length, channels * height * width), "w");
        string y = builder.Add("Gemm", [flat, w, builder.Constant(TensorData.Vector<float>(bias), "b")], null, ("transB", 1L));
        builder.OutputAs(y, "y", ElementType.Float32, new Shape(Dimension.Named("N"), weights.Length));
        return builder.Build();
    }

    /// <summary>The same as a function.</summary>
    public static Func<Tensor<float>, Tensor<float>> Function(float[][] weights, float[] bias) => batch =>
    {
        int items = (int)batch.Lengths[0], length = (int)batch.FlattenedLength / items;
        float[] values = new float[(int)batch.FlattenedLength];
        batch.FlattenTo(values);
        float[] scores = new float[items * weights.Length];
        for (int item = 0; item < items; item++)
        {
            for (int k = 0; k < weights.Length; k++)
            {
                scores[(item * weights.Length) + k] = bias[k] + TensorPrimitives.Dot<float>(weights[k], values.AsSpan(item * length, length));
            }
        }

        return Tensor.Create(scores, [items, weights.Length]);
    };

    public static InputLayout Layout(int channels, int height, int width) => new(AxisOrder.ChannelsFirst, ImmutableArray.Create(channels, height, width));

    /// <summary>Reproducible values in [−1, 1).</summary>
    public static float[] Values(int count, ulong seed)
    {
        var random = Rng.At(seed, 0);
        float[] values = new float[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = (random.NextSingle() * 2) - 1;
        }

        return values;
    }

    public static Model Load(float[][] weights, float[] bias, int channels, int height, int width, ModelOptions? options = null) =>
        Model.FromGraph(Graph(weights, bias, channels, height, width), (options ?? new()) with { OutputKind = OutputKind.Logits });
}
