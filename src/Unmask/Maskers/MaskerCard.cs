using System.Collections.Immutable;
using System.Globalization;
using Unmask.Graphs;

namespace Unmask.Maskers;

/// <summary>What a masker's file says of itself, in its metadata.</summary>
/// <param name="Recipe">The recipe's name.</param>
/// <param name="Slots">What the recipe is made of, in words.</param>
/// <param name="Taps">The values of the classifier that it reads: its inputs.</param>
/// <param name="Classifier">The classifier's name.</param>
/// <param name="ClassifierHash">Of the weights by which the classifier computes taps and answer: see <see cref="WeightFingerprint"/>.</param>
/// <param name="Size">Height and width of the classifier's input.</param>
/// <param name="IsClassConditional">Whether its mask is of a class.</param>
/// <param name="Infill">What replaced what was hidden while it learnt.</param>
internal sealed record MaskerCard(string Recipe, string Slots, ImmutableArray<string> Taps, string Classifier, string ClassifierHash, (int Height, int Width) Size, bool IsClassConditional, string? Infill)
{
    private const string RecipeKey = "unmask.masker", SlotsKey = "unmask.masker.slots", TapsKey = "unmask.masker.taps", NameKey = "unmask.masker.classifier", HashKey = "unmask.masker.classifier.sha256",
        SizeKey = "unmask.masker.size", InfillKey = "unmask.masker.infill";

    /// <summary>A masker that says of itself what it is.</summary>
    /// <param name="masker">The masker.</param>
    /// <param name="training">How it learnt.</param>
    /// <param name="classifier">The classifier that it is for.</param>
    /// <param name="name">What that is called.</param>
    public static Graph WriteTo(Graph masker, MaskerTraining training, Graph classifier, string name)
    {
        var recipe = training.Recipe;
        var (height, width) = training.Layout.Spatial;
        var described = ModelCard.WriteTo(masker, [], training.Preprocessing);
        var metadata = described.Metadata.Remove("unmask.labels")
            .SetItem(RecipeKey, recipe.Name)
            .SetItem(SlotsKey, $"{recipe.Network}; {string.Join("; ", recipe.Sides)}; terms {string.Join(", ", recipe.Terms.Select(term => $"{term.Key} × {term.Weight}").DefaultIfEmpty("none"))}; classifier {recipe.Pool}")
            .SetItem(TapsKey, string.Join('\n', training.Taps.Select(tap => tap.Name)))
            .SetItem(NameKey, name)
            .SetItem(HashKey, WeightFingerprint.Of(classifier, [classifier.Outputs[0].Name, .. training.Taps.Select(tap => tap.Name)]))
            .SetItem(SizeKey, string.Create(CultureInfo.InvariantCulture, $"{height}x{width}"));
        return described with { Metadata = recipe.Composition.InfillName(recipe.Infill) is { } infill ? metadata.SetItem(InfillKey, infill) : metadata };
    }

    /// <summary>Reads a graph's metadata; <c>null</c>: it is no masker.</summary>
    public static MaskerCard? Of(Graph graph)
    {
        string? Text(string key) => graph.Metadata.GetValueOrDefault(key);
        return Text(RecipeKey) is { } recipe && Text(TapsKey) is { } taps && Text(HashKey) is { } hash && Text(SizeKey)?.Split('x') is [var height, var width] && graph.Outputs is [{ Name: Engine.MaskerNames.Mask }, ..]
            ? new(recipe, Text(SlotsKey) ?? "", [.. taps.Split('\n')], Text(NameKey) ?? "", hash, (SettingText.Int(height), SettingText.Int(width)), graph.Inputs.Any(input => input.Name == Engine.MaskerNames.Class), Text(InfillKey))
            : null;
    }
}
