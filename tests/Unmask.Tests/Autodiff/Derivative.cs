using Unmask.Graphs;
using Unmask.Runtime;
using Unmask.Tests.Support;

namespace Unmask.Tests.Autodiff;

/// <summary>Derivatives through programs, and the same by differences.</summary>
internal static class Derivative
{
    /// <summary>Runs a program: the target, then the multiplier of each cut.</summary>
    public static IReadOnlyList<TensorData> Run(GradientProgram program, IReadOnlyDictionary<string, TensorData> inputs, TensorData? seed, bool optimize = true)
    {
        Verifier.ThrowIfInvalid(program.Graph);
        using var session = Session.FromGraph(program.Graph, new SessionOptions { Optimize = optimize });
        var feeds = inputs.Where(input => session.Inputs.Any(there => there.Name == input.Key)).ToDictionary(input => input.Key, input => input.Value);
        if (session.Inputs.Any(input => input.Name == program.Seed))
        {
            feeds[program.Seed] = seed ?? throw new ArgumentNullException(nameof(seed));
        }

        return session.Run(feeds, [program.Target, .. program.Multipliers]);
    }

    /// <summary>
    /// Compares ⟨vᵀJ, u⟩ with ⟨v, (f(x + hu) − f(x − hu))/2h⟩ for random v and u, where u changes all cuts at once. Both are divided by the size of
    /// the terms that are added, so that the tolerance means the same for every operator.
    /// </summary>
    /// <returns>The relative difference.</returns>
    public static double Error(Graph graph, string target, IReadOnlyDictionary<string, TensorData> inputs, double h, params string[] cuts) =>
        Error(graph, target, inputs, h, cuts, cuts);

    /// <summary>The same where inputs may move of which the target is said not to depend.</summary>
    public static double Error(Graph graph, string target, IReadOnlyDictionary<string, TensorData> inputs, double h, string[] moved, string[] cuts)
    {
        var program = Gradient.Build(graph, target, cuts);
        Verifier.ThrowIfInvalid(program.Graph);
        using var forward = Session.FromGraph(ExposeValues.Run(graph with { Outputs = [] }, [target]), new SessionOptions { Lower = false });
        var seed = Random(forward.Run(inputs)[0], 7);
        var multipliers = Run(program, inputs, seed);
        var directions = moved.Select((cut, i) => (cut, u: Random(inputs[cut], 11 + (ulong)i))).ToDictionary(pair => pair.cut, pair => pair.u);
        float[] ahead = Moved(h), behind = Moved(-h);
        double byDifference = 0, size = 0;
        for (int i = 0; i < ahead.Length; i++)
        {
            double term = seed.AsSpan<float>()[i] * ((double)ahead[i] - behind[i]) / (2 * h);
            (byDifference, size) = (byDifference + term, size + (term * term));
        }

        double byProgram = 0;
        for (int i = 0; i < cuts.Length; i++)
        {
            Assert.Equal(inputs[cuts[i]].ToString(), multipliers[i + 1].ToString());
            var m = multipliers[i + 1].AsSpan<float>();
            var u = directions[cuts[i]].AsSpan<float>();
            for (int k = 0; k < m.Length; k++)
            {
                byProgram += (double)m[k] * u[k];
            }
        }

        return Math.Abs(byProgram - byDifference) / Math.Max(Math.Sqrt(size), 1e-6);

        float[] Moved(double by)
        {
            var there = inputs.ToDictionary(input => input.Key, input => directions.TryGetValue(input.Key, out var u) ? Plus(input.Value, u, by) : input.Value);
            return forward.Run(there)[0].AsSpan<float>().ToArray();
        }
    }

    /// <summary>Random values in [−1, 1) of a tensor's shape.</summary>
    public static TensorData Random(TensorData like, ulong seed) => TensorData.Adopt(LinearModels.Values((int)like.Count, seed), [.. like.Dimensions]);

    private static TensorData Plus(TensorData x, TensorData u, double factor)
    {
        float[] sum = x.AsSpan<float>().ToArray();
        for (int i = 0; i < sum.Length; i++)
        {
            sum[i] += (float)(factor * u.AsSpan<float>()[i]);
        }

        return TensorData.Adopt(sum, [.. x.Dimensions]);
    }
}
