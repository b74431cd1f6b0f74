namespace Unmask.Metrics;

/// <summary>What goes as one: single pixels, cells of a grid, or given segments. Larger parts are ordered by the mean of the map over them.</summary>
public abstract class Granularity
{
    /// <summary>Every pixel (all its channels), or every element of an input that is no picture, goes for itself.</summary>
    public static Granularity Pixels { get; } = new SinglePixels();

    /// <summary>How it is written in options and results; <see cref="Parse"/> understands it.</summary>
    public abstract string Name { get; }

    /// <summary>Squares of a grid; those at the right and lower border may be smaller.</summary>
    /// <param name="side">Pixels a side, at least 1.</param>
    public static Granularity Cells(int side) => new GridCells(side);

    /// <summary>Given segments.</summary>
    /// <param name="labels">One label a pixel of the model's input, row by row: pixels of the same label go together.</param>
    /// <param name="name">For results.</param>
    public static Granularity Segments(int[] labels, string name) => new GivenSegments(labels, name);

    /// <summary>Reads <c>pixels</c>, <c>cells:SIDE</c>, or the path of a <c>.npy</c> file with one label a pixel.</summary>
    /// <exception cref="FormatException">The text is none of these.</exception>
    public static Granularity Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text switch
        {
            "pixels" => Pixels,
            _ when text.StartsWith("cells:", StringComparison.Ordinal) => Cells(SettingText.Int(text[6..])),
            _ when text.EndsWith(".npy", StringComparison.OrdinalIgnoreCase) => Segments([.. Npy.ReadFloats(text).Values.Select(label => (int)label)], text),
            _ => throw new FormatException($"\"{text}\" is no granularity. Known: pixels, cells:SIDE, a .npy file of segments."),
        };
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>The part that each value of a map belongs to, numbered from 0 without gaps; <c>null</c>: each is its own.</summary>
    internal abstract int[]? PartsOf(ModelInput input, int mapLength);

    private sealed class SinglePixels : Granularity
    {
        public override string Name => "pixels";

        internal override int[]? PartsOf(ModelInput input, int mapLength) => null;
    }

    private sealed class GridCells : Granularity
    {
        private readonly int _side;

        public GridCells(int side)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(side);
            _side = side;
        }

        public override string Name => $"cells:{_side}";

        internal override int[] PartsOf(ModelInput input, int mapLength)
        {
            var (height, width) = input.Layout.Spatial;
            int columns = (width + _side - 1) / _side;
            int[] parts = new int[height * width];
            for (int i = 0; i < parts.Length; i++)
            {
                parts[i] = (i / width / _side * columns) + (i % width / _side);
            }

            return parts;
        }
    }

    private sealed class GivenSegments(int[] labels, string name) : Granularity
    {
        public override string Name => name;

        internal override int[] PartsOf(ModelInput input, int mapLength)
        {
            if (labels.Length != mapLength)
            {
                throw new UnmaskException($"The segments {name} have {labels.Length} labels; the input {input.Layout} needs {mapLength}: one a pixel.");
            }

            var numbers = new Dictionary<int, int>();
            int[] parts = new int[labels.Length];
            for (int i = 0; i < parts.Length; i++)
            {
                if (!numbers.TryGetValue(labels[i], out parts[i]))
                {
                    numbers.Add(labels[i], parts[i] = numbers.Count);
                }
            }

            return parts;
        }
    }
}
