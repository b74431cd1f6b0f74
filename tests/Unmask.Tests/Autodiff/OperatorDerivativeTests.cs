using Unmask.Graphs;
using Unmask.Runtime;

namespace Unmask.Tests.Autodiff;

/// <summary>Every row of the derivative table against central differences in a random direction of all inputs at once, weights included.</summary>
[Trait("Category", "Slow")]
public sealed class OperatorDerivativeTests
{
    [Fact]
    public void Operators_with_known_sizes() => AssertAll(OperatorCases.All, Sizes.All);

    [Fact]
    public void Operators_with_a_symbolic_batch() => AssertAll(OperatorCases.All, Sizes.Batch);

    [Fact]
    public void Operators_without_any_known_size() => AssertAll(OperatorCases.All.Where(test => test.AnySize), Sizes.None);

    [Fact]
    public void Broadcasting_with_known_sizes() => AssertAll(OperatorCases.Broadcasting, Sizes.All);

    [Fact]
    public void Broadcasting_without_any_known_size() => AssertAll(OperatorCases.Broadcasting, Sizes.None);

    [Fact]
    public void What_needs_sizes_says_so_instead_of_answering()
    {
        foreach (var test in OperatorCases.All.Where(test => !test.AnySize))
        {
            var graph = test.Graph(Sizes.None);
            var problem = Record.Exception(() => Gradient.Build(graph, graph.Outputs[0].Name, ["x0"]));
            Assert.True(problem is UnsupportedOperatorException && problem.Message.Contains("known before the run", StringComparison.Ordinal)
                || problem?.Message.Contains("state the shape", StringComparison.Ordinal) == true, $"{test}: {problem?.Message ?? "no error"}");
        }
    }

    private static void AssertAll(IEnumerable<OperatorCase> cases, Sizes sizes)
    {
        var wrong = new List<string>();
        int count = 0;
        foreach (var test in cases)
        {
            count++;
            if (Problem(test, sizes) is { } problem)
            {
                wrong.Add($"{test}: {problem}");
            }
        }

        Assert.True(wrong.Count == 0, $"{wrong.Count} of {count} wrong:\n{string.Join('\n', wrong)}");
    }

    private static string? Problem(OperatorCase test, Sizes sizes)
    {
        try
        {
            var graph = test.Graph(sizes);
            double error = Derivative.Error(graph, graph.Outputs[0].Name, test.Inputs(), test.Step, [.. test.Inputs().Keys]);
            return error <= test.Tolerance ? null : $"differs by {error:g3}";
        }
        catch (Exception problem) when (problem is UnmaskException or InvalidOperationException or ArgumentException or NullReferenceException or IndexOutOfRangeException)
        {
            return problem.Message;
        }
    }
}
