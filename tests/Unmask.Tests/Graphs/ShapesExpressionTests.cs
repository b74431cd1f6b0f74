using FsCheck;
using FsCheck.Fluent;
using Unmask.Graphs;

namespace Unmask.Tests.Graphs;

public sealed class ShapesExpressionTests
{
    private static readonly SizeExpression H = SizeExpression.Named("H");
    private static readonly SizeExpression N = SizeExpression.Named("N");

    [Fact]
    public void Expressions_are_canonical()
    {
        Assert.Equal("64*H*N - 1", ((N * H * 64) - 1).ToString());
        Assert.Equal(N * (H + 2), (N * H) + N + N);
        Assert.Equal("0", (N - N).ToString());
        Assert.Equal(7, ((N + 7) - N).Constant);
    }

    [Fact]
    public void Two_ways_to_halve_a_size_have_one_name()
    {
        // A 3×3 window with padding 1 and a 1×1 window, both with stride 2.
        Assert.Equal((H - 1).FloorDivide(2) + 1, (H + 2 - 3).FloorDivide(2) + 1);
        Assert.Equal("floor((H + 1)/2)", ((H - 1).FloorDivide(2) + 1).ToString());
        Assert.Equal("floor((H + 3)/4)", ((H + 1).FloorDivide(2) + 1).FloorDivide(2).ToString());
        Assert.Equal("floor(H/2)", (H * 2).FloorDivide(4).ToString());
        Assert.Equal("H", (H * 4).FloorDivide(4).ToString());
    }

    [Fact]
    public void Exact_division_is_exact_or_nothing()
    {
        Assert.Equal(N, ((N * H * 64) + (N * 64)).DivideExactly((H + 1) * 64));
        Assert.Null((N * H * 64).DivideExactly(128));
        Assert.Null((N * H).DivideExactly(N + 1));
        Assert.Null(N.DivideExactly(0));
    }

    [Fact]
    public void Bounds_hold_for_the_smallest_symbols()
    {
        Assert.Equal(3, ((N * 2) + 3).LowerBound());
        Assert.Equal(5, ((N * 2) + 3).LowerBound(symbolMinimum: 1));
        Assert.Null((3 - N).LowerBound());
        Assert.Equal(-1, (H.FloorDivide(2) - 1).LowerBound(symbolMinimum: 1));
    }

    [Fact]
    public void A_random_calculation_with_symbols_gives_the_number_that_it_gives_with_sizes()
    {
        var steps = Gen.ListOf(Gen.Zip(Gen.Choose(0, 6), Gen.Choose(1, 9)));
        Prop.ForAll(steps.ToArbitrary(), Gen.Zip(Gen.Choose(1, 50), Gen.Choose(1, 50)).ToArbitrary(), (list, sizes) =>
        {
            var expression = H;
            long number = sizes.Item1;
            var others = (Symbolic: N, Numeric: (long)sizes.Item2);
            foreach (var (step, operand) in list.Take(8))
            {
                (expression, number) = Apply(step, operand, expression, number, others);
            }

            long evaluated = ShapesText.Evaluate(expression.ToString(), new Dictionary<string, long> { ["H"] = sizes.Item1, ["N"] = sizes.Item2 });
            return (evaluated == number && !(expression.LowerBound(1) > number)).Label($"{expression} is {evaluated}, not {number}");
        }).QuickCheckThrowOnFailure();
    }

    private static (SizeExpression Symbolic, long Numeric) Apply(int step, int operand, SizeExpression x, long number, (SizeExpression Symbolic, long Numeric) other) =>
        step switch
        {
            0 => (x + operand, number + operand),
            1 => (x - operand, number - operand),
            2 => (x * operand, number * operand),
            3 => (x.FloorDivide(operand), (long)Math.Floor((decimal)number / operand)),
            4 => (x.CeilingDivide(operand), (long)Math.Ceiling((decimal)number / operand)),
            5 => (x + other.Symbolic, number + other.Numeric),
            _ => (x.TruncatingDivide(operand) ?? x, number / operand),
        };
}
