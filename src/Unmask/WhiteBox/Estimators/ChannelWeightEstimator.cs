using System.Collections.Immutable;

namespace Unmask.WhiteBox;

/// <summary>A layer of one item.</summary>
/// <param name="Index">Its place among the cuts.</param>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value.</param>
/// <param name="Sizes">The axes.</param>
/// <param name="Grid">How they lie on the picture.</param>
internal sealed record LayerAtItem(int Index, string Name, float[] Value, ImmutableArray<int> Sizes, LayerGrid Grid)
{
    /// <summary>The number of feature maps.</summary>
    public int Channels => Grid.Channels(Value.Length);
}

/// <summary>
/// One weight for each feature map, found with forward passes alone. It stands for the multiplier at all places of the map, so that the aggregator of
/// Grad-CAM makes the map of it: Score-CAM, Ablation-CAM.
/// </summary>
internal abstract class ChannelWeightEstimator : Estimator
{
    internal override long PointsPerItem => 0;

    internal override long StepsFor(WhiteBoxRun run) => run.Cuts.Sum(cut => run.LayerAt(cut, run.Input).Channels);

    internal override void Run(WhiteBoxRun run, int items, ItemWriter item, EstimateReceiver receive)
    {
        run.ThrowUnlessClasses(run.Method);
        float[] x = new float[run.FedLength];
        for (int i = 0; i < items; i++)
        {
            item(i, x);
            var input = run.InputOf([.. x]);
            LayerAtItem[] layers = [.. run.Cuts.Select(cut => run.LayerAt(cut, input))];
            double[][][] weights = [.. layers.Select(layer => Weights(run, input, layer))];
            float[] values = [.. layers.SelectMany(layer => layer.Value)];
            for (int target = 0; target < run.Targets.Length; target++)
            {
                float[] multipliers = [.. layers.SelectMany(layer => Spread(layer, weights[layer.Index][target]))];
                receive(i, target, run.Aggregate(new() { Sizes = [.. layers.Select(layer => layer.Sizes)], Multiplier = multipliers, Value = values }));
            }
        }
    }

    /// <summary>The weights of a layer's feature maps for every target: [targets][channels].</summary>
    protected abstract double[][] Weights(WhiteBoxRun run, ModelInput input, LayerAtItem layer);

    private static float[] Spread(LayerAtItem layer, double[] weights)
    {
        float[] multipliers = new float[layer.Value.Length];
        for (int i = 0; i < weights.Length * layer.Grid.Height * layer.Grid.Width; i++)
        {
            int channel = i % weights.Length;
            multipliers[layer.Grid.IndexOf(channel, i / weights.Length, weights.Length)] = (float)weights[channel];
        }

        return multipliers;
    }
}
