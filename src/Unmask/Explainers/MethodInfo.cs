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

    /// <summary>A method whose settings are those of an options record.</summary>
    internal static MethodInfo Of<TOptions>(
        string id, string name, string summary, string cost, string needs, string source, SettingTable<TOptions> table, Func<Model, TOptions, IExplainer> create)
        where TOptions : notnull =>
        new(id, name, summary, cost, needs, source, table.Settings, (model, settings) => create(model, settings.Aggregate(table.Defaults, (options, setting) => table.Apply(options, setting.Key, setting.Value, id))));

    /// <summary>The obstacle of methods that hide parts of a picture.</summary>
    internal static string? UnlessPicture(Model model) => model.IsPicture ? null : $"needs a picture; the model's input is {model.Inputs[0]}";
}
