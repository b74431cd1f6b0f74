using System.Collections.Immutable;
using System.Globalization;

namespace Unmask.Graphs;

/// <summary>
/// How a multiplier passes one node: what a row of a <see cref="Composite"/> says. A rule covers the nodes that it is defined for (layers, functions of one
/// element, products of data); others that the row selects are left to the next row.
/// </summary>
public sealed class NodeRule
{
    private readonly Func<Node, RuleScope, Rule?> _make;
    private NodeRule? _rescuing;

    internal NodeRule(string name, Func<Node, RuleScope, Rule?> make)
    {
        (Name, _make) = (name, make);
    }

    /// <summary>How the rule is written; <see cref="Parse"/> understands it.</summary>
    public string Name { get; }

    /// <summary>The derivative, for any node.</summary>
    public static NodeRule Gradient { get; } = new("gradient", static (node, scope) => Derivative(node, scope)?.Flow);

    /// <summary>Nothing flows back: the node counts as constant.</summary>
    public static NodeRule Stop { get; } = new("stop", static (_, _) => static _ => { });

    /// <summary>All relevance of a function of one element passes: m · y/x. Bach et al. 2015. For functions that are not 0 at 0 it has no bound; see <see cref="Secant"/>.</summary>
    public static NodeRule Pass { get; } = new("pass", static (node, scope) => IsUnary(node, scope) || node.Is("LRN") || node.Is("RMSNormalization") || node.Is("Softmax") ? ActivationRules.Pass : null);

    /// <summary>What exceeds φ(0) passes: m · (y − φ(0))/x. Equal to <see cref="Pass"/> where φ(0) = 0; else φ(0) keeps its share, as a bias does.</summary>
    public static NodeRule Secant { get; } = new("secant", static (node, scope) =>
        IsUnary(node, scope) && Derivative(node, scope) is { } row ? b => ActivationRules.Secant(b, row) : null);

    /// <summary>Guided Backprop, for rectifiers (Relu, LeakyRelu, PRelu, ThresholdedRelu, ReLU6): only positive multipliers pass, where the derivative does.</summary>
    public static NodeRule Guided { get; } = new("guided", static (node, scope) =>
        ActivationRules.IsRectifier(node, scope) && Derivative(node, scope) is { } row ? b => ActivationRules.Guided(b, row) : null);

    /// <summary>Deconvnet, for rectifiers: only positive multipliers pass, whatever was read.</summary>
    public static NodeRule Deconvnet { get; } = new("deconvnet", static (node, scope) => ActivationRules.IsRectifier(node, scope) ? ActivationRules.Deconvnet : null);

    /// <summary>
    /// The derivative where a unit says no more than at the reference: where its value lies between 0 and that of the reference, of the same sign. For functions of one element that are 0 at 0
    /// (rectifiers, ReLU6, ELU, GELU, SiLU, tanh …), not for gates; needs <see cref="GradientOptions.References"/>. Wagner et al. 2019, §3.3.
    /// </summary>
    public static NodeRule Bounded { get; } = new("bounded", static (node, scope) =>
        ActivationRules.IsZeroAtZero(node, scope) && Derivative(node, scope) is { } row ? b => ActivationRules.Bounded(b, row) : null)
    {
        Compares = true,
    };

    /// <summary>
    /// The derivative without the grid that strides leave, for convolutions and maxima with a stride: multipliers are repeated over the stride instead of standing between zeros.
    /// Oramas et al. 2019.
    /// </summary>
    public static NodeRule AntiGrid { get; } = new("anti-grid", static (node, _) => AntiGridRules.Covers(node) ? AntiGridRules.Flow : null);

    /// <summary>Half of the relevance of a product of data (Mul, MatMul, Einsum) to each operand. A product x·sigmoid x is one function and is left to the next row.</summary>
    public static NodeRule Half { get; } = new("half", static (node, scope) =>
        IsProduct(node, scope) && !IsSilu(node, scope) && Derivative(node, scope) is { } row ? b => ProductRules.Half(b, row) : null);

    /// <summary>All relevance of a product of data to one operand, where the other is a gate: a Sigmoid, HardSigmoid, Softmax or 1/norm; of a quotient all to the dividend.</summary>
    public static NodeRule Signal { get; } = new("signal", static (node, scope) => Derivative(node, scope) is { } row && SignalOf(node, scope) is >= 0 and var signal
        ? b => ProductRules.Signal(b, row, signal)
        : null);

    /// <summary>LayerNormalization with 1/σ as a constant.</summary>
    public static NodeRule FrozenNorm { get; } = new("frozen-norm", static (node, scope) =>
        node.Is("LayerNormalization") && scope.DataOperands(node) == 1 ? ProductRules.FrozenLayerNormalization : null);

    /// <summary>z⁺ of layers: <see cref="AlphaBeta"/> with α = 1, β = 0.</summary>
    public static NodeRule ZPlus { get; } = ForDead(static dead => Layer($"zplus{Arguments(dead)}", u => LinearRules.AlphaBeta(u, 1, 0, bias: true, dead)));

    /// <summary>z⁺ without bias, so that nothing but dead units absorbs relevance.</summary>
    public static NodeRule ZPlusNoBias { get; } = ForDead(static dead => Layer($"zplus{Arguments(dead, "no-bias")}", u => LinearRules.AlphaBeta(u, 1, 0, bias: false, dead)));

    /// <summary>Excitation backprop of layers: shares by x ⊙ W⁺, without bias; negative inputs get nothing. Of sums of data: shares by what is positive. Zhang et al. 2016.</summary>
    public static NodeRule Excitation { get; } = ForDead(static dead => new($"excitation{Arguments(dead)}", (node, scope) => scope.IsLayer(node)
        ? b => LinearRules.Excitation(new LinearUnit(b, scope), dead)
        : (node.Is("Add") || node.Is("Sum")) && scope.DataOperands(node) > 1 ? b => ProductRules.PositiveSum(b, dead) : null)
    {
        IsForLayers = true,
    });

    /// <summary>Excitation backprop minus what weights of opposite sign would give; for the classifier (the selector «last»).</summary>
    public static NodeRule ContrastiveExcitation { get; } = Layer("contrastive-excitation", LinearRules.ContrastiveExcitation);

    /// <summary>Flat, for first layers: every input of a unit gets the same.</summary>
    public static NodeRule Flat { get; } = Layer("flat", TerminalRules.Flat);

    /// <summary>w², for first layers with unbounded inputs; the bias keeps its share.</summary>
    public static NodeRule WSquare { get; } = Layer("wsquare", static u => TerminalRules.WSquare(u, bias: true));

    /// <summary>The slope of a soft rectifier instead of a rectifier's: σ(βx).</summary>
    /// <param name="beta">How sharp, above 0.</param>
    public static NodeRule SmoothRelu(double beta)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(beta);
        return new($"smooth({Text(beta)})", (node, _) => node.Is("Relu") ? b => ActivationRules.Smooth(b, beta) : null);
    }

    /// <summary>ε of layers: x_i w_ij R_j / (z_j + ε sgn z_j). Bach et al. 2015. Also of sums of data and of means.</summary>
    /// <param name="epsilon">At least 0, in units of the layer's output; 0 is the derivative.</param>
    /// <param name="bias">Whether biases keep their share.</param>
    public static NodeRule Epsilon(double epsilon, bool bias = true)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epsilon);
        return new($"epsilon({Text(epsilon)}{NoBias(bias)})", (node, scope) => scope.IsLayer(node)
            ? b => LinearRules.Epsilon(new LinearUnit(b, scope), epsilon, bias)
            : IsSumOrMean(node, scope) && Derivative(node, scope) is { } row ? b => ProductRules.Stabilized(b, row, epsilon) : null)
        {
            IsForLayers = true,
        };
    }

    /// <summary>γ of layers, for inputs of any sign: contributions of the sign of z count 1 + γ times. Montavon et al. 2019.</summary>
    /// <param name="gamma">At least 0.</param>
    /// <param name="bias">Whether biases keep their share.</param>
    public static NodeRule Gamma(double gamma, bool bias = true)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(gamma);
        return Layer($"gamma({Text(gamma)}{NoBias(bias)})", u => LinearRules.Gamma(u, gamma, bias));
    }

    /// <summary>αβ of layers: positive contributions share α R, negative ones −β R. Bach et al. 2015.</summary>
    /// <param name="alpha">1 + <paramref name="beta"/>, so that relevance is conserved.</param>
    /// <param name="beta">At least 0.</param>
    /// <param name="bias">Whether biases keep their share.</param>
    public static NodeRule AlphaBeta(double alpha, double beta, bool bias = true)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(beta);
        return Math.Abs(alpha - beta - 1) < 1e-9
            ? ForDead(dead => Layer($"alphabeta{Arguments(dead, [Text(alpha), Text(beta), .. bias ? Array.Empty<string>() : ["no-bias"]])}", u => LinearRules.AlphaBeta(u, alpha, beta, bias, dead)))
            : throw new ArgumentException($"α − β must be 1 for relevance to be conserved; α = {Text(alpha)} and β = {Text(beta)} differ by {Text(alpha - beta)}.", nameof(alpha));
    }

    /// <summary>z-box, for first layers whose inputs are bounded. Montavon et al. 2017.</summary>
    /// <param name="low">The smallest value of an input; one number, or one for each channel.</param>
    /// <param name="high">The largest.</param>
    public static NodeRule Box(ReadOnlySpan<double> low, ReadOnlySpan<double> high)
    {
        ImmutableArray<double> l = [.. low], h = [.. high];
        return l.Length > 0 && h.Length > 0
            ? Layer($"zbox({Text(l)},{Text(h)})", u => TerminalRules.Box(u, l, h))
            : throw new ArgumentException("A box needs at least one lower and one upper bound.", nameof(low));
    }

    /// <summary>z-box whose bounds are still to be filled in (<see cref="Composite.WithBounds"/>): by explainers from the preprocessing of pictures.</summary>
    public static NodeRule UnboundedBox { get; } = new("zbox", static (node, scope) => scope.IsLayer(node)
        ? static b => throw b.Refuse("The rule zbox, which was asked for at {op}, needs the bounds of what the layer reads. State them: zbox(LOW,HIGH), or zbox(L1|L2|L3,H1|H2|H3) for each channel")
        : null);

    /// <summary>What <see cref="Parse"/> reads, for messages.</summary>
    public static string Known => NodeRuleText.Known;

    /// <summary>Reads a rule, as in <c>gamma(0.25)</c>.</summary>
    /// <exception cref="ArgumentException">There is no such rule; the message lists them.</exception>
    public static NodeRule Parse(string text) => NodeRuleText.Parse(text);

    /// <summary>The same rule with units that have no contributions of one sign treated otherwise. Rules that lose nothing there (ε, γ, all but z⁺, αβ and excitation) stay as they are.</summary>
    public NodeRule WithDeadUnits(DeadUnits dead) => dead == DeadUnits.Epsilon ? _rescuing ?? this : this;

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>The same rule, left to the next row at an operator.</summary>
    internal NodeRule Except(string opType) => new(Name, (node, scope) => node.Is(opType) ? null : _make(node, scope)) { IsForLayers = IsForLayers, Compares = Compares };

    /// <summary>The rule of a node; <c>null</c>: it is not defined for it.</summary>
    internal RuleRow? RowFor(Node node, RuleScope scope) =>
        _make(node, scope) is { } flow && Derivative(node, scope) is { } derivative ? derivative with { Flow = flow, Name = Name } : null;

    /// <summary>Whether it treats a layer and what is merged into it as one.</summary>
    internal bool IsForLayers { get; private init; }

    /// <summary>Whether it compares with a reference.</summary>
    internal bool Compares { get; private init; }

    private static NodeRule Layer(string name, Action<LinearUnit> rule) =>
        new(name, (node, scope) => scope.IsLayer(node) ? b => rule(new LinearUnit(b, scope)) : null) { IsForLayers = true };

    private static NodeRule ForDead(Func<DeadUnits, NodeRule> make)
    {
        var rule = make(DeadUnits.Lose);
        rule._rescuing = make(DeadUnits.Epsilon);
        return rule;
    }

    private static string Arguments(DeadUnits dead, params string[] others) =>
        (string[])[.. others, .. dead == DeadUnits.Epsilon ? [NodeRuleText.DeadToEpsilon] : Array.Empty<string>()] is [_, ..] all ? $"({string.Join(',', all)})" : "";

    private static RuleRow? Derivative(Node node, RuleScope scope) => StandardRules.Table.For(node, scope.Graph.Opset);

    private static bool IsUnary(Node node, RuleScope scope) => Derivative(node, scope)?.Kind == RuleKind.Unary && scope.DataOperands(node) == 1 && scope.IsData(node.Inputs[0]);

    private static bool IsSumOrMean(Node node, RuleScope scope) => node.Domain.Length == 0
        && ((node.OpType is "Add" or "Sub" or "Sum" && scope.DataOperands(node) > 1) || node.OpType is "AveragePool" or "GlobalAveragePool" or "ReduceMean" or "ReduceSum" or "Mean");

    private static bool IsProduct(Node node, RuleScope scope) => node.Domain.Length == 0 && node.OpType is "Mul" or "MatMul" or "Einsum" && scope.DataOperands(node) == 2;

    private static bool IsSilu(Node node, RuleScope scope) => node.Is("Mul") && node.Inputs.Any(input => scope.Made(input) is { } gate && gate.Is("Sigmoid") && node.Inputs.Contains(gate.Inputs[0]));

    private static int SignalOf(Node node, RuleScope scope) => scope.DataOperands(node) != 2 ? -1
        : node.Is("Div") ? 0
        : node.Is("Mul") || node.Is("MatMul") ? ProductRules.GateOf(node, scope) is >= 0 and var gate ? 1 - gate : -1
        : -1;

    private static string NoBias(bool bias) => bias ? "" : ",no-bias";

    private static string Text(ImmutableArray<double> values) => string.Join('|', values.Select(Text));

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture).Replace('E', 'e');
}
