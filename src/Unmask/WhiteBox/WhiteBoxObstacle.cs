using Unmask.Graphs;

namespace Unmask.WhiteBox;

/// <summary>Why a model cannot be explained by white-box methods, as the end of a sentence that begins with the method.</summary>
internal static class WhiteBoxObstacle
{
    /// <summary>For methods that attribute to the input.</summary>
    public static string? OfInput(Model model) => Of(model, Cut.Input, RuleSet.Gradient);

    /// <summary>For methods that attribute to the input by other rules.</summary>
    public static string? OfRules(Model model, RuleSet rules) => Of(model, Cut.Input, rules);

    /// <summary>For methods that attribute to feature maps by other rules.</summary>
    public static string? OfMaps(Model model, RuleSet rules) => model.IsPicture ? Of(model, Cut.LastSpatial, rules) : $"needs a picture; the model's input is {model.Inputs[0]}";

    /// <summary>For methods that attribute to pixels by the input's gradient.</summary>
    public static string? OfPixels(Model model) => model.IsPicture ? Of(model, Cut.Input, RuleSet.Gradient) : $"needs a picture; the model's input is {model.Inputs[0]}";

    /// <summary>For methods that weigh feature maps.</summary>
    public static string? OfMaps(Model model) => model.IsPicture ? Of(model, Cut.LastSpatial, RuleSet.Gradient) : $"needs a picture; the model's input is {model.Inputs[0]}";

    /// <summary>For methods that follow attention.</summary>
    public static string? OfAttention(Model model) => Of(model, Cut.Attention, RuleSet.Gradient);

    /// <summary>For methods that follow attention by its gradient and by other rules.</summary>
    public static string? OfAttention(Model model, RuleSet rules) => OfAttention(model) ?? Of(model, Cut.Attention, rules);

    /// <summary>Tries to write the program, without compiling it.</summary>
    private static string? Of(Model model, Cut cut, RuleSet rules)
    {
        if (model.Graph is null)
        {
            return "needs an ONNX graph to look into; the model is a function";
        }

        try
        {
            return model.OnnxCore.GradientObstacle([.. cut.Resolve(model).Select(found => found.Value)], WhiteBoxRun.DefaultScore(model), rules);
        }
        catch (UnmaskException problem)
        {
            return problem.Message;
        }
    }
}
