namespace Unmask.Graphs.Onnx;

/// <summary>Reads ONNX files.</summary>
public static class OnnxReader
{
}
