namespace Unmask.Graphs;

/// <summary>
/// Normalisations. With x̂ = (x − μ)·r and r = 1/σ over some axes, and ĝ = dy·γ: dx = r(ĝ − mean ĝ − x̂·mean(ĝx̂)) over the same axes.
/// </summary>
internal static class NormalizationRules
{
    public static void AddTo(RuleTable table) => table
        .Linear("BatchNormalization", BatchNormalization)
        .Composite("LayerNormalization", LayerNormalization)
        .Composite("RMSNormalization", RootMeanSquare)
        .Composite("InstanceNormalization", InstanceNormalization)
        .Composite("MeanVarianceNormalization", MeanVariance)
        .Composite("LpNormalization", LpNormalization)
        .Composite("LRN", LocalResponse)
        .Decomposed("GroupNormalization");

    private static void BatchNormalization(Backward b)
    {
        int rank = b.RankOf(0);
        if (b.Node.Int("training_mode", 0) != 0)
        {
            if (b.Node.Outputs.Length > 2 && b.Node.Float("momentum", 0.9f) == 0)
            {
                OverBatch(b, rank);
                return;
            }

            PerChannel(b, [.. Enumerable.Range(0, rank).Where(axis => axis != 1).Select(axis => (long)axis)]);
            return;
        }

        var r = (b.X(4) + b.Node.Float("epsilon", 1e-5f)).Sqrt().Reciprocal();
        b.Flow(0, b => b.Dy() * AlongChannels(b.X(1) * r, rank));
        b.Flow(1, b => ChannelSum(b.Dy() * (b.X(0) - AlongChannels(b.X(3), rank))) * r);
        b.Flow(2, b => ChannelSum(b.Dy()));
        b.Flow(3, b => -(ChannelSum(b.Dy()) * b.X(1) * r));
        b.Flow(4, b => -0.5 * ChannelSum(b.Dy() * (b.X(0) - AlongChannels(b.X(3), rank))) * b.X(1) * r * r * r);
    }

    // With momentum 0 the operator returns the batch's own mean and variance. With s₁ = Σ dy and s₂ = Σ dy·x̂ of each channel, which are the multipliers of offset and
    // scale, dx = γr(dy − s₁/n − x̂·s₂/n). What stands behind dy is a normalisation of x with another scale and offset: the operator itself, in one pass over the tensor.
    private static void OverBatch(Backward b, int rank)
    {
        var r = (b.Y(2) + b.Node.Float("epsilon", 1e-5f)).Sqrt().Reciprocal();
        var centred = b.X(0) - AlongChannels(b.Y(1), rank);
        var count = b.X(0).CountAlong(Enumerable.Range(0, rank).Where(axis => axis != 1), b.X(0).Element);
        var offset = ChannelSum(b.Dy());
        var scale = ChannelSum(b.Dy() * centred) * r;
        b.Flow(0, b =>
        {
            var factor = b.X(1) * r;
            var share = -(factor / count);
            var rest = b.Emitter.Add("BatchNormalization", [b.X(0), share * scale, share * offset, b.Y(1), b.Y(2)], ("epsilon", b.Node.Float("epsilon", 1e-5f)));
            return (b.Dy() * AlongChannels(factor, rank)) + rest;
        });
        b.Flow(1, scale);
        b.Flow(2, offset);
        if (b.HasDy(1) || b.HasDy(2))
        {
            // ∂μ/∂x = 1/n, ∂σ²/∂x = 2(x − μ)/n.
            b.Flow(0, b => (AlongChannels(b.Dy(1), rank) + (2.0 * centred * AlongChannels(b.Dy(2), rank))) / count);
        }
    }

    private static void InstanceNormalization(Backward b) =>
        PerChannel(b, [.. Enumerable.Range(2, b.RankOf(0) - 2).Select(axis => (long)axis)]);

    /// <summary>Statistics of the input itself over some axes, scale and offset by channel.</summary>
    private static void PerChannel(Backward b, long[] axes)
    {
        var (x, r) = Standardized(b.X(0), axes, b.Node.Float("epsilon", 1e-5f));
        b.Flow(0, b => Normalized(b.Dy() * AlongChannels(b.X(1), b.RankOf(0)), x, r, axes));
        b.Flow(1, b => ChannelSum(b.Dy() * x));
        b.Flow(2, static b => ChannelSum(b.Dy()));
    }

    // The operator itself returns mean and 1/σ when asked; they may have multipliers of their own (second derivatives).
    private static void LayerNormalization(Backward b)
    {
        int rank = b.RankOf(0);
        long[] axes = [.. Enumerable.Range(b.Axis(-1, rank), rank - b.Axis(-1, rank)).Select(axis => (long)axis)];
        var element = b.X(0).Element;
        var r = b.Y(2).Cast(element);
        var centred = b.X(0) - b.Y(1).Cast(element);
        var x = centred * r;
        b.Flow(0, b => Normalized(b.Dy() * b.X(1), x, r, axes));
        if (b.HasDy(1) || b.HasDy(2))
        {
            // ∂μ/∂x = 1/n, ∂r/∂x = −r³(x − μ)/n.
            b.Flow(0, b => ((b.Dy(1).Cast(element) - (b.Dy(2).Cast(element) * r * r * x)) / b.X(0).CountAlong(axes.Select(axis => (int)axis), element)).ExpandLike(b.X(0)));
        }

        b.FlowSummed(1, b => b.Dy() * x);
        b.FlowSummed(2, static b => b.Dy());
    }

    // y = γx·r, r = (mean x² + ε)^−½: dx = r(ĝ − x̂·mean(ĝx̂)).
    private static void RootMeanSquare(Backward b)
    {
        int rank = b.RankOf(0);
        long[] axes = [.. Enumerable.Range(b.Axis(-1, rank), rank - b.Axis(-1, rank)).Select(axis => (long)axis)];
        var r = ((b.X(0) * b.X(0)).Mean(axes) + b.Node.Float("epsilon", 1e-5f)).Sqrt().Reciprocal();
        var x = b.X(0) * r;
        b.Flow(0, b => r * ((b.Dy() * b.X(1)) - (x * (b.Dy() * b.X(1) * x).Mean(axes))));
        b.FlowSummed(1, b => b.Dy() * x);
    }

    private static void MeanVariance(Backward b)
    {
        long[] axes = b.Node.Ints("axes")?.ToArray() ?? [0, 2, 3];
        var (x, r) = Standardized(b.X(0), axes, 0);
        b.Flow(0, b => Normalized(b.Dy(), x, r, axes));
    }

    // y = x/‖x‖ₚ: dx = (dy − (∂‖x‖/∂x)·Σ(dy·y))/‖x‖. Where the norm is 0 the operator gives 0.
    private static void LpNormalization(Backward b) => b.Flow(0, static b =>
    {
        long[] axis = [b.Node.Int("axis", -1)];
        bool first = b.Node.Int("p", 2) == 1;
        var norm = first ? b.X(0).Abs().Sum(axis) : (b.X(0) * b.X(0)).Sum(axis).Sqrt();
        var slope = first ? b.X(0).Sign() : b.Y();
        return (b.Dy() - (slope * (b.Dy() * b.Y()).Sum(axis))).Where(norm > 0) / Expression.Emit("Where", norm > 0, norm, 1);
    });

    // S = k + (α/n)·Σ x² over a window of channels, y = x·S^−β: dx = dy·S^−β − (2αβ/n)·x·Σ(dy·y/S) over the window, mirrored.
    private static void LocalResponse(Backward b) => b.Flow(0, static b =>
    {
        long size = b.Node.Int("size", 1);
        float alpha = b.Node.Float("alpha", 1e-4f), beta = b.Node.Float("beta", 0.75f);
        long before = (size - 1) / 2;
        var s = b.Node.Float("bias", 1f) + (OverChannels(b.X(0) * b.X(0), before, size - 1 - before) * (alpha / size));
        return (b.Dy() * s.Pow(-beta)) - (2.0 * alpha * beta / size * b.X(0) * OverChannels(b.Dy() * b.Y() / s, size - 1 - before, before));
    });

    // A sum over neighbouring channels: differences of a running sum would lose digits, so the channels become an axis that a kernel of ones slides over.
    public static Expression OverChannels(Expression x, long before, long after)
    {
        var emitter = x.Owner;
        var rows = x.Reshape(Expression.Join(0, x.SizeOf(0), emitter.Integers(1), x.SizeOf(1), emitter.Integers(-1)));
        float[] ones = new float[before + after + 1];
        Array.Fill(ones, 1f);
        var kernel = emitter.Constant(TensorData.Adopt(ones, 1, 1, ones.Length, 1), "ones").Cast(x.Element);
        return emitter.Add("Conv", [rows, kernel], ("pads", (long[])[before, 0, after, 0])).ReshapeLike(x);
    }

    private static (Expression X, Expression R) Standardized(Expression x, long[] axes, float epsilon)
    {
        var centred = x - x.Mean(axes);
        var r = ((centred * centred).Mean(axes) + epsilon).Sqrt().Reciprocal();
        return (centred * r, r);
    }

    private static Expression Normalized(Expression g, Expression x, Expression r, long[] axes) => r * (g - g.Mean(axes) - (x * (g * x).Mean(axes)));

    private static Expression AlongChannels(Expression perChannel, int rank) =>
        rank <= 2 ? perChannel : perChannel.Reshape([-1, .. Enumerable.Repeat(1L, rank - 2)]);

    private static Expression ChannelSum(Expression x) =>
        x.Sum([.. Enumerable.Range(0, x.Rank ?? 4).Where(axis => axis != 1).Select(axis => (long)axis)], keep: false);
}
