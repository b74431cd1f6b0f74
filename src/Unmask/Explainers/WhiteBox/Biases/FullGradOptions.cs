namespace Unmask;

/// <summary>What each layer's contributions are scaled by before layers are added up.</summary>
public enum BiasScale
{
    /// <summary>By the range of the whole layer, as in the authors' repository.</summary>
    Layer,

    /// <summary>By the range of each channel, as in pytorch-grad-cam.</summary>
    Channel,
}

/// <summary>How FullGrad draws the biases of all layers.</summary>
public sealed record FullGradOptions
{
    /// <summary>What is scaled to 0 … 1 before layers are added up. Default <see cref="BiasScale.Layer"/>.</summary>
    public BiasScale Scale { get; init; } = BiasScale.Layer;

    /// <summary>Whether the outer cells' centres are put on the outer pixels' when layers are resized, as in the authors' repository. Default <c>true</c>.</summary>
    public bool AlignCorners { get; init; } = true;

    /// <summary>Added to the range that is scaled by, at least 0, in units of the score. Default 0; pytorch-grad-cam adds 1e-7, which matters where gradients are small.</summary>
    public double Epsilon { get; init => field = Require.NotNegative(value); }

    /// <summary>Whether gradients alone are drawn for layers, without their biases (the authors' Simple FullGrad). Default <c>false</c>.</summary>
    public bool Simple { get; init; }

    /// <summary>The space of the score. Default <c>null</c>: logit where the model shows it; else probability, else output.</summary>
    public Score? Score { get; init; }
}

/// <summary>FullGrad's settings on the command line.</summary>
internal static class FullGradSettings
{
    private static readonly (string Name, BiasScale Value)[] Scales = [("layer", BiasScale.Layer), ("channel", BiasScale.Channel)];

    public static SettingTable<FullGradOptions> Table { get; } = new SettingTable<FullGradOptions>(new())
        .Add("scale", "What is scaled to 0 … 1 before layers are added up: layer, or channel (as in pytorch-grad-cam).", o => SettingText.NameOf(o.Scale, Scales), (o, text) => o with { Scale = SettingText.Choice(text, Scales) })
        .Add("align-corners", "true or false: the outer cells' centres are put on the outer pixels' when layers are resized.", o => SettingText.Of(o.AlignCorners), (o, text) => o with { AlignCorners = SettingText.Bool(text) })
        .Add("epsilon", "Added to the range that is scaled by; 0 or more (pytorch-grad-cam: 1e-7).", o => SettingText.Of(o.Epsilon), (o, text) => o with { Epsilon = SettingText.Double(text) })
        .Add("simple", "true or false: gradients alone are drawn for layers, without their biases.", o => SettingText.Of(o.Simple), (o, text) => o with { Simple = SettingText.Bool(text) })
        .Add("score", WhiteBoxSettings.ScoreText, o => o.Score?.Name() ?? "", (o, text) => o with { Score = SettingText.Choice(text, Scores.All) });
}
