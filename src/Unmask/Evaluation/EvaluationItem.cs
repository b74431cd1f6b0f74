using Unmask.Imaging;

namespace Unmask.Metrics;

/// <summary>One thing to explain: a picture (or a tensor) and a class of it.</summary>
/// <param name="Id">Unique among the items of an evaluation; part of every result.</param>
/// <param name="Input">Makes the input when its turn comes, so that not all pictures are in memory at once. What it throws is the item's failure.</param>
public sealed record EvaluationItem(string Id, Func<Model, ModelInput> Input)
{
    /// <summary>The class that is explained. Default: the model's top class.</summary>
    public Target Target { get; init; }

    /// <summary>Reads where the object is, in pixels of the picture, when it is wanted; <c>null</c> (default): nobody knows, and metrics that need it are undefined.</summary>
    public Func<GroundTruth>? Truth { get; init; }

    /// <summary>What the item counts for in averages over classes, usually the class's name; <c>null</c> (default): nothing.</summary>
    public string? Group { get; init; }

    /// <summary>A picture in memory.</summary>
    public static EvaluationItem Of(string id, Image picture) => new(id, model => model.Prepare(picture));

    /// <summary>A picture file, read when its turn comes.</summary>
    /// <param name="path">The file.</param>
    /// <param name="id">Default: the file's name without folder and extension.</param>
    public static EvaluationItem FromFile(string path, string? id = null) =>
        new(id ?? Path.GetFileNameWithoutExtension(path), model => model.Prepare(Image.Load(path)));

    /// <summary>An input that is prepared already.</summary>
    public static EvaluationItem Of(string id, ModelInput input) => new(id, _ => input);
}
