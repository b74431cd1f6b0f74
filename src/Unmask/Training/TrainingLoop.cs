using Unmask.Graphs;
using Unmask.Runtime;

namespace Unmask.Training;

/// <summary>One run of a training: epochs, steps, validation and what is written of them.</summary>
internal sealed class TrainingLoop(
    Trainer trainer, TrainingProgram program, TrainingState state, TrainingFiles files, string identity, IProgress<TrainingProgress>? progress, CancellationToken cancel)
{
    private readonly TrainingRecipe _recipe = trainer.Recipe;
    private readonly TrainingSeeds _seeds = new(trainer.Recipe.Seed);
    private readonly TrainingStep _step = new(program, state, trainer.Recipe, trainer.Threads);
    private readonly long _started = TimeProvider.System.GetTimestamp();
    private readonly long _firstStep = state.Step;

    /// <summary>Runs to the end, or until patience is lost.</summary>
    public void Run(TrainingSet items, TrainingSet? validation)
    {
        int batch = Math.Min(_recipe.BatchSize, items.Count);
        long batches = items.Count / batch, steps = batches * _recipe.Epochs;
        try
        {
            while (state.Epoch < _recipe.Epochs && !PatienceIsLost())
            {
                RunEpoch(items, validation, batch, batches, steps);
            }
        }
        catch (OperationCanceledException)
        {
            // A step that was cut short has changed nothing.
            files.Save(state, identity);
            throw;
        }
    }

    private bool PatienceIsLost() => _recipe.Patience is { } patience && state.BestEpoch > 0 && state.Epoch - state.BestEpoch >= patience;

    private void RunEpoch(TrainingSet items, TrainingSet? validation, int batch, long batches, long steps)
    {
        int[] order = _seeds.Order(items.Count, state.Epoch);
        var variation = new Variation(_seeds.Variation, (int)state.Epoch);
        long began = TimeProvider.System.GetTimestamp(), before = state.Batch;
        while (state.Batch < batches)
        {
            cancel.ThrowIfCancellationRequested();
            double rate = _recipe.LearningRate.At(state.Step, steps);
            if (state.Batch + 1 < batches)
            {
                items.Announce(order.AsMemory((int)(state.Batch + 1) * batch, batch), variation);
            }

            var now = order.AsMemory((int)state.Batch * batch, batch);
            trainer.Partner?.Step(now, variation, state.Step, steps);
            // What a partner has learnt cannot be taken back: the step is ended.
            var (loss, accuracy) = _step.Run(items, now, variation, rate, trainer.Partner is null ? cancel : default);
            (state.LossSum, state.AccuracySum) = (state.LossSum + loss, state.AccuracySum + (accuracy ?? 0));
            (state.Batch, state.Step) = (state.Batch + 1, state.Step + 1);
            Report(batch, steps, rate);
            if (state.Step % trainer.CheckpointSteps == 0 && state.Batch < batches)
            {
                files.Save(state, identity);
            }
        }

        double seconds = TimeProvider.System.GetElapsedTime(began).TotalSeconds;
        EndEpoch(validation, batches, _recipe.LearningRate.At(state.Step - 1, steps), (batches - before) * batch / Math.Max(seconds, 1e-9));
    }

    private void EndEpoch(TrainingSet? validation, long batches, double rate, double speed)
    {
        var tried = validation is null ? ((double, double?)?)null : Validate(validation);
        var metrics = new EpochMetrics
        {
            Epoch = state.Epoch + 1,
            Step = state.Step,
            Loss = state.LossSum / batches,
            Accuracy = program.HasAccuracy ? state.AccuracySum / batches : null,
            ValidationLoss = tried?.Item1,
            ValidationAccuracy = tried?.Item2,
            LearningRate = rate,
            ItemsPerSecond = speed,
        };
        (state.Epoch, state.Batch, state.LossSum, state.AccuracySum) = (state.Epoch + 1, 0, 0, 0);
        if (_recipe.Patience is not null && metrics.ValidationLoss is { } loss && loss < state.BestLoss)
        {
            state.KeepAsBest(loss);
        }

        files.Add(metrics);
        files.Save(state, identity);
        trainer.EpochEnded?.Invoke(metrics);
    }

    /// <summary>Means over the validation data, added in the order of the items.</summary>
    private (double Loss, double? Accuracy) Validate(TrainingSet validation)
    {
        double loss = 0, accuracy = 0;
        (double Loss, double? Accuracy) One(int first, int count) => program.Validate(validation.Read([.. Enumerable.Range(first, count)], null), cancel);
        Batcher.Run(validation.Count, _recipe.BatchSize, trainer.Threads, One, (first, result) =>
        {
            int count = Math.Min(_recipe.BatchSize, validation.Count - first);
            (loss, accuracy) = (loss + (count * result.Loss), accuracy + (count * (result.Accuracy ?? 0)));
            return true;
        }, cancel);
        return (loss / validation.Count, program.HasAccuracy ? accuracy / validation.Count : null);
    }

    private void Report(int batch, long steps, double rate)
    {
        if (progress is not null)
        {
            double perStep = TimeProvider.System.GetElapsedTime(_started).TotalSeconds / (state.Step - _firstStep);
            progress.Report(new(state.Epoch + 1, _recipe.Epochs, state.Step, steps, state.LossSum / state.Batch, rate, batch / Math.Max(perStep, 1e-9), TimeSpan.FromSeconds((steps - state.Step) * perStep)));
        }
    }
}
