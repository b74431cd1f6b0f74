namespace Unmask;

/// <summary>One mask in the coordinates of its feature space, before it is expanded to full size.</summary>
/// <param name="Cells">The values of the cells, row by row; empty for masks that are given by their place alone.</param>
/// <param name="Offset">Where the mask stands, in input elements, one number an axis of the feature space.</param>
public readonly record struct MaskCoordinates(ReadOnlyMemory<float> Cells, ReadOnlyMemory<int> Offset);
