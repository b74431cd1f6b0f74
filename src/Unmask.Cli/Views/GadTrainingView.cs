using System.Globalization;
using Unmask.Training;

namespace Unmask.Cli.Views;

/// <summary>What is shown of support models while they are trained.</summary>
internal abstract class GadTrainingView(Terminal terminal)
{
    private const int FailuresShown = 10;

    /// <summary>Where it is written.</summary>
    protected Terminal Terminal => terminal;

    /// <summary>Model and pictures are read.</summary>
    public virtual void Begin(PhotoSet photos, GadNetwork network, IReadOnlyList<(string File, string Reason)> failures)
    {
        foreach (string note in network.Tuning.Notes)
        {
            terminal.Error.WriteLine($"unmask: {note}");
        }

        foreach (var (_, reason) in failures.Take(FailuresShown))
        {
            terminal.Error.WriteLine($"unmask: left out: {reason}");
        }

        if (failures.Count > 0)
        {
            terminal.Error.WriteLine($"unmask: {failures.Count} {(failures.Count == 1 ? "picture" : "pictures")} of {photos.Photos.Length} cannot be read and {(failures.Count == 1 ? "is" : "are")} left out.");
        }
    }

    /// <summary>A support model is saved.</summary>
    public virtual void Trained(GadSupport support)
    {
    }

    /// <summary>The training was cancelled.</summary>
    public void Ended(string folder) => terminal.Error.WriteLine($"unmask: what is trained is kept in {folder}. The same command with --resume goes on.");

    /// <summary>All are saved.</summary>
    public abstract void End(GadSupports supports);

    /// <summary>One support model in a line.</summary>
    protected static string TextOf(GadSupport support) => string.Create(CultureInfo.InvariantCulture,
        $"  {support.File}: α {support.Distance} · RMSE {support.RmseBefore:0.000} before, {support.Rmse:0.000} after{(support.Reached switch { true => " · reached", false => " · not reached (a quarter of α): train longer, or at another rate (--epochs, --lr, --decay)", null => "" })}");
}

/// <summary>Only the folder's manifest by its name, for scripts.</summary>
internal sealed class QuietGadTrainingView(Terminal terminal) : GadTrainingView(terminal)
{
    public override void End(GadSupports supports) => Terminal.Output.WriteLine(Path.Combine(supports.Folder, GadSupports.ManifestFile));
}

/// <summary>The manifest itself.</summary>
internal sealed class JsonGadTrainingView(Terminal terminal) : GadTrainingView(terminal)
{
    public override void End(GadSupports supports) => Terminal.Output.WriteLine(File.ReadAllText(Path.Combine(supports.Folder, GadSupports.ManifestFile)));
}

/// <summary>What people read: a line a support model as it is saved, then the folder.</summary>
internal sealed class TextGadTrainingView(Terminal terminal) : GadTrainingView(terminal)
{
    public override void Trained(GadSupport support) => Terminal.Output.WriteLine(TextOf(support));

    public override void End(GadSupports supports)
    {
        var (first, second) = (supports.Manifest.Classes[0], supports.Manifest.Classes[1]);
        Terminal.Output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{supports.Manifest.Model.Name} · {first.Label} ({first.Pictures:N0} pictures) and {second.Label} ({second.Pictures:N0}) · {supports.Manifest.Supports.Length} support models"));
        Terminal.Output.WriteLine($"  {Path.Combine(supports.Folder, GadSupports.ManifestFile)}");
    }
}
