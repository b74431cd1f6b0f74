namespace Unmask.Benchmarks;

/// <summary>The things that scenes are made of, in coordinates of their own: −1 to 1 in both directions.</summary>
internal static class SceneObjects
{
    /// <summary>The classes. A class has a shape of a colour, and a pattern in black and white.</summary>
    public static readonly string[] Classes = ["square", "cross", "triangle", "ring", "star", "crescent"];

    private static readonly float[][] Colors = [[0.9f, 0.1f, 0.1f], [0.9f, 0.85f, 0.1f], [0.1f, 0.75f, 0.15f], [0.1f, 0.8f, 0.85f], [0.15f, 0.2f, 0.95f], [0.85f, 0.15f, 0.85f]];

    /// <summary>The colour of a class's shape, red, green and blue from 0 to 1.</summary>
    public static ReadOnlySpan<float> ColorOf(int kind) => Colors[kind];

    /// <summary>Whether a point belongs to the shape of a class.</summary>
    public static bool Shape(int kind, double u, double v)
    {
        double r = Math.Sqrt((u * u) + (v * v)), angle = Math.Atan2(v, u);
        return kind switch
        {
            0 => Math.Max(Math.Abs(u), Math.Abs(v)) < 0.72,
            1 => Math.Max(Math.Abs(u), Math.Abs(v)) < 0.95 && Math.Min(Math.Abs(u), Math.Abs(v)) < 0.3,
            2 => v < 0.6 && v > -0.95 + (1.7 * Math.Abs(u)),
            3 => r is > 0.5 and < 0.92,
            4 => r < 0.62 + (0.36 * Math.Cos(5 * angle)),
            _ => r < 0.92 && ((u - 0.45) * (u - 0.45)) + (v * v) > 0.5,
        };
    }

    /// <summary>Which of two colours the pattern of a class has at a point; <c>null</c> outside of its disc.</summary>
    public static bool? Pattern(int kind, double u, double v)
    {
        const double Frequency = 2.2;
        double r = Math.Sqrt((u * u) + (v * v)), angle = Math.Atan2(v, u);
        bool Odd(double x) => ((int)Math.Floor(x) & 1) != 0;
        return r > 0.92 ? null : kind switch
        {
            0 => Odd(Frequency * u),
            1 => Odd(Frequency * u) ^ Odd(Frequency * v),
            2 => Odd(2.4 * Frequency * r / 1.6),
            3 => Math.Pow((Frequency * u) - Math.Round(Frequency * u), 2) + Math.Pow((Frequency * v) - Math.Round(Frequency * v), 2) < 0.09,
            4 => Odd((angle + Math.PI) * 4 / Math.PI),
            _ => v > 0,
        };
    }

    /// <summary>What tells nothing: a bar.</summary>
    public static bool Distractor(double u, double v) => Math.Abs(u) < 0.95 && Math.Abs(v) < 0.17;
}
