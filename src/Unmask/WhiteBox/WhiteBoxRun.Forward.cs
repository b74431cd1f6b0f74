using Unmask.Probing;

namespace Unmask.WhiteBox;

/// <summary>What estimators need that run the model forwards only.</summary>
internal sealed partial class WhiteBoxRun
{
    /// <summary>An item with other values of the explained input.</summary>
    public ModelInput InputOf(float[] values) => values.AsSpan().SequenceEqual(Input.Values)
        ? Input
        : new(values, Input.Layout, Input.Preprocessing) { Picture = Input.Picture, Placement = Input.Placement, Others = Input.Others };

    /// <summary>The score of every target at an item.</summary>
    public double[] ScoresOf(ModelInput input)
    {
        float[] scores = Model.Evaluate(input, _targets.Score, _cancel);
        return [.. Targets.Select(target => target.ScoreOf(scores))];
    }

    /// <summary>A cut's value at an item.</summary>
    /// <exception cref="UnmaskException">It has no places.</exception>
    public LayerAtItem LayerAt(ResolvedCut cut, ModelInput input)
    {
        if (ReferenceEquals(input, Input) && _layers.TryGetValue(cut.Value, out var known))
        {
            return known;
        }

        var (value, sizes) = Model.ValueOf(cut.Value, input, _cancel);
        _forwardOnly++;
        var grid = Model.OnnxCore.Layers.GridOf(cut.Value, sizes) ?? throw ChannelMaps.NoPlaces(cut.Value, sizes);
        var layer = new LayerAtItem(_cuts.IndexOf(cut), cut.Value, value, sizes, grid);
        if (ReferenceEquals(input, Input))
        {
            // Asked for twice: to count the steps, and to run.
            _layers[cut.Value] = layer;
        }

        return layer;
    }

    /// <summary>Refuses targets that are no scores of classes: forward passes tell nothing else.</summary>
    /// <exception cref="UnmaskException">A unit of a layer, or a class through one, is explained.</exception>
    public void ThrowUnlessClasses(string method)
    {
        if ((_targets.Layer ?? _targets.Through) is { } layer)
        {
            throw new UnmaskException($"{method} weighs feature maps by the scores of classes; it cannot explain units of \"{layer}\". Give a class as target, or use a method that differentiates: grad-cam, gradient.");
        }
    }

    /// <summary>Runs the model from a layer on.</summary>
    /// <param name="input">The item, of which what bypasses the layer is computed.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="items">How many variations of its value.</param>
    /// <param name="write">Writes them.</param>
    /// <param name="receive">Takes the scores of all classes.</param>
    public void Tail(ModelInput input, LayerAtItem layer, int items, ItemWriter write, TailReceiver receive)
    {
        _forwardOnly += items;
        new TailEngine(Model, input, _targets.Score).Run(layer.Name, layer.Sizes, items, write, Receive, _cancel);

        void Receive(int item, ReadOnlySpan<float> scores)
        {
            receive(item, scores);
            Advance(1);
        }
    }

    /// <summary>Runs the model on masked inputs.</summary>
    public void Probe(ProbeRequest request, ProbeEstimator estimator)
    {
        var counted = new CountedProbes(estimator, () => Advance(1));
        _forwardOnly += new ProbeEngine(Model).Run(request, counted, null, _recipe.What, _cancel).Masks;
    }

    /// <summary>Reports each mask as a step of the whole run.</summary>
    private sealed class CountedProbes(ProbeEstimator inner, Action advance) : ProbeEstimator
    {
        public override IReadOnlyList<int> Sizes => inner.Sizes;

        public override void Observe(MaskCoordinates mask, ReadOnlySpan<double> scores)
        {
            inner.Observe(mask, scores);
            advance();
        }

        public override int WantedAfter(int observed) => inner.WantedAfter(observed);

        public override IReadOnlyList<float[]> Result() => inner.Result();
    }
}
