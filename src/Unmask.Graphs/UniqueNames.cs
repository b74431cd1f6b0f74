namespace Unmask.Graphs;

/// <summary>Names that are not taken yet.</summary>
internal static class UniqueNames
{
    /// <summary>The hint itself or, when it is taken, the hint with a number; taken from now on.</summary>
    public static string Fresh(HashSet<string> taken, string hint)
    {
        string name = hint;
        for (int i = 1; !taken.Add(name); i++)
        {
            name = $"{hint}_{i}";
        }

        return name;
    }
}
