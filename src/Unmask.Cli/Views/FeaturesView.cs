using System.Globalization;
using Unmask.Training;

namespace Unmask.Cli.Views;

/// <summary>What is shown of class features that were found.</summary>
internal abstract class FeaturesView(Terminal terminal)
{
    private const int FailuresShown = 10;

    /// <summary>Where it is written.</summary>
    protected Terminal Terminal => terminal;

    /// <summary>The file is written.</summary>
    public virtual void End(PhotoSet photos, Model model, FittedFeatures fitted, string file)
    {
        foreach (var (_, reason) in fitted.Failures.Take(FailuresShown))
        {
            terminal.Error.WriteLine($"unmask: left out: {reason}");
        }

        int failed = fitted.Failures.Length;
        if (failed > 0)
        {
            terminal.Error.WriteLine($"unmask: {failed} {(failed == 1 ? "picture" : "pictures")} of {photos.Photos.Length} cannot be read and {(failed == 1 ? "is" : "are")} left out.");
        }
    }
}

/// <summary>Only the name of the file, for scripts.</summary>
internal sealed class QuietFeaturesView(Terminal terminal) : FeaturesView(terminal)
{
    public override void End(PhotoSet photos, Model model, FittedFeatures fitted, string file)
    {
        base.End(photos, model, fitted, file);
        Terminal.Output.WriteLine(file);
    }
}

/// <summary>The file itself.</summary>
internal sealed class JsonFeaturesView(Terminal terminal) : FeaturesView(terminal)
{
    public override void End(PhotoSet photos, Model model, FittedFeatures fitted, string file)
    {
        base.End(photos, model, fitted, file);
        Terminal.Output.WriteLine(System.Text.Encoding.UTF8.GetString(fitted.Features.ToJson()));
    }
}

/// <summary>What people read: a line a class, then the file.</summary>
internal sealed class TextFeaturesView(Terminal terminal) : FeaturesView(terminal)
{
    private const int FeaturesShown = 3;

    public override void End(PhotoSet photos, Model model, FittedFeatures fitted, string file)
    {
        base.End(photos, model, fitted, file);
        var features = fitted.Features;
        Terminal.Output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{photos.Name} · {model.Name} · {features.Pictures:N0} pictures · {features.Layers.Length} layers with {features.Layers.Sum(layer => layer.Channels):N0} channels · ‖w‖₁ ≤ {features.Bound:g6}"));
        foreach (var one in features.Classes)
        {
            string strongest = string.Join(", ", one.Features.Where(feature => feature.Weight > 0).Take(FeaturesShown).Select(feature => string.Create(CultureInfo.InvariantCulture, $"{feature.Layer}[{feature.Channel}] {feature.Weight:0.000}")));
            Terminal.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {one.Label}: {one.Pictures:N0} pictures, {one.Features.Length:N0} features explain {1 - one.Error:0.0 %} · {strongest}"));
        }

        Terminal.Output.WriteLine($"  {file}");
    }
}
