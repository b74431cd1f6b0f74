using System.Numerics.Tensors;
using Unmask.Graphs;
using Unmask.Runtime;

namespace Unmask.Probing;

/// <summary>
/// The in-fills of masks that each have their own: expands masks by the nodes that the prologue has too, hardens them, and asks the in-fill. Callable from several threads;
/// what it makes depends on the mask's number only, not on the batch.
/// </summary>
internal sealed class MaskFills : IDisposable
{
    /// <summary>A place is kept when at least half of it is: what in-fills see is 0 or 1, while the composition stays soft.</summary>
    public const float Kept = 0.5f;

    private readonly ProbeRequest _request;
    private readonly Session? _expansion;

    private MaskFills(ProbeRequest request) => (_request, _expansion) = (request, request.Infill.DependsOnMask ? Compile(request) : null);

    /// <summary>Bytes that the in-fill of one mask takes in a batch: x̂, x − x̂, and the expanded mask.</summary>
    public long BytesPerItem => 3L * _request.Input.Layout.Count * sizeof(float);

    /// <summary>For a request; <c>null</c> when its masks share one in-fill.</summary>
    public static MaskFills? For(ProbeRequest request) => request.Infill.ChangesWithMask ? new(request) : null;

    /// <summary>Writes x̂ and x − x̂ of the masks first … first + count − 1.</summary>
    /// <param name="feeds">The batch's feeds, with the masks' coordinates.</param>
    /// <param name="first">The first mask's number.</param>
    /// <param name="count">How many; room beyond them is filled with the last one's.</param>
    /// <param name="infills">Receives x̂, an item a mask.</param>
    /// <param name="differences">Receives x − x̂.</param>
    public void Write(Dictionary<string, TensorData> feeds, int first, int count, float[] infills, float[] differences)
    {
        var input = _request.Input;
        int length = input.Layout.Count, size = infills.Length / length;
        var masks = _expansion?.Run(_expansion.Inputs.ToDictionary(value => value.Name, value => feeds[value.Name]))[0];
        float[] keep = masks is null ? [] : new float[input.Layout.Spatial.Height * input.Layout.Spatial.Width];
        for (int item = 0; item < size; item++)
        {
            var filled = infills.AsSpan(item * length, length);
            if (item >= count)
            {
                infills.AsSpan((count - 1) * length, length).CopyTo(filled);
            }
            else
            {
                if (masks is not null)
                {
                    Harden(masks, item, input.Layout, keep);
                }

                _request.Infill.Fill(input, keep, _request.Seed, first + item).CopyTo(filled);
            }

            TensorPrimitives.Subtract(input.Values, filled, differences.AsSpan(item * length, length));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _expansion?.Dispose();

    /// <summary>The map's nodes alone: coordinates in, masks out.</summary>
    private static Session Compile(ProbeRequest request)
    {
        var graph = new GraphBuilder("mask expansion");
        foreach (var value in request.Map.Feeds.Select(feed => feed.Value).Concat(request.Map.SharedFeeds.Select(feed => feed.Value)))
        {
            graph.Input(value.Name, value.Element, value.Shape);
        }

        var shape = new Shape([Dimension.Named("N"), .. request.Input.Layout.Sizes.Select(_ => Dimension.Unknown)]);
        graph.OutputAs(request.Map.Expand(graph), "mask", ElementType.Float32, shape);
        return Session.FromGraph(graph.Build());
    }

    /// <summary>One mask as 1 = kept and 0 = hidden for each place; a place with a hidden channel is hidden.</summary>
    /// <param name="masks">Masks of three axes behind the first, each the input's or 1.</param>
    /// <param name="item">Which.</param>
    /// <param name="layout">The input's axes.</param>
    /// <param name="keep">Receives one number a place.</param>
    public static void Harden(TensorData masks, int item, InputLayout layout, Span<float> keep)
    {
        var sizes = masks.Dimensions;
        var values = masks.AsSpan<float>();
        int one = (int)(masks.Count / sizes[0]), start = sizes[0] == 1 ? 0 : item * one, width = layout.Spatial.Width;
        // An axis of size 1 is the same along the input's: it is not walked.
        int last = (int)sizes[3], middle = (int)sizes[2];
        (int s0, int s1, int s2) = (sizes[1] > 1 ? middle * last : 0, middle > 1 ? last : 0, last > 1 ? 1 : 0);
        bool channelsFirst = layout.Order == AxisOrder.ChannelsFirst;
        var (toChannel, down, across) = channelsFirst ? (s0, s1, s2) : (s2, s0, s1);
        int channels = toChannel == 0 ? 1 : layout.Channels;
        for (int place = 0; place < keep.Length; place++)
        {
            int at = start + (place / width * down) + (place % width * across);
            bool kept = true;
            for (int channel = 0; channel < channels; channel++)
            {
                kept &= values[at + (channel * toChannel)] >= Kept;
            }

            keep[place] = kept ? 1 : 0;
        }
    }
}
