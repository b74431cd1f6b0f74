namespace Unmask;

/// <summary>How the perturbed input moves from step to step: a mask that only works where single pixels stand does not survive it.</summary>
public abstract record Jitter
{
    private protected Jitter()
    {
    }

    /// <summary>It does not move.</summary>
    public static Jitter None { get; } = new Still();

    /// <summary>At every second step, from the first, input and mask are mirrored left to right.</summary>
    public static Jitter Flip { get; } = new Flips();

    /// <summary>How it is written in options and results; <see cref="Parse"/> understands it.</summary>
    public abstract string Name { get; }

    /// <summary>Whether numbers are drawn.</summary>
    internal virtual bool IsRandom => false;

    /// <summary>Whether the mask must be mirrored in the graph.</summary>
    internal virtual bool Mirrors => false;

    /// <summary>At each step input and in-fill are shifted under the mask, by −⌊pixels ÷ 2⌋ … pixels − 1 − ⌊pixels ÷ 2⌋ down and across; the border is repeated.</summary>
    /// <param name="pixels">Different shifts along each axis, at least 1.</param>
    public static Jitter Shift(int pixels)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(pixels);
        return pixels == 1 ? None : new Shifts(pixels);
    }

    /// <summary>Reads <c>none</c>, <c>flip</c>, or the number of different shifts.</summary>
    /// <exception cref="FormatException">The text is none of these.</exception>
    public static Jitter Parse(string text) => text switch
    {
        "none" => None,
        "flip" => Flip,
        _ => Shift(SettingText.Int(text)),
    };

    /// <summary>The move of a step.</summary>
    internal virtual (int Down, int Across, bool Mirrored) At(int step, ulong seed) => default;

    /// <inheritdoc/>
    public sealed override string ToString() => Name;

    /// <summary>Items that lie one behind another, each of one layout, moved.</summary>
    internal static void Move(ReadOnlySpan<float> source, Span<float> target, InputLayout layout, (int Down, int Across, bool Mirrored) by)
    {
        if (by == default)
        {
            source.CopyTo(target);
            return;
        }

        // A row of a picture is one stretch of memory where channels come first; of each of its places, all channels where they come last.
        var (height, width) = layout.Spatial;
        bool first = layout.Order == AxisOrder.ChannelsFirst;
        int planes = first ? source.Length / (height * width) : source.Length / layout.Count, together = first ? 1 : layout.Channels, row = width * together;
        for (int plane = 0; plane < planes; plane++)
        {
            for (int y = 0; y < height; y++)
            {
                int from = (plane * height) + Math.Clamp(y + by.Down, 0, height - 1);
                MoveRow(source.Slice(from * row, row), target.Slice(((plane * height) + y) * row, row), together, by.Across, by.Mirrored);
            }
        }
    }

    private static void MoveRow(ReadOnlySpan<float> source, Span<float> target, int together, int across, bool mirrored)
    {
        if (together == 1 && across == 0)
        {
            source.CopyTo(target);
            if (mirrored)
            {
                target.Reverse();
            }

            return;
        }

        int width = source.Length / together;
        for (int x = 0; x < width; x++)
        {
            int column = Math.Clamp((mirrored ? width - 1 - x : x) + across, 0, width - 1);
            source.Slice(column * together, together).CopyTo(target.Slice(x * together, together));
        }
    }

    private sealed record Still : Jitter
    {
        public override string Name => "none";
    }

    private sealed record Flips : Jitter
    {
        public override string Name => "flip";

        internal override bool Mirrors => true;

        internal override (int Down, int Across, bool Mirrored) At(int step, ulong seed) => (0, 0, step % 2 == 0);
    }

    private sealed record Shifts(int Pixels) : Jitter
    {
        public override string Name => SettingText.Of(Pixels);

        internal override bool IsRandom => true;

        internal override (int Down, int Across, bool Mirrored) At(int step, ulong seed)
        {
            var random = Rng.At(seed, Perturbations.RandomItems.Jitter(step));
            return (random.NextInt32(Pixels) - (Pixels / 2), random.NextInt32(Pixels) - (Pixels / 2), false);
        }
    }
}
