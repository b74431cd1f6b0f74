namespace Unmask.Graphs;

/// <summary>Operator set 20: GridSample renamed its modes, the axis of DFT became an input.</summary>
internal static class Opset20
{
    public static IReadOnlyDictionary<string, OpsetAdapter> Changes { get; } = new Dictionary<string, OpsetAdapter>
    {
        ["GridSample"] = GridSample,
        ["DFT"] = Dft,
    };

    private static void GridSample(OpsetRewrite rewrite)
    {
        string mode = rewrite.Node.Text("mode", "bilinear");
        rewrite.Become(rewrite.Node.With("mode", mode switch { "bilinear" => "linear", "bicubic" => "cubic", _ => mode }));
    }

    private static void Dft(OpsetRewrite rewrite)
    {
        string axis = rewrite.Constant(TensorData.Scalar(rewrite.Node.Int("axis", 1)), "axis");
        rewrite.Become(OpsetAdapters.WithInput(rewrite.Node.Without("axis"), 2, axis));
    }
}
