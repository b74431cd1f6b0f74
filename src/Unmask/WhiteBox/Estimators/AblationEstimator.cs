namespace Unmask.WhiteBox;

/// <summary>w_k = (S − S with A_k := 0) ÷ |S|, by forward passes of the tail: Desai, Ramaswamy, eq. 3. The magnitude of S keeps the sign where S is negative.</summary>
internal sealed class AblationEstimator : ChannelWeightEstimator
{
    protected override double[][] Weights(WhiteBoxRun run, ModelInput input, LayerAtItem layer)
    {
        int channels = layer.Channels;
        double[] whole = [.. run.ScoresOf(input)];
        double[][] weights = [.. whole.Select(_ => new double[channels])];
        run.Tail(input, layer, channels, Write, (channel, scores) =>
        {
            for (int target = 0; target < weights.Length; target++)
            {
                double drop = whole[target] - run.Targets[target].ScoreOf(scores);
                weights[target][channel] = whole[target] == 0 ? drop : drop / Math.Abs(whole[target]);
            }
        });
        return weights;

        void Write(int channel, Span<float> value)
        {
            layer.Value.CopyTo(value);
            for (int place = 0; place < layer.Grid.Height * layer.Grid.Width; place++)
            {
                value[layer.Grid.IndexOf(channel, place, channels)] = 0;
            }
        }
    }
}
