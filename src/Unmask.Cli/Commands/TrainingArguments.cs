using System.CommandLine;
using Unmask.Cli.Explaining;
using Unmask.Cli.Views;

namespace Unmask.Cli.Commands;

/// <summary>The options of every training of a network on pictures: its seed, machine and folder, and what is shown of it.</summary>
/// <param name="seeds">What the seed is of.</param>
/// <param name="files">What goes into the folder.</param>
/// <param name="hasThreads">Whether <c>--threads</c> is among them, and not among the command's options of the model. Default <c>true</c>.</param>
internal sealed class TrainingArguments(string seeds, string files, bool hasThreads = true)
{
    private readonly Option<string?> _seed = Arguments.Text("--seed", "N", $"Seed of {seeds}. Default 0.");
    private readonly Option<string?> _folder = Arguments.Text("--out", "DIR", $"Where {files} go. Default {OutputFolder.Default}.", "-o");
    private readonly Option<bool> _resume = Arguments.Flag("--resume", "Goes on with the training that was ended in the same folder, to the same result as if it had not been.");
    private readonly Option<string?> _threads = Arguments.Text("--threads", "N", "Threads; the result does not depend on it. Default: all processors.");
    private readonly Option<bool> _json = Arguments.Flag("--json", "The result as JSON on standard output, and nothing else there.");
    private readonly Option<bool> _quiet = Arguments.Flag("--quiet", "Only the names of the files.");

    /// <summary>Adds the options.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in (ReadOnlySpan<Option>)[_seed, _folder, _resume, _threads, _json, _quiet])
        {
            if (hasThreads || option != _threads)
            {
                command.Add(option);
            }
        }
    }

    /// <summary>The seed.</summary>
    public ulong Seed(ParseResult parsed) => (ulong)(parsed.Whole(_seed, 0) ?? 0);

    /// <summary>Where the files go.</summary>
    public string Folder(ParseResult parsed) => parsed.GetValue(_folder) ?? OutputFolder.Default;

    /// <summary>Whether to go on with the training in the folder.</summary>
    public bool Resumes(ParseResult parsed) => parsed.GetValue(_resume);

    /// <summary>Parts of a batch at the same time; <c>null</c>: all processors.</summary>
    public int? Threads(ParseResult parsed) => parsed.Whole(_threads, 1, 1024);

    /// <summary>What is shown of the training of a network that answers with classes or masks.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="terminal">Where.</param>
    /// <param name="right">What a share of the pictures is, in a few words. Default: right.</param>
    public ClassifierView View(ParseResult parsed, Terminal terminal, string right = "right") =>
        Shown<ClassifierView>(parsed, () => new JsonClassifierView(terminal), () => new QuietClassifierView(terminal), () => new TextClassifierView(terminal, right));

    /// <summary>What is shown: the first with <c>--json</c>, the second with <c>--quiet</c>, else the third.</summary>
    public T Shown<T>(ParseResult parsed, Func<T> json, Func<T> quiet, Func<T> text) => (parsed.GetValue(_json) ? json : parsed.GetValue(_quiet) ? quiet : text)();

    /// <summary>How far it is.</summary>
    public ExplainProgress Progress(ParseResult parsed, Terminal terminal) => ExplainProgress.For(terminal, parsed.GetValue(_quiet));
}
