using Unmask.Graphs;

namespace Unmask.WhiteBox;

/// <summary>The weights of one attention at the input, with their multipliers: both [heads, queries, keys].</summary>
internal sealed class AttentionMap
{
    private readonly float[] _weights;
    private readonly float[] _multipliers;
    private readonly float[]? _second;

    private AttentionMap(CutState state, AttentionBlock block)
    {
        (_weights, _multipliers, _second) = (state.Value, state.Multiplier, state.SecondMultiplier);
        (Block, Grid, Input, Name) = (block, state.Grid, state.Input, state.Name);
        (Queries, Keys) = (state.Sizes[^2], state.Sizes[^1]);
        Heads = _weights.Length / (Queries * Keys);
    }

    public AttentionBlock Block { get; }

    public int Heads { get; }

    public int Queries { get; }

    public int Keys { get; }

    /// <summary>How the tokens that are looked at lie on the picture; <c>null</c>: on none.</summary>
    public LayerGrid? Grid { get; }

    public ModelInput Input { get; }

    public string Name { get; }

    /// <summary>Reads an attention map off a cut.</summary>
    /// <exception cref="UnmaskException">The cut is something else, or attends within windows.</exception>
    public static AttentionMap Of(CutState state)
    {
        if (state.Attention is not { } block || state.Sizes.Length < 2)
        {
            throw new UnmaskException($"The layer \"{state.Name}\" is no attention map, of which this method makes its map. `unmask inspect` lists the attention maps; without a layer they are found.");
        }

        return state.Sizes is [_, _, _] or [_, _] ? new(state, block) : throw Windows(state.Name, string.Join(", ", state.Sizes));
    }

    /// <summary>The refusal of attention within windows.</summary>
    public static UnmaskException Windows(string name, string axes) => new(
        $"The attention \"{name}\" has the axes [{axes}]: it attends within windows or groups of tokens (as Swin does), so that no map holds how much each token has of each other. "
        + "Methods that follow attention are defined for one attention over all tokens. Use grad-cam, gradient, integrated-gradients or rise.");

    /// <summary>The weight of a key for a query in a head.</summary>
    public double Weight(int head, int query, int key) => _weights[(((head * Queries) + query) * Keys) + key];

    /// <summary>The multiplier of that weight.</summary>
    public double Multiplier(int head, int query, int key) => _multipliers[(((head * Queries) + query) * Keys) + key];

    /// <summary>Whether the score depends on what a query gathers here.</summary>
    public bool Reaches(int query)
    {
        for (int head = 0; head < Heads; head++)
        {
            if (_multipliers.AsSpan(((head * Queries) + query) * Keys, Keys).IndexOfAnyExcept(0f) >= 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The heads as one map, [queries, keys].</summary>
    public TokenMatrix Fused(HeadFusion fusion) => OverHeads((head, query, key, sum) => fusion switch
    {
        HeadFusion.Max => Math.Max(sum, Weight(head, query, key)),
        HeadFusion.Min => head == 0 ? Weight(head, query, key) : Math.Min(sum, Weight(head, query, key)),
        _ => sum + (Weight(head, query, key) / Heads),
    });

    /// <summary>Ā = E_h (∇A ⊙ A)⁺: Chefer et al., ICCV 2021, eq. 5.</summary>
    public TokenMatrix PositiveContribution() => OverHeads((head, query, key, sum) => sum + (Math.Max(0, Weight(head, query, key) * Multiplier(head, query, key)) / Heads));

    /// <summary>E_h (∇A ⊙ R)⁺, R = A ⊙ m the relevance of the weights by the second rule set: Chefer et al., CVPR 2021, eq. 13.</summary>
    /// <exception cref="UnmaskException">There is no second rule set.</exception>
    public TokenMatrix PositiveRelevance() => _second is { } second
        ? OverHeads((head, query, key, sum) =>
            sum + (Math.Max(0, Multiplier(head, query, key) * Weight(head, query, key) * second[(((head * Queries) + query) * Keys) + key]) / Heads))
        : throw new UnmaskException($"The relevance of the attention \"{Name}\" was not computed: give the recipe a second rule set (SecondRules).");

    private TokenMatrix OverHeads(Func<int, int, int, double, double> next)
    {
        var matrix = new TokenMatrix(Queries, Keys);
        for (int head = 0; head < Heads; head++)
        {
            for (int query = 0; query < Queries; query++)
            {
                for (int key = 0; key < Keys; key++)
                {
                    matrix[query, key] = next(head, query, key, matrix[query, key]);
                }
            }
        }

        return matrix;
    }
}
