namespace Unmask.Graphs;

/// <summary>What is being read: its name in messages, and the folder in which external data is looked for.</summary>
/// <param name="Name">The file's name, or «model» for bytes in memory.</param>
/// <param name="Path">The model file; <c>null</c> for bytes in memory.</param>
/// <param name="Folder">The folder of external data; <c>null</c> when there is none.</param>
internal sealed record ModelSource(string Name, string? Path, string? Folder)
{
    /// <summary>The error that stops the reading. The text goes on after the file's name.</summary>
    public ModelFormatException Error(string text, Exception? cause = null) => new($"{Name}: {text}", cause);
}
