namespace Unmask;

/// <summary>How iGOS++ takes steps.</summary>
public enum IGosSolver
{
    /// <summary>As far as the objective falls by enough (Armijo).</summary>
    LineSearch,

    /// <summary>Nesterov's accelerated gradient at a fixed rate.</summary>
    Nesterov,
}

/// <summary>How iGOS++ finds its masks: as <see cref="IGosOptions"/> says, with a first step of 1000, and besides.</summary>
public sealed record IGosPlusPlusOptions : IGosOptions
{
    /// <summary>The defaults.</summary>
    public IGosPlusPlusOptions() => StepSize = 1000;

    /// <summary>σ of the bilateral total variation, in squared units of the model's input: how large a step of the picture forgives an edge of the mask; above 0. Default 0.01.</summary>
    public double EdgeSigma { get; init => field = Require.Positive(value); } = 0.01;

    /// <summary>How steps are taken. Default <see cref="IGosSolver.LineSearch"/>.</summary>
    public IGosSolver Solver { get; init; } = IGosSolver.LineSearch;
}

/// <summary>The settings of i-gos-plus-plus on the command line.</summary>
internal static class IGosPlusPlusSettings
{
    private static readonly (string Name, IGosSolver Value)[] Solvers = [("line-search", IGosSolver.LineSearch), ("nesterov", IGosSolver.Nesterov)];

    public static SettingTable<IGosPlusPlusOptions> Table { get; } = IGosSettings.AddTo(new SettingTable<IGosPlusPlusOptions>(new()))
        .Add("edge-sigma", "How large a squared step of the picture forgives an edge of the mask; above 0.", o => SettingText.Of(o.EdgeSigma), (o, text) => o with { EdgeSigma = SettingText.Double(text) })
        .Add("solver", "line-search or nesterov.", o => SettingText.NameOf(o.Solver, Solvers), (o, text) => o with { Solver = SettingText.Choice(text, Solvers) });
}
