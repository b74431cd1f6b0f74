using Unmask.Metrics;

namespace Unmask.Cli.Evaluating;

/// <summary>What <c>unmask gad</c> is asked for.</summary>
internal sealed record GadReportRequest
{
    /// <summary>The pictures.</summary>
    public required string Data { get; init; }

    /// <summary>Folders of support models, a network each.</summary>
    public required IReadOnlyList<string> Supports { get; init; }

    /// <summary>Folders of controls: support models of the same networks, trained with α = 0.</summary>
    public required IReadOnlyList<string> Controls { get; init; }

    /// <summary>How the networks are loaded.</summary>
    public required ModelOptions ModelOptions { get; init; }

    /// <summary>What is measured, and how.</summary>
    public required GadEvaluation Evaluation { get; init; }

    /// <summary>At most so many pictures, as many of each class; <c>null</c>: all.</summary>
    public int? Items { get; init; }

    /// <summary>How many of the least activated pictures of each class are shown.</summary>
    public required int Least { get; init; }

    /// <summary>How many pictures of each class the gallery shows.</summary>
    public required int Gallery { get; init; }

    /// <summary>Where the files go.</summary>
    public required string Folder { get; init; }

    /// <summary>Whether to go on with the run that was ended in the folder.</summary>
    public required bool Resume { get; init; }
}
