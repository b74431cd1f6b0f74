using System.Collections.Concurrent;
using System.Numerics.Tensors;
using Unmask.Graphs;
using Unmask.Runtime;

namespace Unmask.Training;

/// <summary>One step: gradients of the parts of a batch, added in their order, then the optimiser.</summary>
internal sealed class TrainingStep(TrainingProgram program, TrainingState state, TrainingRecipe recipe, int threads)
{
    private readonly float[] _gradients = TensorBank.NewValues(program.Weights.Values.Length);
    private readonly float[] _statistics = TensorBank.NewValues(program.Running.Values.Length);
    private readonly ConcurrentBag<PartResult> _free = [];

    /// <summary>Runs a step.</summary>
    /// <returns>The batch's mean loss and accuracy, before the step.</returns>
    /// <exception cref="UnmaskException">The loss or a gradient is not a number, or a weight is none after the step.</exception>
    public (double Loss, double? Accuracy) Run(TrainingSet items, ReadOnlyMemory<int> batch, Variation variation, double rate, CancellationToken cancel)
    {
        var (loss, accuracy) = Differentiate(items, batch, variation, cancel);
        if (!IsFinite(loss))
        {
            throw Failure($"gave the loss {loss}", rate, Where(items, batch, variation, cancel));
        }

        Clip();
        MoveWeights(rate);
        float kept = (float)recipe.StatisticsMomentum;
        TensorPrimitives.Multiply(state.Running, kept, state.Running);
        TensorPrimitives.MultiplyAdd(_statistics, 1 - kept, state.Running, state.Running);
        return (loss, accuracy);
    }

    private void MoveWeights(double rate)
    {
        foreach (var place in program.Weights.Places)
        {
            Update(place, rate);
        }

        // A checkpoint must not hold what no step can go on from.
        if (!AreFinite(state.Weights))
        {
            string name = program.Weights.Places.First(place => !AreFinite(state.Weights.AsSpan(place.Start, place.Count))).Name;
            throw Failure($"made the weight {name} no finite number", rate, "");
        }
    }

    private (double Loss, double? Accuracy) Differentiate(TrainingSet items, ReadOnlyMemory<int> batch, Variation variation, CancellationToken cancel)
    {
        int shards = Math.Min(recipe.Shards, batch.Length);
        double loss = 0, accuracy = 0;
        PartResult Part(int shard, int count)
        {
            var result = _free.TryTake(out var used) ? used : program.NewResult();
            program.RunPart(items.Read(PartOf(batch, shard, shards).Span, variation), ShareOf(batch, shard, shards), result, cancel);
            return result;
        }

        Batcher.Run(shards, 1, threads, Part, (shard, part) =>
        {
            float share = ShareOf(batch, shard, shards);
            (loss, accuracy) = (loss + (share * part.Loss), accuracy + (share * part.Accuracy));
            Add(part, share, isFirst: shard == 0);
            _free.Add(part);
            return true;
        }, cancel);
        return (loss, program.HasAccuracy ? accuracy : null);
    }

    private void Add(PartResult part, float share, bool isFirst)
    {
        if (isFirst)
        {
            part.Gradients.CopyTo(_gradients, 0);
            TensorPrimitives.Multiply(part.Statistics, share, _statistics);
            return;
        }

        TensorPrimitives.Add(_gradients, part.Gradients, _gradients);
        TensorPrimitives.MultiplyAdd(part.Statistics, share, _statistics, _statistics);
    }

    private static ReadOnlyMemory<int> PartOf(ReadOnlyMemory<int> batch, int shard, int shards) =>
        batch[(int)((long)batch.Length * shard / shards)..(int)((long)batch.Length * (shard + 1) / shards)];

    private static float ShareOf(ReadOnlyMemory<int> batch, int shard, int shards) => (float)PartOf(batch, shard, shards).Length / batch.Length;

    private bool IsFinite(double loss) => double.IsFinite(loss) && AreFinite(_gradients) && AreFinite(_statistics);

    // Of no numbers the primitive says that they are not.
    private static bool AreFinite(ReadOnlySpan<float> values) => values.IsEmpty || TensorPrimitives.IsFiniteAll(values);

    /// <summary>Where it first arose, a sentence: runs the batch once more and looks at every value.</summary>
    private string Where(TrainingSet items, ReadOnlyMemory<int> batch, Variation variation, CancellationToken cancel)
    {
        int shards = Math.Min(recipe.Shards, batch.Length);
        for (int shard = 0; shard < shards; shard++)
        {
            if (program.FirstNonFinite(items.Read(PartOf(batch, shard, shards).Span, variation), ShareOf(batch, shard, shards), cancel) is { } node)
            {
                return $" The first node that makes a number that is not finite is {node}.";
            }
        }

        return "";
    }

    private UnmaskException Failure(string what, double rate, string where) => new(
        $"Step {state.Step + 1} (epoch {state.Epoch + 1}) {what} at the learning rate {rate:g3}.{where} The training ends here; the last checkpoint is good. Try a lower learning rate, a warm-up, or clipping.");

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
