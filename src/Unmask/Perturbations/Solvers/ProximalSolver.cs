using System.Numerics.Tensors;
using Unmask.Training;

namespace Unmask;

/// <summary>Nesterov's gradient; with β &gt; 0 followed by a shrinking step (FISTA).</summary>
internal sealed record ProximalSolver(LearningRate Rate, double Beta, float Toward, bool WholeBeta) : MaskSolver
{
    internal override double Price(ReadOnlySpan<float> parameters)
    {
        double sum = 0;
        for (int i = 0; Beta > 0 && i < parameters.Length; i++)
        {
            sum += Math.Abs(parameters[i] - Toward);
        }

        return Beta * sum;
    }

    internal override MaskDescent Start(int problems, int length, int steps) => new State(this, problems, steps);

    private sealed class State(ProximalSolver solver, int problems, int steps) : MaskDescent
    {
        // The points to which the steps lead, before they are carried on.
        private readonly float[]?[] _reached = new float[problems][];

        public override void Step(DescentStep step)
        {
            double rate = solver.Rate.At(step.Number, steps);
            foreach (int problem in step.Active)
            {
                float[] parameters = step.Parameters[problem];
                float[] before = _reached[problem] ?? [.. parameters], reached = new float[parameters.Length];
                // θ ← shrink(y − η∇, ηβ); y ← θ + t/(t + 3)·(θ − θ before).
                TensorPrimitives.MultiplyAdd(step.Gradients[problem], (float)-rate, parameters, reached);
                Shrink(reached, (float)((solver.WholeBeta ? 1 : rate) * solver.Beta));
                step.Confine(problem, reached);
                float carried = step.Number / (step.Number + 3f);
                for (int i = 0; i < parameters.Length; i++)
                {
                    parameters[i] = reached[i] + (carried * (reached[i] - before[i]));
                }

                step.Confine(problem, parameters);
                _reached[problem] = reached;
            }
        }

        public override float[] Result(int problem, float[] parameters) => _reached[problem] ?? parameters;

        private void Shrink(float[] values, float by)
        {
            for (int i = 0; by > 0 && i < values.Length; i++)
            {
                float apart = values[i] - solver.Toward;
                values[i] = solver.Toward + (Math.Sign(apart) * Math.Max(0, Math.Abs(apart) - by));
            }
        }
    }
}
