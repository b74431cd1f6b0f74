using System.CommandLine;
using Unmask.Cli.Evaluating;
using Unmask.Cli.Explaining;
using Unmask.Cli.Views;
using Unmask.Metrics;

namespace Unmask.Cli.Commands;

/// <summary>
/// <c>unmask gad</c>: its options, and how they become a request. A command of its own: <c>evaluate</c> measures one map a method on one network, this compares two maps a method, for both classes, on networks that
/// come with support models.
/// </summary>
internal sealed class GadCommand
{
    private readonly Argument<string?> _data = new("DATA")
    {
        Description = "A folder or .zip of pictures whose classes are called as in the data that the support models were trained on.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string[]> _supports = Arguments.Texts("--supports", "DIR", "A folder of support models, from `unmask train gad`. May be repeated: a network each.");
    private readonly Option<string[]> _controls = Arguments.Texts("--control", "DIR", "Support models of the same network that were trained with --alpha 0,0,0,0: what training alone does. May be repeated.");
    private readonly Option<string[]> _bases = Arguments.Texts("--base", "METHOD", "A method that is refined, with its settings: integrated-gradients:steps=16,baselines=black. May be repeated. Default: the paper's five, gradient, deconvnet, input-x-gradient, guided-backprop and integrated-gradients:steps=16.");
    private readonly Option<string?> _importance = Arguments.Text("--importance", "RULE", "Which pixels are important: top:0.5, nonzero:0.5 or max:0.1. Default top:0.5.");
    private readonly Option<string?> _hull = Arguments.Text("--hull", "PIXELS", "Around which pixels hulls are drawn: top-half (of those kept, of each map for itself) or retained (all that are kept). Default top-half.");
    private readonly Option<string?> _occlusion = Arguments.Text("--occlusion", "INFILL", "What hidden regions become. Default black.");
    private readonly Option<string?> _items = Arguments.Text("--items", "N", "How many pictures, as many of each class, drawn at random by the seed. Default: all.");
    private readonly Option<string?> _least = Arguments.Text("--least", "N", "How many of the least activated pictures of each class are shown. Default 4.");
    private readonly Option<string?> _gallery = Arguments.Text("--gallery", "N", "How many pictures of each class the gallery shows. Default 1.");
    private readonly Option<string?> _seed = Arguments.Text("--seed", "N", "Seed of the draws. Default 0.");
    private readonly Option<string?> _threads = Arguments.Text("--threads", "N", "Pictures at the same time; results do not depend on it. Default: all processors.");
    private readonly Option<string?> _folder = Arguments.Text("--out", "DIR", $"Where the files go. Default {OutputFolder.Default}.", "-o");
    private readonly Option<bool> _resume = Arguments.Flag("--resume", "Goes on with the run that was ended in the same folder.");
    private readonly Option<bool> _json = Arguments.Flag("--json", "The reports as JSON on standard output, and nothing else there.");
    private readonly Option<bool> _quiet = Arguments.Flag("--quiet", "Only the names of the files.");

    private GadCommand()
    {
    }

    /// <summary>Makes the command.</summary>
    public static Command Create(Terminal terminal, CancellationToken cancel)
    {
        var arguments = new GadCommand();
        var command = new Command("gad", "Measures over pictures what artificial distancing (GAD) does to the regions of other methods, beside controls.") { arguments._data };
        foreach (Option option in (ReadOnlySpan<Option>)[arguments._supports, arguments._controls, arguments._bases, arguments._importance, arguments._hull, arguments._occlusion, arguments._items, arguments._least, arguments._gallery, arguments._seed, arguments._threads, arguments._folder, arguments._resume, arguments._json, arguments._quiet])
        {
            command.Add(option);
        }

        command.SetAction(parsed => arguments.Run(parsed, terminal, cancel));
        return command;
    }

    private int Run(ParseResult parsed, Terminal terminal, CancellationToken cancel)
    {
        var request = Read(parsed);
        bool quiet = parsed.GetValue(_quiet);
        GadReportView view = parsed.GetValue(_json) ? new JsonGadReportView(terminal) : quiet ? new QuietGadReportView(terminal) : new TextGadReportView(terminal);
        return new GadReportRun(request, view, ExplainProgress.For(terminal, quiet), cancel).Run();
    }

    private GadReportRequest Read(ParseResult parsed)
    {
        int threads = parsed.Whole(_threads, 1, 1024) ?? Environment.ProcessorCount;
        return new()
        {
            Data = parsed.GetValue(_data) ?? throw new UsageException("gad needs DATA, a folder or .zip of labelled pictures."),
            Supports = parsed.GetValue(_supports) is { Length: > 0 } supports ? supports : throw new UsageException("gad needs --supports DIR, a folder of support models: `unmask train gad` makes it."),
            Controls = parsed.GetValue(_controls) ?? [],
            // Pictures run at the same time, each on one thread.
            ModelOptions = new() { Throughput = new() { Threads = 1 } },
            Evaluation = new()
            {
                Methods = parsed.GetValue(_bases) is { Length: > 0 } bases ? Understood(_bases, string.Join(' ', bases), _ => new GadEvaluation { Methods = [.. bases] }.Methods) : GadEvaluation.PaperMethods,
                Importance = parsed.GetValue(_importance) is { } rule ? Understood(_importance, rule, PixelImportance.Parse) : PixelImportance.TopHalf,
                Hull = parsed.Choice(_hull, ("top-half", HullPixels.TopHalf), ("retained", HullPixels.Retained)) ?? HullPixels.TopHalf,
                Occlusion = parsed.GetValue(_occlusion) is { } infill ? Understood(_occlusion, infill, Infill.Parse) : Infill.Black,
                Seed = (ulong)(parsed.Whole(_seed, 0) ?? 0),
                Threads = threads,
            },
            Items = parsed.Whole(_items, 2),
            Least = parsed.Whole(_least, 1, 100) ?? 4,
            Gallery = parsed.Whole(_gallery, 1, 100) ?? 1,
            Folder = parsed.GetValue(_folder) ?? OutputFolder.Default,
            Resume = parsed.GetValue(_resume),
        };
    }

    private static T Understood<T>(Option option, string text, Func<string, T> read)
    {
        try
        {
            return read(text);
        }
        catch (Exception problem) when (problem is FormatException or ArgumentException)
        {
            throw new UsageException($"{option.Name} {text}: {problem.Message}", problem);
        }
    }
}
