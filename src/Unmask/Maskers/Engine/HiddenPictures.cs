using System.Collections.Immutable;
using Unmask.Graphs;
using Unmask.Runtime;
using Unmask.Training;

namespace Unmask.Maskers.Engine;

/// <summary>The pictures with what the masker marks now hidden, as a classifier learns from them: the masker normalises by the batch, as in its own step.</summary>
internal sealed class HiddenPictures : TrainingSet, IDisposable
{
    private readonly MaskerSet _items;
    private readonly TrainingSet _pictures;
    private readonly string _input;
    private readonly int _sides;
    private readonly Graph _front;
    private TrainingProgram? _masker;
    private Session? _session;

    /// <summary>Takes the graph.</summary>
    /// <param name="training">What is trained.</param>
    /// <param name="masker">The masker before its training.</param>
    /// <param name="items">The pictures as the masker reads them.</param>
    /// <param name="pictures">The pictures with their classes.</param>
    public HiddenPictures(MaskerTraining training, Graph masker, MaskerSet items, TrainingSet pictures)
    {
        (_items, _pictures, _input) = (items, pictures, training.Input.Name);
        ImmutableArray<MaskerSide> hiding = [.. training.Recipe.Sides.Where(side => side.Complement)];
        // A recipe may only ever show what is marked.
        ImmutableArray<MaskerSide> sides = hiding.IsEmpty ? training.Recipe.Sides : hiding;
        var front = MaskerGraph.Front(masker, training.Layout, training.Recipe, sides);
        _sides = sides.Length;
        _front = front with { Outputs = [.. front.Outputs.Where(output => output.Name == MaskerNames.Perturbed)] };
    }

    /// <inheritdoc/>
    public override int Count => _items.Count;

    /// <summary>Told where the masker's weights are.</summary>
    public void Begin(TrainingProgram masker)
    {
        _masker = masker;
        string[] weights = [.. masker.Weights.Places.Select(place => place.Name)];
        var (byBatch, _) = NormalizeByBatch.Run(_front, node => weights.Contains(node.Input(1)));
        _session = Session.FromGraph(FeedValues.Run(byBatch with { Outputs = _front.Outputs }, weights));
    }

    /// <inheritdoc/>
    public override Dictionary<string, TensorData> Read(ReadOnlySpan<int> items, Variation? variation)
    {
        if (_session is not { } session || _masker is not { } masker)
        {
            throw new InvalidOperationException("The masker that hides is not known yet.");
        }

        var feeds = _items.Read(items, variation);
        foreach (var (place, tensor) in masker.Weights.Places.Zip(masker.Weights.Tensors))
        {
            feeds[place.Name] = tensor;
        }

        var hidden = session.Run(feeds.Where(pair => session.Inputs.Any(input => input.Name == pair.Key)).ToDictionary(StringComparer.Ordinal), [MaskerNames.Perturbed])[0];
        long[] classes = _pictures.Read(items, variation)[Objective.TargetInput].AsSpan<long>().ToArray();
        return new(StringComparer.Ordinal)
        {
            [_input] = hidden,
            [Objective.TargetInput] = TensorData.Adopt([.. Enumerable.Repeat(classes, _sides).SelectMany(each => each)], _sides * classes.Length),
        };
    }

    /// <inheritdoc/>
    public void Dispose() => _session?.Dispose();
}
