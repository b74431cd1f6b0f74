namespace Unmask.Metrics;

/// <summary>What a metric is asked about: one input of one model, and the class that was explained.</summary>
/// <param name="Model">The model.</param>
/// <param name="Input">The input, prepared by the model.</param>
/// <param name="Target">The class, fixed on the unchanged input: it stays the same while the input is changed.</param>
/// <param name="Truth">Where the object is; <c>null</c> when nobody said.</param>
public sealed record MetricSubject(Model Model, ModelInput Input, ResolvedTarget Target, GroundTruth? Truth = null)
{
    /// <summary>Resolves the target by the model's prediction.</summary>
    /// <exception cref="UnknownLabelException">No class has the label.</exception>
    public static MetricSubject Of(Model model, ModelInput input, Target target = default, GroundTruth? truth = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        return new(model, input, target.Resolve(model.Predict(input, cancel)), truth);
    }

    /// <summary>The number of values that a map of this input has: one a pixel, or one an element where the input is no picture.</summary>
    public int MapLength => Input.Layout.IsSpatial ? Input.Layout.Spatial.Height * Input.Layout.Spatial.Width : Input.Layout.Count;

    /// <summary>Complains about units of inner layers: metrics ask the model for its classes.</summary>
    internal static void ThrowUnlessClass(ResolvedTarget target)
    {
        if (target.Unit is not null || target.Through is not null)
        {
            throw new UnmaskException($"\"{target.Label}\" is a unit of an inner layer, or a class seen through one: metrics ask the model for its classes and cannot measure that.");
        }
    }

    /// <summary>Complains about maps that do not fit the input.</summary>
    internal void Check(IReadOnlyList<float[]> maps)
    {
        ArgumentNullException.ThrowIfNull(maps);
        foreach (float[] map in maps)
        {
            if (map.Length != MapLength)
            {
                throw new ArgumentException($"The map has {map.Length} values; a map of the input {Input.Layout} has {MapLength}: one a pixel.", nameof(maps));
            }
        }
    }
}
