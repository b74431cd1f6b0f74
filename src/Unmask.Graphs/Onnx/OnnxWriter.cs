using Google.Protobuf;

namespace Unmask.Graphs;

/// <summary>Writes graphs as ONNX files. What <see cref="OnnxReader"/> reads back is the same graph.</summary>
public static class OnnxWriter
{
    /// <summary>Writes a model file, whole or not at all.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="path">The file; it is replaced when it exists.</param>
    /// <remarks>
    /// External data is not touched: the file refers to the data files where they are. They must lie in the target's folder (or below it), since ONNX
    /// allows no other place; write elsewhere with <see cref="WriteWithData"/>, which copies the data.
    /// </remarks>
    /// <exception cref="UnmaskException">External data lies outside the target's folder, or the file would exceed the 2 GiB of the format.</exception>
    public static void Write(Graph graph, string path)
    {
        ArgumentNullException.ThrowIfNull(graph);
        string full = Path.GetFullPath(path);
        Replace(full, ModelWriter.Write(graph, new ReferredData(Path.GetDirectoryName(full)!)));
    }

    /// <summary>Writes a model file and beside it one data file with the larger constants, external data of the original included.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="path">The model file; it is replaced when it exists.</param>
    /// <param name="dataFile">The name of the data file in the same folder; <c>null</c> for the model file's name followed by <c>.data</c>.</param>
    /// <param name="threshold">Constants of at least so many bytes go to the data file. Others stay in the model file.</param>
    /// <exception cref="ArgumentException">The data file's name is a path.</exception>
    /// <exception cref="UnmaskException">The data file is one that the graph itself reads from, or the model file would exceed 2 GiB.</exception>
    public static void WriteWithData(Graph graph, string path, string? dataFile = null, long threshold = 1024)
    {
        ArgumentNullException.ThrowIfNull(graph);
        string full = Path.GetFullPath(path);
        dataFile ??= Path.GetFileName(full) + ".data";
        if (dataFile.Length == 0 || Path.GetFileName(dataFile) != dataFile)
        {
            throw new ArgumentException($"\"{dataFile}\" is not a plain file name; the data file lies beside the model.", nameof(dataFile));
        }

        using var data = new CopiedData(Path.GetDirectoryName(full)!, dataFile, threshold);
        var model = ModelWriter.Write(graph, data);
        data.Complete();
        Replace(full, model);
    }

    /// <summary>The model file's bytes.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="folder">
    /// The folder that whoever reads the bytes looks for external data in; <c>null</c> keeps the locations that the original states.
    /// </param>
    /// <exception cref="UnmaskException">External data lies outside the folder, or the file would exceed the 2 GiB of the format.</exception>
    public static byte[] ToBytes(Graph graph, string? folder = null)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return ModelWriter.Write(graph, new ReferredData(folder is null ? null : Path.GetFullPath(folder))).ToByteArray();
    }

    /// <summary>The model file's bytes without the larger constants of its main graph, for whoever takes those from memory.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="threshold">Constants of at least so many bytes are left out. External data is referred to where it is.</param>
    /// <returns>The bytes, and what was left out by the name of the data file that the bytes refer to: the constants' own memory, not a copy.</returns>
    /// <exception cref="UnmaskException">The model file would exceed the 2 GiB of the format without them.</exception>
    public static (byte[] Model, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Data) ToBytesAndData(Graph graph, long threshold = 1024)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var data = new DataInMemory(graph, threshold);
        return (ModelWriter.Write(graph, data).ToByteArray(), data.Files);
    }

    private static void Replace(string path, IMessage model)
    {
        string temporary = $"{path}.{Path.GetRandomFileName()}.tmp";
        try
        {
            using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16))
            {
                model.WriteTo(stream);
            }

            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }
}
