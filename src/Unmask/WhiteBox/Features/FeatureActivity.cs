using System.Collections.Immutable;

namespace Unmask.WhiteBox;

/// <summary>How active the channels that class features are about are at an input.</summary>
internal sealed class FeatureActivity
{
    private readonly ChannelNorms _norms;
    private readonly Dictionary<string, (int Layer, int First)> _places = new(StringComparer.Ordinal);

    private FeatureActivity(ClassFeatures features, ChannelNorms norms)
    {
        _norms = norms;
        int first = 0;
        foreach (var (layer, declared) in features.Layers.Index())
        {
            _places.Add(declared.Name, (layer, first));
            first += declared.Channels;
        }
    }

    /// <summary>Measures an input.</summary>
    /// <exception cref="UnmaskException">The features are of another model.</exception>
    public static FeatureActivity Of(Model model, ClassFeatures features, ModelInput input, CancellationToken cancel)
    {
        try
        {
            var norms = ChannelNorms.Of(model, [.. features.Layers.Select(layer => layer.Name)], input, cancel);
            int wrong = norms.Layers.Zip(features.Layers, (found, declared) => found.Sizes[0] == declared.Channels).ToList().IndexOf(false);
            return wrong < 0 ? new(features, norms)
                : throw new UnmaskException($"The layer \"{features.Layers[wrong].Name}\" has {norms.Layers[wrong].Sizes[0]} channels, not {features.Layers[wrong].Channels}.");
        }
        catch (UnmaskException problem) when (problem is not Runtime.RuntimeFailureException)
        {
            throw new UnmaskException($"{features.File ?? "The class features"} cannot be used for {model.Name}: made for {features.Model.Name}. {problem.Message} Find the features of this model: unmask train features.", problem);
        }
    }

    /// <summary>The features of a class that speak most for it, the strongest first: w · x above 0.</summary>
    public ImmutableArray<FeatureUse> Strongest(FeaturesOfClass features, int most) =>
    [
        .. features.Features.Select(feature => new FeatureUse(feature.Layer, feature.Channel, feature.Weight, _norms.Shares[_places[feature.Layer].First + feature.Channel]))
            .Where(use => use.Contribution > 0).OrderByDescending(use => use.Contribution).Take(most),
    ];

    /// <summary>The values of a layer with channels of it as units, each weighted by its own activation.</summary>
    public ExplainedTargets UnitsOf(string layer, IEnumerable<int> channels)
    {
        var (values, sizes) = _norms.Layers[_places[layer].Layer];
        return ExplainedTargets.Of([.. channels.Select(channel => LayerUnit.OfActivation(layer, sizes, values, channel))], values);
    }
}
