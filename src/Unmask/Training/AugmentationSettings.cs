namespace Unmask.Training;

/// <summary>The settings of augmentation on the command line.</summary>
internal static class AugmentationSettings
{
    public static SettingTable<Augmentation> Table { get; } = new SettingTable<Augmentation>(new())
        .Add("mirroring", "How often a picture is mirrored left to right, 0 to 1.", a => SettingText.Of(a.Mirroring), (a, text) => a with { Mirroring = SettingText.Double(text) })
        .Add("shift", "How far it is shifted at most, as a part of its size, 0 to 0.5. Not used with smallest-area below 1.", a => SettingText.Of(a.Shift), (a, text) => a with { Shift = SettingText.Double(text) })
        .Add("smallest-area", "The smallest part of its area that a random crop shows, above 0 to 1; 1: no random crops.", a => SettingText.Of(a.SmallestArea), (a, text) => a with { SmallestArea = SettingText.Double(text) })
        .Add("brightness", "Random factor of levels, 1 − this to 1 + this; 0 to 1.", a => SettingText.Of(a.Brightness), (a, text) => a with { Brightness = SettingText.Double(text) })
        .Add("contrast", "Random factor of contrast, 1 − this to 1 + this; 0 to 1.", a => SettingText.Of(a.Contrast), (a, text) => a with { Contrast = SettingText.Double(text) })
        .Add("saturation", "Random factor of saturation, 1 − this to 1 + this; 0 to 1.", a => SettingText.Of(a.Saturation), (a, text) => a with { Saturation = SettingText.Double(text) })
        .Add("erasing", "How often a random rectangle is hidden behind the mean colour, 0 to 1.", a => SettingText.Of(a.Erasing), (a, text) => a with { Erasing = SettingText.Double(text) });
}
