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
        ["compare"] =
        [
            "unmask compare                                              every method, on the photo that comes with Unmask",
            "unmask compare dog.jpg -m mobilenet.onnx --methods rise,occlusion --set rise.masks=500",
            "unmask compare a.jpg b.jpg -m model.onnx --methods rise,small=rise --set small.cells=4 -o sheet",
        ],
        ["evaluate"] =
        [
            "unmask evaluate photos/ -m model.onnx --methods rise,occlusion --items 100",
            "unmask evaluate coco.zip -m detector.onnx --labels coco.txt --resize stretch --metrics pointing-game",
            "unmask evaluate photos/ -m model.onnx --methods rise --runs 3 -o results --resume",
        ],
        ["classifier"] =
        [
            "unmask train classifier --data animals/ --epochs 20 -o animals-model",
            "unmask train classifier --data animals/ --epochs 20 -o animals-model --resume",
            "unmask train classifier --data animals/ -m mobilenet.onnx --train head -o animals-model",
            "unmask explain cat.jpg -m animals-model/model.onnx",
        ],
        ["gad"] =
        [
            "unmask train gad --data animals/ --classes cat=cats,dog=dogs -o animals-gad",
            "unmask explain cat.jpg --method gad --set supports=animals-gad --set base=integrated-gradients",
            "unmask gad animals/ --supports animals-gad --items 100 -o report",
        ],
        ["metrics"] = ["unmask metrics", "unmask metrics deletion"],
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
