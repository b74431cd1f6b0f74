using System.Collections.Immutable;

namespace Unmask.WhiteBox;

/// <summary>The pixels that drive features: one way back from the activation of each, the maps scaled to 1 and their maximum taken.</summary>
internal sealed class FeatureFeedback(IExplainer explainer, ModelInput input, FeatureActivity activity, WhiteBoxRecipe recipe, CancellationToken cancel)
{
    private readonly float[] _joined = new float[input.Layout.Spatial.Height * input.Layout.Spatial.Width];

    /// <summary>The maximum of the maps so far, one number a pixel, from 0 to 1.</summary>
    public float[] Joined => _joined;

    /// <summary>The passes so far, without time.</summary>
    public Cost Cost { get; private set; } = new(0, 0, TimeSpan.Zero);

    /// <summary>The rules on the longest way so far.</summary>
    public ImmutableArray<RuleUse> Rules { get; private set; } = [];

    /// <summary>Adds features.</summary>
    /// <param name="features">Which.</param>
    /// <param name="done">Told after each layer, how many of its features were done.</param>
    public void Add(ImmutableArray<FeatureUse> features, Action<int> done)
    {
        foreach (var layer in features.GroupBy(feature => feature.Layer, StringComparer.Ordinal))
        {
            int[] channels = [.. layer.Select(feature => feature.Channel)];
            var maps = new WhiteBoxRun(explainer, input, () => activity.UnitsOf(layer.Key, channels), recipe, null, cancel).Explain(ImmutableSortedDictionary<string, string>.Empty);
            foreach (var map in maps)
            {
                Join([.. map.ToMap().Cast<float>()]);
            }

            Count(maps[0]);
            done(channels.Length);
        }
    }

    private void Join(float[] map)
    {
        float largest = map.Max();
        for (int i = 0; largest > 0 && i < map.Length; i++)
        {
            _joined[i] = Math.Max(_joined[i], map[i] / largest);
        }
    }

    private void Count(Explanation map)
    {
        // A run counts the pass that predicts as well.
        Cost = new(Cost.ForwardPasses + map.Cost.ForwardPasses - 1, Cost.BackwardPasses + map.Cost.BackwardPasses, TimeSpan.Zero);
        var rules = map.Diagnostics.Rules;
        Rules = rules.Sum(rule => rule.Nodes) > Rules.Sum(rule => rule.Nodes) ? rules : Rules;
    }
}
