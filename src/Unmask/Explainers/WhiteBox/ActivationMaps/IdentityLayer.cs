namespace Unmask;

/// <summary>Which layer that changes nothing NormGrad puts at the cut, to look at the gradient that its weights would receive at each place.</summary>
public enum IdentityLayer
{
    /// <summary>A 1 × 1 convolution: the outer product of the activations and gradients of a place.</summary>
    Convolution1,

    /// <summary>A 3 × 3 convolution: the outer product of the activations around a place and the gradients there.</summary>
    Convolution3,

    /// <summary>A factor a channel: activation times gradient.</summary>
    Scaling,

    /// <summary>A summand a channel: the gradient.</summary>
    Bias,
}

/// <summary>How the gradient that the identity layer receives from a place becomes one number.</summary>
public enum PlaceNorm
{
    /// <summary>The square root of the sum of squares.</summary>
    L2,

    /// <summary>The same of what is positive.</summary>
    PositiveL2,

    /// <summary>The sum.</summary>
    Sum,

    /// <summary>The largest element.</summary>
    Max,
}
