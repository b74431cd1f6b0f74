namespace Unmask;

/// <summary>A question to the model about the mask: the score of the input where one part is kept, times a weight, is made small.</summary>
/// <param name="Weight">What the score is multiplied by: above 0 it shall fall, below 0 rise.</param>
/// <param name="Complement">Whether what the mask marks is removed instead of kept: the score is that of Φ(x, 1 − m).</param>
/// <param name="Mask">Which mask, from 0; of two masks 2 is their product.</param>
public sealed record MaskSide(double Weight, bool Complement = false, int Mask = 0)
{
    /// <summary>The score of what the mask keeps shall fall: f(Φ(x, m)), for masks that stay 1 where nothing matters.</summary>
    public static MaskSide Deletion { get; } = new(1);

    /// <summary>The score of what the mask keeps shall rise: −f(Φ(x, m)).</summary>
    public static MaskSide Preservation { get; } = new(-1);

    /// <summary>The score shall fall when what the mask marks is removed: f(Φ(x, 1 − m)).</summary>
    public static MaskSide Removal { get; } = new(1, Complement: true);

    /// <summary>The score shall rise when what the mask does not mark is brought in: −f(Φ(x, 1 − m)).</summary>
    public static MaskSide Insertion { get; } = new(-1, Complement: true);
}
