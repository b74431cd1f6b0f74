using System.Globalization;
using Unmask.Graphs;

namespace Unmask;

/// <summary>Which of a model's classes show what a collection of photos names: «dog» of COCO is 118 classes of ImageNet.</summary>
public sealed class ClassMap
{
    private const int ImageNetClasses = 1000;

    private static readonly Dictionary<string, string[]> Synonyms = ReadSynonyms();

    private readonly Dictionary<string, int[]> _byName = new(StringComparer.OrdinalIgnoreCase);

    private ClassMap(string name) => Name = name;

    /// <summary>Where the map comes from, for results.</summary>
    public string Name { get; }

    /// <summary>The map that suits a model: for 1000 classes the table for ImageNet that comes with Unmask, else by equal names.</summary>
    /// <param name="labels">The model's labels.</param>
    /// <param name="classes">The number of its classes.</param>
    public static ClassMap For(Labels labels, int classes)
    {
        var byName = ByName(labels);
        return classes == ImageNetClasses ? Parse(Resource("imagenet-objects.txt"), labels, classes, "ImageNet's classes").WithRest(byName) : byName;
    }

    /// <summary>Equal names, without regard to case, spaces and a few synonyms («sofa» of VOC is «couch» of COCO).</summary>
    public static ClassMap ByName(Labels labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        var map = new ClassMap("equal names");
        for (int index = 0; index < labels.Count; index++)
        {
            foreach (string part in labels[index].Split(',').Append(labels[index]))
            {
                foreach (string name in NamesOf(part))
                {
                    map._byName.TryAdd(name, [index]);
                }
            }
        }

        return map;
    }

    /// <summary>Reads a file with one kind of object a line: <c>name: 151-268, 281, Siamese cat</c> (indices, ranges, labels); <c>#</c> begins a remark.</summary>
    /// <param name="path">The file.</param>
    /// <param name="labels">The model's labels.</param>
    /// <param name="classes">The number of its classes.</param>
    /// <exception cref="UnmaskException">A line is not understood, or names no class of the model; the message says which.</exception>
    public static ClassMap FromFile(string path, Labels labels, int classes) => Parse(File.ReadAllText(path), labels, classes, path);

    /// <summary>The classes of a name; empty when the model knows none.</summary>
    public IReadOnlyList<int> ClassesOf(string name) => Key(name).Select(key => _byName.GetValueOrDefault(key)).FirstOrDefault(found => found is not null) ?? [];

    private static ClassMap Parse(string text, Labels labels, int classes, string source)
    {
        var map = new ClassMap(source);
        foreach (var (number, line) in text.ReplaceLineEndings("\n").Split('\n').Index())
        {
            string content = line.Split('#')[0].Trim();
            if (content.Length == 0)
            {
                continue;
            }

            if (content.Split(':', 2) is not [{ Length: > 0 } name, { Length: > 0 } list])
            {
                throw new UnmaskException($"{source}, line {number + 1}: \"{content}\" is not NAME: CLASSES, for instance dog: 151-268.");
            }

            map._byName[name.Trim()] = [.. list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .SelectMany(part => ClassesIn(part, labels, classes, $"{source}, line {number + 1}")).Distinct()];
        }

        return map;
    }

    private static IEnumerable<int> ClassesIn(string part, Labels labels, int classes, string where)
    {
        string[] ends = part.Split('-', StringSplitOptions.TrimEntries);
        if (ends.Length <= 2 && ends.All(end => int.TryParse(end, NumberStyles.None, CultureInfo.InvariantCulture, out _)))
        {
            int first = int.Parse(ends[0], CultureInfo.InvariantCulture), last = int.Parse(ends[^1], CultureInfo.InvariantCulture);
            return first <= last && last < classes
                ? Enumerable.Range(first, last - first + 1)
                : throw new UnmaskException($"{where}: \"{part}\" is no range of the model's {classes} classes (0 to {classes - 1}).");
        }

        try
        {
            return [labels.IndexOf(part)];
        }
        catch (UnknownLabelException problem)
        {
            throw new UnmaskException($"{where}: {problem.Message}", problem);
        }
    }

    private ClassMap WithRest(ClassMap other)
    {
        var map = new ClassMap($"{Name}, else {other.Name}");
        foreach (var (name, classes) in other._byName.Concat(_byName))
        {
            map._byName[name] = classes;
        }

        return map;
    }

    /// <summary>The name, its synonyms, and each without spaces.</summary>
    private static IEnumerable<string> NamesOf(string name) => Key(name).SelectMany(each => new[] { each, each.Replace(" ", "", StringComparison.Ordinal) });

    private static string[] Key(string name)
    {
        string plain = name.Trim().Replace('_', ' ');
        return Synonyms.TryGetValue(plain, out string[]? others) ? [plain, .. others] : [plain];
    }

    private static Dictionary<string, string[]> ReadSynonyms()
    {
        var table = new Dictionary<string, string[]>(StringComparer.OrdinalIgnoreCase);
        foreach (string line in Resource("class-synonyms.txt").ReplaceLineEndings("\n").Split('\n').Where(line => line.Length > 0 && line[0] != '#'))
        {
            string[] names = line.Split(',', StringSplitOptions.TrimEntries);
            foreach (string name in names)
            {
                table[name] = names;
            }
        }

        return table;
    }

    private static string Resource(string name)
    {
        using var reader = new StreamReader(typeof(ClassMap).Assembly.GetManifestResourceStream($"Unmask.Data.{name}")!);
        return reader.ReadToEnd();
    }
}
