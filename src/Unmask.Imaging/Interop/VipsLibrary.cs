using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Unmask.Imaging;

/// <summary>Finds libvips, loads it once, and sets it up for a library's use: no cache, no threads of its own, nothing on standard error.</summary>
internal static unsafe class VipsLibrary
{
    /// <summary>The name that the imports use; the resolver turns it into a file.</summary>
    public const string Name = "vips";

    private const int OldestMinorVersion = 15;

    private static readonly Lazy<nint> Handle = new(Load);

    private static readonly Lazy<bool> Started = new(Start);

    /// <summary>Makes sure that libvips is loaded and initialised.</summary>
    /// <exception cref="DllNotFoundException">There is no libvips, or one that does not work here; the message says where it was looked for and what to do.</exception>
    public static void Ensure() => _ = Started.Value;

    private static nint Load()
    {
        List<string> tried = [];
        foreach (var file in Candidates(tried))
            if (NativeLibrary.TryLoad(file, out var handle))
                return handle;
        throw new DllNotFoundException(
            $"libvips, which reads and writes pictures for Unmask, could not be loaded for {RuntimeInformation.RuntimeIdentifier}. Looked for " +
            $"{string.Join(", ", tried)}. Build again so that the build fetches it, or install libvips 8.{OldestMinorVersion} or newer on this system.");
    }

    private static IEnumerable<string> Candidates(List<string> tried)
    {
        foreach (var folder in Folders().Distinct())
        {
            tried.Add(Path.Combine(folder, BundledPattern));
            if (!Directory.Exists(folder)) continue;
            foreach (var file in Directory.EnumerateFiles(folder, BundledPattern).Order(StringComparer.Ordinal))
                yield return file;
        }
        tried.Add($"{SystemName} on the system's search path");
        yield return SystemName;
    }

    private static IEnumerable<string> Folders()
    {
        foreach (var root in new[] { AssemblyFolder(), AppContext.BaseDirectory })
        {
            yield return Path.Combine(root, "runtimes", PortablePlatform, "native");
            yield return root;
        }
    }

    [UnconditionalSuppressMessage("SingleFile", "IL3000", Justification = "In a single file the assembly has no place of its own, and the application's folder counts.")]
    private static string AssemblyFolder() =>
        Path.GetDirectoryName(typeof(VipsLibrary).Assembly.Location) is { Length: > 0 } folder ? folder : AppContext.BaseDirectory;

    private static string PortablePlatform =>
        (OperatingSystem.IsWindows() ? "win-" : OperatingSystem.IsMacOS() ? "osx-" : "linux-") +
        RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();

    private static string BundledPattern =>
        OperatingSystem.IsWindows() ? "libvips-42.dll" : OperatingSystem.IsMacOS() ? "libvips-cpp*.dylib" : "libvips-cpp.so*";

    private static string SystemName =>
        OperatingSystem.IsWindows() ? "libvips-42.dll" : OperatingSystem.IsMacOS() ? "libvips.42.dylib" : "libvips.so.42";

    private static bool Start()
    {
        NativeLibrary.SetDllImportResolver(typeof(VipsLibrary).Assembly, static (name, _, _) => name == Name ? Handle.Value : 0);
        try
        {
            if (Vips.Init("unmask") != 0) throw new DllNotFoundException($"libvips was loaded but does not start: {Vips.TakeError()}");
            if (Vips.Version(0) != 8 || Vips.Version(1) < OldestMinorVersion)
                throw new DllNotFoundException(
                    $"Unmask needs libvips 8.{OldestMinorVersion} or newer; the one found is {Vips.Version(0)}.{Vips.Version(1)}. Install a newer one, or build Unmask again so that the build fetches its own.");
        }
        catch (EntryPointNotFoundException e)
        {
            throw new DllNotFoundException($"The libvips that was found is not a usable one ({e.Message}). Build Unmask again so that the build fetches its own.", e);
        }
        Settle();
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

    // G_LOG_LEVEL_WARNING | MESSAGE | INFO | DEBUG: whatever matters comes back as an error of the call itself.
    private const int LogLevelsWarningAndMilder = 16 | 32 | 64 | 128;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Ignore(byte* domain, int level, byte* message, void* data)
    {
    }
}
