using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Unmask.Imaging;

/// <summary>Loads libvips once, and sets it up for a library's use: no cache, no threads of its own, nothing on standard error.</summary>
internal static unsafe class VipsLibrary
{
    /// <summary>The name that the imports use; the resolver turns it into a file.</summary>
    public const string Name = "vips";

    /// <summary>The oldest 8.x that has all that is called.</summary>
    public const int OldestMinorVersion = 15;

    // G_LOG_LEVEL_WARNING | MESSAGE | INFO | DEBUG: whatever matters comes back as an error of the call itself.
    private const int LogLevelsWarningAndMilder = 16 | 32 | 64 | 128;

    private static readonly Lazy<nint> Handle = new(() => VipsLocation.Default.Load());

    private static readonly Lazy<bool> Started = new(Start);

    /// <summary>Makes sure that libvips is loaded and initialised.</summary>
    /// <exception cref="DllNotFoundException">There is no libvips, or one that does not work here; the message says where it was looked for and what to do.</exception>
    public static void Ensure() => _ = Started.Value;

    private static bool Start()
    {
        NativeLibrary.SetDllImportResolver(typeof(VipsLibrary).Assembly, static (name, _, _) => name == Name ? Handle.Value : 0);
        try
        {
            if (Vips.Init("unmask") != 0) throw new DllNotFoundException($"libvips was found but does not start: {Vips.TakeError()}");
            if (Vips.Version(0) != 8 || Vips.Version(1) < OldestMinorVersion)
                throw new DllNotFoundException(
                    $"Unmask needs libvips 8.{OldestMinorVersion} or newer; the one found is {Vips.Version(0)}.{Vips.Version(1)}. " +
                    "Install a newer one, or build Unmask again so that the build fetches its own.");
            Settle();
        }
        catch (EntryPointNotFoundException e)
        {
            throw new DllNotFoundException($"The libvips that was found is not a usable one ({e.Message}). Build Unmask again so that the build fetches its own.", e);
        }
        return true;
    }

    private static void Settle()
    {
        // Results of earlier calls are never asked for again, and a cache would keep pixels of the caller's pictures alive.
        Vips.CacheSetMax(0);
        // Callers run as many pictures side by side as they like; nested thread pools would only fight with theirs.
        Vips.ConcurrencySet(1);
        _ = GObject.LogSetHandler("VIPS", LogLevelsWarningAndMilder, &Ignore, 0);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Ignore(byte* domain, int level, byte* message, void* data)
    {
    }
}
