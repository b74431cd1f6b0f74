namespace Unmask.Graphs;

/// <summary>Operator set 16: RoiAlign shifts coordinates by half a pixel unless told otherwise.</summary>
internal static class Opset16
{
    public static IReadOnlyDictionary<string, OpsetAdapter> Changes { get; } = new Dictionary<string, OpsetAdapter>
    {
        ["RoiAlign"] = rewrite => rewrite.Become(rewrite.Node.With("coordinate_transformation_mode", "output_half_pixel")),
    };
}
