namespace Unmask.Training;

/// <summary>What one line or file holds.</summary>
/// <param name="Place">For messages: the file, and the line in it.</param>
/// <param name="Label">The name of its class.</param>
/// <param name="Text">The text.</param>
/// <param name="Problem">Why it cannot be used; <c>null</c>: it can.</param>
internal readonly record struct TextRecord(string Place, string Label, string Text, string? Problem)
{
    /// <summary>One that is right unless its label or text is empty.</summary>
    public static TextRecord Of(string place, string label, string text)
    {
        (label, text) = (label.Trim(), text.Trim());
        string? problem = label.Length == 0 ? "it has no label" : text.Length == 0 ? "it has no text" : null;
        return new(place, label, text, problem);
    }

    /// <summary>One that cannot be used.</summary>
    public static TextRecord Bad(string place, string problem) => new(place, "", "", problem);
}
