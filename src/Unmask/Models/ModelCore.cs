using System.Collections.Immutable;
using Unmask.Graphs;
using Unmask.Probing;

namespace Unmask;

/// <summary>What a model is made of: an ONNX graph, or a function of the user's.</summary>
internal abstract class ModelCore
{
    /// <summary>The inputs, the explained one first.</summary>
    public abstract ImmutableArray<Value> Inputs { get; }

    /// <summary>The explained input.</summary>
    public Value Explained => Inputs[0];

    /// <summary>What should be known about how the model is run, in whole sentences.</summary>
    public virtual ImmutableArray<string> Notes => [];

    /// <summary>Where scores can be read.</summary>
    public abstract ScoreSources Sources { get; }

    /// <summary>Compiles the way from a prologue's feeds (or the plain input, without one) to one or several scores: of the classes that are fed with a prologue, of all without one.</summary>
    public abstract ScoreProgram Compile(Graph? prologue, IReadOnlyList<Score> scores);
}
