using System.Collections.Immutable;
using Unmask.Graphs;
using Unmask.Training;

namespace Unmask.Maskers;

/// <summary>A value of the classifier that a masker reads: feature maps [N, channels, height, width].</summary>
/// <param name="Name">The value's name in the classifier.</param>
/// <param name="Channels">Maps.</param>
/// <param name="Height">Of a map.</param>
/// <param name="Width">Of a map.</param>
public sealed record Tap(string Name, int Channels, int Height, int Width)
{
    /// <summary>The tap of a name.</summary>
    /// <exception cref="UnmaskException">There is no such value, or it holds no feature maps of known sizes.</exception>
    internal static Tap Of(Graph classifier, string name)
    {
        ExposeValues.Run(classifier, [name]);
        return Find(classifier, name) ?? throw new UnmaskException($"A masker cannot read \"{name}\" ({classifier.ShapeOf(name)?.ToString() ?? "of unknown shape"}): feature maps [N, channels, height, width] are needed. `unmask inspect` lists the layers.");
    }

    /// <summary>
    /// The last feature maps of each size on the way from the input to the last layer, finest first: what each stage of the classifier hands on.
    /// </summary>
    internal static ImmutableArray<Tap> StagesOf(Graph classifier)
    {
        var trunk = TrunkOf(classifier);
        var last = new Dictionary<(int, int), Tap>();
        var path = PruneUnreachable.Run(ExposeValues.Run(classifier with { Outputs = [] }, [trunk]));
        foreach (var tap in path.Nodes.SelectMany(node => node.Outputs.Take(1)).Select(value => Find(classifier, value)).OfType<Tap>().Where(tap => tap.Height * tap.Width > 1))
        {
            last[(tap.Height, tap.Width)] = tap;
        }

        return [.. last.Values.OrderByDescending(tap => tap.Height * tap.Width)];
    }

    /// <summary>What the last layer reads; the output itself where no such layer can be found.</summary>
    private static string TrunkOf(Graph classifier)
    {
        try
        {
            return ClassifierHead.Find(classifier).Input;
        }
        catch (UnmaskException)
        {
            return classifier.Outputs[0].Name;
        }
    }

    private static Tap? Find(Graph classifier, string value) => classifier.TypeOf(value) is Graphs.ValueType.Tensor { Element: ElementType.Float32, Shape: { Rank: 4 } shape }
        && shape[1].Size is { } channels && shape[2].Size is { } height && shape[3].Size is { } width
        ? new(value, (int)channels, (int)height, (int)width)
        : null;
}
