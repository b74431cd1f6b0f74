namespace Unmask.Training;

/// <summary>Everything that changes in a training and that it needs to go on: what a checkpoint holds.</summary>
/// <param name="program">Holds the weights and running statistics.</param>
/// <param name="slots">Numbers that the optimiser keeps for each weight.</param>
internal sealed class TrainingState(TrainingProgram program, int slots)
{
    /// <summary>Trained weights.</summary>
    public float[] Weights => program.Weights.Values;

    /// <summary>Running statistics.</summary>
    public float[] Running => program.Running.Values;

    /// <summary>What the optimiser keeps: two arrays, empty where it keeps less.</summary>
    public float[][] Slots { get; } = [.. Enumerable.Range(0, 2).Select(slot => TensorBank.NewValues(slot < slots ? program.Weights.Values.Length : 0))];

    /// <summary>What learns beside the network; <c>null</c>: nothing.</summary>
    public TrainingPartner? Partner { get; init; }

    /// <summary>The weights of the best epoch so far; empty before one.</summary>
    public float[] BestWeights { get; set; } = [];

    /// <summary>The running statistics of the best epoch so far.</summary>
    public float[] BestRunning { get; set; } = [];

    /// <summary>The lowest loss on validation data so far.</summary>
    public double BestLoss { get; set; } = double.PositiveInfinity;

    /// <summary>The epoch of <see cref="BestLoss"/>, from 1; 0 before one.</summary>
    public long BestEpoch { get; set; }

    /// <summary>Whole epochs done.</summary>
    public long Epoch { get; set; }

    /// <summary>Batches done in the epoch that is under way.</summary>
    public long Batch { get; set; }

    /// <summary>Steps done in all.</summary>
    public long Step { get; set; }

    /// <summary>Sum of the losses of the epoch's batches.</summary>
    public double LossSum { get; set; }

    /// <summary>Sum of the accuracies of the epoch's batches.</summary>
    public double AccuracySum { get; set; }

    /// <summary>Remembers the weights as the best.</summary>
    public void KeepAsBest(double loss)
    {
        (BestLoss, BestEpoch) = (loss, Epoch);
        BestWeights = [.. Weights];
        BestRunning = [.. Running];
    }
}
