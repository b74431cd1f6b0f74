using System.Collections.Immutable;
using Unmask.WhiteBox;

namespace Unmask;

/// <summary>The rows of one attention, its heads fused.</summary>
internal sealed class RawAttention(HeadFusion fusion, TokenRow row) : AttentionAggregator(row)
{
    protected override TokenRelevance Relevance(ImmutableArray<AttentionMap> maps, ReadRows read) => new(maps[0].Fused(fusion).After(read.Weights), maps[0].Grid);
}

/// <summary>Attention Grad-CAM: the heads' rows, each weighted by the mean multiplier over the places looked at.</summary>
internal sealed class AttentionGradCamMap(TokenRow row) : AttentionAggregator(row)
{
    protected override TokenRelevance Relevance(ImmutableArray<AttentionMap> maps, ReadRows read)
    {
        var map = maps[0];
        int first = map.Grid?.Prefix ?? 0;
        double[] relevance = new double[map.Keys];
        for (int head = 0; head < map.Heads; head++)
        {
            double weight = 0;
            Each((query, key, share) => weight += key < first ? 0 : share * map.Multiplier(head, query, key) / (map.Keys - first));
            Each((query, key, share) => relevance[key] += share * weight * map.Weight(head, query, key));
        }

        return new(relevance, map.Grid);

        void Each(Action<int, int, double> visit)
        {
            for (int query = 0; query < map.Queries; query++)
            {
                for (int key = 0; key < map.Keys && read.Weights[query] > 0; key++)
                {
                    visit(query, key, read.Weights[query]);
                }
            }
        }
    }
}

/// <summary>Rollout: the rows of Â_L … Â_1 with Â = ½(A + I), rows of sum 1.</summary>
internal sealed class Rollout(HeadFusion fusion, double discard, int startBlock, TokenRow row) : AttentionAggregator(row)
{
    protected override TokenRelevance Relevance(ImmutableArray<AttentionMap> maps, ReadRows read)
    {
        double[] shares = read.Weights;
        foreach (var map in From(startBlock, OneStream(maps)).Reverse())
        {
            shares = Kept(map.Fused(fusion)).WithResidual().After(shares);
        }

        return new(shares, maps[0].Grid);
    }

    /// <summary>Without the smallest weights. The class token's (column 0 of row 0) always stays, as in the code that made this usual.</summary>
    private TokenMatrix Kept(TokenMatrix attention)
    {
        int count = (int)(discard * attention.Rows * attention.Columns);
        int[] order = count == 0 ? [] : [.. Enumerable.Range(0, attention.Rows * attention.Columns).OrderBy(i => attention[i / attention.Columns, i % attention.Columns])];
        foreach (int i in order.Take(count).Where(i => i != 0))
        {
            attention[i / attention.Columns, i % attention.Columns] = 0;
        }

        return attention;
    }
}

/// <summary>Attention flow: the maximum flow to each token, where Â of the blocks is what edges carry. Abnar and Zuidema, §3.</summary>
internal sealed class AttentionFlowMap(HeadFusion fusion, TokenRow row) : AttentionAggregator(row)
{
    protected override TokenRelevance Relevance(ImmutableArray<AttentionMap> maps, ReadRows read)
    {
        var flow = new LayeredFlow([.. OneStream(maps).Reverse().Select(map => map.Fused(fusion).WithResidual())]);
        return new([.. Enumerable.Range(0, maps[0].Keys).Select(token => flow.To(token, read.Weights))], maps[0].Grid);
    }
}

/// <summary>Generic attention explainability: relevance follows self- and cross-attention from the first block to the last.</summary>
internal sealed class GenericAttentionMap(TokenRow row) : AttentionAggregator(row)
{
    protected override TokenRelevance Relevance(ImmutableArray<AttentionMap> maps, ReadRows read)
    {
        var sizes = SizesOf(SameTokens(maps));
        return sizes.Count == 1 ? OfOneStream(maps, read) : OfStreams(maps, sizes, read);
    }

    /// <summary>v·(I + Ā_L) … (I + Ā_1) is the row of R ← R + Ā R without the matrix; less the token itself.</summary>
    private static TokenRelevance OfOneStream(ImmutableArray<AttentionMap> maps, ReadRows read)
    {
        double[] relevance = read.Weights;
        foreach (var map in maps.Reverse())
        {
            double[] gained = map.PositiveContribution().After(relevance);
            relevance = [.. relevance.Zip(gained, (one, other) => one + other)];
        }

        return new([.. relevance.Zip(read.Weights, (one, self) => one - self)], maps[0].Grid);
    }

    private static TokenRelevance OfStreams(ImmutableArray<AttentionMap> maps, Dictionary<int, int> sizes, ReadRows read)
    {
        var streams = new RelevanceStreams(sizes);
        foreach (var map in maps)
        {
            if (map.Block.IsSelf)
            {
                streams.Attend(map.Block.QueryStream, map.PositiveContribution());
            }
            else
            {
                streams.Attend(map.Block.QueryStream, map.Block.KeyStream, map.PositiveContribution());
            }
        }

        int asking = maps[^1].Block.QueryStream;
        var shown = maps.Where(map => streams.Of(asking, map.Block.KeyStream) is not null).OrderByDescending(map => Fits(map, asking)).First();
        double[] relevance = streams.Of(asking, shown.Block.KeyStream)?.After(read.Weights) ?? [];
        return new(shown.Block.KeyStream == asking ? [.. relevance.Zip(read.Weights, (one, self) => one - self)] : relevance, shown.Grid);
    }

    /// <summary>The stream of the explained input is shown: the picture's places, or as many tokens as were given; of two, the one that is looked at from another.</summary>
    private static int Fits(AttentionMap map, int asking) =>
        (map.Grid is not null || (map.Input.Layout.Sizes is [var tokens] && tokens == map.Keys) ? 2 : 0) + (map.Block.KeyStream != asking ? 1 : 0);
}

/// <summary>Transformer attribution: the rows of Ē_L … Ē_1 with Ē = I + E_h (∇A ⊙ R)⁺.</summary>
internal sealed class TransformerAttributionMap(bool normalize, int startBlock, TokenRow row) : AttentionAggregator(row)
{
    protected override TokenRelevance Relevance(ImmutableArray<AttentionMap> maps, ReadRows read)
    {
        double[] relevance = read.Weights;
        foreach (var map in From(startBlock, OneStream(maps)).Reverse())
        {
            var mixed = map.PositiveRelevance().Plus(TokenMatrix.Identity(map.Queries));
            relevance = (normalize ? mixed.WithUnitRows() : mixed).After(relevance);
        }

        return new(relevance, maps[0].Grid);
    }
}
