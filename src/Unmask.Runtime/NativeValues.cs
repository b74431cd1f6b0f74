using Unmask.Graphs;
using Ort = Microsoft.ML.OnnxRuntime;

namespace Unmask.Runtime;

/// <summary>ONNX Runtime's values as ours.</summary>
internal static class NativeValues
{
    /// <summary>An input or output as the session declares it.</summary>
    public static Value Declared(string name, Ort.NodeMetadata metadata, Graph? graph)
    {
        if (!metadata.IsTensor)
        {
            return new Value(name, null);
        }

        // ONNX Runtime describes a tensor of unknown rank as it does a scalar.
        if (metadata.Dimensions.Length == 0 && graph?.ShapeOf(name) is null)
        {
            return new Value(name, (ElementType)metadata.ElementDataType, null);
        }

        var axes = metadata.Dimensions.Select((size, axis) => size >= 0 ? Dimension.Of(size) : Dimension.Named(metadata.SymbolicDimensions[axis]));
        return new Value(name, (ElementType)metadata.ElementDataType, new Shape([.. axes]));
    }

    /// <summary>A result, copied into managed memory.</summary>
    public static TensorData Copy(Ort.OrtValue value)
    {
        if (!value.IsTensor)
        {
            throw new RuntimeFailureException("An output is not a tensor (a sequence or a map): ask for another output.");
        }

        var info = value.GetTensorTypeAndShape();
        return value.IsTensor && info.ElementDataType == Ort.Tensors.TensorElementType.String
            ? TensorData.FromStrings(value.GetStringTensorAsArray(), info.Shape)
            : TensorData.FromBytes((ElementType)info.ElementDataType, info.Shape, value.GetTensorMutableRawData().ToArray());
    }
}
