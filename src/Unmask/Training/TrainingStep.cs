using System.Numerics.Tensors;
using Unmask.Graphs;
using Unmask.Runtime;

namespace Unmask.Training;

/// <summary>One step: gradients of the parts of a batch, added in their order, then the optimiser.</summary>
internal sealed class TrainingStep(TrainingProgram program, TrainingState state, TrainingRecipe recipe, int threads)
{
    private readonly float[] _gradients = TensorBank.NewValues(program.Weights.Values.Length);
    private readonly float[] _statistics = TensorBank.NewValues(program.Running.Values.Length);

    /// <summary>Runs a step.</summary>
    /// <returns>The batch's mean loss and accuracy, before the step.</returns>
    /// <exception cref="UnmaskException">The loss or a gradient is not a number; nothing is changed then.</exception>
    public (double Loss, double? Accuracy) Run(TrainingSet items, ReadOnlyMemory<int> batch, Variation variation, double rate, CancellationToken cancel)
    {
        var (loss, accuracy) = Differentiate(items, batch, variation, cancel);
        ThrowUnlessFinite(loss, rate);
        Clip();
        for (int i = 0; i < program.Weights.Places.Length; i++)
        {
            Update(program.Weights.Places[i], rate);
        }

        float kept = (float)recipe.StatisticsMomentum;
        TensorPrimitives.Multiply(state.Running, kept, state.Running);
        TensorPrimitives.MultiplyAdd(_statistics, 1 - kept, state.Running, state.Running);
        return (loss, accuracy);
    }

    private (double Loss, double? Accuracy) Differentiate(TrainingSet items, ReadOnlyMemory<int> batch, Variation variation, CancellationToken cancel)
    {
        int shards = Math.Min(recipe.Shards, batch.Length);
        double loss = 0, accuracy = 0;
        Array.Clear(_gradients);
        Array.Clear(_statistics);
        PartResult Part(int shard, int count) => program.RunPart(items.Read(PartOf(batch, shard, shards).Span, variation), ShareOf(batch, shard, shards), cancel);
        Batcher.Run(shards, 1, threads, Part, (shard, part) =>
        {
            float share = ShareOf(batch, shard, shards);
            (loss, accuracy) = (loss + (share * part.Loss), accuracy + (share * (part.Accuracy ?? 0)));
            Add(part.Gradients, program.Weights, 1, _gradients);
            Add(part.Statistics, program.Running, share, _statistics);
            return true;
        }, cancel);
        return (loss, program.HasAccuracy ? accuracy : null);
    }

    private static ReadOnlyMemory<int> PartOf(ReadOnlyMemory<int> batch, int shard, int shards) =>
        batch[(int)((long)batch.Length * shard / shards)..(int)((long)batch.Length * (shard + 1) / shards)];

    private static float ShareOf(ReadOnlyMemory<int> batch, int shard, int shards) => (float)PartOf(batch, shard, shards).Length / batch.Length;

    private static void Add(IReadOnlyList<TensorData> values, TensorBank bank, float factor, float[] sums)
    {
        for (int i = 0; i < values.Count; i++)
        {
            var sum = sums.AsSpan(bank.Places[i].Start, bank.Places[i].Count);
            TensorPrimitives.MultiplyAdd(values[i].AsSpan<float>(), factor, sum, sum);
        }
    }

    private void ThrowUnlessFinite(double loss, double rate)
    {
        if (double.IsFinite(loss) && float.IsFinite(TensorPrimitives.Sum(_gradients)))
        {
            return;
        }

        var bad = program.Weights.Places.FirstOrDefault(place => !TensorPrimitives.IsFiniteAll<float>(_gradients.AsSpan(place.Start, place.Count)));
        if (bad.Name is null && double.IsFinite(loss))
        {
            return;
        }

        string where = bad.Name is null ? "" : $" The first weight whose gradient is no finite number is {bad.Name}.";
        throw new UnmaskException($"Step {state.Step + 1} (epoch {state.Epoch + 1}) gave the loss {loss} at the learning rate {rate:g3}.{where} The weights are still those before it"
            + ", and the last checkpoint is good. Try a lower learning rate, a warm-up, or clipping.");
    }

    // ‖g‖ over all weights together; Pascanu et al., ICML 2013, algorithm 1.
    private void Clip()
    {
        if (recipe.ClipNorm is { } longest && Math.Sqrt(TensorPrimitives.SumOfSquares<float>(_gradients)) is var norm && norm > longest)
        {
            TensorPrimitives.Multiply(_gradients, (float)(longest / norm), _gradients);
        }
    }

    private void Update(TensorPlace place, double rate)
    {
        Span<float> Of(float[] values) => values.Length == 0 ? [] : values.AsSpan(place.Start, place.Padded);
        double decay = place.Dimensions.Length > 1 ? recipe.WeightDecay : 0;
        recipe.Optimizer.Update(Of(state.Weights), Of(_gradients), Of(state.Slots[0]), Of(state.Slots[1]), new(rate, decay, state.Step + 1));
    }
}
