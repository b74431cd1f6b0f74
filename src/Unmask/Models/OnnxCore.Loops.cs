using System.Collections.Immutable;
using Unmask.Graphs;

namespace Unmask;

/// <summary>Recurrences whose number of steps is only known of the input: a program of its own for each length.</summary>
internal sealed partial class OnnxCore
{
    // Whether there is a derivative does not depend on the number of steps.
    private const int AnySteps = 4;

    private bool? _stepsAreOpen;

    /// <summary>Whether loops may take their number of steps from sizes that the model leaves open.</summary>
    private bool StepsAreOpen => _stepsAreOpen ??= Inputs.Any(input => input.Shape is null || input.Shape.Skip(1).Any(axis => !axis.IsKnown))
        && _graph.Nodes.Any(node => node.OpType is "LSTM" or "GRU" or "RNN" or "Loop" or "Scan");

    /// <summary>The shapes of the model's inputs with the sizes that an input has, the batch left free; <c>null</c> where no loop asks for them.</summary>
    /// <param name="input">The input; <c>null</c>: any sizes.</param>
    public ImmutableSortedDictionary<string, Shape>? LoopShapes(ModelInput? input)
    {
        if (!StepsAreOpen)
        {
            return null;
        }

        var shapes = ImmutableSortedDictionary.CreateBuilder<string, Shape>(StringComparer.Ordinal);
        foreach (var declared in Inputs)
        {
            ImmutableArray<int>? sizes = input is null ? null
                : declared.Name == Explained.Name ? input.Layout.Sizes
                : input.Others.TryGetValue(declared.Name, out var other) && other.Dimensions.Length > 0 ? [.. other.Dimensions.Skip(1).Select(size => (int)size)] : null;
            if (ShapeWith(declared.Shape, sizes) is { } shape)
            {
                shapes.Add(declared.Name, shape);
            }
        }

        return shapes.ToImmutable();
    }

    private static Shape? ShapeWith(Shape? declared, ImmutableArray<int>? sizes) => (declared, sizes) switch
    {
        ({ Rank: > 0 }, _) => new([declared[0], .. declared.Skip(1).Select((axis, i) => axis.IsKnown ? axis : sizes is { } known ? known[i] : (Dimension)AnySteps)]),
        (null, { } known) => new([Dimension.Named("N"), .. known.Select(size => (Dimension)size)]),
        _ => null,
    };
}
