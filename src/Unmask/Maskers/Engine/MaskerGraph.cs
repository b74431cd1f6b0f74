using System.Collections.Immutable;
using Unmask.Graphs;
using Unmask.Training;

namespace Unmask.Maskers.Engine;

/// <summary>
/// Writes the graph that is trained: the masker, what hides by its mask, and the frozen classifier behind it, once for all sides together.
/// <code>
///   taps ─ masker ─ mask ─ law ─ enlarged ┬ in:  Φ(x, m) ────┐
///   class ──┘                             └ out: Φ(x, 1 − m) ┴ concatenated ─ classifier ─ answers →
/// </code>
/// </summary>
internal static class MaskerGraph
{
    /// <summary>The network for a trainer: its first output is the answers [sides · N, classes], its second the mask.</summary>
    /// <param name="masker">The masker; its constants keep their names.</param>
    /// <param name="classifier">The classifier, whose only output is logits.</param>
    /// <param name="input">The classifier's input.</param>
    /// <param name="layout">The axes of one item of it.</param>
    /// <param name="recipe">The slots.</param>
    /// <returns>The network, and what is made small of it.</returns>
    public static (Graph Network, MaskerObjective Objective) Build(Graph masker, Graph classifier, string input, InputLayout layout, MaskerRecipe recipe)
    {
        var shape = masker.Outputs.First(output => output.Name == MaskerNames.Mask).Shape!;
        ImmutableArray<int> sizes = [1, (int)shape[2].Size!.Value, (int)shape[3].Size!.Value];
        var (height, width) = layout.Spatial;
        var graph = (masker with { Outputs = [new(MaskerNames.Mask, ElementType.Float32, shape)] }).ToBuilder();
        string drawn = Drawn(graph, shape, recipe);
        string full = Enlarged(graph, drawn, sizes, height, width, recipe.Upsampling);
        Compose(graph, full, layout, recipe);
        var joined = JoinGraphs.Run(graph.Build(), classifier, ImmutableDictionary<string, string>.Empty.Add(input, MaskerNames.Perturbed), new() { Main = JoinSide.First, Prefix = "classifier/" });
        var answers = joined.Outputs[^1];
        var network = joined with
        {
            Outputs = [new(answers.Name, ElementType.Float32, new Shape(Dimension.Unknown, classifier.Outputs[0].Shape![1])), .. joined.Outputs.Where(output => output.Name == MaskerNames.Mask)],
        };
        var objective = new MaskerObjective(recipe.Sides, recipe.Terms, recipe.FakeShare > 0, new(MaskerNames.Mask, sizes, 2, 3), new(MaskerNames.FullMask, [1, height, width], 2, 3));
        return (network, objective);
    }

    private static string Drawn(GraphBuilder graph, Shape shape, MaskerRecipe recipe)
    {
        string noise = recipe.Law.TakesNoise ? graph.Input(MaskerNames.LawNoise, ElementType.Float32, shape) : "";
        return recipe.Law.Append(graph, MaskerNames.Mask, noise);
    }

    private static string Enlarged(GraphBuilder graph, string mask, ImmutableArray<int> sizes, int height, int width, Upsampling how)
    {
        string scales = graph.Constant(TensorData.Vector(1, 1, Layer.ScaleTo(sizes[1], height), Layer.ScaleTo(sizes[2], width)), "mask/scales");
        var node = new Node(graph.Fresh("mask/enlarged"), "Resize", [mask, "", scales], [MaskerNames.FullMask]);
        foreach (var (name, value) in Layer.ResizeAttributes(how))
        {
            node = node.With(name, value);
        }

        graph.AddNode(node);
        return MaskerNames.FullMask;
    }

    private static void Compose(GraphBuilder graph, string full, InputLayout layout, MaskerRecipe recipe)
    {
        string keep = layout.Order == AxisOrder.ChannelsLast ? graph.Add("Transpose", [full], "mask/channels_last", ("perm", (long[])[0, 2, 3, 1])) : full;
        foreach (var (name, layers) in recipe.Composition.Feeds)
        {
            if (MaskerFeeds.IsNothing(name, recipe))
            {
                graph.Constant(0f, name);
            }
            else
            {
                graph.Input(name, ElementType.Float32, new Shape([Dimension.Named("N"), .. layers == 1 ? [] : (ReadOnlySpan<Dimension>)[layers], .. layout.Sizes.Select(size => (Dimension)size)]));
            }
        }

        string[] seen = [.. recipe.Sides.Select(side => recipe.Composition.Append(graph, side.Complement ? Complement(graph, keep) : keep, layout))];
        string all = seen.Length == 1 ? seen[0] : graph.Add("Concat", seen, "compose/sides", ("axis", 0L));
        graph.OutputAs(all, MaskerNames.Perturbed, ElementType.Float32, new Shape([Dimension.Named("seen"), .. layout.Sizes.Select(size => (Dimension)size)]));
    }

    private static string Complement(GraphBuilder graph, string keep) => graph.Add("Sub", [graph.Constant(1f), keep], "mask/complement");
}
