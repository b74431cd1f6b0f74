namespace Unmask.Maskers;

/// <summary>Which classifier answers to a masker's pictures while it learns, and whether that classifier learns beside it.</summary>
public enum ClassifierPool
{
    /// <summary>F: the given one, which stays as it is. The masker explains this classifier.</summary>
    Fixed,

    /// <summary>L: the current one, which also learns from the pictures with what is marked hidden.</summary>
    Last,

    /// <summary>FL: half of the time the given one, else the current one.</summary>
    FirstAndLast,

    /// <summary>L100, L1000: half of the time one of those that were kept every so many steps, else the current one.</summary>
    History,

    /// <summary>
    /// As Phang et al.'s code was released: the current one always answers; half of the time it does not learn from the pictures with what is marked hidden.
    /// </summary>
    PhangAsReleased,
}
