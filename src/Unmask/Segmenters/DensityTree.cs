using System.Numerics;
using System.Runtime.InteropServices;

namespace Unmask.Segmenters;

/// <summary>The densities of quickshift and the links that climb them.</summary>
/// <remarks>
/// The planes have a border of one window on each side, filled with a colour that is far from every real one: its density contributions vanish
/// and no link reaches it, so the inner loops test no bounds.
/// </remarks>
internal sealed class DensityTree
{
    private const float FarAway = 1e9f;
    private const float Noise = 1e-3f;

    // Numbers of the noise's stream: a law's streams are numbered from 0.
    private const long NoiseStream = -1;

    private readonly int _height;
    private readonly int _width;
    private readonly int _radius;
    private readonly int _stride;
    private readonly float _exponent;
    private readonly float[][] _planes;

    public DensityTree(float[][] lab, int height, int width, double kernel, double ratio)
    {
        _height = height;
        _width = width;
        _radius = (int)Math.Ceiling(3 * kernel);
        _stride = width + (2 * _radius) + Vector<float>.Count;
        _exponent = (float)(-1 / (2 * kernel * kernel));
        _planes = [.. lab.Select(plane => Bordered(plane, (float)ratio))];
    }

    /// <summary>The pixel at the root of each pixel's tree.</summary>
    /// <param name="maxDistance">Longer links are cut.</param>
    /// <param name="seed">Of the noise that breaks ties.</param>
    public int[] Roots(double maxDistance, ulong seed)
    {
        float[] densities = Densities(seed);
        int[] parents = new int[densities.Length];
        for (int y = 0; y < _height; y++)
        {
            for (int x = 0; x < _width; x += Vector<float>.Count)
            {
                Link(densities, Place(y, x), (float)(maxDistance * maxDistance)).CopyTo(parents.AsSpan(Place(y, x)));
            }
        }

        int[] roots = new int[_height * _width];
        for (int p = 0; p < roots.Length; p++)
        {
            int at = Place(p / _width, p % _width);
            while (parents[at] != 0)
            {
                at += parents[at];
            }

            roots[p] = at;
        }

        return roots;
    }

    private int Place(int y, int x) => ((y + _radius) * _stride) + x + _radius;

    private float[] Bordered(float[] plane, float factor)
    {
        float[] bordered = new float[(_height + (2 * _radius)) * _stride];
        Array.Fill(bordered, FarAway);
        for (int p = 0; p < plane.Length; p++)
        {
            bordered[Place(p / _width, p % _width)] = factor * plane[p];
        }

        return bordered;
    }

    private float[] Densities(ulong seed)
    {
        float[] densities = new float[_planes[0].Length];
        for (int y = 0; y < _height; y++)
        {
            for (int x = 0; x < _width; x += Vector<float>.Count)
            {
                Density(Place(y, x)).CopyTo(densities.AsSpan(Place(y, x)));
            }
        }

        var random = Rng.At(seed, NoiseStream);
        for (int p = 0; p < _height * _width; p++)
        {
            densities[Place(p / _width, p % _width)] += random.NextSingle() * Noise;
        }

        return densities;
    }

    /// <summary>The densities of as many pixels as a vector holds.</summary>
    private Vector<float> Density(int at)
    {
        var sum = Vector<float>.Zero;
        for (int dy = -_radius; dy <= _radius; dy++)
        {
            for (int dx = -_radius; dx <= _radius; dx++)
            {
                sum += Vector.Exp(SquaredDistance(at, dy, dx) * _exponent);
            }
        }

        return sum;
    }

    /// <summary>How far it is, in elements of the bordered plane, from each pixel to its parent; 0 for roots.</summary>
    private Vector<int> Link(float[] densities, int at, float limit)
    {
        var density = Load(densities, at);
        var nearest = new Vector<float>(limit);
        var parent = Vector<int>.Zero;
        for (int dy = -_radius; dy <= _radius; dy++)
        {
            for (int dx = -_radius; dx <= _radius; dx++)
            {
                int offset = (dy * _stride) + dx;
                var distance = SquaredDistance(at, dy, dx);
                var closer = Vector.LessThanOrEqual(distance, nearest) & Vector.GreaterThan(Load(densities, at + offset), density);
                // Of equally near ones the first stays, except that the limit itself is still within reach.
                closer &= ~Vector.Equals(distance, nearest) | Vector.Equals(parent, Vector<int>.Zero);
                nearest = Vector.ConditionalSelect(closer, distance, nearest);
                parent = Vector.ConditionalSelect(closer, new Vector<int>(offset), parent);
            }
        }

        return parent;
    }

    private Vector<float> SquaredDistance(int at, int dy, int dx)
    {
        int other = at + (dy * _stride) + dx;
        var l = Load(_planes[0], at) - Load(_planes[0], other);
        var a = Load(_planes[1], at) - Load(_planes[1], other);
        var b = Load(_planes[2], at) - Load(_planes[2], other);
        return (l * l) + (a * a) + (b * b) + new Vector<float>((dy * dy) + (dx * dx));
    }

    private static Vector<float> Load(float[] values, int at) =>
        MemoryMarshal.Read<Vector<float>>(MemoryMarshal.AsBytes(values.AsSpan(at, Vector<float>.Count)));
}
