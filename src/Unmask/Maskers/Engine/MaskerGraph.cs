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
    /// <param name="classifier">The classifier, whose only output is logits. Weights that are inputs stay inputs.</param>
    /// <param name="input">The classifier's input of pictures.</param>
    /// <param name="layout">The axes of one item of it.</param>
    /// <param name="recipe">The slots.</param>
    public static TrainedMaskerGraph Build(Graph masker, Graph classifier, string input, InputLayout layout, MaskerRecipe recipe)
    {
        var front = Front(masker, layout, recipe, recipe.Sides);
        var joined = JoinGraphs.Run(front, classifier, ImmutableDictionary<string, string>.Empty.Add(input, MaskerNames.Perturbed), new() { Main = JoinSide.First, Prefix = "classifier/" });
        var answers = joined.Outputs[^1];
        var network = joined with
        {
            Outputs = [new(answers.Name, ElementType.Float32, new Shape(Dimension.Unknown, classifier.Outputs[0].Shape![1])), .. joined.Outputs.Where(output => output.Name == MaskerNames.Mask)],
        };
        var (height, width) = layout.Spatial;
        var low = new MaskTensor(MaskerNames.Mask, SizesOf(masker), 2, 3);
        var objective = new MaskerObjective(recipe.Sides, recipe.Terms, recipe.FakeShare > 0, low, new(MaskerNames.FullMask, [1, height, width], 2, 3));
        var fed = classifier.Inputs.Where(value => value.Name != input).Zip(joined.Inputs.Skip(front.Inputs.Length), (own, there) => KeyValuePair.Create(own.Name, there.Name));
        return new(network, objective, fed.ToImmutableDictionary(StringComparer.Ordinal));
    }

    /// <summary>The masker and what hides by its mask: outputs <c>mask</c>, and what the classifier sees.</summary>
    /// <param name="masker">The masker.</param>
    /// <param name="layout">The axes of a picture.</param>
    /// <param name="recipe">The slots.</param>
    /// <param name="sides">What is seen.</param>
    public static Graph Front(Graph masker, InputLayout layout, MaskerRecipe recipe, ImmutableArray<MaskerSide> sides)
    {
        var output = masker.Outputs.First(value => value.Name == MaskerNames.Mask);
        var graph = PruneUnreachable.Run(masker with { Outputs = [output] }).ToBuilder();
        string noise = recipe.Law.TakesNoise ? graph.Input(MaskerNames.LawNoise, ElementType.Float32, output.Shape) : "";
        string drawn = recipe.Law.Append(graph, MaskerNames.Mask, noise);
        var (height, width) = layout.Spatial;
        string full = Enlarged(graph, drawn, SizesOf(masker), height, width, recipe.Upsampling);
        Compose(graph, full, layout, recipe, sides);
        return graph.Build();
    }

    private static ImmutableArray<int> SizesOf(Graph masker) =>
        [.. masker.Outputs.First(value => value.Name == MaskerNames.Mask).Shape!.Skip(1).Select(axis => (int)axis.Size.GetValueOrDefault())];

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

    private static void Compose(GraphBuilder graph, string full, InputLayout layout, MaskerRecipe recipe, ImmutableArray<MaskerSide> sides)
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

        string[] seen = [.. sides.Select(side => recipe.Composition.Append(graph, side.Complement ? Complement(graph, keep) : keep, layout))];
        string all = seen.Length == 1 ? seen[0] : graph.Add("Concat", seen, "compose/sides", ("axis", 0L));
        graph.OutputAs(all, MaskerNames.Perturbed, ElementType.Float32, new Shape([Dimension.Named("seen"), .. layout.Sizes.Select(size => (Dimension)size)]));
    }

    private static string Complement(GraphBuilder graph, string keep) => graph.Add("Sub", [graph.Constant(1f), keep], "mask/complement");
}

/// <summary>What a trainer needs to train a masker.</summary>
/// <param name="Network">Its first output is the answers, its second the mask.</param>
/// <param name="Objective">What is made small.</param>
/// <param name="Fed">For each of the classifier's weights that is an input, that input's name.</param>
internal sealed record TrainedMaskerGraph(Graph Network, MaskerObjective Objective, ImmutableDictionary<string, string> Fed);
