using Unmask.Imaging;

namespace Unmask;

/// <summary>The demonstration network and photo that come with Unmask, so that everything can be tried without a file of one's own.</summary>
public static class Demo
{
    /// <summary>The network's name in results.</summary>
    public const string ModelName = "demo.onnx";

    /// <summary>The photo's name in results.</summary>
    public const string PhotoName = "chelsea.jpg";

    /// <summary>Loads the demonstration network: a small classifier of natural photos with its labels and preprocessing in the file.</summary>
    /// <param name="options">As for <see cref="Model.Load(string, ModelOptions?)"/>.</param>
    public static Model LoadModel(ModelOptions? options = null)
    {
        options ??= new();
        return Model.Load(ModelFile(), options with { Name = options.Name ?? ModelName });
    }

    /// <summary>The demonstration network's ONNX file.</summary>
    public static ReadOnlyMemory<byte> ModelFile() => Read("demo.onnx");

    /// <summary>Loads the demonstration photo: a cat.</summary>
    public static Image LoadPhoto() => Image.Decode(Read("chelsea.jpg"), PhotoName);

    private static byte[] Read(string name)
    {
        using var stream = typeof(Demo).Assembly.GetManifestResourceStream($"Unmask.Demo.{name}")
            ?? throw new UnmaskException($"This build of Unmask does not contain {name}. Give a model with -m and a picture.");
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
