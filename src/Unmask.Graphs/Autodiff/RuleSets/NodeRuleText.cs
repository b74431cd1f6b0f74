using System.Globalization;

namespace Unmask.Graphs;

/// <summary>Reads rules: a name, and arguments in brackets.</summary>
internal static class NodeRuleText
{
    /// <summary>The argument that has units without contributions of one sign follow the ε-rule.</summary>
    public const string DeadToEpsilon = "dead=epsilon";

    private static readonly NodeRule[] Plain =
    [
        NodeRule.Gradient, NodeRule.Stop, NodeRule.Pass, NodeRule.Secant, NodeRule.Guided, NodeRule.Deconvnet, NodeRule.Bounded, NodeRule.AntiGrid, NodeRule.Half, NodeRule.Signal, NodeRule.FrozenNorm,
        NodeRule.ZPlus, NodeRule.Excitation, NodeRule.ContrastiveExcitation, NodeRule.Flat, NodeRule.WSquare, NodeRule.UnboundedBox,
    ];

    /// <summary>What can be written.</summary>
    public static string Known => $"{string.Join(", ", Plain.Select(rule => rule.Name))}, zplus(no-bias), epsilon(E), gamma(G), alphabeta(A,B), zbox(LOW,HIGH), smooth(BETA); "
        + "epsilon, gamma and alphabeta take no-bias as last argument, zplus, alphabeta and excitation dead=epsilon";

    public static NodeRule Parse(string text)
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        string name = text.Trim();
        if (Array.Find(Plain, rule => rule.Name == name) is { } plain)
        {
            return plain;
        }

        var (head, arguments) = Split(name);
        if (arguments.Contains(DeadToEpsilon))
        {
            return Rescuing(head, [.. arguments.Where(argument => argument != DeadToEpsilon)]);
        }

        bool bias = !arguments.Contains("no-bias");
        string[] numbers = [.. arguments.Where(argument => argument != "no-bias")];
        return (head, numbers) switch
        {
            ("zplus", []) when !bias => NodeRule.ZPlusNoBias,
            ("epsilon", [var epsilon]) => NodeRule.Epsilon(Number(epsilon), bias),
            ("gamma", [var gamma]) => NodeRule.Gamma(Number(gamma), bias),
            ("alphabeta", [var alpha, var beta]) => NodeRule.AlphaBeta(Number(alpha), Number(beta), bias),
            ("zbox", [var low, var high]) when bias => NodeRule.Box([.. low.Split('|').Select(Number)], [.. high.Split('|').Select(Number)]),
            ("smooth", [var beta]) when bias => NodeRule.SmoothRelu(Number(beta)),
            _ => throw new ArgumentException($"\"{text}\" is no rule. There are: {Known}.", nameof(text)),
        };
    }

    private static NodeRule Rescuing(string head, string[] arguments)
    {
        var rule = Parse(arguments.Length == 0 ? head : $"{head}({string.Join(',', arguments)})");
        var rescuing = rule.WithDeadUnits(DeadUnits.Epsilon);
        return rescuing != rule ? rescuing : throw new ArgumentException($"\"{rule}\" divides by no contributions of one sign: {DeadToEpsilon} is for zplus, alphabeta and excitation.", nameof(head));
    }

    /// <summary>Reads <c>name(a,b)</c>.</summary>
    public static (string Head, string[] Arguments) Split(string text) => text.IndexOf('(') is > 0 and var open && text.EndsWith(')')
        ? (text[..open], text[(open + 1)..^1].Split(',', StringSplitOptions.TrimEntries))
        : (text, []);

    private static double Number(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)
        ? value
        : throw new ArgumentException($"\"{text}\" is no number.", nameof(text));
}
