using System.Collections.Immutable;

namespace Unmask;

/// <summary>A method, as the command line and the reports know it.</summary>
/// <param name="Id">For <c>--method</c>.</param>
/// <param name="Name">The field's name.</param>
/// <param name="Summary">One sentence.</param>
/// <param name="Cost">In forward and backward passes.</param>
/// <param name="Needs">What it asks of the model.</param>
/// <param name="Source">The paper.</param>
/// <param name="Settings">What can be set.</param>
/// <param name="Create">Makes the explainer from a model and settings, applied in order.</param>
public sealed record MethodInfo(
    string Id,
    string Name,
    string Summary,
    string Cost,
    string Needs,
    string Source,
    IReadOnlyList<Setting> Settings,
    Func<Model, IReadOnlyList<KeyValuePair<string, string>>, IExplainer> Create)
{
    /// <summary>Why the method cannot explain a model; <c>null</c> when it can. Default: it can explain any.</summary>
    public Func<Model, string?> Obstacle { get; init; } = _ => null;

    /// <summary>Whether the method only looks like one: noise, the centre, edges. Every table of a metric shows them beside the real ones. Default <c>false</c>.</summary>
    public bool IsReference { get; init; }

    /// <summary>Whether a setting of the name exists.</summary>
    public bool Has(string setting) => Settings.Any(candidate => candidate.Name == setting);
}

/// <summary>Every method, in one list: the command line, the reports and the generic tests read it.</summary>
public static class Catalogue
{
    /// <summary>All methods.</summary>
    public static ImmutableArray<MethodInfo> All { get; } =
    [
        new(Rise.Id, "RISE", "Hides random parts many times; what matters is what was kept when the score was high.", "at most 512 forward passes (preset paper: 4,000)", "scores only; a picture",
            "Petsiuk, Das, Saenko, BMVC 2018", RiseSettings.Table.Settings, (model, settings) => new Rise(model, Applied(RiseSettings.Table, RiseOptions.Fast, settings, Rise.Id))) { Obstacle = UnlessPicture },
        new(Occlusion.Id, "Sliding-window occlusion", "Slides a window over the input and looks how far the score falls.", "one forward pass a window position", "scores only; any input",
            "Zeiler, Fergus, ECCV 2014", OcclusionSettings.Table.Settings, (model, settings) => new Occlusion(model, Applied(OcclusionSettings.Table, new(), settings, Occlusion.Id))),
        new(Lime.Id, "LIME", "Hides random sets of segments and fits the score by a linear function of which are kept.", "1,000 forward passes", "scores only; any input",
            "Ribeiro, Singh, Guestrin, KDD 2016", LimeSettings.Table.Settings, (model, settings) => new Lime(model, Applied(LimeSettings.Table, LimeOptions.Code, settings, Lime.Id))),
        new(RandomMap.Id, "Random map", "Noise: what any metric must tell from a real map.", "none", "any input",
            "reference row", RandomMapSettings.Table.Settings, (model, settings) => new RandomMap(model, Applied(RandomMapSettings.Table, new(), settings, RandomMap.Id))) { IsReference = true },
        new(CenterMap.Id, "Centre", "A bell in the middle of the picture, where photographers put things.", "none", "a picture",
            "reference row", CenterMapSettings.Table.Settings, (model, settings) => new CenterMap(model, Applied(CenterMapSettings.Table, new(), settings, CenterMap.Id))) { IsReference = true, Obstacle = UnlessPicture },
        new(EdgeMap.Id, "Edges", "The picture's edges (Sobel), whatever the model.", "none", "a picture",
            "reference row", EdgeMapSettings.Table.Settings, (model, settings) => new EdgeMap(model, Applied(EdgeMapSettings.Table, new(), settings, EdgeMap.Id))) { IsReference = true, Obstacle = UnlessPicture },
    ];

    /// <summary>The method of an id.</summary>
    /// <exception cref="UnmaskException">There is none; the message names the closest.</exception>
    public static MethodInfo Find(string id) => All.FirstOrDefault(method => method.Id == id)
        ?? throw new UnmaskException($"There is no method \"{id}\". "
            + (Graphs.Suggestions.Nearest(id, All.Select(method => method.Id)) is [var closest, ..] ? $"Did you mean \"{closest}\"? " : "")
            + $"There are: {string.Join(", ", All.Select(method => method.Id))}.");

    private static string? UnlessPicture(Model model) => model.IsPicture ? null : $"needs a picture; the model's input is {model.Inputs[0]}";

    private static TOptions Applied<TOptions>(SettingTable<TOptions> table, TOptions options, IReadOnlyList<KeyValuePair<string, string>> settings, string method)
        where TOptions : notnull
    {
        foreach (var (name, value) in settings)
        {
            options = table.Apply(options, name, value, method);
        }

        return options;
    }
}
