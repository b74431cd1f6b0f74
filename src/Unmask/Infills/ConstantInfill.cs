namespace Unmask;

/// <summary>One value in the model's input space.</summary>
internal sealed class ConstantInfill(float value, string name) : Infill
{
    public override string Name => name;

    internal override bool IsZero => value == 0;

    public override float[] For(ModelInput input)
    {
        float[] filled = new float[input.Layout.Count];
        Array.Fill(filled, value);
        return filled;
    }
}

/// <summary>The tensor that a pixel of one grey level becomes by the model's preprocessing.</summary>
internal sealed class LevelInfill(float level, string name) : Infill
{
    public override string Name => name;

    public override float[] For(ModelInput input)
    {
        var layout = input.Layout;
        float[] filled = new float[layout.Count];
        var (height, width) = PictureOf(input);
        for (int channel = 0; channel < layout.Channels; channel++)
        {
            float value = input.Preprocessing.Normalize(level, channel);
            for (int y = 0; y < height; y++)
            {
                for (int x = 0; x < width; x++)
                {
                    filled[layout.IndexOf(channel, y, x)] = value;
                }
            }
        }

        return filled;
    }
}

/// <summary>A given tensor.</summary>
internal sealed class GivenInfill(float[] values, string name) : Infill
{
    public override string Name => name;

    public override float[] For(ModelInput input) => values.Length == input.Layout.Count
        ? values
        : throw new UnmaskException($"The in-fill {name} has {values.Length} elements; one input has {input.Layout.Count} ({input.Layout}).");
}
