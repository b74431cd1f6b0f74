using Unmask.Training;

namespace Unmask;

/// <summary>An optimiser of weights, one state a problem.</summary>
internal sealed record DescentSolver(Optimizer Optimizer, LearningRate Rate) : MaskSolver
{
    internal override MaskDescent Start(int problems, int length, int steps) => new State(Optimizer, Rate, problems, length, steps);

    private sealed class State(Optimizer optimizer, LearningRate rate, int problems, int length, int steps) : MaskDescent
    {
        private readonly float[][] _first = Slots(problems, optimizer.Slots > 0 ? length : 0), _second = Slots(problems, optimizer.Slots > 1 ? length : 0);

        public override void Step(DescentStep step)
        {
            foreach (int problem in step.Active)
            {
                var update = new UpdateStep(rate.At(step.Number, steps), 0, step.Number + 1);
                optimizer.Update(step.Parameters[problem], step.Gradients[problem], _first[problem], _second[problem], update);
                step.Confine(problem, step.Parameters[problem]);
            }
        }

        private static float[][] Slots(int problems, int length) => [.. Enumerable.Range(0, problems).Select(_ => new float[length])];
    }
}
