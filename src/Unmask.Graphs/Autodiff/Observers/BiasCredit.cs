using System.Globalization;

namespace Unmask.Graphs;

/// <summary>
/// Bias attribution: the biases of all layers, handed back to the elements of the input. A second quantity walks beside the multiplier, the credit β of each unit: a unit
/// passes it on to what it is made of, in parts that add up to 1, and each node adds what its own bias adds to the score. Wang et al., «Bias Also Matters», alg. 1.
/// </summary>
/// <param name="exponent">A unit's inputs share in proportion to |W x| to this power: 1 in proportion, 0 alike among the active.</param>
/// <param name="temperature">They share by a softmax of |W x| at this temperature instead; <c>null</c>: they do not.</param>
internal sealed class BiasCredit(double exponent, double? temperature = null) : WalkObservation
{
    public override string Key => string.Create(CultureInfo.InvariantCulture, $"bias credit {exponent} {temperature}");

    public override IReadOnlyList<string> Outputs { get; } = ["bias_credit"];

    internal override IWalkObserver Begin(Emitter emitter, string cut) => new Observer(exponent, temperature is { } given ? new SoftmaxShares(given) : null, emitter.Value(cut));

    private sealed class Observer(double exponent, SoftmaxShares? softmax, Expression cut) : IWalkObserver
    {
        private readonly Dictionary<string, Expression> _credits = new(StringComparer.Ordinal);

        public void Visited(Backward node, RuleRow row)
        {
            if (row.Kind is RuleKind.Composite or RuleKind.Zero)
            {
                throw Refuse(node);
            }

            var own = BiasTerm.At(node, row);
            var received = _credits.TryGetValue(node.Node.Outputs[0], out var credit) ? credit : (Expression?)null;
            if ((own is { } added ? received is { } before ? before + added : added : received) is not { } total)
            {
                return;
            }

            foreach (var (input, part) in Parts(node, row, total))
            {
                string name = node.Node.Inputs[input];
                _credits[name] = _credits.TryGetValue(name, out var there) ? there + part : part;
            }
        }

        public IReadOnlyList<Expression> Finish() => [_credits.TryGetValue(cut.Name, out var credit) ? credit : cut.Zeros()];

        private IEnumerable<(int Input, Expression Part)> Parts(Backward node, RuleRow row, Expression total)
        {
            int[] followed = [.. BiasTerm.Followed(node)];
            if (BiasTerm.IsByElement(node.Node, row))
            {
                bool alike = followed.All(input => BiasTerm.SameShape(node.X(input), node.Y()));
                return alike && followed is [var only] ? [(only, total)]
                    : alike && followed.Length > 1 && (node.Node.OpType is "Add" or "Sum" or "Sub") ? Shared(node, followed, total)
                    : throw Refuse(node);
            }

            return node.Node.Is("Pad") ? [(0, Unpadded(node, row, total))]
                : row.Kind is RuleKind.Select or RuleKind.Choose && node.Node.Outputs.Length == 1 ? followed.Select(input => (input, node.Transpose(row, input, total)))
                : followed is [var one] && (row.Kind == RuleKind.Linear || node.Node.OpType == "MatMul") ? [(one, softmax?.Through(node, row, one, total) ?? Weighed(node, row, one, total))]
                : throw Refuse(node);
        }

        private static UnsupportedOperatorException Refuse(Backward node) => node.Refuse(
            "Bias attribution is for networks that are linear piece by piece, of convolutions, dense layers, rectifiers and pools; it cannot hand the bias through {op}");

        /// <summary>What padding received goes back to all that was padded, alike.</summary>
        private static Expression Unpadded(Backward node, RuleRow row, Expression total)
        {
            var kept = node.Transpose(row, 0, total);
            int[] axes = [.. Enumerable.Range(1, node.RankOf(0) - 1)];
            long[] own = [.. axes.Select(axis => (long)axis)];
            return kept + ((total.Sum(own) - kept.Sum(own)) / kept.CountAlong(axes, kept.Element));
        }

        /// <summary>The summands of one unit.</summary>
        private IEnumerable<(int Input, Expression Part)> Shared(Backward node, int[] inputs, Expression total)
        {
            Expression[] operands = [.. inputs.Select(input => node.X(input))], sizes = softmax?.Sizes(operands) ?? [.. operands.Select(Power)];
            var sum = sizes.Aggregate((a, b) => a + b);
            var idle = sum.Is(0);
            return inputs.Select((input, i) => (input, total * (sizes[i] / sum.Where(!idle, 1)).Where(!idle, 1.0 / inputs.Length)));
        }

        /// <summary>β_q = Σ_p β_p |W_pq x_q|ʳ ÷ Σ_q′ |W_pq′ x_q′|ʳ; a unit all of whose inputs are 0 shares alike, or the sum would leak.</summary>
        private Expression Weighed(Backward node, RuleRow row, int input, Expression total)
        {
            var (value, weights) = (Power(node.X(input)), Operands(node, input, Power));
            var sum = Forward(node, input, value, weights);
            var idle = sum.Is(0);
            var part = value * node.Transpose(row, input, (total / sum.Where(!idle, 1)).Where(!idle, 0), Substitutes(input, value, weights));
            var (ones, alike) = (node.X(input).Zeros() + 1, Operands(node, input, static weight => weight.Zeros() + 1));
            return part + node.Transpose(row, input, (total / Forward(node, input, ones, alike)).Where(idle, 0), Substitutes(input, ones, alike));
        }

        /// <summary>The weights among the other operands, changed; what tells axes and sizes stays. The bias of a layer is no operand here.</summary>
        private static Expression?[] Operands(Backward node, int data, Func<Expression, Expression> change)
        {
            int count = node.Node.OpType is "Conv" or "ConvTranspose" or "Gemm" ? 2 : node.Node.Inputs.Length;
            return [.. Enumerable.Range(0, count).Select(i => i != data && node.Has(i) && node.X(i).Element.IsFloat() ? change(node.X(i)) : (Expression?)null)];
        }

        private static Expression?[] Substitutes(int data, Expression value, Expression?[] operands) => [.. operands.Select((operand, i) => i == data ? value : operand)];

        private static Expression Forward(Backward node, int data, Expression value, Expression?[] operands) =>
            node.Forward([.. operands.Select((operand, i) => i == data ? value : operand ?? node.X(i))]);

        private Expression Power(Expression value) => exponent switch
        {
            1 => value.Abs(),
            0 => (value.Zeros() + 1).Where(!value.Is(0), 0),
            _ => value.Abs().Pow(exponent),
        };
    }
}
