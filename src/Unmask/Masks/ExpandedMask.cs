namespace Unmask;

/// <summary>Masks in a graph.</summary>
/// <param name="Mask">The masks.</param>
/// <param name="Canvas">What they are cut out of; the masks themselves, where nothing is cut.</param>
internal readonly record struct ExpandedMask(string Mask, string Canvas);
