using System.Security.Cryptography;

namespace Unmask;

/// <summary>Which model a result is about.</summary>
/// <param name="Name">For people.</param>
/// <param name="File">The path as it was given; <c>null</c> for a model that is no file.</param>
/// <param name="Sha256">The hash of the ONNX file (without external data), 64 lower-case hexadecimal digits; <c>null</c> for a function.</param>
public sealed record ModelIdentity(string Name, string? File = null, string? Sha256 = null)
{
    /// <summary>Identifies an ONNX file by its bytes.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static ModelIdentity OfFile(string path)
    {
        using var stream = System.IO.File.OpenRead(path);
        return new(Path.GetFileName(path), path, Convert.ToHexStringLower(SHA256.HashData(stream)));
    }

    /// <summary>Identifies an ONNX model in memory by its bytes.</summary>
    public static ModelIdentity OfBytes(string name, ReadOnlySpan<byte> file) => new(name, null, Convert.ToHexStringLower(SHA256.HashData(file)));
}
