using System.Collections.Immutable;
using Unmask.Graphs;
using Unmask.Imaging;

namespace Unmask;

/// <summary>One item as the model sees it, with the way back to the user's picture.</summary>
public sealed class ModelInput
{
    private readonly float[] _values;

    internal ModelInput(float[] values, InputLayout layout, Preprocessing preprocessing)
    {
        _values = values;
        Layout = layout;
        Preprocessing = preprocessing;
    }

    /// <summary>The explained input's values, preprocessed, in the model's axis order.</summary>
    public ReadOnlySpan<float> Values => _values;

    /// <summary>The axes of the item.</summary>
    public InputLayout Layout { get; }

    /// <summary>How the values were made from a picture.</summary>
    public Preprocessing Preprocessing { get; }

    /// <summary>The user's picture; <c>null</c> when the input was given as a tensor.</summary>
    public Image? Picture { get; init; }

    /// <summary>Where on the user's picture the model looked; <c>null</c> when the input was given as a tensor.</summary>
    public Placement? Placement { get; init; }

    /// <summary>The model's other inputs, by name, one item each.</summary>
    public ImmutableDictionary<string, TensorData> Others { get; init; } = ImmutableDictionary<string, TensorData>.Empty;

    internal float[] Array => _values;
}

/// <summary>The part of a picture that a model's input shows, in pixels of the picture. May stick out where the picture was padded.</summary>
/// <param name="Left">Pixels from the left edge.</param>
/// <param name="Top">Pixels from the top edge.</param>
/// <param name="Width">Width in pixels of the picture.</param>
/// <param name="Height">Height in pixels of the picture.</param>
public readonly record struct Placement(double Left, double Top, double Width, double Height);
