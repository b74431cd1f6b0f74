using System.Numerics;

namespace Unmask;

/// <summary>For each patch of 7 × 7 pixels that touches something hidden, a patch like it that does not: PatchMatch's field of nearest neighbours.</summary>
/// <remarks>Source: Barnes et al., «PatchMatch», SIGGRAPH 2009, §3: random start, propagation along the scan, random search in windows halved each time.</remarks>
internal sealed class PatchField
{
    private const int Radius = 3, Side = (2 * Radius) + 1;

    private readonly PictureScale _scale;
    private readonly bool[] _isSource;

    // Centres of patches that touch something hidden, row by row.
    private readonly int[] _targets;

    // How much the vote of a target counts: less and less away from what is kept.
    private readonly float[] _trust;

    // At the centre of each target: the centre of its source, and the squared distance; −1 elsewhere.
    private readonly int[] _sources;
    private readonly float[] _distances;

    private PatchField(PictureScale scale, bool[] isSource, int[] targets)
    {
        (_scale, _isSource, _targets) = (scale, isSource, targets);
        (_sources, _distances, _trust) = (new int[isSource.Length], new float[isSource.Length], TrustOf(scale));
        Array.Fill(_sources, -1);
    }

    /// <summary>The share of a picture's pixels around which a patch is kept whole.</summary>
    public static double SourceShare(PictureScale scale) => HiddenUnder(scale).Count(hidden => hidden == 0) / (double)scale.Kept.Length;

    /// <summary>The field at a scale: that of half the size doubled, or random where there is none; <c>null</c> when nothing is kept whole.</summary>
    public static PatchField? Of(PictureScale scale, PatchField? coarser, ref Rng random)
    {
        int[] hidden = HiddenUnder(scale), sources = [.. Enumerable.Range(0, hidden.Length).Where(place => hidden[place] == 0)];
        if (sources.Length == 0)
        {
            return null;
        }

        var field = new PatchField(scale, [.. hidden.Select(count => count == 0)], [.. Enumerable.Range(0, hidden.Length).Where(place => hidden[place] > 0)]);
        foreach (int target in field._targets)
        {
            int doubled = coarser?.Doubled(target / scale.Width, target % scale.Width, scale) ?? -1;
            field._sources[target] = doubled >= 0 && field._isSource[doubled] ? doubled : sources[random.NextInt32(sources.Length)];
        }

        return field;
    }

    /// <summary>Improves the field, scanning forwards and backwards in turn.</summary>
    public void Search(int passes, ref Rng random)
    {
        foreach (int target in _targets)
        {
            // Votes have changed what the patches look like.
            _distances[target] = Distance(target, _sources[target], float.PositiveInfinity);
        }

        for (int pass = 0; pass < passes; pass++)
        {
            int step = pass % 2 == 0 ? 1 : -1;
            for (int i = 0; i < _targets.Length; i++)
            {
                int target = _targets[step > 0 ? i : _targets.Length - 1 - i];
                Propagate(target, step);
                SearchAround(target, ref random);
            }
        }
    }

    /// <summary>Hidden pixels become the means of what the sources of all patches over them say, near ones counting more.</summary>
    public void Vote()
    {
        int channels = _scale.Channels, width = _scale.Width;
        double scale = Math.Max(1e-12, _targets.Select(target => (double)_distances[target]).DefaultIfEmpty().Average());
        double[] sums = new double[_scale.Colours.Length], weights = new double[_scale.Kept.Length];
        foreach (int target in _targets)
        {
            double weight = _trust[target] * (Math.Exp(-_distances[target] / (2 * scale)) + 1e-9);
            for (int offset = 0; offset < Side * Side; offset++)
            {
                int shift = (((offset / Side) - Radius) * width) + (offset % Side) - Radius, place = target + shift;
                if (!_scale.Kept[place])
                {
                    weights[place] += weight;
                    for (int channel = 0; channel < channels; channel++)
                    {
                        sums[(place * channels) + channel] += weight * _scale.Colours[((_sources[target] + shift) * channels) + channel];
                    }
                }
            }
        }

        for (int at = 0; at < sums.Length; at++)
        {
            _scale.Colours[at] = weights[at / channels] > 0 ? (float)(sums[at] / weights[at / channels]) : _scale.Colours[at];
        }
    }

    /// <summary>Hidden pixels under the patch around each centre, through an integral image; −1 where a patch does not fit.</summary>
    private static int[] HiddenUnder(PictureScale scale)
    {
        var (height, width) = (scale.Height, scale.Width);
        int[] sums = new int[(height + 1) * (width + 1)], counts = new int[height * width];
        for (int place = 0; place < counts.Length; place++)
        {
            int corner = (((place / width) + 1) * (width + 1)) + (place % width) + 1;
            sums[corner] = (scale.Kept[place] ? 0 : 1) + sums[corner - 1] + sums[corner - width - 1] - sums[corner - width - 2];
        }

        for (int place = 0; place < counts.Length; place++)
        {
            int top = (place / width) - Radius, left = (place % width) - Radius, bottom = top + Side, right = left + Side;
            counts[place] = top < 0 || left < 0 || bottom > height || right > width ? -1
                : sums[(bottom * (width + 1)) + right] - sums[(top * (width + 1)) + right] - sums[(bottom * (width + 1)) + left] + sums[(top * (width + 1)) + left];
        }

        return counts;
    }

    /// <summary>1.3 to the minus distance (in moves of a king) from the nearest kept pixel: Wexler et al., §3.2.</summary>
    private static float[] TrustOf(PictureScale scale)
    {
        const float Base = 1.3f;
        const int Far = 40;
        int[] distance = [.. scale.Kept.Select(kept => kept ? 0 : Far)];
        for (int pass = 0; pass < 2; pass++)
        {
            int back = pass == 0 ? -1 : 1;
            for (int i = 0; i < distance.Length; i++)
            {
                int place = pass == 0 ? i : distance.Length - 1 - i, y = (place / scale.Width) + back, x = place % scale.Width;
                int near = x + back >= 0 && x + back < scale.Width ? distance[place + back] : Far;
                for (int across = -1; across <= 1 && y >= 0 && y < scale.Height; across++)
                {
                    near = x + across >= 0 && x + across < scale.Width ? Math.Min(near, distance[(y * scale.Width) + x + across]) : near;
                }

                distance[place] = Math.Min(distance[place], near + 1);
            }
        }

        return [.. distance.Select(steps => MathF.Pow(Base, -steps))];
    }

    private int Doubled(int y, int x, PictureScale finer)
    {
        int centre = (Math.Clamp(y / 2, Radius, _scale.Height - 1 - Radius) * _scale.Width) + Math.Clamp(x / 2, Radius, _scale.Width - 1 - Radius), source = _sources[centre];
        if (source < 0)
        {
            return -1;
        }

        int downY = (2 * (source / _scale.Width)) + (y % 2), acrossX = (2 * (source % _scale.Width)) + (x % 2);
        return downY < finer.Height && acrossX < finer.Width ? (downY * finer.Width) + acrossX : -1;
    }

    /// <summary>What the neighbours before it found, moved by as much.</summary>
    private void Propagate(int target, int step)
    {
        foreach (int back in (ReadOnlySpan<int>)[step, step * _scale.Width])
        {
            int neighbour = target - back;
            if (neighbour >= 0 && neighbour < _sources.Length && _sources[neighbour] >= 0)
            {
                Try(target, _sources[neighbour] + back);
            }
        }
    }

    private void SearchAround(int target, ref Rng random)
    {
        for (int reach = Math.Max(_scale.Height, _scale.Width); reach >= 1; reach /= 2)
        {
            int y = _sources[target] / _scale.Width, x = _sources[target] % _scale.Width;
            int top = Math.Max(0, y - reach), left = Math.Max(0, x - reach);
            int atY = top + random.NextInt32(Math.Min(_scale.Height - 1, y + reach) - top + 1), atX = left + random.NextInt32(Math.Min(_scale.Width - 1, x + reach) - left + 1);
            Try(target, (atY * _scale.Width) + atX);
        }
    }

    private void Try(int target, int source)
    {
        if (source >= 0 && source < _isSource.Length && _isSource[source] && source != _sources[target] && Distance(target, source, _distances[target]) is var distance && distance < _distances[target])
        {
            (_sources[target], _distances[target]) = (source, distance);
        }
    }

    /// <summary>Squared distance of two patches; at least <paramref name="enough"/> once it is reached.</summary>
    private float Distance(int one, int other, float enough)
    {
        int channels = _scale.Channels, length = Side * channels;
        float sum = 0;
        for (int row = -Radius; row <= Radius && sum < enough; row++)
        {
            int shift = (row * _scale.Width) - Radius;
            sum += SquaredDistance(_scale.Colours.AsSpan((one + shift) * channels, length), _scale.Colours.AsSpan((other + shift) * channels, length));
        }

        return sum;
    }

    private static float SquaredDistance(ReadOnlySpan<float> one, ReadOnlySpan<float> other)
    {
        var sums = Vector<float>.Zero;
        int at = 0;
        for (; at + Vector<float>.Count <= one.Length; at += Vector<float>.Count)
        {
            var difference = new Vector<float>(one[at..]) - new Vector<float>(other[at..]);
            sums += difference * difference;
        }

        float sum = Vector.Sum(sums);
        for (; at < one.Length; at++)
        {
            float difference = one[at] - other[at];
            sum += difference * difference;
        }

        return sum;
    }
}
