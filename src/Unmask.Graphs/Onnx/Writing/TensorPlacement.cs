using System.Globalization;
using Google.Protobuf;
using Unmask.Graphs.Onnx.Schema;

namespace Unmask.Graphs;

/// <summary>Decides where a written tensor's bytes go: into the model file or into a data file.</summary>
internal abstract class TensorPlacement
{
    /// <summary>Puts the bytes of a tensor, which is not one of strings, in their place.</summary>
    public abstract void Place(TensorData tensor, TensorProto proto);

    /// <summary>Puts the bytes into the model file, without a copy.</summary>
    protected static void Embed(TensorData tensor, TensorProto proto) => proto.RawData = UnsafeByteOperations.UnsafeWrap(tensor.Bytes);

    /// <summary>States a place in a data file.</summary>
    protected static void Refer(TensorProto proto, string location, long offset, long length)
    {
        proto.DataLocation = TensorProto.Types.DataLocation.External;
        proto.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = location });
        proto.ExternalData.Add(new StringStringEntryProto { Key = "offset", Value = offset.ToString(CultureInfo.InvariantCulture) });
        proto.ExternalData.Add(new StringStringEntryProto { Key = "length", Value = length.ToString(CultureInfo.InvariantCulture) });
    }
}

/// <summary>Leaves external data where it is, and embeds the rest.</summary>
/// <param name="folder">The folder of the model file; <c>null</c> keeps the locations of the original.</param>
internal sealed class ReferredData(string? folder) : TensorPlacement
{
    private readonly Dictionary<string, string> _paths = new(StringComparer.Ordinal);

    public override void Place(TensorData tensor, TensorProto proto)
    {
        if (tensor.External is { } external)
        {
            Refer(proto, Locate(external), external.Offset, external.Length);
        }
        else
        {
            Embed(tensor, proto);
        }
    }

    private string Locate(ExternalData external)
    {
        string location = folder is null ? external.Location : Path.GetRelativePath(folder, external.Path).Replace('\\', '/');
        if (folder is not null && (Path.IsPathRooted(location) || location == ".." || location.StartsWith("../", StringComparison.Ordinal)))
        {
            throw new UnmaskException(
                $"The model's external data {external.Path} is not in {folder}, where the model is to be written: ONNX refers to data beside the model only. "
                + "Write the model into the folder of its data, or write the data too (OnnxWriter.WriteWithData).");
        }

        return _paths.TryAdd(location, external.Path) || _paths[location] == external.Path
            ? location
            : throw new UnmaskException(
                $"The graph's external data come from two files of one name ({external.Path} and {_paths[location]}). Write the model to a file instead.");
    }
}

/// <summary>Leaves the larger constants of the main graph in memory, each as if it were a data file of its own; the rest is as it is in <see cref="ReferredData"/>.</summary>
/// <remarks>Tensors of subgraphs and of attributes are embedded: runtimes replace data files in memory for the main graph's constants only.</remarks>
internal sealed class DataInMemory(Graph graph, long threshold) : TensorPlacement
{
    private readonly HashSet<TensorData> _constants = [.. graph.Constants.Values];
    private readonly Dictionary<string, ReadOnlyMemory<byte>> _files = new(StringComparer.Ordinal);
    private readonly ReferredData _rest = new(null);

    /// <summary>What was left out, by the name of its file.</summary>
    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Files => _files;

    public override void Place(TensorData tensor, TensorProto proto)
    {
        if (tensor.External is not null || tensor.ByteLength < threshold || !_constants.Contains(tensor))
        {
            _rest.Place(tensor, proto);
            return;
        }

        string name = string.Create(CultureInfo.InvariantCulture, $"unmask-in-memory-{_files.Count}");
        _files.Add(name, tensor.Bytes);
        Refer(proto, name, 0, tensor.ByteLength);
    }
}

/// <summary>Writes the larger tensors into one data file.</summary>
internal sealed class CopiedData(string folder, string name, long threshold) : TensorPlacement, IDisposable
{
    // The alignment lets a runtime map each tensor's pages (Windows maps in units of 64 KiB).
    private const long Alignment = 65536;

    // Smaller tensors are not mapped on their own; they are only aligned for vector instructions.
    private const long SmallAlignment = 64;

    private readonly string _path = Path.Combine(folder, name);
    private readonly string _temporary = Path.Combine(folder, $"{name}.{Path.GetRandomFileName()}.tmp");
    private FileStream? _stream;

    public override void Place(TensorData tensor, TensorProto proto)
    {
        if (tensor.ByteLength < threshold || tensor.ByteLength == 0)
        {
            Embed(tensor, proto);
            return;
        }

        _stream ??= new FileStream(_temporary, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16);
        long unit = tensor.ByteLength >= Alignment ? Alignment : SmallAlignment;
        _stream.Position = (_stream.Position + unit - 1) / unit * unit;
        Refer(proto, name, _stream.Position, tensor.ByteLength);
        Copy(tensor, _stream);
    }

    /// <summary>Moves the finished data file to its place.</summary>
    public void Complete()
    {
        if (_stream is not null)
        {
            _stream.Dispose();
            File.Move(_temporary, _path, overwrite: true);
        }
    }

    public void Dispose()
    {
        _stream?.Dispose();
        File.Delete(_temporary);
    }

    private void Copy(TensorData tensor, FileStream to)
    {
        if (tensor.External is not { } external)
        {
            to.Write(tensor.Bytes.Span);
            return;
        }

        if (external.Path == _path)
        {
            throw new UnmaskException($"The data file {_path} is one that the graph reads from. Give the new data file another name.");
        }

        using var from = new FileStream(external.Path, FileMode.Open, FileAccess.Read, FileShare.Read, 1);
        from.Position = external.Offset;
        byte[] buffer = new byte[(int)Math.Min(external.Length, 1 << 20)];
        for (long left = external.Length; left > 0;)
        {
            int count = (int)Math.Min(left, buffer.Length);
            from.ReadExactly(buffer, 0, count);
            to.Write(buffer, 0, count);
            left -= count;
        }
    }
}
