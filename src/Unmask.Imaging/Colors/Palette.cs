namespace Unmask.Imaging;

/// <summary>A colour map read out in fine steps, for painting many pixels.</summary>
internal sealed class Palette
{
    private const int Steps = 1024;

    private readonly Rgb[] _colors = new Rgb[Steps];

    public Palette(ColorMap map)
    {
        for (var i = 0; i < Steps; i++)
            _colors[i] = map.At(i / (Steps - 1.0));
    }

    /// <summary>The colour of a number from 0 to 1.</summary>
    public Rgb this[float value] => _colors[(int)(value * (Steps - 1) + 0.5f)];

    /// <summary>Paints a row of numbers from 0 to 1.</summary>
    public void Paint(ReadOnlySpan<float> values, Span<byte> row)
    {
        for (var x = 0; x < values.Length; x++)
            (row[3 * x], row[3 * x + 1], row[3 * x + 2]) = this[values[x]];
    }
}
