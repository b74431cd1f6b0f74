namespace Unmask.Imaging;

/// <summary>
/// A map of numbers to be shown in colours: how much each place of a picture mattered. Immutable. It is drawn in the range of its own
/// numbers unless told otherwise; the colour bar of a <see cref="Figure"/> always says which.
/// </summary>
public sealed class Heatmap
{
    private readonly float[] _values;

    /// <summary>Makes a map from a copy of its numbers.</summary>
    /// <param name="width">Columns, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="values">Height × Width numbers, row by row; finite.</param>
    /// <param name="options">Units, sign, range and place; null: an unsigned map without units over all of the picture.</param>
    /// <exception cref="ArgumentException">A number is NaN or infinite, the count does not fit the size, or the range is empty.</exception>
    public Heatmap(int width, int height, ReadOnlySpan<float> values, HeatmapOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (values.Length != (long)width * height)
            throw new ArgumentException($"A map of {width} × {height} has {(long)width * height} numbers; {values.Length} were given.", nameof(values));
        RefuseUnlessFinite(values, width);
        (Width, Height, Options) = (width, height, options ?? new());
        _values = values.ToArray();
        Scale = MapScale.Of(_values, Options);
    }

    private Heatmap(Heatmap other, HeatmapOptions options) =>
        (Width, Height, Options, _values, Scale) = (other.Width, other.Height, options, other._values, other.Scale);

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Units, sign, range and place as given.</summary>
    public HeatmapOptions Options { get; }

    /// <summary>Height × Width numbers, row by row, in the units of <see cref="HeatmapOptions.Units"/>.</summary>
    public ReadOnlySpan<float> Values => _values;

    /// <summary>The number that gets the colour of the lower end.</summary>
    public double Low => Scale.Low;

    /// <summary>The number that gets the colour of the upper end.</summary>
    public double High => Scale.High;

    /// <summary>Whether all numbers are equal, so that there is nothing to see; a <see cref="Figure"/> says so.</summary>
    public bool IsConstant => Scale.Smallest == Scale.Largest;

    /// <summary>The colour map that is used when none is given: blue-red for signed maps, inferno for others.</summary>
    public ColorMap DefaultColors => Options.Signed ? ColorMap.BlueRed : ColorMap.Inferno;

    internal MapScale Scale { get; }

    /// <summary>The map in colours, one pixel a number.</summary>
    /// <param name="colors">The colour map; null: <see cref="DefaultColors"/>.</param>
    public Image Render(ColorMap? colors = null) => Render(Width, Height, colors);

    /// <summary>The map in colours at another size, smoothly enlarged or averaged.</summary>
    /// <param name="width">At least 1.</param>
    /// <param name="height">At least 1.</param>
    /// <param name="colors">The colour map; null: <see cref="DefaultColors"/>.</param>
    public Image Render(int width, int height, ColorMap? colors = null)
    {
        var canvas = new Canvas(width, height, Rgb.Black);
        var sampler = new MapSampler(this, new(0, 0, width, height), width, height);
        var palette = new Palette(colors ?? DefaultColors);
        var row = new float[width];
        for (var y = 0; y < height; y++)
        {
            sampler.Read(y, row);
            palette.Paint(row, canvas.Row(y));
        }
        return canvas.ToImage();
    }

    /// <summary>
    /// The map laid over a picture at the picture's own resolution, in the place that <see cref="HeatmapOptions.Placement"/> names. The more a
    /// place mattered, the more of the colour is laid on, so that the picture stays readable where it did not.
    /// </summary>
    /// <param name="picture">The picture that the map is about.</param>
    /// <param name="options">Colours, opacity, contours; null: the defaults.</param>
    public Image Over(Image picture, OverlayOptions? options = null) => Overlay.Draw(this, picture, options ?? new());

    /// <summary>«224 × 224, 0 to 0.83».</summary>
    public override string ToString() => $"{Width} × {Height}, {Scale.Smallest:G3} to {Scale.Largest:G3}";

    /// <summary>The same map for the same picture in another size.</summary>
    internal Heatmap PlacedOn(Image picture, Image resized) =>
        Options.Placement is not { } place
            ? this
            : new(this, Options with { Placement = place.Scale((double)resized.Width / picture.Width, (double)resized.Height / picture.Height) });

    private static void RefuseUnlessFinite(ReadOnlySpan<float> values, int width)
    {
        for (var i = 0; i < values.Length; i++)
            if (!float.IsFinite(values[i]))
                throw new ArgumentException($"The number at column {i % width}, row {i / width} is {values[i]}; a heat map needs finite numbers. Find out where it comes from before drawing.", nameof(values));
    }
}
