using Unmask.Graphs;
using Unmask.Probing;

namespace Unmask;

/// <summary>Judges by its shape, or by what was declared, how an output becomes one score for each class.</summary>
internal static class OutputReading
{
    private const string Declare = "If it is, say so with --output-kind";

    /// <summary>The way from an output to scores of classes.</summary>
    /// <param name="output">The explained output.</param>
    /// <param name="input">The explained input.</param>
    /// <param name="options">What was declared.</param>
    /// <param name="own">The labels that the file itself states.</param>
    /// <exception cref="UnmaskException">The output is not what was declared, or it is not clear what it is.</exception>
    public static ScoreHead HeadOf(Value output, Value input, ModelOptions options, Labels? own)
    {
        int? labels = (options.Labels ?? own)?.Count;
        return options.OutputKind switch
        {
            OutputKind.Segmentation => Segmentation(output, input),
            OutputKind.Detections => Detections(output, labels),
            _ when IsPerClass(output.Shape) => new PerClass(),
            _ when output.Shape is { Rank: 4 } && IsPicture(input) => Segmentation(output, input),
            // Three axes may also be words of a sentence or features of places; a picture and exactly as many labels leave no doubt.
            _ when output.Shape is { Rank: 3 } shape && IsPicture(input) && labels is { } count && shape[2].Size == PerBox.BoxNumbers + count => new PerBox(),
            _ => throw new UnmaskException($"The output {output} is not one score for each class, and its shape does not say how to read it. "
                + $"Is it a segmentation [N, classes, H, W], or boxes [N, boxes, 5 + classes] (cx, cy, w, h, objectness, class probabilities)? {Declare} segmentation or "
                + "--output-kind detections; otherwise choose another output with --output."),
        };
    }

    /// <summary>[N], [N, K], [N, K, 1, 1] and whatever states no shape.</summary>
    private static bool IsPerClass(Shape? shape) => shape is not { Rank: > 2 } || shape.Skip(2).All(axis => axis.Size == 1);

    private static bool IsPicture(Value input) => ModelSignature.OrderOf(input) != AxisOrder.NotSpatial;

    private static PerPixel Segmentation(Value output, Value input) => output.Shape is null or { Rank: 4 }
        ? new PerPixel(ModelSignature.OrderOf(input) == AxisOrder.ChannelsLast)
        : throw new UnmaskException($"The output {output} was declared a segmentation, which has four axes: [N, classes, H, W]. Choose another with --output, or another --output-kind.");

    private static PerBox Detections(Value output, int? labels)
    {
        if (output.Shape is { } shape && (shape.Rank != 3 || shape[2].Size is <= PerBox.BoxNumbers))
        {
            throw new UnmaskException($"The output {output} was declared detections, which are [N, boxes, 5 + classes]: cx, cy, w, h, objectness, class probabilities. "
                + "Choose another with --output, or another --output-kind.");
        }

        return labels is not { } count || output.Shape?[2].Size is not { } numbers || numbers == PerBox.BoxNumbers + count
            ? new PerBox()
            : throw new UnmaskException($"The output {output} was declared detections, [N, boxes, 5 + classes]: that makes {numbers - PerBox.BoxNumbers} classes, but there are {count} labels. "
                + "Outputs without objectness or with the boxes on the last axis cannot be read; check --labels.");
    }
}
