using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Unmask.Runtime;

/// <summary>What the processor can do that .NET does not tell.</summary>
internal static class Processor
{
    /// <summary>
    /// Whether sums of products of unsigned and signed bytes may saturate: on x64 without VNNI (AVX-512 VNNI or AVX-VNNI), pairs of products are added in 16 bits.
    /// </summary>
    public static bool SaturatesByteProducts { get; } = RuntimeInformation.ProcessArchitecture == Architecture.X64 && !HasVnni();

    /// <summary>Bits 11 of ECX (AVX-512 VNNI) and 4 of EAX (AVX-VNNI) of CPUID leaf 7.</summary>
    private static bool HasVnni() => X86Base.IsSupported && X86Base.CpuId(0, 0).Eax >= 7
        && ((X86Base.CpuId(7, 0).Ecx & (1 << 11)) != 0 || (X86Base.CpuId(7, 0).Eax >= 1 && (X86Base.CpuId(7, 1).Eax & (1 << 4)) != 0));
}
