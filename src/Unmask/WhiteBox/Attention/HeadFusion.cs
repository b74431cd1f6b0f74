namespace Unmask;

/// <summary>How the heads of an attention become one map.</summary>
public enum HeadFusion
{
    /// <summary>Their mean: rows still sum to 1.</summary>
    Mean,

    /// <summary>The largest weight of any head.</summary>
    Max,

    /// <summary>The smallest weight of any head: what all of them agree on.</summary>
    Min,
}
