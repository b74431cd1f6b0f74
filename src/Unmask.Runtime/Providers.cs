using Unmask.Runtime.Interop;
using Ort = Microsoft.ML.OnnxRuntime;

namespace Unmask.Runtime;

/// <summary>An execution provider: what ONNX Runtime can compute on.</summary>
/// <param name="Name">The short name for options, for instance <c>cpu</c> or <c>cuda</c>.</param>
/// <param name="Description">What it is, in plain words.</param>
/// <param name="Available">Whether the native library at hand contains it.</param>
public sealed record Provider(string Name, string Description, bool Available);

/// <summary>The execution providers that Unmask knows, and which of them are here.</summary>
public static class Providers
{
    /// <summary>The provider that is always there.</summary>
    public const string Cpu = "cpu";

    private static readonly (string Name, string RuntimeName, string Description)[] Known =
    [
        (Cpu, "CPUExecutionProvider", "the processor"),
        ("cuda", "CUDAExecutionProvider", "NVIDIA GPUs"),
        ("tensorrt", "TensorrtExecutionProvider", "NVIDIA GPUs, compiled by TensorRT"),
        ("directml", "DmlExecutionProvider", "any DirectX 12 GPU on Windows"),
        ("coreml", "CoreMLExecutionProvider", "Apple's neural engine and GPU"),
        ("openvino", "OpenVINOExecutionProvider", "Intel processors, GPUs and NPUs"),
        ("migraphx", "MIGraphXExecutionProvider", "AMD GPUs"),
        ("xnnpack", "XnnpackExecutionProvider", "the processor, through XNNPACK"),
        ("webgpu", "WebGpuExecutionProvider", "any GPU, through WebGPU"),
    ];

    /// <summary>Every provider that Unmask knows, available ones first.</summary>
    public static IReadOnlyList<Provider> All()
    {
        NativeLibraries.EnsureLoaded();
        var here = Ort.OrtEnv.Instance().GetAvailableProviders().ToHashSet(StringComparer.Ordinal);
        return [.. Known.Select(known => new Provider(known.Name, Describe(known, here), here.Contains(known.RuntimeName))).OrderByDescending(p => p.Available)];
    }

    /// <summary>Adds the provider to ONNX Runtime's options.</summary>
    internal static void Append(Ort.SessionOptions options, string name)
    {
        if (name == Cpu)
        {
            return;
        }

        var provider = All().FirstOrDefault(candidate => candidate.Name == name)
            ?? throw new ArgumentException($"There is no execution provider \"{name}\". Known: {string.Join(", ", Known.Select(known => known.Name))}.", nameof(name));
        if (!provider.Available)
        {
            throw new RuntimeFailureException($"The execution provider \"{name}\" ({provider.Description}) cannot be used here. "
                + $"Available: {string.Join(", ", All().Where(candidate => candidate.Available).Select(candidate => candidate.Name))}.");
        }

        string runtimeName = Known.First(known => known.Name == name).RuntimeName;
        options.AppendExecutionProvider(runtimeName.Replace("ExecutionProvider", "", StringComparison.Ordinal));
    }

    private static string Describe((string Name, string RuntimeName, string Description) known, HashSet<string> here) =>
        known.Name == Cpu ? $"{known.Description}, {Environment.ProcessorCount} threads"
        : here.Contains(known.RuntimeName) ? known.Description
        : $"{known.Description}: not in this build of ONNX Runtime";
}
