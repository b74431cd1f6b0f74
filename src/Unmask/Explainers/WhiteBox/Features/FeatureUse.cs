namespace Unmask;

/// <summary>A class feature on a picture.</summary>
/// <param name="Layer">The name of the channel's layer.</param>
/// <param name="Channel">Its number in the layer, from 0.</param>
/// <param name="Weight">Its weight w for the class.</param>
/// <param name="Activity">How active it is on the picture: x, its norm as a share of the layer's sum, from 0 to 1.</param>
public sealed record FeatureUse(string Layer, int Channel, double Weight, double Activity)
{
    /// <summary>What it adds to the indicator of the class: w · x.</summary>
    public double Contribution => Weight * Activity;
}
