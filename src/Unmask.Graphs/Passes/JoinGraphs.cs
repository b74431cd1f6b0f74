using System.Collections.Immutable;

namespace Unmask.Graphs;

/// <summary>
/// Joins two graphs end to end: values of the first feed inputs of the second.
/// <code>
///   masks ─┐                                        masks ─┐
///          ├ Mul ─ masked     input ─ Conv ─ y             ├ Mul ─ input ─ Conv ─ y
///   image ─┘                                        image ─┘
///        first         +         second                        { input ← masked }
/// </code>
/// Inputs and outputs that are not connected pass through: those of the first come first, in their order. Names that both sides use are renamed on the
/// side that is not the main one, at every depth. The standard operator sets are raised to the higher of the two. Axes that a connection shows to be equal
/// get one symbol (that of the main side) or the known size; other symbols stay apart.
/// </summary>
public static class JoinGraphs
{
    /// <summary>Joins two graphs.</summary>
    /// <param name="first">The graph that runs first.</param>
    /// <param name="second">The graph that runs second.</param>
    /// <param name="connections">For inputs of the second, by name: the output or input of the first that feeds it. One value may feed several inputs.</param>
    /// <param name="options">What is kept and what is renamed; <c>null</c>: the defaults.</param>
    /// <exception cref="ArgumentException">A name is not there, or the types of a connection do not fit.</exception>
    /// <exception cref="UnmaskException">The two graphs need different versions of an operator set that cannot be raised.</exception>
    public static Graph Run(Graph first, Graph second, IReadOnlyDictionary<string, string> connections, JoinOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        ArgumentNullException.ThrowIfNull(connections);
        options ??= new();
        JoinTypes.Check(first, second, connections);
        (first, second) = JoinOpsets.Unify(first, second);
        (first, second) = JoinTypes.Unify(first, second, connections, options.Main);
        return Join(JoinNames.Plan(first, second, connections, options), options);
    }

    private static Graph Join(JoinNames plan, JoinOptions options)
    {
        var (first, second) = (plan.First, plan.Second);
        var main = options.Main == JoinSide.First ? first : second;
        var fed = plan.Fed.Select(pair => pair.Input).ToHashSet(StringComparer.Ordinal);
        var feeding = plan.Fed.Select(pair => pair.Source).ToHashSet(StringComparer.Ordinal);
        return main with
        {
            Inputs = [.. first.Inputs, .. second.Inputs.Where(input => !fed.Contains(input.Name))],
            Outputs = [.. first.Outputs.Where(output => options.KeepConnectedOutputs || !feeding.Contains(output.Name)), .. second.Outputs],
            Nodes = [.. first.Nodes, .. plan.Bridges, .. second.Nodes],
            Constants = first.Constants.AddRange(second.Constants),
            InnerTypes = InnerTypes(plan),
            Opsets = JoinOpsets.Merge(first, second),
            IrVersion = Math.Max(first.IrVersion, second.IrVersion),
            QuantizationAnnotations = first.QuantizationAnnotations.SetItems(second.QuantizationAnnotations),
        };
    }

    private static ImmutableDictionary<string, ValueType> InnerTypes(JoinNames plan)
    {
        var types = plan.First.InnerTypes.ToBuilder();
        foreach (var (name, type) in plan.Second.InnerTypes)
        {
            types[name] = type;
        }

        foreach (var (input, source) in plan.Fed)
        {
            Note(source, plan.First.TypeOf(source));
            Note(input, plan.Second.TypeOf(input));
        }

        return types.ToImmutable();

        void Note(string name, ValueType? type)
        {
            if (type is not null)
            {
                types[name] = type;
            }
        }
    }
}
