namespace Unmask.Graphs;

/// <summary>Versions of the standard operator set and of the file format.</summary>
public static class OperatorSets
{
    /// <summary>The version that every model is raised to at load; rules and added nodes are written for it.</summary>
    public const long Working = 20;

    /// <summary>The newest version that Unmask reads.</summary>
    public const long Newest = 25;

    /// <summary>The newest version of the file format that Unmask reads.</summary>
    public const long NewestIrVersion = 13;
}
