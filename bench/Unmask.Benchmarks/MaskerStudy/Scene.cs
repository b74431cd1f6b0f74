using Unmask.Imaging;

namespace Unmask.Benchmarks;

/// <summary>What of its class a scene shows.</summary>
[Flags]
internal enum SceneCues
{
    /// <summary>The shape.</summary>
    Shape = 1,

    /// <summary>The pattern.</summary>
    Pattern = 2,

    /// <summary>Both; either suffices.</summary>
    Both = 3,
}

/// <summary>A small picture of one class, drawn for the purpose, of which it is known exactly which pixels are the evidence.</summary>
/// <param name="Picture">The picture.</param>
/// <param name="Evidence">One value a pixel, row by row: a cue's number, or 0 where there is none.</param>
internal sealed record Scene(Image Picture, byte[] Evidence)
{
    private const int Samples = 4;
    private const int Distractors = 3;
    private const int Octaves = 3;

    // How far colours are from those of their kind.
    private const float Spread = 0.2f;

    /// <summary>Draws a scene; the same for the same arguments.</summary>
    /// <param name="size">Height and width in pixels.</param>
    /// <param name="kind">The class.</param>
    /// <param name="cues">What of it is shown.</param>
    /// <param name="random">Everything else.</param>
    public static Scene Draw(int size, int kind, SceneCues cues, Rng random)
    {
        float[] colors = Background(size, ref random);
        byte[] evidence = new byte[size * size];
        for (int i = 0; i < Distractors; i++)
        {
            var place = Place(size, 0.16, 0.3, null, ref random);
            var color = Grey(ref random);
            Paint(colors, evidence, size, place, (u, v) => SceneObjects.Distractor(u, v) ? color : null, 0);
        }

        Spot? first = null;
        if (cues.HasFlag(SceneCues.Shape))
        {
            first = Place(size, 0.18, 0.24, null, ref random);
            var color = Near(SceneObjects.ColorOf(kind), ref random);
            Paint(colors, evidence, size, first, (u, v) => SceneObjects.Shape(kind, u, v) ? color : null, (byte)SceneCues.Shape);
        }

        if (cues.HasFlag(SceneCues.Pattern))
        {
            var place = Place(size, 0.18, 0.23, first, ref random);
            float[] one = Near([0.08f, 0.08f, 0.08f], ref random), other = Near([0.92f, 0.92f, 0.92f], ref random);
            Paint(colors, evidence, size, place, (u, v) => SceneObjects.Pattern(kind, u, v) is { } second ? second ? other : one : null, (byte)SceneCues.Pattern);
        }

        return new(Image.FromPixels(size, size, [.. colors.Select(value => (byte)Math.Clamp(Math.Round(255 * value), 0, 255))]), evidence);
    }

    /// <summary>Noise of several scales on a grey: light and dark, with little colour.</summary>
    private static float[] Background(int size, ref Rng random)
    {
        float[] colors = new float[3 * size * size], tint = Grey(ref random);
        for (int place = 0; place < colors.Length; place++)
        {
            colors[place] = tint[place % 3];
        }

        for (int octave = 0; octave < Octaves; octave++)
        {
            int cells = 4 << octave;
            float strength = 0.4f / (1 << octave);
            float[] light = Grid(cells, ref random);
            for (int channel = 0; channel < 3; channel++)
            {
                float[] grid = [.. Grid(cells, ref random).Zip(light, (color, level) => level + (0.3f * color))];

                for (int place = 0; place < size * size; place++)
                {
                    colors[(3 * place) + channel] += strength * Between(grid, cells, (((place % size) + 0.5) * cells / size) - 0.5, (((place / size) + 0.5) * cells / size) - 0.5);
                }
            }
        }

        return colors;
    }

    private static float[] Grid(int cells, ref Rng random)
    {
        float[] grid = new float[cells * cells];
        for (int cell = 0; cell < grid.Length; cell++)
        {
            grid[cell] = random.NextSingle() - 0.5f;
        }

        return grid;
    }

    private static float Between(float[] grid, int cells, double x, double y)
    {
        int left = (int)Math.Clamp(Math.Floor(x), 0, cells - 2), top = (int)Math.Clamp(Math.Floor(y), 0, cells - 2);
        float across = (float)Math.Clamp(x - left, 0, 1), down = (float)Math.Clamp(y - top, 0, 1);
        float upper = grid[(top * cells) + left] + (across * (grid[(top * cells) + left + 1] - grid[(top * cells) + left]));
        float lower = grid[((top + 1) * cells) + left] + (across * (grid[((top + 1) * cells) + left + 1] - grid[((top + 1) * cells) + left]));
        return upper + (down * (lower - upper));
    }

    /// <summary>Somewhere inside of the picture, at any angle; beside another spot.</summary>
    private static Spot Place(int size, double smallest, double largest, Spot? beside, ref Rng random)
    {
        while (true)
        {
            double radius = size * (smallest + ((largest - smallest) * random.NextDouble()));
            double x = radius + ((size - (2 * radius)) * random.NextDouble()), y = radius + ((size - (2 * radius)) * random.NextDouble()), angle = 2 * Math.PI * random.NextDouble();
            if (beside is null || Math.Sqrt(Math.Pow(x - beside.X, 2) + Math.Pow(y - beside.Y, 2)) > radius + beside.Radius)
            {
                return new(x, y, radius, angle);
            }
        }
    }

    /// <summary>A grey with a breath of colour.</summary>
    private static float[] Grey(ref Rng random)
    {
        float level = 0.25f + (0.5f * random.NextSingle());
        return Near([level, level, level], ref random);
    }

    private static float[] Near(ReadOnlySpan<float> color, ref Rng random)
    {
        float[] near = color.ToArray();
        for (int channel = 0; channel < near.Length; channel++)
        {
            near[channel] += Spread * (random.NextSingle() - 0.5f);
        }

        return near;
    }

    /// <summary>Paints what a function gives colours to, smoothly; pixels of which at least half are covered are the evidence.</summary>
    private static void Paint(float[] colors, byte[] evidence, int size, Spot spot, Func<double, double, float[]?> colorAt, byte cue)
    {
        double cosine = Math.Cos(spot.Angle) / spot.Radius, sine = Math.Sin(spot.Angle) / spot.Radius;
        float[] sum = new float[3];
        for (int place = 0; place < size * size; place++)
        {
            int covered = 0;
            Array.Clear(sum);
            for (int sample = 0; sample < Samples * Samples; sample++)
            {
                double x = (place % size) + (((sample % Samples) + 0.5) / Samples) - spot.X, y = (place / size) + (((sample / Samples) + 0.5) / Samples) - spot.Y;
                if (colorAt((x * cosine) + (y * sine), (y * cosine) - (x * sine)) is { } color)
                {
                    covered++;
                    (sum[0], sum[1], sum[2]) = (sum[0] + color[0], sum[1] + color[1], sum[2] + color[2]);
                }
            }

            for (int channel = 0; channel < 3 && covered > 0; channel++)
            {
                ref float value = ref colors[(3 * place) + channel];
                value += (sum[channel] - (covered * value)) / (Samples * Samples);
            }

            evidence[place] = 2 * covered >= Samples * Samples ? cue : evidence[place];
        }
    }

    /// <summary>Where and how large a thing is.</summary>
    private sealed record Spot(double X, double Y, double Radius, double Angle);
}
