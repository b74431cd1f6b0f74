using System.Collections.Immutable;

namespace Unmask;

/// <summary>The method whose maps GAD intersects, made anew for each network.</summary>
internal sealed record GadBase(MethodInfo Method, ImmutableArray<KeyValuePair<string, string>> Settings)
{
    /// <summary>Reads an id, or an id with settings: <c>integrated-gradients:steps=20</c>.</summary>
    /// <exception cref="ArgumentException">There is no such method or setting, or it is GAD itself.</exception>
    public static GadBase Parse(string text)
    {
        var (id, settings) = text.Split(':', 2) is [var before, var after] ? (before, after) : (text, "");
        MethodInfo method;
        try
        {
            method = Catalogue.Find(id);
        }
        catch (UnmaskException problem)
        {
            throw new ArgumentException(problem.Message, nameof(text), problem);
        }

        if (id == Gad.Id)
        {
            throw new ArgumentException("GAD intersects the maps of another method, not its own.", nameof(text));
        }

        ImmutableArray<KeyValuePair<string, string>> pairs = [.. settings.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(part => part.Split('=', 2) is [{ Length: > 0 } name, var value]
            ? KeyValuePair.Create(name, value)
            : throw new ArgumentException($"Settings are written name=value, with commas between them; \"{part}\" is not.", nameof(text)))];
        return pairs.FirstOrDefault(pair => !method.Has(pair.Key)) is { Key: { } unknown }
            ? throw new ArgumentException($"{id} has no setting \"{unknown}\". It has: {string.Join(", ", method.Settings.Select(setting => setting.Name))}.", nameof(text))
            : new(method, pairs);
    }

    /// <summary>The method on a network.</summary>
    /// <exception cref="UnmaskException">It cannot explain it.</exception>
    public IExplainer On(Model model) => Method.Obstacle(model) is { } obstacle
        ? throw new UnmaskException($"{Gad.Id} cannot wrap {Method.Id}: it {obstacle}.")
        : Method.Create(model, Settings);
}
