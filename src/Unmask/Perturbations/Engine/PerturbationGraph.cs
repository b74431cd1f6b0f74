using System.Collections.Immutable;
using Unmask.Graphs;
using Unmask.Probing;

namespace Unmask.Perturbations;

/// <summary>
/// Writes the graph of an optimisation around a model: parameters → masks → views → law → what is kept → perturbed inputs → model → scores, and the terms. One mechanism for
/// every method; whatever is written here is differentiated with the model.
/// <code>
///   θ ─ map ─ masks ┬ views ─ law ─ (complement) ─ Φ ─ model ─ scores ─ Σ share·score ┐
///                   └ terms ─ Σ weight·term ─────────────────────────────────────────┴ Σ → loss
/// </code>
/// </summary>
internal sealed class PerturbationGraph
{
    private readonly PerturbationQuestion _question;
    private GraphBuilder _graph = new("perturbation");

    private PerturbationGraph(PerturbationQuestion question) => _question = question;

    private PerturbationRecipe Recipe => _question.Recipe;

    /// <summary>The part in front of the model, with its terms.</summary>
    /// <param name="question">The slots.</param>
    /// <param name="element">The element type that is wanted of what is masked.</param>
    public static (Graph Graph, MaskShapes Shapes) InFront(PerturbationQuestion question, ElementType element) => new PerturbationGraph(question).Prologue(element);

    /// <summary>The model with that part in front of it, behind which the objective is written.</summary>
    public static Graph WithObjective(Graph joined, PerturbationQuestion question)
    {
        var graph = joined.ToBuilder();
        string scores = ScoreEpilogue.Output(0);
        string target = graph.Input(PerturbationNames.Target, ElementType.Float32, new Shape(Dimension.Named("items"), Dimension.Unknown));
        string share = graph.Input(PerturbationNames.Share, ElementType.Float32, new Shape(Dimension.Named("items")));
        string each = graph.Add("ReduceSum", [graph.Add("Mul", [scores, target], "objective/of_target"), graph.Constant([1L])], "objective/score", ("keepdims", 0L));
        string values = graph.Add("Mul", [each, share], "objective/share");
        if (question.Recipe.Hinge is { } margin)
        {
            // |w|·max(0, κ ± score): what is won by κ no longer pulls.
            string slack = graph.Add("Mul", [graph.Add("Abs", [share], "objective/size"), graph.Constant((float)margin)], "objective/slack");
            values = graph.Add("Max", [graph.Add("Add", [values, slack], "objective/unmet"), graph.Constant(0f)], "objective/hinge");
        }

        string sum = Total(graph, values);
        for (int i = 0; i < question.Recipe.Terms.Length; i++)
        {
            string weight = graph.Input(PerturbationNames.TermWeight(i), ElementType.Float32, new Shape(Dimension.Named("problems")));
            sum = graph.Add("Add", [sum, Total(graph, graph.Add("Mul", [PerturbationNames.Term(i), weight], "objective/term"))], "objective/sum");
        }

        graph.OutputAs(each, PerturbationNames.ItemScores, ElementType.Float32, new Shape(Dimension.Unknown));
        graph.OutputAs(values, PerturbationNames.ItemValues, ElementType.Float32, new Shape(Dimension.Unknown));
        graph.OutputAs(sum, PerturbationNames.Loss, ElementType.Float32, Shape.Scalar);
        return graph.Build();
    }

    private static string Total(GraphBuilder graph, string values) => graph.Add("ReduceSum", [values], "objective/total", ("keepdims", 0L));

    private (Graph Graph, MaskShapes Shapes) Prologue(ElementType element)
    {
        var map = _question.Map;
        Declare(map);
        var cells = ParametersOf(map);
        var (expanded, drawn) = Expand(map, cells);
        var masks = MeasuredAs(expanded.Mask, _question.Site.Layout);
        var canvas = expanded.Canvas == expanded.Mask ? masks : MeasuredAs(expanded.Canvas, null);
        string all = All(masks);
        string keep = Complemented(Mirrored(drawn ?? Drawn(all, masks), masks), masks);
        _graph.OutputAs(keep, PerturbationNames.Keep, ElementType.Float32, Batch("items", masks.Sizes));
        _graph.OutputAs(all, PerturbationNames.Masks, ElementType.Float32, Batch("problems", [Recipe.Masks == 2 ? 3 : 1, .. masks.Sizes]));
        _graph.OutputAs(expanded.Canvas, PerturbationNames.Canvas, ElementType.Float32, Batch(Dimension.Unknown, canvas.Sizes));
        if (_question.Kind != PerturbationOutput.Masks)
        {
            foreach (var (name, layers) in Recipe.Composition.Feeds)
            {
                ImmutableArray<int> sizes = _question.Site.Layout.Sizes;
                _graph.Input(name, ElementType.Float32, Batch("items", layers == 1 ? sizes : [layers, .. sizes]));
            }

            string perturbed = Recipe.Composition.Append(_graph, PerturbationNames.Keep, _question.Site.Layout);
            AddTerms(new(_graph, cells, masks, canvas) { Perturbed = perturbed, PerturbedShape = Batch("items", _question.Site.Layout.Sizes), Views = PerturbationFeeds.ViewsOf(Recipe) * Recipe.Masks });
            _graph.OutputAs(MaskPrologue.InType(_graph, perturbed, element), PerturbationNames.Perturbed, element, Batch("items", _question.Site.Layout.Sizes));
        }

        return (_graph.Build(), new(masks, canvas, cells));
    }

    private void Declare(MaskMap map)
    {
        if (map.Feeds is not [var feed] || feed.Value.Element != ElementType.Float32)
        {
            throw new UnmaskException($"An optimised mask needs a map whose cells are its only coordinates; {map.GetType().Name} has {string.Join(", ", map.Feeds.Select(each => each.Value))}. Use FreeGridMap, SmoothMaxMap, SegmentMap, ChannelMap or ElementMap.");
        }

        // Sizes that other programs leave open are those of this run: a program is kept for each.
        var shape = Batch("N", [.. feed.ItemSizes.Select(size => (int)size)]);
        if (Recipe.Parameters == MaskParameters.Logits)
        {
            _graph.Input(PerturbationNames.Logits, ElementType.Float32, shape);
            _graph.AddNode(new Node("mask/cells", "Sigmoid", [PerturbationNames.Logits], [_question.CellsName]));
        }
        else
        {
            _graph.Input(_question.CellsName, ElementType.Float32, shape);
        }

        foreach (var shared in map.SharedFeeds)
        {
            _graph.Input(shared.Value.Name, shared.Value.Element, shared.Value.Shape);
        }
    }

    private MaskTensor ParametersOf(MaskMap map)
    {
        var feed = map.Feeds[0];
        ImmutableArray<int> sizes = [.. feed.ItemSizes.Select(size => (int)size)];
        bool whole = _question.Site.Layout.IsSpatial && sizes.Length == _question.Site.Layout.Sizes.Length;
        var (down, across) = whole ? AxesOf(_question.Site.Layout) : sizes.Length == 2 && _question.Site.Layout.IsSpatial ? (1, 2) : ((int?)null, (int?)null);
        return new(_question.CellsName, sizes, down, across);
    }

    /// <summary>The masks of the cells and, where the law draws cells, the masks of the draws: expanded together, since a map reads one input only.</summary>
    private (ExpandedMask Masks, string? Drawn) Expand(MaskMap map, MaskTensor cells)
    {
        if (!Recipe.Law.OfCells)
        {
            return (map.ExpandAll(_graph), null);
        }

        string drawn = Drawn(All(cells), cells);
        string both = _graph.Add("Concat", [cells.Name, drawn], "mask/cells_and_draws", ("axis", 0L));
        _graph.AddNode(new Node("mask/read", "Identity", [both], [map.Feeds[0].Value.Name]));
        var expanded = map.ExpandAll(_graph);
        string counts = _graph.Add("Concat", [Count(cells.Name), Count(drawn)], "mask/counts", ("axis", 0L));
        var masks = _graph.AddNode("Split", [expanded.Mask, counts], 2, "mask/apart", ("axis", 0L)).Outputs;
        string canvas = expanded.Canvas == expanded.Mask ? masks[0] : _graph.AddNode("Split", [expanded.Canvas, counts], 2, "mask/canvas", ("axis", 0L)).Outputs[0];
        return (new(masks[0], canvas), masks[1]);
    }

    private string Count(string value) => _graph.Add("Shape", [value], "mask/count", ("start", 0L), ("end", 1L));

    /// <summary>A value whose axes are inferred; its places are those of a layout, or of [N, 1, height, width].</summary>
    private MaskTensor MeasuredAs(string value, InputLayout? layout)
    {
        var shape = ShapeInference.Run(_graph.Build()).ShapeOf(value);
        if (shape is not { Rank: > 1 } || shape.Skip(1).Any(axis => !axis.IsKnown))
        {
            throw new UnmaskException($"The map {_question.Map.GetType().Name} gives masks whose axes ({shape?.ToString() ?? "unknown"}) are not known before the run.");
        }

        var axes = layout is null ? (2, 3) : layout.IsSpatial ? AxesOf(layout) : ((int?)null, (int?)null);
        return new(value, [.. shape.Skip(1).Select(axis => (int)axis.Size.GetValueOrDefault())], axes.Item1, axes.Item2);
    }

    private static (int? Down, int? Across) AxesOf(InputLayout layout) => layout.Order == AxisOrder.ChannelsFirst ? (2, 3) : (1, 2);

    /// <summary>Each term of each mask, added over the masks of a problem.</summary>
    private void AddTerms(ObjectiveGraph objective)
    {
        for (int i = 0; i < Recipe.Terms.Length; i++)
        {
            foreach (var feed in Recipe.Terms[i].Feeds(objective.Masks, objective.Canvas))
            {
                _graph.Input(feed.Name, ElementType.Float32, new Shape([Dimension.Named("N"), .. feed.Sizes.Select(size => size is { } known ? (Dimension)known : Dimension.Unknown)]));
            }

            string value = Recipe.Terms[i].Append(objective);
            _graph = objective.Graph;
            if (Recipe.Masks > 1)
            {
                string apart = _graph.Add("Reshape", [value, _graph.Constant([-1L, Recipe.Masks])], "term/of_masks");
                value = _graph.Add("ReduceSum", [apart, _graph.Constant([1L])], "term/of_problem", ("keepdims", 0L));
            }

            _graph.OutputAs(value, PerturbationNames.Term(i), ElementType.Float32, new Shape(Dimension.Unknown));
        }
    }

    /// <summary>[problems, masks, …], of two masks their product behind them.</summary>
    private string All(MaskTensor masks)
    {
        string apart = _graph.Add("Reshape", [masks.Name, _graph.Constant([-1, Recipe.Masks, .. masks.Sizes.Select(size => (long)size)])], "views/masks");
        if (Recipe.Masks == 1)
        {
            return apart;
        }

        string product = _graph.Add("Mul", [One(apart, 0), One(apart, 1)], "views/product");
        return _graph.Add("Concat", [apart, product], "views/all", ("axis", 1L));
    }

    private string One(string masks, int index) =>
        _graph.Add("Slice", [masks, _graph.Constant([(long)index]), _graph.Constant([index + 1L]), _graph.Constant([1L])], "views/one");

    /// <summary>What each view draws of masks, or of cells: [items, …].</summary>
    private string Drawn(string all, MaskTensor masks)
    {
        int count = Recipe.Masks == 2 ? 3 : 1;
        string views = _graph.Input(PerturbationNames.Views, ElementType.Float32, new Shape(Dimension.Named("views"), count));
        long[] sizes = [.. masks.Sizes.Select(size => (long)size)];
        string each;
        if (count == 1)
        {
            string scale = _graph.Add("Reshape", [views, _graph.Constant([-1, .. Enumerable.Repeat(1L, sizes.Length)])], "views/scale");
            each = _graph.Add("Mul", [all, scale], "views/scaled");
        }
        else
        {
            string flat = _graph.Add("Reshape", [all, _graph.Constant([-1L, count, masks.Count])], "views/flat");
            each = _graph.Add("MatMul", [views, flat], "views/chosen");
        }

        string items = _graph.Add("Reshape", [each, _graph.Constant([-1, .. sizes])], "views/items");
        string noise = Recipe.Law.TakesNoise ? _graph.Input(PerturbationNames.LawNoise, ElementType.Float32, Batch("items", masks.Sizes)) : "";
        return Recipe.Law.Append(_graph, items, noise);
    }

    private string Mirrored(string masks, MaskTensor shape)
    {
        if (!Recipe.Jitter.Mirrors)
        {
            return masks;
        }

        var (_, across) = shape.Places("jitter=flip");
        int width = shape.Sizes[across - 1];
        string mirror = _graph.Input(PerturbationNames.Mirror, ElementType.Float32, Shape.Of(width, width));
        // The matrix is its own transpose, so that it works from both sides.
        return across == shape.Sizes.Length ? _graph.Add("MatMul", [masks, mirror], "views/mirrored") : _graph.Add("MatMul", [mirror, masks], "views/mirrored");
    }

    private string Complemented(string masks, MaskTensor shape)
    {
        if (!_question.HasComplements)
        {
            return masks;
        }

        var single = Batch("items", [.. shape.Sizes.Select(_ => 1)]);
        _graph.Input(PerturbationNames.Offset, ElementType.Float32, single);
        _graph.Input(PerturbationNames.Sign, ElementType.Float32, single);
        return _graph.Add("Add", [_graph.Add("Mul", [masks, PerturbationNames.Sign], "views/signed"), PerturbationNames.Offset], "views/kept");
    }

    private static Shape Batch(Dimension first, ImmutableArray<int> sizes) => new([first, .. sizes.Select(size => (Dimension)size)]);

    private static Shape Batch(string first, ImmutableArray<int> sizes) => Batch(Dimension.Named(first), sizes);
}

/// <summary>The axes of what an optimisation is about.</summary>
/// <param name="Masks">One expanded mask.</param>
/// <param name="Canvas">What it is cut out of.</param>
/// <param name="Cells">The cells of one mask.</param>
internal sealed record MaskShapes(MaskTensor Masks, MaskTensor Canvas, MaskTensor Cells);
