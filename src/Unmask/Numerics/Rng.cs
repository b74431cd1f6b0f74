namespace Unmask;

/// <summary>
/// A counter-based random generator (Philox 4×32-10): number k of stream (seed, item) is a pure function of the three, so results depend
/// neither on batch size nor on threads nor on order, on any machine and in any version.
/// </summary>
/// <remarks>Source: Salmon et al., «Parallel random numbers: as easy as 1, 2, 3», SC 2011. Passes their known-answer vectors.</remarks>
public struct Rng
{
    private readonly ulong _seed;
    private readonly ulong _item;
    private ulong _block;
    private int _left;
    private (uint A, uint B, uint C, uint D) _words;

    private Rng(ulong seed, ulong item)
    {
        _seed = seed;
        _item = item;
    }

    /// <summary>The stream of one item under a seed.</summary>
    public static Rng At(ulong seed, long item) => new(seed, (ulong)item);

    /// <summary>The next 32 random bits.</summary>
    public uint NextUInt32()
    {
        if (_left == 0)
        {
            _words = Philox((uint)_block, (uint)(_block >> 32), (uint)_item, (uint)(_item >> 32), (uint)_seed, (uint)(_seed >> 32));
            _block++;
            _left = 4;
        }

        _left--;
        return _left switch { 3 => _words.A, 2 => _words.B, 1 => _words.C, _ => _words.D };
    }

    /// <summary>A uniform number in [0, 1), a multiple of 2⁻²⁴.</summary>
    public float NextSingle() => (NextUInt32() >> 8) * (1f / (1 << 24));

    /// <summary>A uniform number in [0, 1), a multiple of 2⁻⁵³.</summary>
    public double NextDouble()
    {
        ulong bits = ((ulong)NextUInt32() << 32) | NextUInt32();
        return (bits >> 11) * (1.0 / (1UL << 53));
    }

    /// <summary>A uniform integer in [0, <paramref name="bound"/>).</summary>
    /// <param name="bound">At least 1.</param>
    public int NextInt32(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);
        // Multiply-shift with rejection of the few values that would favour small results.
        uint threshold = (uint)(-bound) % (uint)bound;
        while (true)
        {
            ulong product = (ulong)NextUInt32() * (uint)bound;
            if ((uint)product >= threshold)
            {
                return (int)(product >> 32);
            }
        }
    }

    /// <summary>The block function: ten rounds over a 128-bit counter under a 64-bit key.</summary>
    internal static (uint A, uint B, uint C, uint D) Philox(uint a, uint b, uint c, uint d, uint key0, uint key1)
    {
        const uint Multiplier0 = 0xD2511F53, Multiplier1 = 0xCD9E8D57, Weyl0 = 0x9E3779B9, Weyl1 = 0xBB67AE85;
        for (int round = 0; round < 10; round++)
        {
            ulong product0 = (ulong)Multiplier0 * a;
            ulong product1 = (ulong)Multiplier1 * c;
            (a, b, c, d) = ((uint)(product1 >> 32) ^ b ^ key0, (uint)product1, (uint)(product0 >> 32) ^ d ^ key1, (uint)product0);
            key0 += Weyl0;
            key1 += Weyl1;
        }

        return (a, b, c, d);
    }
}
