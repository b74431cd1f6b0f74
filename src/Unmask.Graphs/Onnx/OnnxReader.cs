using System.IO.MemoryMappedFiles;
using Google.Protobuf;
using Unmask.Graphs.Onnx.Schema;

namespace Unmask.Graphs;

/// <summary>
/// Reads ONNX files into graphs. Weights in the file are copied once into managed memory; external data is memory-mapped and never copied.
/// Names, order and content stay as in the file, except that nodes without a name get one, nodes are put into topological order,
/// constants are not listed as inputs, sparse constants are dense, a subgraph's value that hides an outer one is renamed, and functions are inlined.
/// </summary>
/// <remarks>
/// Not kept, since nothing that runs a model reads it: denotations of types, documentation of single values and tensors, training information,
/// assignments of nodes to devices. A model is untrusted input: no path that it states leads out of its folder, and no size that it states is believed
/// before the data is there.
/// </remarks>
public static class OnnxReader
{
    private const string Empty = "it is empty; an ONNX model was expected. Export or download the model again.";

    /// <summary>Reads a model file.</summary>
    /// <param name="path">The file. External data is looked for in its folder and nowhere else.</param>
    /// <returns>A valid graph without functions.</returns>
    /// <exception cref="ModelFormatException">The file is missing or is not a model that can be read; the message says what is wrong with it.</exception>
    public static Graph Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string full = Path.GetFullPath(path);
        var source = new ModelSource(Path.GetFileName(full), full, Path.GetDirectoryName(full));
        return ModelReader.Read(ParseFile(full, source), source);
    }

    /// <summary>Reads a model from memory.</summary>
    /// <param name="bytes">The model, as in a file.</param>
    /// <param name="folder">The folder of external data; without it a model that has external data is refused.</param>
    /// <returns>A valid graph without functions.</returns>
    /// <exception cref="ModelFormatException">The bytes are not a model that can be read; the message says what is wrong with them.</exception>
    public static Graph Read(ReadOnlyMemory<byte> bytes, string? folder = null)
    {
        var source = new ModelSource("model", null, folder is null ? null : Path.GetFullPath(folder));
        return ModelReader.Read(Parse(bytes.Span, source), source);
    }

    private static unsafe ModelProto ParseFile(string path, ModelSource source)
    {
        if (Directory.Exists(path))
        {
            throw source.Error($"{path} is a folder; the model file in it is wanted.");
        }

        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1);
            if (stream.Length is 0 or > int.MaxValue)
            {
                throw source.Error(stream.Length == 0
                    ? Empty
                    : $"the file takes {stream.Length:N0} bytes; ONNX files end at 2 GiB. Store the weights as external data beside a small model file.");
            }

            using var file = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
            using var view = file.CreateViewAccessor(0, stream.Length, MemoryMappedFileAccess.Read);
            byte* start = null;
            view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
            try
            {
                return Parse(new ReadOnlySpan<byte>(start + view.PointerOffset, (int)stream.Length), source);
            }
            finally
            {
                view.SafeMemoryMappedViewHandle.ReleasePointer();
            }
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw source.Error($"there is no such file at {path}.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw source.Error($"cannot be opened: {error.Message}", error);
        }
    }

    private static ModelProto Parse(ReadOnlySpan<byte> bytes, ModelSource source)
    {
        if (bytes.IsEmpty)
        {
            throw source.Error(Empty);
        }

        try
        {
            // Protobuf reads some files that are anything but ONNX without an error, and finds nothing in them.
            var model = ModelProto.Parser.ParseFrom(bytes);
            return model.Graph is null ? throw source.Error(NotOnnx.Describe(bytes)) : model;
        }
        catch (InvalidProtocolBufferException error)
        {
            throw source.Error(
                error.Message.Contains("nesting", StringComparison.Ordinal)
                    ? "its subgraphs are nested too deep to be read (more than 30 levels). Export the model without so many branches within branches."
                    : NotOnnx.Describe(bytes),
                error);
        }
    }
}
