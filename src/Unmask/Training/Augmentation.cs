namespace Unmask.Training;

/// <summary>
/// How pictures vary at random while a network learns from them. What a picture becomes depends on the seed, the epoch and the picture alone. In order: cropped and resized (or
/// shifted), mirrored, coloured, and erased in part.
/// </summary>
public sealed record Augmentation
{
    /// <summary>No variation.</summary>
    public static Augmentation None { get; } = new() { Mirroring = 0, Shift = 0 };

    /// <summary>How often a picture is mirrored left to right, 0 to 1. Default 0.5. Set it to 0 where left and right differ, as for letters.</summary>
    public double Mirroring { get; init => field = Require.Share(value); } = 0.5;

    /// <summary>How far a picture is shifted at most in both directions, as a part of its size, 0 to 0.5; its border is mirrored outwards. Default 0.125. Not used with <see cref="SmallestArea"/> below 1.</summary>
    public double Shift { get; init => field = Require.Between(value, 0, 0.5); } = 0.125;

    /// <summary>
    /// The smallest part of a picture's area that is shown, above 0 to 1. Below 1, a rectangle of a random area between this and 1, of random proportions between 3 : 4 and 4 : 3, anywhere in the
    /// whole picture, is resized to the network's input (Szegedy et al., CVPR 2015, §6). Default 1: the middle of the picture is shown.
    /// </summary>
    public double SmallestArea { get; init => field = Require.PositiveUpTo(value, 1); } = 1;

    /// <summary>Levels are multiplied by a random factor between 1 − this and 1 + this, 0 to 1. Default 0.</summary>
    public double Brightness { get; init => field = Require.Share(value); }

    /// <summary>The distance of levels from the picture's mean luma is multiplied by a random factor between 1 − this and 1 + this, 0 to 1. Default 0.</summary>
    public double Contrast { get; init => field = Require.Share(value); }

    /// <summary>The distance of levels from their pixel's luma is multiplied by a random factor between 1 − this and 1 + this, 0 to 1. Default 0.</summary>
    public double Saturation { get; init => field = Require.Share(value); }

    /// <summary>
    /// How often a random rectangle of 2 to 33 % of the picture, with proportions between 0.3 and 3.3, is replaced by the mean colour, 0 to 1. Default 0. So the network gets used to hidden parts, which
    /// perturbation methods will show it.
    /// </summary>
    /// <remarks>Source: Zhong et al., «Random erasing», AAAI 2020, algorithm 1. Differs from it in: the mean colour instead of random values, at most ten tries.</remarks>
    public double Erasing { get; init => field = Require.Share(value); }

    /// <summary>Whether rectangles of the whole picture are shown instead of its middle.</summary>
    internal bool Crops => SmallestArea < 1;

    /// <summary>What may be set, with its default.</summary>
    public static IReadOnlyList<Setting> Settings => AugmentationSettings.Table.Settings;

    /// <summary>Reads settings in the form <c>smallest-area=0.2,erasing=0.25</c>; what is not named keeps its default.</summary>
    /// <exception cref="UnmaskException">A setting is not known or out of range.</exception>
    public static Augmentation Parse(string text) => AugmentationSettings.Table.Parse(new(), text, "augmentation");

    /// <summary>Every setting in the form that <see cref="Parse"/> reads.</summary>
    public override string ToString() => AugmentationSettings.Table.Text(this);
}
