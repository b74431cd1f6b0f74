namespace Unmask.Training;

/// <summary>What a training is known again by, a line for each of its parts: how two differ, in words.</summary>
internal static class TrainingIdentity
{
    // What is shorter is read faster whole.
    private const int ShortLine = 100;

    // Words before a difference that say what it is of.
    private const int Context = 3;

    /// <summary>The lines in which what is asked for is not what is there; of long ones the words in which they differ.</summary>
    /// <param name="there">The training that is kept.</param>
    /// <param name="asked">The one that is asked for.</param>
    /// <param name="where">Where the first is kept, for the message.</param>
    public static string Differences(string there, string asked, string where)
    {
        var lines = asked.Split('\n').Zip(there.Split('\n')).Where(pair => pair.First != pair.Second).Select(pair => Difference(pair.First, pair.Second, where));
        return string.Join("; ", lines.DefaultIfEmpty("it was written by another version"));
    }

    private static string Difference(string asked, string there, string where)
    {
        string[] ones = asked.Split(' '), others = there.Split(' ');
        int start = 0, end = 0;
        if (Math.Max(asked.Length, there.Length) > ShortLine)
        {
            int same = ones.Zip(others).TakeWhile(pair => pair.First == pair.Second).Count();
            int sameBehind = ones.Skip(same).Reverse().Zip(others.Skip(same).Reverse()).TakeWhile(pair => pair.First == pair.Second).Count();
            // With a word behind it, so that what only one of the lines has is missing somewhere in the other.
            (start, end) = (Math.Max(0, same - Context), Math.Max(0, sameBehind - 1));
        }

        // The first word says what the line is about.
        string About(string[] words) => (start > 0 ? $"{words[0]} … " : "") + string.Join(' ', words[start..^end]) + (end > 0 ? " …" : "");
        return $"{About(ones)} ({where}: {About(others)})";
    }
}
