namespace Unmask;

/// <summary>What white-box methods do with a model that computes in integers.</summary>
public enum QuantizedGradients
{
    /// <summary>They explain the float model that it stands for: weights dequantised, nothing rounded on the way. Results state how far its score is from the model's.</summary>
    FloatGraph,

    /// <summary>They explain the model as it is; multipliers pass rounding as if it were not there, and stop where a value was clipped to its type's range.</summary>
    StraightThrough,
}
