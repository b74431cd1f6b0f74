using System.Collections.Immutable;

namespace Unmask.Graphs;

/// <summary>
/// The forward pass once more, at a reference (baseline): a copy of the nodes that depend on the cuts, over inputs of its own. It is made when the
/// first rule asks for it; what no rule reads is pruned with everything else.
/// </summary>
internal sealed class ReferenceForward(Emitter emitter, GradientPaths paths, ImmutableArray<string> cuts)
{
    private readonly Dictionary<string, Expression> _values = new(StringComparer.Ordinal);

    /// <summary>The inputs that take the references of the cuts; empty until a rule asked.</summary>
    public ImmutableArray<string> Inputs { get; private set; } = [];

    /// <summary>A value at the reference; the value itself where it does not depend on a cut.</summary>
    public Expression At(string name)
    {
        if (Inputs.IsEmpty)
        {
            CopyForward();
        }

        return _values.TryGetValue(name, out var there) ? there : emitter.Value(name);
    }

    private void CopyForward()
    {
        var (prefix, origin) = (emitter.Prefix, emitter.Origin);
        foreach (string cut in cuts)
        {
            var type = emitter.TypeOf(cut);
            _values[cut] = emitter.Input($"{cut}_Reference", type?.Element ?? ElementType.Float32, type?.Shape);
        }

        Inputs = [.. cuts.Select(cut => _values[cut].Name)];
        foreach (var node in emitter.Graph.Nodes.Where(node => node.Inputs.Any(_values.ContainsKey)))
        {
            (emitter.Prefix, emitter.Origin) = ($"{node.Name}_Reference", node.Origin);
            Expression[] inputs = [.. node.Inputs.Select(input => _values.TryGetValue(input, out var there) ? there : emitter.Value(input))];
            foreach (var (output, copy) in node.Outputs.Zip(emitter.Copy(node, inputs)))
            {
                if (paths.Reaches(output) && !cuts.Contains(output))
                {
                    _values[output] = copy;
                }
            }
        }

        (emitter.Prefix, emitter.Origin) = (prefix, origin);
    }
}
