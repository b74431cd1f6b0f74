using System.Runtime.InteropServices;

namespace Unmask.Runtime.Interop;

/// <summary>The C library's heap, on which ONNX Runtime builds its sessions.</summary>
internal static partial class NativeHeap
{
    private static bool _cannot = !OperatingSystem.IsLinux();

    /// <summary>
    /// Gives pages back that hold nothing. Compiling a graph takes several times the room of its weights for a moment (folded constants, reordered
    /// kernels), and glibc keeps that room: 20 to 30 MB for MobileNetV2 and as much again for each further session. Elsewhere it does nothing.
    /// </summary>
    public static void Trim()
    {
        if (_cannot)
        {
            return;
        }

        try
        {
            _ = MallocTrim(0);
        }
        catch (Exception problem) when (problem is EntryPointNotFoundException or DllNotFoundException)
        {
            // Another C library (musl), which has no such call.
            _cannot = true;
        }
    }

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int MallocTrim(nuint keep);
}
