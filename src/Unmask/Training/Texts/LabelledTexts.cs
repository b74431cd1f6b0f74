using System.Collections.Immutable;
using System.Globalization;

namespace Unmask.Training;

/// <summary>
/// Texts with their classes, parted into those that are learnt from, those that the network is tried on after each epoch, and those that it is tried on once, at the end. Read
/// from a table (.tsv, .csv), lines of JSON (.jsonl), each also in .gz; or from a folder or .zip with a folder for each class and in it a .txt for each text.
/// </summary>
public sealed record LabelledTexts
{
    /// <summary>Where they were read from.</summary>
    public required string Name { get; init; }

    /// <summary>The names of the classes, in the order of the network's outputs.</summary>
    public required ImmutableArray<string> Classes { get; init; }

    /// <summary>Texts to learn from.</summary>
    public required ImmutableArray<LabelledText> Training { get; init; }

    /// <summary>Texts that are looked at after each epoch.</summary>
    public required ImmutableArray<LabelledText> Validation { get; init; }

    /// <summary>Texts that are looked at when all is done: nothing is chosen by them.</summary>
    public required ImmutableArray<LabelledText> Test { get; init; }

    /// <summary>Lines and files that cannot be used and are left out, with the reason.</summary>
    public required ImmutableArray<(string Place, string Reason)> Failures { get; init; }

    /// <summary>Whether a path is one of labelled texts: a file of such a name, or a folder or .zip of .txt files without pictures.</summary>
    public static bool IsAt(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        bool isCollection = Directory.Exists(path) || (path.EndsWith(".zip", StringComparison.OrdinalIgnoreCase) && File.Exists(path));
        return TextFiles.IsName(path) || (isCollection && TextFolders.HoldTexts(path));
    }

    /// <summary>Reads texts and parts them.</summary>
    /// <param name="path">The file or folder. Folders <c>test</c> and <c>val</c> (<c>valid</c>, <c>validation</c>) above the classes hold those parts.</param>
    /// <param name="options">How they are parted; default: a tenth of each class for validation, none for the test.</param>
    /// <exception cref="FileNotFoundException">There is nothing of the name.</exception>
    /// <exception cref="UnmaskException">Nothing in it can be used, it does not say what is label and what text, or all texts have one label.</exception>
    public static LabelledTexts Read(string path, TextSplit? options = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        var split = options ?? new TextSplit();
        List<(TextPart Part, TextRecord Record)> good = [];
        var failures = ImmutableArray.CreateBuilder<(string, string)>();
        foreach (var each in Records(path, split).Concat(split.TestPath is { } tests ? Records(tests, split).Select(each => (TextPart.Test, each.Record)) : []))
        {
            if (each.Record.Problem is { } problem)
            {
                failures.Add((each.Record.Place, problem));
            }
            else
            {
                good.Add(each);
            }
        }

        string[] classes = ClassesOf(path, good, failures);
        var indices = classes.Index().ToDictionary(pair => pair.Item, pair => pair.Index, StringComparer.Ordinal);
        var parts = split.Apply([.. good.Select(each => (each.Part, new LabelledText(each.Record.Text, indices[each.Record.Label])))]);
        return parts[TextPart.Training].IsEmpty
            ? throw new UnmaskException($"{path} holds no texts to learn from: all {good.Count} are for validation or the test.")
            : new() { Name = path, Classes = [.. classes], Training = parts[TextPart.Training], Validation = parts[TextPart.Validation], Test = parts[TextPart.Test], Failures = failures.ToImmutable() };
    }

    private static IEnumerable<(TextPart Part, TextRecord Record)> Records(string path, TextSplit split)
    {
        if (Directory.Exists(path) || path.EndsWith(".zip", StringComparison.OrdinalIgnoreCase))
        {
            return TextFolders.Read(path);
        }

        return !File.Exists(path) ? throw new FileNotFoundException($"There is no file or folder {path}.")
            : TextFiles.IsName(path) ? TextFiles.Read(path, split.Columns).Select(record => (TextPart.Training, record))
            : throw new UnmaskException($"{path} is no file of labelled texts: .tsv, .csv and .jsonl are read, each also in .gz, and folders of .txt files.");
    }

    /// <summary>Labels in natural order: 2 before 10.</summary>
    private static string[] ClassesOf(string path, List<(TextPart Part, TextRecord Record)> good, ImmutableArray<(string Place, string Reason)>.Builder failures)
    {
        if (good.Count == 0)
        {
            throw new UnmaskException(failures.Count == 0 ? $"{path} holds no texts." : $"None of the {failures.Count} texts of {path} can be used. The first, {failures[0].Place}: {failures[0].Reason}.");
        }

        string[] classes = [.. good.Select(each => each.Record.Label).Distinct(StringComparer.Ordinal).Order(NaturalOrder.Comparer)];
        int most = Math.Max(2, good.Count / 2);
        return classes.Length switch
        {
            1 => throw new UnmaskException($"All {good.Count} texts of {path} have one label, \"{classes[0]}\". A classifier needs at least two."),
            _ when classes.Length > most => throw new UnmaskException(string.Create(CultureInfo.InvariantCulture, $"The {good.Count} texts of {path} have {classes.Length} different labels: that is hardly a column of classes. Name the columns with --columns LABEL,TEXT.")),
            _ => classes,
        };
    }
}
