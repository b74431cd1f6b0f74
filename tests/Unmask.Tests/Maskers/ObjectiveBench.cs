using Unmask.Graphs;
using Unmask.Maskers;
using Unmask.Maskers.Engine;
using Unmask.Runtime;
using Unmask.Training;

namespace Unmask.Tests.Maskers;

/// <summary>A masker's objective on hand-made answers and masks, with its gradients.</summary>
internal sealed class ObjectiveBench : IDisposable
{
    public const int Height = 3;
    public const int Width = 4;

    private readonly Session _session;
    private readonly GradientProgram _program;
    private readonly string _accuracy;
    private readonly int _sides;
    private readonly int _classes;

    public ObjectiveBench(MaskerSide[] sides, ObjectiveTerm[] terms, int classes, bool fakes = false)
    {
        (_sides, _classes) = (sides.Length, classes);
        var builder = new GraphBuilder("answers");
        builder.Input("answers", ElementType.Float32, new Shape(Dimension.Unknown, classes));
        builder.Input(MaskerNames.Mask, ElementType.Float32, new Shape(Dimension.Named("N"), 1, Height, Width));
        builder.AddNode(new Node("full", "Identity", [MaskerNames.Mask], [MaskerNames.FullMask]));
        var tensor = new MaskTensor(MaskerNames.FullMask, [1, Height, Width], 2, 3);
        var values = new MaskerObjective([.. sides], [.. terms], fakes, tensor with { Name = MaskerNames.Mask }, tensor).Append(builder, new Value("answers", ElementType.Float32, new Shape(Dimension.Unknown, classes)));
        _accuracy = values.Accuracy!;
        _program = Gradient.Build(builder.Build(), values.Loss, ["answers", MaskerNames.Mask], new() { Expose = [_accuracy], ZerosWithoutPath = true });
        _session = Session.FromGraph(_program.Graph);
    }

    /// <summary>The loss, the part that is won, and the gradients by answers and masks.</summary>
    public (double Loss, double Won, float[] ByAnswers, float[] ByMasks) At(float[] answers, float[] masks, long[] labels, float[]? right = null, float[]? real = null)
    {
        var feeds = new Dictionary<string, TensorData>
        {
            ["answers"] = TensorData.Adopt(answers, _sides * labels.Length, _classes),
            [MaskerNames.Mask] = TensorData.Adopt(masks, labels.Length, 1, Height, Width),
            [MaskerNames.Label] = TensorData.Vector<long>(labels),
            [MaskerNames.WholeIsRight] = TensorData.Vector<float>(right ?? [.. labels.Select(_ => 1f)]),
            [MaskerNames.Real] = TensorData.Vector<float>(real ?? [.. labels.Select(_ => 1f)]),
            [_program.Seed] = TensorData.Scalar(1f),
        };
        var taken = feeds.Where(pair => _session.Inputs.Any(input => input.Name == pair.Key)).ToDictionary();
        var results = _session.Run(taken, [_program.Target, _accuracy, .. _program.Multipliers]);
        return (results[0].AsSpan<float>()[0], results[1].AsSpan<float>()[0], results[2].AsSpan<float>().ToArray(), results[3].AsSpan<float>().ToArray());
    }

    public void Dispose() => _session.Dispose();
}
