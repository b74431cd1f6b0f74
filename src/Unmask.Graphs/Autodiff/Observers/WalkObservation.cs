namespace Unmask.Graphs;

/// <summary>
/// What a program computes of the multipliers on their way back, beside those at the cuts: FullGrad's biases, for instance. It sees each node once, behind all that
/// read what the node makes, and adds its results as further outputs, so that only they leave the runtime.
/// </summary>
public abstract class WalkObservation
{
    private protected WalkObservation()
    {
    }

    /// <summary>A text that two observations share exactly if they add the same nodes: part of the key under which programs are kept.</summary>
    public abstract string Key { get; }

    /// <summary>The names of the results, in their order.</summary>
    public abstract IReadOnlyList<string> Outputs { get; }

    /// <summary>FullGrad: the map of the biases of all feature maps over the picture, [N, height, width], and the sum of all biases times their multipliers, [N].</summary>
    /// <param name="isMap">Whether a value is a feature map [N, channels, height, width]: only those are drawn.</param>
    /// <param name="height">Pixels down of the map.</param>
    /// <param name="width">Pixels across.</param>
    /// <param name="style">How layers are drawn.</param>
    public static WalkObservation Biases(Func<string, bool> isMap, int height, int width, BiasMapStyle style)
    {
        ArgumentNullException.ThrowIfNull(isMap);
        ArgumentNullException.ThrowIfNull(style);
        return new BiasMap(isMap, height, width, style);
    }

    /// <summary>Bias attribution: the biases of all layers, handed back to the first cut, in its shape.</summary>
    /// <param name="exponent">A unit's inputs share in proportion to |W x| to this power: 1 in proportion, 0 alike among the active.</param>
    public static WalkObservation BiasesAtCut(double exponent)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(exponent);
        return new BiasCredit(exponent);
    }

    /// <summary>The same where a unit's inputs share by a softmax of |W x|. Takes memory for all pairs of a layer's units and inputs: for small networks.</summary>
    /// <param name="temperature">Above 0, in units of what an input adds to a unit: small, the largest takes all; large, all share alike.</param>
    public static WalkObservation BiasesAtCutBySoftmax(double temperature)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(temperature);
        return new BiasCredit(1, temperature);
    }

    /// <summary>Starts for one program.</summary>
    /// <param name="emitter">Receives the nodes.</param>
    /// <param name="cut">The value that multipliers go back to.</param>
    internal abstract IWalkObserver Begin(Emitter emitter, string cut);
}

/// <summary>How the biases of layers are drawn: the magnitudes, scaled to 0 … 1, resized bilinearly and added up.</summary>
/// <param name="ByChannel">Whether each channel is scaled to 0 … 1 on its own, rather than the layer.</param>
/// <param name="AlignCorners">Whether the outer cells' centres are put on the outer pixels'.</param>
/// <param name="MultipliersOnly">Whether the multiplier alone is drawn, without the bias.</param>
/// <param name="Epsilon">What is added to the range that is scaled by, at least 0.</param>
public sealed record BiasMapStyle(bool ByChannel, bool AlignCorners, bool MultipliersOnly, double Epsilon);

/// <summary>An observation under way.</summary>
internal interface IWalkObserver
{
    /// <summary>Takes a node whose rule has just sent its multipliers (<see cref="Backward.Flows"/>).</summary>
    void Visited(Backward node, RuleRow row);

    /// <summary>The results, as <see cref="WalkObservation.Outputs"/> names them.</summary>
    IReadOnlyList<Expression> Finish();
}
