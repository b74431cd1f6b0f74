using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Unmask.Cli;

/// <summary>The help that System.CommandLine writes, with examples below.</summary>
internal sealed class HelpWithExamples(HelpAction standard) : SynchronousCommandLineAction
{
    private const int Width = 120;

    private static readonly Dictionary<string, string[]> Examples = new(StringComparer.Ordinal)
    {
        ["explain"] =
        [
            "unmask explain                                              the demonstration network on its own photo",
            "unmask explain dog.jpg -m mobilenet.onnx --preprocessing imagenet --labels imagenet.txt",
            "unmask explain photos/ -m model.onnx --method occlusion --set window=32 --target tabby --target top:2",
            "unmask explain x.npy -m model.onnx --target 0,3 --format npy -o out",
        ],
        ["inspect"] = ["unmask inspect model.onnx", "unmask inspect model.onnx --print > model.txt"],
        ["methods"] = ["unmask methods", "unmask methods rise"],
    };

    public override int Invoke(ParseResult parseResult)
    {
        standard.MaxWidth = Width;
        int code = standard.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        if (Examples.TryGetValue(parseResult.CommandResult.Command.Name, out string[]? lines))
        {
            output.WriteLine("Examples:");
            foreach (string line in lines)
            {
                output.WriteLine($"  {line}");
            }

            output.WriteLine();
        }

        return code;
    }
}
