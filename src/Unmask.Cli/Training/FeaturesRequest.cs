using Unmask.Training;

namespace Unmask.Cli.Training;

/// <summary>What <c>unmask train features</c> is asked for.</summary>
internal sealed record FeaturesRequest
{
    /// <summary>The pictures.</summary>
    public required string Data { get; init; }

    /// <summary>The model; <c>null</c>: the demonstration network.</summary>
    public string? ModelFile { get; init; }

    /// <summary>How it is loaded.</summary>
    public required ModelOptions ModelOptions { get; init; }

    /// <summary>How features are found.</summary>
    public required ClassFeatureFitting Fitting { get; init; }

    /// <summary>Where the file goes.</summary>
    public required string Folder { get; init; }
}
