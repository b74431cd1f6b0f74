using Unmask.Graphs;
using Unmask.WhiteBox;

namespace Unmask;

/// <summary>How attention flows.</summary>
public sealed record AttentionFlowOptions
{
    /// <summary>How the heads become one. Default <see cref="HeadFusion.Mean"/>.</summary>
    public HeadFusion Heads { get; init; } = HeadFusion.Mean;

    /// <summary>Whose attention is read. Default <see cref="TokenRow.Found"/>: the queries of the last attention that reach the score.</summary>
    public TokenRow Row { get; init; } = TokenRow.Found;

    /// <summary>The space of the score. Default <c>null</c>: logit where the model shows it; else probability, else output.</summary>
    public Score? Score { get; init; }
}

/// <summary>Attention flow: how much can flow from each input token to the token that the score is read from, where attention and residual connections are pipes.</summary>
/// <remarks>
/// <para>Formula: a_j = the maximum flow from the read token behind the last block to token j before the first, in the layered graph whose edges carry Â_l = ½(F_h A_l,h + I), rows divided by their sums. Where several tokens are read, each sends its share.</para>
/// <para>Result: of a picture's tokens those of its places, [height, width]; else one number a token. From 0 to 1 each, without a common sum. The same for every target.</para>
/// <para>Cost: one forward and one backward pass, a target, and one maximum flow a token: seconds for some hundred tokens. Deterministic.</para>
/// <para>Misleads when: it is read as an explanation of a class: it does not know the target; there are many blocks, and so many ways that all reaches nearly every token; a pipe is as wide as its narrowest part, so that many tokens get the same; heads count alike, and what values carry is left out.</para>
/// <para>Source: Abnar, Zuidema, «Quantifying Attention Flow in Transformers», ACL 2020, §3. Differs from it in: nothing where one token is read.</para>
/// </remarks>
/// <param name="model">The model; an ONNX graph with attention.</param>
/// <param name="options">Default: the mean of heads.</param>
public sealed class AttentionFlow(Model model, AttentionFlowOptions? options = null) : IExplainer
{
    /// <summary>The method's id.</summary>
    public const string Id = "attention-flow";

    /// <summary>The method, as the catalogue shows it.</summary>
    internal static MethodInfo Info { get; } = MethodInfo.Of(
        Id,
        "Attention flow",
        "The maximum flow from each token through attention and residual connections.",
        "1 forward + 1 backward pass a target",
        "the graph; attention over all tokens",
        "Abnar, Zuidema, ACL 2020",
        AttentionFlowSettings.Table,
        static (model, options) => new AttentionFlow(model, options)) with
    {
        Obstacle = WhiteBoxObstacle.OfAttention,
    };

    private readonly AttentionFlowOptions _options = options ?? new();

    /// <inheritdoc/>
    public string Method => Id;

    /// <inheritdoc/>
    public Model Model => model;

    /// <inheritdoc/>
    public IReadOnlyList<Explanation> Explain(ModelInput input, IReadOnlyList<Target> targets, IProgress<Step>? progress = null, CancellationToken cancel = default) =>
        new WhiteBoxRun(this, input, targets, Recipe(_options), progress, cancel).Explain(AttentionFlowSettings.Table.Describe(_options));

    internal static WhiteBoxRecipe Recipe(AttentionFlowOptions options) => new(RuleSet.Gradient, Estimator.Point, Cut.Attention, Aggregator.AttentionFlow(options.Heads, options.Row))
    {
        Score = options.Score,
        Signed = false,
        Unit = "attention",
    };
}

/// <summary>The settings of attention-flow on the command line.</summary>
internal static class AttentionFlowSettings
{
    public static SettingTable<AttentionFlowOptions> Table { get; } = new SettingTable<AttentionFlowOptions>(new())
        .Add("heads", "How heads become one: mean, max or min.", o => SettingText.NameOf(o.Heads, HeadFusions.All), (o, text) => o with { Heads = SettingText.Choice(text, HeadFusions.All) })
        .Add("row", WhiteBoxSettings.RowText, o => o.Row.Name, (o, text) => o with { Row = TokenRow.Parse(text) })
        .Add("score", WhiteBoxSettings.ScoreText, o => o.Score?.Name() ?? "", (o, text) => o with { Score = SettingText.Choice(text, Scores.All) });
}
