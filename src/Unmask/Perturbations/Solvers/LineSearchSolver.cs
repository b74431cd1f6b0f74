using System.Numerics.Tensors;

namespace Unmask;

/// <summary>Steepest descent with Armijo's rule; the problems that still search are asked about together.</summary>
internal sealed record LineSearchSolver(ArmijoRule Rule) : MaskSolver
{
    internal override MaskDescent Start(int problems, int length, int steps) => new State(Rule);

    private sealed class State(ArmijoRule rule) : MaskDescent
    {
        public override void Step(DescentStep step)
        {
            int[] searching = [.. step.Active];
            double[] before = step.Now(searching, rule.OfMask);
            double[] promised = [.. searching.Select(problem => (double)TensorPrimitives.SumOfSquares<float>(step.Gradients[problem]))];
            for (double size = rule.Step; searching.Length > 0 && size >= rule.Floor; size *= rule.Shrink)
            {
                double tried = size;
                float[][] candidates = [.. searching.Select(problem => Candidate(step, problem, tried))];
                double[] after = step.Objectives(searching, candidates, rule.OfMask);
                bool[] falls = [.. searching.Select((_, i) => after[i] <= before[i] - (rule.Share * tried * promised[i]) && after[i] < before[i])];
                for (int i = 0; i < searching.Length; i++)
                {
                    if (falls[i])
                    {
                        candidates[i].CopyTo(step.Parameters[searching[i]].AsSpan());
                    }
                }

                before = [.. before.Where((_, i) => !falls[i])];
                promised = [.. promised.Where((_, i) => !falls[i])];
                searching = [.. searching.Where((_, i) => !falls[i])];
            }

            // With noise another step may find what this one did not.
            foreach (int problem in step.Repeats ? searching : [])
            {
                step.Stop(problem, "no step along the gradient lowers the objective");
            }
        }

        private static float[] Candidate(DescentStep step, int problem, double size)
        {
            float[] candidate = new float[step.Parameters[problem].Length];
            TensorPrimitives.MultiplyAdd(step.Gradients[problem], (float)-size, step.Parameters[problem], candidate);
            step.Confine(problem, candidate);
            return candidate;
        }
    }
}
