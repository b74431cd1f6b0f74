namespace Unmask;

/// <summary>In which numbers a model computes the scores of masked inputs.</summary>
public enum Precision
{
    /// <summary>As the model was made.</summary>
    Float32,

    /// <summary>
    /// 8-bit integers where they are faster, calibrated on masked inputs of the run. The scores are compared with float32's on masks that were not calibrated on; where they
    /// do not agree, float32 is used, and the result says so.
    /// </summary>
    Int8,
}

/// <summary>Names of precisions, as the command line and reports spell them.</summary>
public static class Precisions
{
    /// <summary>Every precision with its name.</summary>
    public static IReadOnlyList<(string Name, Precision Precision)> All { get; } = [("float32", Precision.Float32), ("int8", Precision.Int8)];

    /// <summary>The name of a precision.</summary>
    public static string Name(this Precision precision) => All.First(pair => pair.Precision == precision).Name;
}
