using Unmask.Graphs;
using Unmask.Probing;
using Unmask.Tests.Support;

namespace Unmask.Tests.WhiteBox;

/// <summary>Models as people really export them: the gradient of a linear one is its weights, in the input's own axes, whatever the form.</summary>
public sealed class AwkwardGradientTests
{
    private const int Side = 8;
    private const int Count = 3 * Side * Side;
    private static readonly float[] Weights = LinearModels.Values(2 * Count, 1);
    private static readonly float[] First = Weights[..Count];

    [Fact]
    public void A_batch_that_cannot_be_freed_is_run_item_by_item()
    {
        var builder = new GraphBuilder("frozen");
        string x = builder.Input("x", ElementType.Float32, new Shape(1, 3, Side, Side));
        // The mean over the whole batch makes two items together differ from each alone.
        string mean = builder.Add("Mul", [builder.Add("ReduceMean", [x], null, ("keepdims", 1L)), builder.Constant(0.1f)]);
        using var model = Model.FromGraph(Finish(builder, builder.Add("Flatten", [builder.Add("Add", [x, mean])], null, ("axis", 1L)), 1));
        Assert.Equal(1, model.FrozenBatch);
        float[] expected = [.. First.Select(weight => weight + (0.1f * First.Sum() / Count))];
        Near.Equal(expected, Explain(model, new InputGradient(model)), 1e-5, "gradient");
        Near.Equal(expected, Explain(model, new SmoothGrad(model, new() { Samples = 3 })), 1e-5, "smoothgrad");
    }

    [Fact]
    public void Channels_last_keep_their_axes()
    {
        var builder = new GraphBuilder("nhwc");
        string x = builder.Input("x", ElementType.Float32, new Shape(Dimension.Named("N"), Side, Side, 3));
        using var model = Model.FromGraph(Finish(builder, builder.Add("Flatten", [x], null, ("axis", 1L)), Dimension.Named("N")));
        var input = model.Prepare(TensorData.Adopt(LinearModels.Values(Count, 3), 1, Side, Side, 3))[0];
        var explanation = new InputGradient(model).Explain(input, Target.Class(0));
        Near.Equal(First, explanation.ToArray(), 1e-6, "gradient");
        float[,] map = explanation.ToMap();
        Assert.Equal(First.AsSpan(((2 * Side) + 5) * 3, 3).ToArray().Max(Math.Abs), map[2, 5], 6);
    }

    [Fact]
    public void Half_floats_have_gradients()
    {
        var builder = new GraphBuilder("half");
        string x = builder.Input("x", ElementType.Float16, new Shape(Dimension.Named("N"), 3, Side, Side));
        string w = builder.Constant(TensorData.Adopt(Array.ConvertAll(Weights, value => (Half)value), 2, Count), "w");
        builder.OutputAs(builder.Add("Gemm", [builder.Add("Flatten", [x], null, ("axis", 1L)), w], null, ("transB", 1L)), "y", ElementType.Float16, new Shape(Dimension.Named("N"), 2));
        using var model = Model.FromGraph(builder.Build());
        Near.Equal(First, Explain(model, new InputGradient(model)), 1e-3, "gradient");
    }

    [Fact]
    public void Pictures_in_bytes_are_explained_where_they_become_floats()
    {
        var builder = new GraphBuilder("bytes");
        string x = builder.Input("x", ElementType.UInt8, new Shape(Dimension.Named("N"), 3, Side, Side));
        string floats = builder.Add("Cast", [x], null, ("to", (long)ElementType.Float32));
        using var model = Model.FromGraph(Finish(builder, builder.Add("Flatten", [floats], null, ("axis", 1L)), Dimension.Named("N")));
        float[] bytes = [.. Enumerable.Range(0, Count).Select(i => (float)(i % 256))];
        var input = model.Prepare(TensorConversion.FromFloats(bytes, ElementType.UInt8, 1, 3, Side, Side))[0];
        Near.Equal(First, new InputGradient(model).Explain(input, Target.Class(0)).ToArray(), 1e-6, "gradient");
        Near.Equal([.. First.Zip(bytes, (weight, value) => weight * value)], new IntegratedGradients(model, new() { Steps = 4 }).Explain(input, Target.Class(0)).ToArray(), 1e-3, "integrated gradients");
    }

    [Fact]
    public void Other_inputs_are_repeated_for_a_batch()
    {
        var builder = new GraphBuilder("two");
        string x = builder.Input("x", ElementType.Float32, new Shape(Dimension.Named("N"), 3, Side, Side));
        string scale = builder.Input("scale", ElementType.Float32, new Shape(Dimension.Named("N"), 1));
        using var model = Model.FromGraph(Finish(builder, builder.Add("Mul", [builder.Add("Flatten", [x], null, ("axis", 1L)), scale]), Dimension.Named("N")));
        var others = new Dictionary<string, TensorData> { ["scale"] = TensorData.Adopt(new float[] { 3 }, 1, 1) };
        var input = model.Prepare(TensorData.Adopt(LinearModels.Values(Count, 3), 1, 3, Side, Side), others)[0];
        Near.Equal([.. First.Select(weight => 3 * weight)], new SmoothGrad(model, new() { Samples = 5 }).Explain(input, Target.Class(0)).ToArray(), 1e-5, "smoothgrad");
    }

    [Fact]
    public void A_segmenter_and_a_detector_are_differentiated_at_their_strongest_place()
    {
        var builder = new GraphBuilder("segmenter");
        string x = builder.Input("x", ElementType.Float32, new Shape(Dimension.Named("N"), 3, Side, Side));
        float[] w = LinearModels.Values(2 * 3, 5);
        string y = builder.Add("Conv", [x, builder.Constant(TensorData.Adopt(w, 2, 3, 1, 1), "w")]);
        builder.OutputAs(y, "y", ElementType.Float32, new Shape(Dimension.Named("N"), 2, Side, Side));
        using var model = Model.FromGraph(builder.Build(), new() { OutputKind = OutputKind.Segmentation });
        float[] picture = LinearModels.Values(Count, 3);
        float[] gradient = Explain(model, new InputGradient(model), picture);
        int strongest = Enumerable.Range(0, Side * Side).MaxBy(place => Enumerable.Range(0, 3).Sum(channel => w[channel] * picture[(channel * Side * Side) + place]));
        float[] expected = new float[Count];
        for (int channel = 0; channel < 3; channel++)
        {
            expected[(channel * Side * Side) + strongest] = w[channel];
        }

        Near.Equal(expected, gradient, 1e-6, "one place");
    }

    private static float[] Explain(Model model, IExplainer explainer, float[]? picture = null) =>
        explainer.Explain(model.Prepare(TensorData.Adopt(picture ?? LinearModels.Values(Count, 3), 1, 3, Side, Side))[0], Target.Class(0)).ToArray();

    private static Graph Finish(GraphBuilder builder, string flat, Dimension batch)
    {
        string w = builder.Constant(TensorData.Adopt(Weights, 2, Count), "w");
        builder.OutputAs(builder.Add("Gemm", [flat, w], null, ("transB", 1L)), "y", ElementType.Float32, new Shape(batch, 2));
        return builder.Build();
    }
}
