namespace Unmask.Training;

/// <summary>A text and its class.</summary>
/// <param name="Text">The text.</param>
/// <param name="Class">An index into <see cref="LabelledTexts.Classes"/>.</param>
public readonly record struct LabelledText(string Text, int Class);
