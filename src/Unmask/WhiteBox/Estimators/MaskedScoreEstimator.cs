using Unmask.Probing;

namespace Unmask.WhiteBox;

/// <summary>Each feature map, resized and scaled to 0 … 1, is a mask of the input; the score under it makes its weight: Score-CAM.</summary>
/// <param name="infill">What replaces what a mask hides.</param>
/// <param name="softmax">Whether scores become weights by a softmax over channels; else they are the weights, and maps that are the same everywhere have none.</param>
/// <param name="alignCorners">Whether the outer cells' centres are put on the outer pixels' when maps are resized.</param>
internal sealed class MaskedScoreEstimator(Infill infill, bool softmax, bool alignCorners) : ChannelWeightEstimator
{
    protected override double[][] Weights(WhiteBoxRun run, ModelInput input, LayerAtItem layer)
    {
        var masks = new ActivationMasks(layer);
        var map = new StretchedGridMap(input.Layout, layer.Grid.Height, layer.Grid.Width, alignCorners);
        var scores = new ScoreTable();
        if (masks.Count > 0)
        {
            run.Probe(new(input, masks, map, infill, run.Score, run.Targets), scores);
        }

        return [.. Enumerable.Range(0, run.Targets.Length).Select(target => Weights(masks, scores, target))];
    }

    private double[] Weights(ActivationMasks masks, ScoreTable scores, int target)
    {
        double[] raw = [.. masks.MaskOf.Select(mask => scores.Rows[mask][target])];
        if (!softmax)
        {
            return [.. raw.Select((score, channel) => masks.IsConstant(channel) ? 0 : score)];
        }

        // Wang et al., algorithm 1: α = softmax over the channels. What the score of a baseline would take away from all of them cancels.
        double most = raw.Max(), sum = raw.Sum(score => Math.Exp(score - most));
        return [.. raw.Select(score => Math.Exp(score - most) / sum)];
    }
}

/// <summary>The feature maps of a layer as masks. Those that are the same everywhere hide everything, and share one mask.</summary>
internal sealed class ActivationMasks : MaskLaw
{
    private readonly List<float[]> _masks = [];
    private readonly int _constant = -1;

    public ActivationMasks(LayerAtItem layer)
    {
        int places = layer.Grid.Height * layer.Grid.Width;
        MaskOf = new int[layer.Channels];
        for (int channel = 0; channel < MaskOf.Length; channel++)
        {
            float[] cells = new float[places];
            for (int place = 0; place < places; place++)
            {
                cells[place] = layer.Value[layer.Grid.IndexOf(channel, place, MaskOf.Length)];
            }

            bool constant = cells.Min() == cells.Max();
            if (constant && _constant >= 0)
            {
                MaskOf[channel] = _constant;
                continue;
            }

            MaskOf[channel] = _masks.Count;
            _constant = constant ? _masks.Count : _constant;
            _masks.Add(constant ? new float[places] : cells);
        }
    }

    /// <summary>The number of each channel's mask.</summary>
    public int[] MaskOf { get; }

    public override int Count => _masks.Count;

    public bool IsConstant(int channel) => MaskOf[channel] == _constant;

    public override MaskCoordinates At(int index) => new(_masks[index], ReadOnlyMemory<int>.Empty);
}

/// <summary>Keeps the score of every mask for every target.</summary>
internal sealed class ScoreTable : ProbeEstimator
{
    /// <summary>[masks][targets].</summary>
    public List<double[]> Rows { get; } = [];

    public override IReadOnlyList<int> Sizes => [Rows.Count];

    public override void Observe(MaskCoordinates mask, ReadOnlySpan<double> scores) => Rows.Add(scores.ToArray());

    public override IReadOnlyList<float[]> Result() => [.. Enumerable.Range(0, Rows.Count == 0 ? 0 : Rows[0].Length).Select(target => Rows.Select(row => (float)row[target]).ToArray())];
}
