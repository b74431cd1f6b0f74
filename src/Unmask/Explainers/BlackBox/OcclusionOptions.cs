using System.Collections.Immutable;

namespace Unmask;

/// <summary>The window of occlusion, how it moves, and what it shows instead.</summary>
public sealed record OcclusionOptions
{
    /// <summary>
    /// The window's size: one number for a square over all channels; (height, width) over all channels; or one number an axis of the item, for
    /// instance (channels, height, width). Default empty: a fifth of the shorter spatial side, or 1 element for inputs that are no pictures.
    /// </summary>
    public ImmutableArray<int> Window
    {
        get;
        init
        {
            foreach (int size in value)
            {
                ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size, nameof(value));
            }

            field = value;
        }
    }

    = [];

    /// <summary>How far the window moves, in the same forms as <see cref="Window"/>. Default empty: a third of the window, at least 1.</summary>
    public ImmutableArray<int> Stride
    {
        get;
        init
        {
            foreach (int size in value)
            {
                ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size, nameof(value));
            }

            field = value;
        }
    }

    = [];

    /// <summary>What the window shows. Default <see cref="Infill.Zero"/>: 0 in the model's input space.</summary>
    public Infill Infill { get; init; } = Infill.Zero;

    /// <summary>How many times each window is filled and scored, at least 1. Default 1. More average out an in-fill that is drawn at random; others give the same again.</summary>
    public int Draws { get; init => field = Require.Positive(value); } = 1;

    /// <summary>The seed of an in-fill that is drawn at random. Default 0. Ignored by others.</summary>
    public ulong Seed { get; init; }

    /// <summary>The space of the score. Default <see cref="Score.Probability"/>.</summary>
    public Score Score { get; init; } = Score.Probability;

    /// <summary>
    /// The numbers that masked inputs are scored in. Default <see cref="Precision.Float32"/>. <see cref="Precision.Int8"/> is about twice as fast; it is checked on every input,
    /// and float32 used where it does not agree. Not for functions.
    /// </summary>
    public Precision Precision { get; init; } = Precision.Float32;
}
