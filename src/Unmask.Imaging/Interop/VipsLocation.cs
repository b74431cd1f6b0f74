using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Unmask.Imaging;

/// <summary>Where libvips may be: bundled with Unmask in one of some folders, or installed on the system.</summary>
/// <param name="Folders">Folders that may hold the bundled file, the likeliest first.</param>
/// <param name="BundledName">The bundled file's name, with a star for its version.</param>
/// <param name="SystemName">The name under which the system's loader knows an installed one.</param>
internal sealed record VipsLocation(IReadOnlyList<string> Folders, string BundledName, string SystemName)
{
    /// <summary>Beside this assembly, beside the application, then the system.</summary>
    public static VipsLocation Default =>
        OperatingSystem.IsWindows() ? new(DefaultFolders("win"), "libvips-42.dll", "libvips-42.dll")
        : OperatingSystem.IsMacOS() ? new(DefaultFolders("osx"), "libvips-cpp*.dylib", "libvips.42.dylib")
        : new(DefaultFolders("linux"), "libvips-cpp.so*", "libvips.so.42");

    /// <summary>Loads the first that can be loaded.</summary>
    /// <exception cref="DllNotFoundException">None can; the message says what was tried, what went wrong and what to do.</exception>
    public nint Load()
    {
        List<string> tried = [];
        foreach (var folder in Folders.Distinct())
            if (TryLoadFrom(folder, tried, out var bundled))
                return bundled;
        if (TryLoad(SystemName, tried, out var installed)) return installed;
        throw new DllNotFoundException(
            $"libvips, which reads and writes pictures for Unmask, could not be loaded on {RuntimeInformation.RuntimeIdentifier}. Tried: " +
            $"{string.Join("; ", tried)}. Build Unmask again so that the build fetches its own, or install libvips 8.{VipsLibrary.OldestMinorVersion} or newer on this system.");
    }

    private bool TryLoadFrom(string folder, List<string> tried, out nint handle)
    {
        handle = 0;
        string[] files = Directory.Exists(folder) ? Directory.GetFiles(folder, BundledName) : [];
        if (files.Length == 0) tried.Add($"{Path.Combine(folder, BundledName)} (not there)");
        foreach (var file in files.Order(StringComparer.Ordinal))
            if (TryLoad(file, tried, out handle))
                return true;
        return false;
    }

    private static bool TryLoad(string file, List<string> tried, out nint handle)
    {
        try
        {
            handle = NativeLibrary.Load(file);
            return true;
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            // The loader's own words, on one line: another processor's file, a missing dependency, …
            tried.Add($"{file} ({string.Join(' ', e.Message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))})");
            handle = 0;
            return false;
        }
    }

    private static string[] DefaultFolders(string system)
    {
        var platform = $"{system}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";
        string[] roots = [AssemblyFolder(), AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)];
        return [.. roots.SelectMany(root => new[] { Path.Combine(root, "runtimes", platform, "native"), root })];
    }

    [UnconditionalSuppressMessage("SingleFile", "IL3000", Justification = "In a single file the assembly has no place of its own, and the application's folder counts.")]
    private static string AssemblyFolder() =>
        Path.GetDirectoryName(typeof(VipsLocation).Assembly.Location) is { Length: > 0 } folder ? folder : AppContext.BaseDirectory;
}
