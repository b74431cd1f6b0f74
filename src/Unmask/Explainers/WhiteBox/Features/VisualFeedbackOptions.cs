namespace Unmask;

/// <summary>Which features are looked for, and how they are shown.</summary>
public sealed record VisualFeedbackOptions
{
    /// <summary>The features of each class, which must be given. Default <c>null</c>: none.</summary>
    public ClassFeatures? Features { get; init; }

    /// <summary>The class of the file whose features are looked for, by its label. Default <c>null</c>: the target's.</summary>
    public string? Class { get; init; }

    /// <summary>How many features are shown, at least 1: those with the largest w · x. Default 5.</summary>
    public int Most { get; init => field = Require.Positive(value); } = 5;

    /// <summary>Whether multipliers are repeated over strides on the way back, so that no grid is left. Default <c>true</c>; <c>false</c> is guided backprop as it is.</summary>
    public bool AntiGrid { get; init; } = true;

    /// <summary>How the channels of a pixel become one number before the maps of the features are joined. Default <see cref="ChannelReduction.AbsMax"/>.</summary>
    public ChannelReduction Reduction { get; init; } = ChannelReduction.AbsMax;
}

/// <summary>The settings of visual-feedback on the command line.</summary>
internal static class VisualFeedbackSettings
{
    public static SettingTable<VisualFeedbackOptions> Table { get; } = new SettingTable<VisualFeedbackOptions>(new())
        .Add("features", "The .json file of class features; `unmask train features` makes it.", o => o.Features is null ? "" : o.Features.File ?? "given", (o, text) => o with { Features = ClassFeatures.Read(text) })
        .Add("class", "The class of that file whose features are looked for. Default: the target's.", o => o.Class ?? "", (o, text) => o with { Class = text })
        .Add("most", "How many features are shown; at least 1.", o => SettingText.Of(o.Most), (o, text) => o with { Most = SettingText.Int(text) })
        .Add("anti-grid", "true or false: whether multipliers are repeated over strides on the way back, so that no grid is left.", o => SettingText.Of(o.AntiGrid), (o, text) => o with { AntiGrid = SettingText.Bool(text) })
        .Add("reduction", "How channels become one number before maps are joined: sum, mean, abs-max, abs-sum or l2.", o => ChannelReductions.Name(o.Reduction), (o, text) => o with { Reduction = SettingText.Choice(text, ChannelReductions.All) });
}
