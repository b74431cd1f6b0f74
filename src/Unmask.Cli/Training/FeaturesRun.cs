using Unmask.Cli.Explaining;
using Unmask.Cli.Views;
using Unmask.Training;

namespace Unmask.Cli.Training;

/// <summary>Does what a request asks: looks at the pictures, finds the features of each class, writes them.</summary>
internal sealed class FeaturesRun(FeaturesRequest request, FeaturesView view, ExplainProgress progress, CancellationToken cancel)
{
    /// <summary>The name of the file.</summary>
    public const string FileName = "features.json";

    /// <summary>Runs the request.</summary>
    /// <returns>The exit code.</returns>
    public int Run()
    {
        using var photos = PhotoSet.Open(request.Data);
        using var folder = OutputFolder.Open(request.Folder);
        using var model = request.ModelFile is { } file ? Model.Load(file, request.ModelOptions) : Demo.LoadModel(request.ModelOptions);
        FittedFeatures? fitted = null;
        progress.Run(0, 1, steps => fitted = request.Fitting.Fit(model, photos, Identity(), steps, cancel));
        string path = Path.Combine(request.Folder, FileName);
        AtomicFile.Write(path, stream => stream.Write(fitted!.Features.ToJson()));
        view.End(photos, model, fitted!, path);
        return ExitCodes.Done;
    }

    private ModelIdentity Identity() => request.ModelFile is { } file ? ModelIdentity.OfFile(file) : ModelIdentity.OfBytes(Demo.ModelName, Demo.ModelFile().Span);
}
