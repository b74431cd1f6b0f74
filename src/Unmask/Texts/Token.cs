namespace Unmask;

/// <summary>A token and where in its text it stands, so that what a network says of tokens can be shown on the text.</summary>
/// <param name="Id">Its number in the vocabulary.</param>
/// <param name="Start">Its first character (UTF-16), from 0.</param>
/// <param name="Length">Its characters, at least 1.</param>
public readonly record struct Token(int Id, int Start, int Length);
