using System.Reflection;
using System.Runtime.InteropServices;
using Ort = Microsoft.ML.OnnxRuntime;

namespace Unmask.Runtime.Interop;

/// <summary>Finds ONNX Runtime's native library: the one resolver, and the one list of file names.</summary>
internal static class NativeLibraries
{
    private static readonly Lock Gate = new();
    private static bool _ready;
    private static IntPtr _handle;

    /// <summary>The file that ONNX Runtime's library is on this platform.</summary>
    internal static string FileName { get; } = OperatingSystem.IsWindows() ? "onnxruntime.dll"
        : OperatingSystem.IsMacOS() ? "libonnxruntime.dylib"
        : "libonnxruntime.so";

    /// <summary>Where the library is looked for, in this order.</summary>
    internal static IEnumerable<string> Candidates()
    {
        string folder = AppContext.BaseDirectory;
        yield return Path.Combine(folder, "runtimes", RuntimeInformation.RuntimeIdentifier, "native", FileName);
        yield return Path.Combine(folder, FileName);
    }

    /// <summary>Makes sure that the library loads, or says in one message why it does not.</summary>
    /// <exception cref="RuntimeFailureException">The library is missing or is not for this platform.</exception>
    internal static void EnsureLoaded()
    {
        lock (Gate)
        {
            if (_ready)
            {
                return;
            }
#if OWN_LIBRARY_RESOLVER
            _handle = Load(typeof(Ort.OrtEnv).Assembly);
#else
            _handle = NativeLibrary.Load("onnxruntime", typeof(Ort.OrtEnv).Assembly, null);
#endif
            _ready = true;
        }
    }

    /// <summary>The library, for calls that the binding lacks.</summary>
    internal static IntPtr Handle
    {
        get
        {
            EnsureLoaded();
            return _handle;
        }
    }

    /// <summary>Loads the library at a path, or by its name from the system's folders.</summary>
    internal static IntPtr Open(string? path)
    {
        IntPtr handle;
        try
        {
            handle = NativeLibrary.Load(path ?? FileName);
        }
        catch (Exception problem) when (problem is DllNotFoundException or BadImageFormatException)
        {
            throw new RuntimeFailureException(Unloadable(path, problem), problem);
        }

        return NativeLibrary.TryGetExport(handle, "OrtGetApiBase", out _)
            ? handle
            : throw new RuntimeFailureException($"{path ?? FileName} is not ONNX Runtime: it has no OrtGetApiBase. Build Unmask again, or remove that file.");
    }

    private static IntPtr Load(Assembly binding)
    {
        IntPtr handle = Open(Candidates().FirstOrDefault(File.Exists));
        NativeLibrary.SetDllImportResolver(binding, (name, _, _) => name.Contains("onnxruntime", StringComparison.Ordinal) ? handle : IntPtr.Zero);
        return handle;
    }

    private static string Unloadable(string? found, Exception problem) =>
        found is null
            ? $"ONNX Runtime's library {FileName} for {RuntimeInformation.RuntimeIdentifier} was not found. Looked at: {string.Join(", ", Candidates())} "
              + $"and the system's own folders. Build Unmask again on this platform (the build fetches it), or publish with -r {RuntimeInformation.RuntimeIdentifier}."
            : $"ONNX Runtime's library {found} does not load on {RuntimeInformation.RuntimeIdentifier} ({problem.Message.Split('\n')[0].Trim()}). "
              + "It may be damaged or for another platform: build Unmask again.";
}
