using System.Collections.Immutable;
using Unmask.Graphs;
using Unmask.Training;

namespace Unmask.Maskers.Engine;

/// <summary>
/// What a masker's training makes small: Σ over sides of weight · mean(loss − λ·max(0, 1[won] − mean m)), plus the terms. The network's output is the classifier's answers, one side behind
/// the other; its accuracy is the part of the pictures of which every side is won.
/// </summary>
/// <param name="Sides">The questions, in the order of the answers.</param>
/// <param name="Terms">What of the mask is made small besides.</param>
/// <param name="HasFakes">Whether the masker is also asked about classes that are not on the picture: there every side's wish is the opposite.</param>
/// <param name="Low">The mask as the masker makes it.</param>
/// <param name="Full">The mask in the size of the classifier's input.</param>
internal sealed record MaskerObjective(ImmutableArray<MaskerSide> Sides, ImmutableArray<ObjectiveTerm> Terms, bool HasFakes, MaskTensor Low, MaskTensor Full) : Objective
{
    /// <inheritdoc/>
    public override ObjectiveValues Append(GraphBuilder graph, Value output)
    {
        long classes = ClassesOf(output);
        Declare(graph);
        string levels = graph.Constant(TensorData.Vector(0f, 1f), "objective/levels");
        string oneHot = graph.Add("OneHot", [MaskerNames.Label, graph.Constant(TensorData.Scalar(classes), "objective/classes"), levels], "objective/one_hot");
        var measured = new ObjectiveGraph(graph, Low, Full, Full);
        string area = measured.MeanOf(Full.Name, Full.Sizes.Length);
        string? loss = null, won = null;
        foreach (var (index, side) in Sides.Index())
        {
            var answer = new AnswerGraph(graph, AnswersTo(graph, output.Name, index, classes), oneHot);
            string isWon = IsWon(answer, side);
            loss = Sum(graph, loss, Scaled(graph, Mean(graph, LossOf(answer, side, area, isWon)), side.Weight));
            won = won is null ? isWon : graph.Add("Mul", [won, isWon], "objective/won");
        }

        foreach (var term in Terms)
        {
            loss = Sum(graph, loss, Scaled(graph, Mean(graph, term.Append(measured)), term.Weight.Start));
        }

        return new(loss!, Mean(graph, won!));
    }

    /// <summary>All of it in one line, by which a checkpoint knows it again.</summary>
    public override string ToString() => $"masker [{string.Join("; ", Sides)}] [{string.Join("; ", Terms.Select(term => $"{term.Key} × {term.Weight}"))}]{(HasFakes ? " with fake classes" : "")}, mask [{string.Join(", ", Low.Sizes)}] to [{string.Join(", ", Full.Sizes)}]";

    private void Declare(GraphBuilder graph)
    {
        var batch = new Shape(Dimension.Named("N"));
        graph.Input(MaskerNames.Label, ElementType.Int64, batch);
        if (Sides.Any(side => side.ReadsWhole))
        {
            graph.Input(MaskerNames.WholeIsRight, ElementType.Float32, batch);
        }

        if (HasFakes)
        {
            graph.Input(MaskerNames.Real, ElementType.Float32, batch);
        }
    }

    /// <summary>[N, classes] of all sides' answers.</summary>
    private string AnswersTo(GraphBuilder graph, string answers, int side, long classes)
    {
        if (Sides.Length == 1)
        {
            return answers;
        }

        string apart = graph.Add("Reshape", [answers, graph.Constant([Sides.Length, -1L, classes])], "objective/sides");
        string one = graph.Add("Slice", [apart, graph.Constant([(long)side]), graph.Constant([side + 1L]), graph.Constant([0L])], "objective/side");
        return graph.Add("Reshape", [one, graph.Constant([-1L, classes])], "objective/answers");
    }

    /// <summary>1 where the side is won: seen in part the class is first, or, with that part hidden, no longer.</summary>
    private static string IsWon(AnswerGraph answer, MaskerSide side)
    {
        string right = answer.IsRight(MaskerNames.Label);
        if (!side.Complement)
        {
            return right;
        }

        string wrong = answer.Graph.Add("Sub", [answer.Graph.Constant(1f), right], "objective/wrong");
        return side.ReadsWhole ? answer.Graph.Add("Mul", [wrong, MaskerNames.WholeIsRight], "objective/fooled") : wrong;
    }

    /// <summary>[N]: of a fake class the opposite is wanted.</summary>
    private string LossOf(AnswerGraph answer, MaskerSide side, string area, string won)
    {
        var graph = answer.Graph;
        string each = side.Score.Append(answer, side.Rises, isFake: false);
        if (HasFakes)
        {
            string opposite = side.Score.Append(answer, !side.Rises, isFake: true);
            string apart = graph.Add("Sub", [each, opposite], "fake/apart");
            each = graph.Add("Add", [opposite, graph.Add("Mul", [apart, MaskerNames.Real], "fake/real")], "fake/loss");
        }

        if (side.Size == 0)
        {
            return each;
        }

        // −λ·max(0, 1[won] − mean m): the slope by each of the mask's n places is λ/n where it is won, else 0.
        string slack = graph.Add("Relu", [graph.Add("Sub", [won, area], "size/slack")], "size/left");
        return graph.Add("Sub", [each, graph.Add("Mul", [slack, graph.Constant((float)side.Size)], "size/weighted")], "size/loss");
    }

    private static string Mean(GraphBuilder graph, string each) => graph.Add("ReduceMean", [each], "objective/mean", ("keepdims", 0L));

    private static string Scaled(GraphBuilder graph, string value, double weight) => weight == 1 ? value : graph.Add("Mul", [value, graph.Constant((float)weight)], "objective/weighted");

    private static string Sum(GraphBuilder graph, string? sum, string next) => sum is null ? next : graph.Add("Add", [sum, next], "objective/sum");
}
