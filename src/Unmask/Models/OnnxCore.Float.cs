using Unmask.Graphs;

namespace Unmask;

/// <summary>The same model in real numbers, where it computes in integers.</summary>
internal sealed partial class OnnxCore
{
    private readonly Lock _floatGate = new();
    private (OnnxCore Core, string? Note)? _found;

    /// <summary>What white-box methods look into: the float model that a quantised one stands for, or this.</summary>
    public OnnxCore Differentiable => Found.Core;

    /// <summary>What should be known about gradients of a quantised model, as a whole sentence; <c>null</c>: nothing.</summary>
    public string? DifferentiableNote => Found.Note;

    private (OnnxCore Core, string? Note) Found
    {
        get
        {
            lock (_floatGate)
            {
                return _found ??= FindDifferentiable();
            }
        }
    }

    private (OnnxCore Core, string? Note) FindDifferentiable()
    {
        const string Straight = "gradients pass rounding as if it were not there (straight through), and stop where a value was clipped to its type's range.";
        if (!FloatGraph.IsQuantized(_graph))
        {
            return (this, null);
        }

        if (_quantizedGradients == QuantizedGradients.StraightThrough)
        {
            return (this, $"The model computes in integers: {Straight}");
        }

        try
        {
            return (new(FloatGraph.Run(_graph), Explained, Sources, _frozenBatch, _obstacle, _options, _throughput, _quantizedGradients), null);
        }
        catch (UnsupportedOperatorException problem)
        {
            return (this, $"The model computes in integers and has no float form here ({problem.Message.Split(" (node", 2)[0]}): {Straight}");
        }
    }
}
