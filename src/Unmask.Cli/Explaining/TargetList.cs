using System.Globalization;

namespace Unmask.Cli.Explaining;

/// <summary>The targets of a call, for each of its items.</summary>
internal static class TargetList
{
    /// <summary>The targets of a picture: one for each <c>--target</c>.</summary>
    /// <exception cref="UsageException">A list of indices, which only a tensor of several items can have.</exception>
    public static IReadOnlyList<Target> ForPicture(IReadOnlyList<string> texts, Prediction prediction) => [.. texts.Select(text =>
        IsIndexList(text, prediction.Labels)
            ? throw new UsageException($"--target {text} names one target an item, which a .npy tensor may have; a picture is one item. Repeat --target for several targets.")
            : TargetText.Parse(text, prediction))];

    /// <summary>The target texts of every item of a tensor: a list is spread over the items, anything else serves all.</summary>
    /// <returns>[target][item].</returns>
    /// <exception cref="UsageException">A list has another length than there are items.</exception>
    public static IReadOnlyList<IReadOnlyList<string>> ForItems(IReadOnlyList<string> texts, int items, Labels labels) => [.. texts.Select(text =>
    {
        if (!IsIndexList(text, labels))
        {
            return (IReadOnlyList<string>)[.. Enumerable.Repeat(text, items)];
        }

        string[] each = text.Split(',', StringSplitOptions.TrimEntries);
        return each.Length == items
            ? each
            : throw new UsageException($"--target {text} names {each.Length} targets, but the tensor has {items} items: give one for each, or one for all.");
    })];

    private static bool IsIndexList(string text, Labels labels) => text.Contains(',', StringComparison.Ordinal) && !labels.Contains(text)
        && text.Split(',').All(part => int.TryParse(part, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out _)
            || part.Trim() == "top" || part.Trim().StartsWith("top:", StringComparison.Ordinal));
}
