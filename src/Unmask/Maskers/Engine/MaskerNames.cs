namespace Unmask.Maskers.Engine;

/// <summary>Inputs and values of the graph of a masker's training, besides those of masker and classifier.</summary>
internal static class MaskerNames
{
    /// <summary>The masker's output [N, 1, height, width]: 1 = marked.</summary>
    public const string Mask = "mask";

    /// <summary>The masker's input of classes, Int64 [N, 1].</summary>
    public const string Class = "class";

    /// <summary>What the selector thinks of a class being on the picture, a logit [N, 1].</summary>
    public const string Exists = "exists";

    /// <summary>The confidence that the selector subtracts: a constant of the masker.</summary>
    public const string Confidence = "unmask_confidence";

    /// <summary>Input [N, 1, height, width]: the random numbers of the law.</summary>
    public const string LawNoise = "unmask_law_noise";

    /// <summary>Value [N, 1, height, width]: the mask in the size of the classifier's input.</summary>
    public const string FullMask = "unmask_full_mask";

    /// <summary>Value [sides · N, …]: what the classifier sees, one side behind the other.</summary>
    public const string Perturbed = "unmask_perturbed";

    /// <summary>Input Int64 [N]: the class that is on the picture.</summary>
    public const string Label = "unmask_label";

    /// <summary>Input [N]: 1 where the classifier gets the whole picture right, else 0.</summary>
    public const string WholeIsRight = "unmask_whole_is_right";

    /// <summary>Input [N]: 1 where the masker is asked about the class on the picture, 0 where about another.</summary>
    public const string Real = "unmask_real";
}
