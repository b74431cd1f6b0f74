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

    /// <summary>For methods that look at feature maps without differentiating.</summary>
    public static string? OfFeatures(Model model) => model.IsPicture ? Of(model, Cut.LastSpatial, differentiates: false) : $"needs a picture; the model's input is {model.Inputs[0]}";

    /// <summary>For CAM, which is defined for networks that average their last feature maps.</summary>
    public static string? OfPooledMaps(Model model) => model.IsPicture ? Of(model, new PooledMapsCut()) : $"needs a picture; the model's input is {model.Inputs[0]}";

    /// <summary>Tries to write the program, without compiling it.</summary>
    private static string? Of(Model model, Cut cut, bool differentiates = true)
    {
        if (model.Graph is null)
        {
            return "needs an ONNX graph to look into; the model is a function";
        }

        try
        {
            string[] found = [.. cut.Resolve(model).Select(value => value.Value)];
            return differentiates ? model.OnnxCore.GradientObstacle([.. found], WhiteBoxRun.DefaultScore(model)) : null;
        }
        catch (UnmaskException problem)
        {
            return problem.Message;
        }
    }
}
