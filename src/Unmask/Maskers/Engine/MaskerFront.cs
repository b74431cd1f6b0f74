using Unmask.Graphs;
using Unmask.Runtime;
using Unmask.Training;

namespace Unmask.Maskers.Engine;

/// <summary>The masker as it is now, in the middle of its training, forward only: its masks, or what the classifier sees by them.</summary>
/// <param name="front">The masker and what hides by its mask: see <see cref="MaskerGraph.Front"/>.</param>
/// <param name="output">What is wanted of it.</param>
internal sealed class MaskerFront(Graph front, string output) : IDisposable
{
    private TrainingProgram? _masker;
    private Session? _byBatch;
    private Session? _byRunning;

    /// <summary>Told where the masker's weights are.</summary>
    public void Begin(TrainingProgram masker) => _masker = masker;

    /// <summary>Runs it.</summary>
    /// <param name="feeds">What it takes, among other things.</param>
    /// <param name="byBatch">Whether it normalises by the batch, as in a step; else by running statistics, as when it is tried.</param>
    /// <exception cref="InvalidOperationException">Its weights are not known yet.</exception>
    public TensorData Run(IReadOnlyDictionary<string, TensorData> feeds, bool byBatch)
    {
        var masker = _masker ?? throw new InvalidOperationException("The masker's weights are not known yet.");
        var session = byBatch ? LazyInitializer.EnsureInitialized(ref _byBatch, () => Compile(masker, true)) : LazyInitializer.EnsureInitialized(ref _byRunning, () => Compile(masker, false));
        var taken = new Dictionary<string, TensorData>(feeds, StringComparer.Ordinal);
        foreach (var bank in (TensorBank[])[masker.Weights, masker.Running])
        {
            foreach (var (place, tensor) in bank.Places.Zip(bank.Tensors))
            {
                taken[place.Name] = tensor;
            }
        }

        return session.Run(taken.Where(pair => session.Inputs.Any(input => input.Name == pair.Key)).ToDictionary(StringComparer.Ordinal), [output])[0];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _byBatch?.Dispose();
        _byRunning?.Dispose();
    }

    private Session Compile(TrainingProgram masker, bool byBatch)
    {
        var weights = masker.Weights.Places.Select(place => place.Name).ToHashSet(StringComparer.Ordinal);
        var graph = byBatch ? NormalizeByBatch.Run(front, node => weights.Contains(node.Input(1))).Graph : front;
        var wanted = PruneUnreachable.Run(ExposeValues.Run(graph with { Outputs = [] }, [output]), removeInputs: true);
        // The runtime writes a batch's statistics where the running ones lie: these must not be the masker's own, so they stay constants.
        var fed = byBatch ? weights : weights.Concat(masker.Running.Places.Select(place => place.Name));
        return Session.FromGraph(FeedValues.Run(wanted, fed.Where(wanted.Constants.ContainsKey)));
    }
}
