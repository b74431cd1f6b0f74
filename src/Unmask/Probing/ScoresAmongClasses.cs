using Unmask.Graphs;

namespace Unmask.Probing;

/// <summary>Scores that compare a class with the others of the same item.</summary>
internal static class ScoresAmongClasses
{
    /// <summary>
    /// log p_c − log Σ_{k≠c} p_k. Taken from the largest logit M: of the other classes Σ e^(z − M) without the own summand loses nothing, since the top's 1 stays in it; of the top class
    /// itself the others are added without it.
    /// </summary>
    public static string LogOdds(GraphBuilder graph, ScoreSources sources)
    {
        string values = Comparable(graph, sources);
        if (sources.Independent)
        {
            // Each class has a probability of its own: its logit are its log-odds.
            return sources.Logits is not null ? values
                : graph.Add("Sub", [values, graph.Add("Log", [graph.Add("Sub", [graph.Constant(1f), sources.Head.ToClasses(graph, sources.Probabilities!)], "score/rest")], "score/log_rest")], "score/log_odds");
        }

        var (apart, top) = FromTop(graph, values);
        string powers = graph.Add("Exp", [apart], "score/powers");
        string below = Sum(graph, graph.Add("Where", [top, graph.Constant(0f), powers], "score/below_top"));
        // Where several are on top, each has the others of them against it.
        string ties = graph.Add("Sub", [Sum(graph, graph.Add("Cast", [top], "score/is_top", ("to", (long)ElementType.Float32))), graph.Constant(1f)], "score/ties");
        string ofTop = graph.Add("Add", [below, ties], "score/others_of_top");
        string ofRest = graph.Add("Sub", [Sum(graph, powers), powers], "score/others");
        string others = graph.Add("Log", [graph.Add("Where", [top, ofTop, ofRest], "score/against")], "score/log_others");
        return graph.Add("Sub", [apart, others], "score/log_odds");
    }

    /// <summary>z_c − max_{k≠c} z_k.</summary>
    public static string Margin(GraphBuilder graph, ScoreSources sources)
    {
        var (apart, top) = FromTop(graph, Comparable(graph, sources));
        // The top stands at 0; what it is ahead of is the largest of the rest (0 as well where several are on top).
        string rest = graph.Add("Where", [top, graph.Constant(float.NegativeInfinity), apart], "score/below_top");
        string second = graph.Add("ReduceMax", [rest, graph.Constant([1L])], "score/second", ("keepdims", 1L));
        string tops = Sum(graph, graph.Add("Cast", [top], "score/is_top", ("to", (long)ElementType.Float32)));
        string alone = graph.Add("And", [top, graph.Add("Less", [tops, graph.Constant(1.5f)], "score/one_top")], "score/alone");
        string rival = graph.Add("Where", [alone, second, graph.Constant(0f)], "score/rival");
        return graph.Add("Sub", [apart, rival], "score/margin");
    }

    private static string Comparable(GraphBuilder graph, ScoreSources sources)
    {
        string values = sources.Head.ToClasses(graph, sources.Logits ?? sources.Probabilities!);
        string floats = graph.Add("Cast", [values], "score/floats", ("to", (long)ElementType.Float32));
        return sources.Logits is not null ? floats : graph.Add("Log", [floats], "score/log");
    }

    /// <summary>z − max z, and which classes are on top.</summary>
    private static (string Apart, string Top) FromTop(GraphBuilder graph, string values)
    {
        string most = graph.Add("ReduceMax", [values, graph.Constant([1L])], "score/most", ("keepdims", 1L));
        string apart = graph.Add("Sub", [values, most], "score/from_top");
        return (apart, graph.Add("GreaterOrEqual", [apart, graph.Constant(0f)], "score/top"));
    }

    private static string Sum(GraphBuilder graph, string values) => graph.Add("ReduceSum", [values, graph.Constant([1L])], "score/sum", ("keepdims", 1L));
}
