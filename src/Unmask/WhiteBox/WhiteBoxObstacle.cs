using Unmask.Graphs;

namespace Unmask.WhiteBox;

/// <summary>Why a model cannot be explained by white-box methods, as the end of a sentence that begins with the method.</summary>
internal static class WhiteBoxObstacle
{
    /// <summary>For methods that attribute to the input.</summary>
    public static string? OfInput(Model model) => Of(model, Cut.Input);

    /// <summary>For methods that attribute to pixels by the input's gradient.</summary>
    public static string? OfPixels(Model model) => model.IsPicture ? Of(model, Cut.Input) : $"needs a picture; the model's input is {model.Inputs[0]}";

    /// <summary>For methods that weigh feature maps.</summary>
    public static string? OfMaps(Model model) => model.IsPicture ? Of(model, Cut.LastSpatial) : $"needs a picture; the model's input is {model.Inputs[0]}";

    /// <summary>For methods that follow attention.</summary>
    public static string? OfAttention(Model model) => Of(model, Cut.Attention);

    /// <summary>Tries to write the program, without compiling it.</summary>
    private static string? Of(Model model, Cut cut)
    {
        if (model.Graph is null)
        {
            return "needs an ONNX graph to look into; the model is a function";
        }

        try
        {
            return model.OnnxCore.GradientObstacle([.. cut.Resolve(model).Select(found => found.Value)], WhiteBoxRun.DefaultScore(model));
        }
        catch (UnmaskException problem)
        {
            return problem.Message;
        }
    }
}
