using System.Runtime.InteropServices;

namespace Unmask;

/// <summary>A number that an input always has and that other inputs do not: it keys the random numbers of an input, wherever in a run it stands.</summary>
internal static class InputKey
{
    private const ulong Basis = 14695981039346656037;
    private const ulong Prime = 1099511628211;

    /// <summary>FNV-1a over the input's values as 32-bit words.</summary>
    public static long Of(ModelInput input)
    {
        ulong hash = Basis;
        foreach (uint bits in MemoryMarshal.Cast<float, uint>(input.Values))
        {
            hash = (hash ^ bits) * Prime;
        }

        return (long)hash;
    }
}
