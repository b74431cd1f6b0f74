using System.Collections.Immutable;
using Unmask.Graphs;
using Unmask.Training;

namespace Unmask.Maskers.Engine;

/// <summary>The pictures with what the masker marks now hidden, as a classifier learns from them: the masker normalises by the batch, as in its own step.</summary>
internal sealed class HiddenPictures : TrainingSet, IDisposable
{
    private readonly MaskerSet _items;
    private readonly TrainingSet _pictures;
    private readonly string _input;
    private readonly int _sides;
    private readonly MaskerFront _front;

    /// <summary>Takes the graph.</summary>
    /// <param name="training">What is trained.</param>
    /// <param name="items">The pictures as the masker reads them.</param>
    /// <param name="pictures">The pictures with their classes.</param>
    public HiddenPictures(MaskerTraining training, MaskerSet items, TrainingSet pictures)
    {
        (_items, _pictures, _input) = (items, pictures, training.Input.Name);
        ImmutableArray<MaskerSide> hiding = [.. training.Recipe.Sides.Where(side => side.Complement)];
        // A recipe may only ever show what is marked.
        ImmutableArray<MaskerSide> sides = hiding.IsEmpty ? training.Recipe.Sides : hiding;
        _sides = sides.Length;
        _front = new(MaskerGraph.Front(training.Masker, training.Layout, training.Recipe, sides), MaskerNames.Perturbed);
    }

    /// <inheritdoc/>
    public override int Count => _items.Count;

    /// <inheritdoc/>
    internal override void Begin(TrainingProgram program) => _front.Begin(program);

    /// <inheritdoc/>
    public override Dictionary<string, TensorData> Read(ReadOnlySpan<int> items, Variation? variation)
    {
        var hidden = _front.Run(_items.Read(items, variation), byBatch: true);
        long[] classes = _pictures.Read(items, variation)[Objective.TargetInput].AsSpan<long>().ToArray();
        return new(StringComparer.Ordinal)
        {
            [_input] = hidden,
            [Objective.TargetInput] = TensorData.Adopt([.. Enumerable.Repeat(classes, _sides).SelectMany(each => each)], _sides * classes.Length),
        };
    }

    /// <inheritdoc/>
    public void Dispose() => _front.Dispose();
}
