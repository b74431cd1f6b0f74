using System.Collections.Immutable;
using Unmask.Graphs;

namespace Unmask.WhiteBox;

/// <summary>The explained input; of integers the first floats that are made of them.</summary>
internal sealed class InputCut : Cut
{
    public override string Name => "input";

    internal override ImmutableArray<ResolvedCut> Resolve(Model model)
    {
        var input = model.Inputs[0];
        if (input.Element.IsFloat())
        {
            return [new(input.Name, IsInput: true)];
        }

        var layers = model.OnnxCore.Layers;
        return layers.Cast is { } cast ? [new(cast, IsInput: true)]
            : layers.Embedding is { } embedding
                ? [new(embedding, IsInput: false, $"The input \"{input.Name}\" holds {input.Element}, of which there is no derivative: the embedding \"{embedding}\" that is looked up with it was explained.")]
            : throw new NotDifferentiableException($"The input {input} holds integers, of which there is no derivative, and no embedding that is looked up with them was found. "
                + "Name a layer (--layer; `unmask inspect` lists them), or use a black-box method: occlusion, lime.");
    }
}

/// <summary>What the first Gather makes of the input's token ids.</summary>
internal sealed class EmbeddingCut : Cut
{
    public override string Name => "embedding";

    internal override ImmutableArray<ResolvedCut> Resolve(Model model) => model.OnnxCore.Layers.Embedding is { } embedding
        ? [new(embedding, IsInput: false)]
        : throw new LayerNotFoundException($"{model.Name} has no embedding: no Gather looks up rows of a constant with the input {model.Inputs[0]}. Name a layer; `unmask inspect` lists them.");
}

/// <summary>The last activations with places.</summary>
internal sealed class LastSpatialCut : Cut
{
    public override string Name => "last-spatial";

    internal override ImmutableArray<ResolvedCut> Resolve(Model model) => model.OnnxCore.Layers.LastSpatial is { } layer
        ? [new(layer, IsInput: false)]
        : throw new LayerNotFoundException($"{model.Name} has no feature map between the input {model.Inputs[0]} and the score: no convolution and no tokens of a picture were found. "
            + "Name a layer (--layer; `unmask inspect` lists them), or use a method that attributes to the input: gradient, integrated-gradients.");
}

/// <summary>The last rectified feature map of the stage before the last.</summary>
internal sealed class MidSpatialCut : Cut
{
    public override string Name => "mid-spatial";

    internal override ImmutableArray<ResolvedCut> Resolve(Model model) => model.OnnxCore.Layers.MidSpatial is { } layer
        ? [new(layer, IsInput: false)]
        : throw new LayerNotFoundException($"{model.Name} has no feature map between the input {model.Inputs[0]} and the score. Name a layer (--layer; `unmask inspect` lists them).");
}

/// <summary>A layer by its name.</summary>
internal sealed class LayerCut(string name) : Cut
{
    public override string Name => name;

    internal override ImmutableArray<ResolvedCut> Resolve(Model model)
    {
        // Complains about names that are not there, with the nearest ones.
        ExposeValues.Run(model.OnnxCore.Inside, [name]);
        return [new(name, IsInput: name == model.Inputs[0].Name && model.Inputs[0].Element.IsFloat()) { Attention = model.OnnxCore.Attention.FirstOrDefault(block => block.Weights == name) }];
    }
}

/// <summary>Several values.</summary>
internal sealed class SeveralCuts(ImmutableArray<Cut> cuts) : Cut
{
    public override string Name => string.Join(',', cuts.Select(cut => cut.Name));

    internal override ImmutableArray<ResolvedCut> Resolve(Model model) => [.. cuts.SelectMany(cut => cut.Resolve(model)).DistinctBy(cut => cut.Value)];
}
