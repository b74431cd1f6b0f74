using System.Buffers;
using System.Runtime.InteropServices;
using Ort = Microsoft.ML.OnnxRuntime;

namespace Unmask.Runtime.Interop;

/// <summary>
/// Lets ONNX Runtime read weights where they lie in memory, so that no written copy of them is made. The memory stays pinned until this is
/// disposed, after the session. The C# binding lacks the call, so it is made through the runtime's table of functions, whose order never changes.
/// </summary>
internal sealed unsafe class WeightsInPlace : IDisposable
{
    // The version of the table that the call came with, and the places of three functions in it (onnxruntime_c_api.h).
    private const uint TableVersion = 18;
    private const int GetErrorMessage = 2;
    private const int ReleaseStatus = 93;
    private const int AddExternalInitializersFromFilesInMemory = 279;

    private readonly List<MemoryHandle> _pins = [];

    /// <summary>Registers the weights.</summary>
    /// <param name="settings">Of the session that is to be made.</param>
    /// <param name="files">The weights, by the names of the data files that the model refers to.</param>
    /// <exception cref="RuntimeFailureException">ONNX Runtime refuses them.</exception>
    public WeightsInPlace(Ort.SessionOptions settings, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> files)
    {
        if (files.Count == 0)
        {
            return;
        }

        IntPtr[] names = [.. files.Keys.Select(name => OperatingSystem.IsWindows() ? Marshal.StringToCoTaskMemUni(name) : Marshal.StringToCoTaskMemUTF8(name))];
        try
        {
            Register(settings, names, [.. files.Values.Select(Pin)], [.. files.Values.Select(bytes => (nuint)bytes.Length)]);
        }
        catch
        {
            Dispose();
            throw;
        }
        finally
        {
            Array.ForEach(names, Marshal.FreeCoTaskMem);
        }
    }

    public void Dispose() => _pins.ForEach(pin => pin.Dispose());

    private static IntPtr* Table()
    {
        IntPtr getBase = NativeLibrary.GetExport(NativeLibraries.Handle, "OrtGetApiBase");
        var api = ((delegate* unmanaged<IntPtr*>)getBase)();
        var table = ((delegate* unmanaged<uint, IntPtr*>)api[0])(TableVersion);
        return table is not null ? table : throw new RuntimeFailureException("ONNX Runtime's library is older than 1.18. Build Unmask again: the build fetches the right one.");
    }

    private static void Register(Ort.SessionOptions settings, IntPtr[] names, IntPtr[] starts, nuint[] lengths)
    {
        var table = Table();
        IntPtr status;
        fixed (IntPtr* name = names, start = starts)
        fixed (nuint* length = lengths)
        {
            status = ((delegate* unmanaged<IntPtr, IntPtr*, IntPtr*, nuint*, nuint, IntPtr>)table[AddExternalInitializersFromFilesInMemory])(
                settings.DangerousGetHandle(), name, start, length, (nuint)names.Length);
        }

        if (status != IntPtr.Zero)
        {
            string message = Marshal.PtrToStringUTF8(((delegate* unmanaged<IntPtr, IntPtr>)table[GetErrorMessage])(status)) ?? "";
            ((delegate* unmanaged<IntPtr, void>)table[ReleaseStatus])(status);
            throw new RuntimeFailureException($"ONNX Runtime does not take the model's weights: {message}");
        }
    }

    private IntPtr Pin(ReadOnlyMemory<byte> bytes)
    {
        var pin = bytes.Pin();
        _pins.Add(pin);
        return (IntPtr)pin.Pointer;
    }
}
