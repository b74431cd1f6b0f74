using System.Globalization;

namespace Unmask;

/// <summary>On which side of a <see cref="ClassPair"/> a picture is.</summary>
public enum ClassSide
{
    /// <summary>It shows neither class.</summary>
    Neither,

    /// <summary>It shows the first class.</summary>
    First,

    /// <summary>It shows the second class; without a second class, any other than the first.</summary>
    Second,
}

/// <summary>The classes that GAD pushes apart.</summary>
/// <param name="First">The first class, an index of the model's outputs.</param>
/// <param name="Second">The second class; <c>null</c>: all others.</param>
public readonly record struct ClassPair(int First, int? Second)
{
    /// <summary>The classes that can be explained: both, or the first alone where it stands against all others.</summary>
    public IReadOnlyList<int> Explained => Second is { } second ? [First, second] : [First];
}

/// <summary>How far the classes are pushed apart.</summary>
/// <param name="First">α of pictures of the first class: what their logit of the second class loses. At least 0.</param>
/// <param name="Second">α of pictures of the second class: what their logit of the first class loses. At least 0.</param>
public readonly record struct GadDistance(double First, double Second)
{
    /// <summary>The same distance for both classes.</summary>
    public static GadDistance Of(double alpha) => new(alpha, alpha);

    /// <summary>The smaller of both, by which a support model is judged.</summary>
    internal double Least => Math.Min(First, Second);

    /// <summary><c>4</c>, or <c>4:2</c> where both differ.</summary>
    public override string ToString() => First == Second
        ? First.ToString("0.###", CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{First:0.###}:{Second:0.###}");
}
