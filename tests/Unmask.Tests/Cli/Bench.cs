using Unmask.Graphs;
using Unmask.Graphs.Onnx;
using Unmask.Imaging;
using Unmask.Tests.Imaging;
using Unmask.Tests.Support;

namespace Unmask.Tests.Cli;

/// <summary>A folder with a small classifier of 16 × 16 pictures in three classes, and room for inputs and results.</summary>
internal sealed class Bench : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public Bench() => OnnxWriter.Write(Classifier(), ModelFile);

    public string ModelFile => _folder.File("model.onnx");

    /// <summary>Where results go; does not exist yet.</summary>
    public string Out => _folder.File("out");

    public string[] Results => Directory.Exists(Out) ? [.. Directory.GetFiles(Out).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)] : [];

    public string File(string name) => _folder.File(name);

    public string Picture(string name, int width = 40, int height = 30)
    {
        string path = _folder.File(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        TestPictures.Irregular(width, height).Save(path);
        return path;
    }

    public string Tensor(string name, params long[] sizes)
    {
        float[] values = new float[sizes.Aggregate(1L, (product, size) => product * size)];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = MathF.Sin(0.37f * i);
        }

        Npy.Write(_folder.File(name), TensorData.Adopt(values, sizes));
        return _folder.File(name);
    }

    public string Bytes(string name, byte[] bytes)
    {
        System.IO.File.WriteAllBytes(_folder.File(name), bytes);
        return _folder.File(name);
    }

    public CommandResult Explain(params string[] arguments) => Command.Run(["explain", "-m", ModelFile, "-o", Out, .. arguments]);

    public void Dispose() => _folder.Dispose();

    /// <summary>logits = W · x with irregular weights; labels and preprocessing are in the file.</summary>
    public static Graph Classifier(int channels = 3)
    {
        var builder = new GraphBuilder("classifier");
        string x = builder.Input("x", ElementType.Float32, new Shape(Dimension.Named("N"), channels, 16, 16));
        float[] weights = new float[channels * 16 * 16 * 3];
        for (int i = 0; i < weights.Length; i++)
        {
            weights[i] = 0.05f * MathF.Cos(1.7f * i);
        }

        string flat = builder.Add("Flatten", [x]);
        string w = builder.Constant(TensorData.Adopt(weights, [channels * 16 * 16, 3]), "w");
        builder.OutputAs(builder.Add("MatMul", [flat, w]), "logits", ElementType.Float32, new Shape(Dimension.Named("N"), 3));
        var graph = builder.Build();
        return graph with
        {
            Metadata = graph.Metadata
                .Add("unmask.labels", "tabby, tabby cat\ndog\nsea lion")
                .Add("unmask.preprocessing", """{"resize": "stretch", "mean": [0.5, 0.5, 0.5], "std": [0.25, 0.25, 0.25]}"""),
        };
    }
}
