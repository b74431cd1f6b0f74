using System.Buffers.Binary;

namespace Unmask.Imaging;

/// <summary>Tells a truncated file from one that is damaged otherwise, since that tells what to do: download it again.</summary>
internal static class Damage
{
    // How the codecs say that the data ended too early.
    private static readonly string[] SaysTruncated = ["premature end", "truncated", "end of file", "unexpected end", "bad seek", "got "];

    public static string Describe(FileKind kind, ReadOnlySpan<byte> file, string said) =>
        IsTruncated(kind, file, said) ? "truncated: its end is missing" : "damaged";

    private static bool IsTruncated(FileKind kind, ReadOnlySpan<byte> file, string said) => kind.Name switch
    {
        // The last chunk of each PNG, and the length that each RIFF file states, say it better than the codecs.
        "PNG" => file.LastIndexOf("IEND"u8) < 0,
        "WebP" => BinaryPrimitives.ReadUInt32LittleEndian(file[4..]) + 8L > file.Length,
        _ => SaysTruncated.Any(words => said.Contains(words, StringComparison.OrdinalIgnoreCase)),
    };
}
