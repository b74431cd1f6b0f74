namespace Unmask;

/// <summary>The input's own mean, a channel at a time for pictures.</summary>
internal sealed class MeanInfill : Infill
{
    public override string Name => "mean";

    public override float[] For(ModelInput input)
    {
        var layout = input.Layout;
        float[] filled = new float[layout.Count];
        if (!layout.IsSpatial)
        {
            Array.Fill(filled, (float)input.Values.ToArray().Average(value => (double)value));
            return filled;
        }

        for (int channel = 0; channel < layout.Channels; channel++)
        {
            FillChannel(input.Values, filled, layout, channel);
        }

        return filled;
    }

    private static void FillChannel(ReadOnlySpan<float> values, float[] filled, InputLayout layout, int channel)
    {
        var (height, width) = layout.Spatial;
        double sum = 0;
        for (int pass = 0; pass < 2; pass++)
        {
            float mean = (float)(sum / (height * width));
            for (int y = 0; y < height; y++)
            {
                for (int x = 0; x < width; x++)
                {
                    int index = layout.IndexOf(channel, y, x);
                    if (pass == 0)
                    {
                        sum += values[index];
                    }
                    else
                    {
                        filled[index] = mean;
                    }
                }
            }
        }
    }
}
