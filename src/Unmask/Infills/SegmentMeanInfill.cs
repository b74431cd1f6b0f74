namespace Unmask;

/// <summary>The mean of the segment that a pixel is in, a channel at a time: each segment becomes flat in its own colour.</summary>
internal sealed class SegmentMeanInfill : Infill
{
    public override string Name => "segment-mean";

    public override float[] For(ModelInput input) =>
        throw new UnmaskException("The in-fill segment-mean needs segments; only methods that hide segments (lime) have them. Use mean or blur.");

    internal override Infill On(Segments segments, ModelInput input)
    {
        var layout = input.Layout;
        int[] labels = segments.OfElements(layout);
        double[] sums = new double[segments.Count * (layout.IsSpatial ? layout.Channels : 1)];
        int[] counts = new int[sums.Length];
        for (int i = 0; i < labels.Length; i++)
        {
            int slot = SlotOf(i);
            sums[slot] += input.Values[i];
            counts[slot]++;
        }

        if (Array.TrueForAll(counts, count => count <= 1))
        {
            throw new UnmaskException("The in-fill segment-mean leaves segments of one element as they are: hiding them would change nothing. Use zero, mean or a .npy file.");
        }

        float[] filled = new float[labels.Length];
        for (int i = 0; i < filled.Length; i++)
        {
            filled[i] = (float)(sums[SlotOf(i)] / counts[SlotOf(i)]);
        }

        return Given(filled, Name);

        int SlotOf(int element) => (ChannelOf(layout, element) * segments.Count) + labels[element];
    }

    private static int ChannelOf(InputLayout layout, int element) => layout.Order switch
    {
        AxisOrder.ChannelsFirst => element / (layout.Sizes[1] * layout.Sizes[2]),
        AxisOrder.ChannelsLast => element % layout.Sizes[2],
        _ => 0,
    };
}
