namespace Unmask.Graphs;

/// <summary>One of the two graphs that <see cref="JoinGraphs"/> joins.</summary>
public enum JoinSide
{
    /// <summary>The graph that runs first.</summary>
    First,

    /// <summary>The graph that runs second and reads results of the first.</summary>
    Second,
}

/// <summary>How two graphs are joined.</summary>
public sealed record JoinOptions
{
    /// <summary>
    /// The side that is the user's model: its names of values and nodes, and of unknown axes, stay as they are wherever the other side can give way,
    /// and its name, metadata, producer and documentation become those of the joined graph. Default: the second.
    /// </summary>
    public JoinSide Main { get; init; } = JoinSide.Second;

    /// <summary>What is put before a name of the other side that is taken in the main one. Default: nothing, a number is appended instead.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>Whether outputs of the first graph that feed the second remain outputs of the joined graph. Default: they do not.</summary>
    public bool KeepConnectedOutputs { get; init; }
}
