namespace Unmask.Metrics;

/// <summary>One row of an evaluation: an explainer under a name.</summary>
/// <param name="Name">Unique among the rows; usually the method's id.</param>
/// <param name="Explainer">The explainer, of the evaluated model.</param>
public sealed record EvaluationMethod(string Name, IExplainer Explainer)
{
    /// <summary>
    /// Everything that the explainer's maps depend on, as a text: the key under which a journal keeps its values. Default empty: then a row of the
    /// same name is taken to be the same.
    /// </summary>
    public string OptionsKey { get; init; } = "";

    /// <summary>Makes the same explainer with another seed, for repeated runs; <c>null</c> (default): the method is not random.</summary>
    public Func<ulong, IExplainer>? WithSeed { get; init; }

    /// <summary>Whether the row is there for comparison only: noise, the centre, edges.</summary>
    public bool IsReference { get; init; }

    /// <summary>A method of the catalogue.</summary>
    /// <param name="model">The evaluated model.</param>
    /// <param name="id">The method's id.</param>
    /// <param name="settings">As on the command line, applied in order; <c>null</c>: none.</param>
    /// <param name="name">The row's name; <c>null</c>: the id.</param>
    /// <exception cref="UnmaskException">There is no such method or setting, or the method cannot explain the model.</exception>
    public static EvaluationMethod FromCatalogue(Model model, string id, IReadOnlyList<KeyValuePair<string, string>>? settings = null, string? name = null)
    {
        settings ??= [];
        var method = Catalogue.Find(id);
        if (method.Obstacle(model) is { } obstacle)
        {
            throw new UnmaskException($"The method \"{id}\" {obstacle}.");
        }

        bool random = method.Has("seed");
        return new(name ?? id, method.Create(model, settings))
        {
            OptionsKey = $"{id}|{string.Join(' ', method.Settings.Select(setting => $"{setting.Name}={setting.Default}"))}|{string.Join(' ', settings.Select(pair => $"{pair.Key}={pair.Value}"))}",
            WithSeed = random ? seed => method.Create(model, [.. settings, KeyValuePair.Create("seed", SettingText.Of(seed))]) : null,
            IsReference = method.IsReference,
        };
    }
}
