namespace Unmask.Imaging;

/// <summary>
/// Turns a number between 0 and 1 into a colour. All maps are perceptually uniform (equal steps of the number look equally large) and keep
/// their order for colour-blind readers and in black and white print; rainbow maps, which do neither, are left out on purpose.
/// </summary>
public sealed class ColorMap
{
    private const int Steps = 256;

    private readonly Rgb[] _colors;

    private ColorMap(string name, bool diverging, IEnumerable<Rgb> colors)
    {
        Name = name;
        IsDiverging = diverging;
        _colors = [.. colors];
    }

    /// <summary>Purple, green, yellow. The default of Matplotlib.</summary>
    public static ColorMap Viridis { get; } = new("viridis", false, Parse(ColorTables.Viridis));

    /// <summary>Black, purple, red, yellow. The default for overlays: bright where it matters.</summary>
    public static ColorMap Inferno { get; } = new("inferno", false, Parse(ColorTables.Inferno));

    /// <summary>Black, purple, pink, cream.</summary>
    public static ColorMap Magma { get; } = new("magma", false, Parse(ColorTables.Magma));

    /// <summary>Blue, grey, yellow; looks nearly the same to readers with and without red-green blindness.</summary>
    public static ColorMap Cividis { get; } = new("cividis", false, Parse(ColorTables.Cividis));

    /// <summary>Black to white.</summary>
    public static ColorMap Grey { get; } = new("grey", false, Enumerable.Range(0, Steps).Select(i => new Rgb((byte)i, (byte)i, (byte)i)));

    /// <summary>For signed numbers: blue below, near white at the middle (0.5), red above, equally dark at both ends. Made for Unmask in Oklab.</summary>
    public static ColorMap BlueRed { get; } = new("blue-red", true, Diverging.Colors(Steps, blueDegrees: 257, redDegrees: 27));

    /// <summary>All maps.</summary>
    public static IReadOnlyList<ColorMap> All { get; } = [Inferno, Magma, Viridis, Cividis, Grey, BlueRed];

    /// <summary>The name in lower case, as <see cref="Named"/> takes it.</summary>
    public string Name { get; }

    /// <summary>Whether the middle is neutral and the ends are opposites, for signed numbers.</summary>
    public bool IsDiverging { get; }

    /// <summary>The map of this name.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists those that exist.</exception>
    public static ColorMap Named(string name) =>
        All.FirstOrDefault(map => string.Equals(map.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? throw new ArgumentException($"There is no colour map '{name}'. There are {string.Join(", ", All.Select(map => map.Name))}.", nameof(name));

    /// <summary>The colour of a number; those below 0 and above 1 get the colours of the ends.</summary>
    /// <exception cref="ArgumentException">The number is NaN.</exception>
    public Rgb At(double value)
    {
        if (double.IsNaN(value)) throw new ArgumentException("NaN has no colour.", nameof(value));
        var position = Math.Clamp(value, 0, 1) * (_colors.Length - 1);
        var low = Math.Min((int)position, _colors.Length - 2);
        return Mix(_colors[low], _colors[low + 1], position - low);
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    private static Rgb Mix(Rgb a, Rgb b, double t) => new(Mix(a.R, b.R, t), Mix(a.G, b.G, t), Mix(a.B, b.B, t));

    private static byte Mix(byte a, byte b, double t) => (byte)Math.Round(a + (b - a) * t);

    private static IEnumerable<Rgb> Parse(string table) =>
        Enumerable.Range(0, Steps).Select(i =>
        {
            var color = Convert.FromHexString(table.AsSpan(6 * i, 6));
            return new Rgb(color[0], color[1], color[2]);
        });
}
