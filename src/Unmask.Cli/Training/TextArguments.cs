using System.CommandLine;
using System.Globalization;
using Unmask.Cli.Explaining;
using Unmask.Cli.Views;
using Unmask.Training;

namespace Unmask.Cli.Training;

/// <summary>The options of <c>unmask train classifier</c> that are for texts, and how they and the common ones become a request.</summary>
internal sealed class TextArguments
{
    private static readonly string[] Common = ["--data", "--epochs", "--batch", "--lr", "--shards", "--validation", "--test", "--patience", "--threads", "--seed", "--out", "--resume", "--json", "--quiet"];

    private readonly Option<string?> _length = Arguments.Text("--length", "N", "Texts: words that are read of each. Default: so many that 95 % of the texts fit, at most 256.");
    private readonly Option<string?> _vocabulary = Arguments.Text("--vocabulary", "N", "Texts: the most words that the network knows. Default 20000.");
    private readonly Option<string?> _minimum = Arguments.Text("--min-count", "N", "Texts: how often a word must occur to be known. Default 2.");
    private readonly Option<string?> _features = Arguments.Text("--features", "N", "Texts: numbers of a word's vector. Default 64.");
    private readonly Option<string?> _filters = Arguments.Text("--filters", "N", "Texts: filters of each width (3, 4 and 5 words). Default 100.");
    private readonly Option<string?> _dropout = Arguments.Text("--dropout", "SHARE", "Texts: the part of the filters' answers that is dropped while learning. Default 0.5.");
    private readonly Option<string?> _wordDropout = Arguments.Text("--word-dropout", "SHARE", "Texts: the part of the words that is hidden while learning. Default 0.3.");
    private readonly Option<string?> _columns = Arguments.Text("--columns", "LABEL,TEXT", "Texts: the columns or properties, by name, or by number from 1. Default: label and text (or other usual names), else the longer of two columns is the text.");

    /// <summary>What the common options mean for texts, behind what they mean for pictures.</summary>
    private static IEnumerable<(string Name, string Meaning)> Meanings =>
    [
        ("--data", "Or texts: a .tsv, .csv or .jsonl file (also .gz), or a folder or .zip with a folder of .txt files for each class."),
        ("--epochs", "Texts: 6."),
        ("--batch", "Texts: 32."),
        ("--lr", "Texts: 0.003."),
        ("--test", "Texts: or another file."),
    ];

    /// <summary>Those that mean something for texts only.</summary>
    private Option<string?>[] Own => [_length, _vocabulary, _minimum, _features, _filters, _dropout, _wordDropout, _columns];

    /// <summary>Adds the options, and to the help what the others are for texts.</summary>
    public void AddTo(Command command)
    {
        command.Description = $"{command.Description?.TrimEnd('.')}, or a convolutional one on labelled texts.";
        foreach (var (name, meaning) in Meanings)
        {
            var common = command.Options.First(option => option.Name == name);
            common.Description = $"{common.Description} {meaning}";
        }

        foreach (var option in Own)
        {
            command.Add(option);
        }
    }

    /// <summary>Whether the data are texts.</summary>
    /// <exception cref="UsageException">They are not, but an option for texts was given; or they are, and one for pictures was.</exception>
    public bool AreMeant(ParseResult parsed)
    {
        bool texts = parsed.GetValue<string?>("--data") is { } data && LabelledTexts.IsAt(data);
        var given = parsed.CommandResult.Command.Options.Where(option => parsed.GetResult(option) is { Implicit: false }).ToArray();
        var wrong = texts ? given.FirstOrDefault(option => !Common.Contains(option.Name) && !Own.Contains(option)) : given.FirstOrDefault(Own.Contains);
        return wrong is null ? texts : throw new UsageException(texts
            ? $"{wrong.Name} is for pictures; {parsed.GetValue<string?>("--data")} holds texts. `unmask train classifier --help` says which options are for texts."
            : $"{wrong.Name} is for texts: --data must be a .tsv, .csv or .jsonl file (also in .gz), or a folder of .txt files.");
    }

    /// <summary>Trains as asked.</summary>
    /// <returns>The exit code.</returns>
    public int Run(ParseResult parsed, Terminal terminal, CancellationToken cancel)
    {
        bool quiet = parsed.GetValue<bool>("--quiet");
        var form = parsed.GetValue<bool>("--json") ? TextTrainingView.Form.Json : quiet ? TextTrainingView.Form.Files : TextTrainingView.Form.Text;
        return new TextRun(Read(parsed), new(terminal, form), ExplainProgress.For(terminal, quiet), cancel).Run();
    }

    private TextRequest Read(ParseResult parsed)
    {
        ulong seed = (ulong)(Whole(parsed, "--seed", 0) ?? 0);
        var recipe = TextClassifierTraining.RecipeOf(Whole(parsed, "--epochs", 1) ?? 6, Above0(parsed, "--lr") ?? 0.003, Whole(parsed, "--batch", 1) ?? 32, seed);
        return new()
        {
            Data = parsed.GetValue<string?>("--data") ?? "",
            Split = Split(parsed, seed),
            Training = new()
            {
                VocabularySize = parsed.Whole(_vocabulary, 3, 10_000_000) ?? 20_000,
                MinimumCount = parsed.Whole(_minimum, 1) ?? 2,
                Length = parsed.Whole(_length, 5, 65_536),
                Features = parsed.Whole(_features, 1, 4096) ?? 64,
                Filters = parsed.Whole(_filters, 1, 4096) ?? 100,
                Dropout = parsed.Share(_dropout) ?? 0.5,
                WordDropout = parsed.Share(_wordDropout) ?? 0.3,
                Recipe = recipe with { Shards = Whole(parsed, "--shards", 1) ?? recipe.Shards, Patience = Whole(parsed, "--patience", 1) },
            },
            Threads = Whole(parsed, "--threads", 1, 1024),
            Folder = parsed.GetValue<string?>("--out") ?? OutputFolder.Default,
            Resume = parsed.GetValue<bool>("--resume"),
        };
    }

    private TextSplit Split(ParseResult parsed, ulong seed)
    {
        var option = Named(parsed, "--test");
        string? test = parsed.GetValue(option);
        double? share = test is null || !double.TryParse(test, NumberStyles.Float, CultureInfo.InvariantCulture, out _) ? null : parsed.Share(option);
        return new()
        {
            Validation = parsed.Share(Named(parsed, "--validation")) ?? 0.1,
            Test = share ?? 0,
            TestPath = share is null ? test : null,
            Columns = parsed.GetValue(_columns) is not { } columns ? null
                : columns.Split(',', StringSplitOptions.TrimEntries) is [{ Length: > 0 } label, { Length: > 0 } text] ? (label, text)
                : throw Arguments.Bad(_columns, columns, "two columns separated by a comma, for instance sentiment,review"),
            Seed = seed,
        };
    }

    // The common options belong to the command; here only their names are known.
    private static Option<string?> Named(ParseResult parsed, string name) => (Option<string?>)parsed.CommandResult.Command.Options.First(option => option.Name == name);

    private static int? Whole(ParseResult parsed, string name, int least, int most = int.MaxValue) => parsed.Whole(Named(parsed, name), least, most);

    private static double? Above0(ParseResult parsed, string name) => parsed.Above0(Named(parsed, name));
}
