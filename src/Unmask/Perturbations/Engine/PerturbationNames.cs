namespace Unmask.Perturbations;

/// <summary>The inputs and outputs of the graph of an optimisation.</summary>
internal static class PerturbationNames
{
    /// <summary>Input: the logits of cells, where these are the parameters.</summary>
    public const string Logits = "unmask_logits";

    /// <summary>The cells as they are, where what is expanded is drawn from them; an input unless they are made of logits.</summary>
    public const string Cells = "unmask_cells";

    /// <summary>Input [views, masks]: what each view of a problem takes of its masks.</summary>
    public const string Views = "unmask_views";

    /// <summary>Input [items, mask]: the random numbers of a law.</summary>
    public const string LawNoise = "unmask_law_noise";

    /// <summary>Input [width, width]: what mirrors masks, or leaves them.</summary>
    public const string Mirror = "unmask_mirror";

    /// <summary>Input [items, 1, …]: 0, or 1 for views of the complement.</summary>
    public const string Offset = "unmask_offset";

    /// <summary>Input [items, 1, …]: 1, or −1 for views of the complement.</summary>
    public const string Sign = "unmask_sign";

    /// <summary>Output [items, mask]: what is kept.</summary>
    public const string Keep = "unmask_keep";

    /// <summary>Output [problems, masks, mask]: the masks, of two their product behind them.</summary>
    public const string Masks = "unmask_masks";

    /// <summary>Output [masks of all problems, canvas].</summary>
    public const string Canvas = "unmask_canvas";

    /// <summary>Output [items, …]: the perturbed inputs.</summary>
    public const string Perturbed = "unmask_perturbed";

    /// <summary>Input [items, classes]: which scores make the target's.</summary>
    public const string Target = "unmask_target";

    /// <summary>Input [items]: each view's share of the objective.</summary>
    public const string Share = "unmask_share";

    /// <summary>Output [items]: the target's score.</summary>
    public const string ItemScores = "unmask_item_scores";

    /// <summary>Output [items]: what each view adds to the objective.</summary>
    public const string ItemValues = "unmask_item_values";

    /// <summary>The sum of all objectives: what is differentiated.</summary>
    public const string Loss = "unmask_loss";

    /// <summary>Output [problems]: a term's value.</summary>
    public static string Term(int index) => $"unmask_term_{index}";

    /// <summary>Input [problems]: a term's weight.</summary>
    public static string TermWeight(int index) => $"unmask_term_weight_{index}";
}
