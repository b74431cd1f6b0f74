using Unmask.Graphs;

namespace Unmask.WhiteBox;

/// <summary>Why a model cannot be explained by white-box methods, as the end of a sentence that begins with the method.</summary>
internal static class WhiteBoxObstacle
{
    /// <summary>For methods that attribute to the input.</summary>
    public static string? OfInput(Model model) => Of(model, Cut.Input, RuleSet.Gradient);

    /// <summary>For methods that attribute to the input with other rules than the derivative's.</summary>
    public static string? OfInput(Model model, RuleSet rules) => Of(model, Cut.Input, rules);

    /// <summary>For methods that attribute to the input what is observed on the way.</summary>
    public static string? OfInput(Model model, WalkObservation observes) => Of(model, Cut.Input, RuleSet.Gradient, observes);

    /// <summary>For methods that weigh feature maps with other rules than the derivative's.</summary>
    public static string? OfMaps(Model model, RuleSet rules) => UnlessPicture(model) ?? Of(model, Cut.LastSpatial, rules);

    /// <summary>For methods that attribute to pixels by the input's gradient.</summary>
    public static string? OfPixels(Model model) => UnlessPicture(model) ?? Of(model, Cut.Input, RuleSet.Gradient);

    /// <summary>For methods that weigh feature maps.</summary>
    public static string? OfMaps(Model model) => UnlessPicture(model) ?? Of(model, Cut.LastSpatial, RuleSet.Gradient);

    private static string? UnlessPicture(Model model) => model.IsPicture ? null : $"needs a picture; the model's input is {model.Inputs[0]}";

    /// <summary>For methods that look at feature maps without differentiating.</summary>
    public static string? OfFeatures(Model model) => UnlessPicture(model) ?? Of(model, Cut.LastSpatial, rules: null);

    /// <summary>For CAM, which is defined for networks that average their last feature maps.</summary>
    public static string? OfPooledMaps(Model model) => UnlessPicture(model) ?? Of(model, new PooledMapsCut(), RuleSet.Gradient);

    /// <summary>For methods that follow attention.</summary>
    public static string? OfAttention(Model model) => Of(model, Cut.Attention, RuleSet.Gradient);

    /// <summary>For methods that follow attention by its gradient and by other rules.</summary>
    public static string? OfAttention(Model model, RuleSet rules) => OfAttention(model) ?? Of(model, Cut.Attention, rules);

    /// <summary>Tries to write the program, without compiling it. Without rules only the layer is looked for.</summary>
    private static string? Of(Model model, Cut cut, RuleSet? rules, WalkObservation? observes = null)
    {
        if (model.Graph is null)
        {
            return "needs an ONNX graph to look into; the model is a function";
        }

        try
        {
            string[] found = [.. cut.Resolve(model).Select(value => value.Value)];
            return rules is null ? null : model.OnnxCore.GradientObstacle([.. found], WhiteBoxRun.DefaultScore(model), rules, observes);
        }
        catch (UnmaskException problem)
        {
            return problem.Message;
        }
    }
}
