using System.Runtime.CompilerServices;

namespace Unmask.Tests.Support;

/// <summary>The folder of real models, data and reference numbers that stands beside the checkout during development, not in a fresh clone.</summary>
internal static class Shared
{
    public static string Root { get; } = Path.GetFullPath(Path.Combine(Repository(), "..", "shared"));

    public static string? ReasonToSkip { get; } =
        Directory.Exists(Path.Combine(Root, "models")) ? null : "needs ../shared (real models, data and reference numbers), which a fresh clone does not have";

    public static string Models => Path.Combine(Root, "models");

    public static string Data => Path.Combine(Root, "data");

    public static string Reference => Path.Combine(Root, "reference");

    /// <summary>The root of the checkout.</summary>
    public static string Repository([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", ".."));
}
