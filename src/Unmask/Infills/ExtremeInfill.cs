namespace Unmask;

/// <summary>The input's own smallest or largest element, everywhere: XRAI's black and white.</summary>
internal sealed class ExtremeInfill(bool largest) : Infill
{
    public override string Name => largest ? "max" : "min";

    public override float[] For(ModelInput input)
    {
        float[] filled = new float[input.Layout.Count];
        Array.Fill(filled, largest ? System.Numerics.Tensors.TensorPrimitives.Max(input.Values) : System.Numerics.Tensors.TensorPrimitives.Min(input.Values));
        return filled;
    }
}
