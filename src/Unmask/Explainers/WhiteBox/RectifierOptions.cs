using Unmask.Graphs;

namespace Unmask;

/// <summary>What Guided Backprop is taken of and with respect to.</summary>
public sealed record GuidedBackpropOptions : IRectifierOptions<GuidedBackpropOptions>
{
    /// <summary>The layer whose activations are attributed to; default <see cref="Cut.Input"/>.</summary>
    public Cut Layer { get; init; } = Cut.Input;

    /// <summary>How the channels of a pixel become one number on pictures and for metrics. Default <see cref="ChannelReduction.AbsMax"/>. The array keeps all channels with their signs.</summary>
    public ChannelReduction Reduction { get; init; } = ChannelReduction.AbsMax;

    /// <summary>The space of the score. Default <c>null</c>: logit where the model shows it; else probability, else output.</summary>
    public Score? Score { get; init; }

    GuidedBackpropOptions IRectifierOptions<GuidedBackpropOptions>.With(Cut layer, ChannelReduction reduction, Score? score) => this with { Layer = layer, Reduction = reduction, Score = score };
}

/// <summary>What Deconvnet is taken of and with respect to.</summary>
public sealed record DeconvnetOptions : IRectifierOptions<DeconvnetOptions>
{
    /// <summary>The layer whose activations are attributed to; default <see cref="Cut.Input"/>.</summary>
    public Cut Layer { get; init; } = Cut.Input;

    /// <summary>How the channels of a pixel become one number on pictures and for metrics. Default <see cref="ChannelReduction.AbsMax"/>. The array keeps all channels with their signs.</summary>
    public ChannelReduction Reduction { get; init; } = ChannelReduction.AbsMax;

    /// <summary>The space of the score. Default <c>null</c>: logit where the model shows it; else probability, else output.</summary>
    public Score? Score { get; init; }

    DeconvnetOptions IRectifierOptions<DeconvnetOptions>.With(Cut layer, ChannelReduction reduction, Score? score) => this with { Layer = layer, Reduction = reduction, Score = score };
}

/// <summary>How soft rectifiers are, and what the gradient is taken of and with respect to.</summary>
public sealed record SmoothReluOptions : IRectifierOptions<SmoothReluOptions>
{
    /// <summary>The sharpness β, above 0, by unit of activation; the larger, the nearer to the plain gradient. Default 10.</summary>
    public double Beta { get; init => field = Require.Positive(value); } = 10;

    /// <summary>The layer whose activations are attributed to; default <see cref="Cut.Input"/>.</summary>
    public Cut Layer { get; init; } = Cut.Input;

    /// <summary>How the channels of a pixel become one number on pictures and for metrics. Default <see cref="ChannelReduction.AbsMax"/>. The array keeps all channels with their signs.</summary>
    public ChannelReduction Reduction { get; init; } = ChannelReduction.AbsMax;

    /// <summary>The space of the score. Default <c>null</c>: logit where the model shows it; else probability, else output.</summary>
    public Score? Score { get; init; }

    SmoothReluOptions IRectifierOptions<SmoothReluOptions>.With(Cut layer, ChannelReduction reduction, Score? score) => this with { Layer = layer, Reduction = reduction, Score = score };
}

/// <summary>What the methods that change rectifiers have in common.</summary>
internal interface IRectifierOptions<TSelf>
{
    Cut Layer { get; }

    ChannelReduction Reduction { get; }

    Score? Score { get; }

    TSelf With(Cut layer, ChannelReduction reduction, Score? score);
}

/// <summary>Their settings on the command line, their recipe, and what they say of other activations.</summary>
internal static class RectifierSettings
{
    public static SettingTable<TOptions> Of<TOptions>(TOptions defaults)
        where TOptions : IRectifierOptions<TOptions> => new SettingTable<TOptions>(defaults)
            .Add("layer", WhiteBoxSettings.LayerText, o => o.Layer.Name, (o, text) => o.With(Cut.Parse(text), o.Reduction, o.Score))
            .Add("reduction", WhiteBoxSettings.ReductionText, o => ChannelReductions.Name(o.Reduction), (o, text) => o.With(o.Layer, SettingText.Choice(text, ChannelReductions.All), o.Score))
            .Add("score", WhiteBoxSettings.ScoreText, o => o.Score?.Name() ?? "", (o, text) => o.With(o.Layer, o.Reduction, SettingText.Choice(text, Scores.All)));

    public static WhiteBoxRecipe Recipe<TOptions>(RuleSet rules, TOptions options)
        where TOptions : IRectifierOptions<TOptions> => new(rules, Estimator.Point, options.Layer, Aggregator.Multiplier)
        {
            Score = options.Score,
            Reduction = options.Reduction,
            Unit = "score by unit of input",
        };

    /// <summary>Says which activations the method was not made for.</summary>
    public static Explanation NoteOthers(Explanation explanation)
    {
        var diagnostics = explanation.Diagnostics;
        string[] others = [.. diagnostics.Rules.Where(rule => rule.Rule == "gradient").SelectMany(rule => rule.Operators).Where(Activations.Contains)];
        return others.Length == 0 ? explanation : explanation with
        {
            Diagnostics = diagnostics with
            {
                Notes = [.. diagnostics.Notes, $"{explanation.Method} is defined for rectifiers; these activations of the model got the plain gradient: {string.Join(", ", others)}."],
            },
        };
    }

    private static readonly HashSet<string> Activations = new(StringComparer.Ordinal)
    {
        "Clip", "LeakyRelu", "PRelu", "ThresholdedRelu", "Elu", "Selu", "Celu", "Gelu", "HardSwish", "Swish", "Mish", "Sigmoid", "HardSigmoid", "Tanh", "Softplus", "Softsign", "Erf", "Softmax",
    };
}

/// <summary>The settings of smooth-relu on the command line.</summary>
internal static class SmoothReluSettings
{
    public static SettingTable<SmoothReluOptions> Table { get; } = RectifierSettings.Of(new SmoothReluOptions())
        .Add("beta", "The sharpness of rectifiers; above 0.", o => SettingText.Of(o.Beta), (o, text) => o with { Beta = SettingText.Double(text) });
}
