using System.Buffers;
using Unmask.Graphs;
using Ort = Microsoft.ML.OnnxRuntime;

namespace Unmask.Runtime;

/// <summary>Tensors of one run, read or written in place, as ONNX Runtime's values over pinned memory.</summary>
internal sealed class Feeds : IDisposable
{
    private readonly List<MemoryHandle> _pins = [];

    public Feeds(IReadOnlyDictionary<string, TensorData> tensors)
    {
        try
        {
            foreach (var (name, tensor) in tensors)
            {
                Values.Add(name, ToOrt(tensor));
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public Dictionary<string, Ort.OrtValue> Values { get; } = new(StringComparer.Ordinal);

    public void Dispose()
    {
        foreach (var value in Values.Values)
        {
            value.Dispose();
        }

        foreach (var pin in _pins)
        {
            pin.Dispose();
        }
    }

    private unsafe Ort.OrtValue ToOrt(TensorData tensor)
    {
        long[] sizes = [.. tensor.Dimensions];
        if (tensor.Type == ElementType.String)
        {
            var strings = Ort.OrtValue.CreateTensorWithEmptyStrings(Ort.OrtAllocator.DefaultInstance, sizes);
            for (int i = 0; i < tensor.Strings.Length; i++)
            {
                strings.StringTensorSetElementAt(tensor.Strings[i].AsSpan(), i);
            }

            return strings;
        }

        var pin = tensor.Bytes.Pin();
        _pins.Add(pin);
        return Ort.OrtValue.CreateTensorValueWithData(
            Ort.OrtMemoryInfo.DefaultInstance, (Ort.Tensors.TensorElementType)tensor.Type, sizes, (IntPtr)pin.Pointer, tensor.Bytes.Length);
    }
}
