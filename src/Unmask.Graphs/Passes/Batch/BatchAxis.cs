using System.Runtime.InteropServices;

namespace Unmask.Graphs;

/// <summary>Where the items of a batch lie in a tensor: one axis has size Outer · N · Inner, in that order (row-major).</summary>
/// <param name="Axis">The axis, from 0.</param>
/// <param name="Outer">What was merged into the axis in front of the batch: 2 for two copies of the whole batch, one after the other.</param>
/// <param name="Inner">What was merged into the axis behind the batch: 196 for the patches of an image in the axis of images.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct BatchAxis(int Axis, long Outer = 1, long Inner = 1)
{
    /// <summary>Whether the axis is the batch and nothing else.</summary>
    public bool IsPure => Outer == 1 && Inner == 1;

    /// <summary>The same batch at another axis.</summary>
    public BatchAxis At(int axis) => this with { Axis = axis };
}
