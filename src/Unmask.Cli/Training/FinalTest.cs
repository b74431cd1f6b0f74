using Unmask.Cli.Views;
using Unmask.Graphs;
using Unmask.Training;

namespace Unmask.Cli.Training;

/// <summary>A finished model on pictures that nothing was chosen by.</summary>
internal static class FinalTest
{
    /// <summary>Tries it; <c>null</c> when there are no such pictures.</summary>
    public static ClassifierTest? Of(Graph network, LabelledPictures pictures, int threads, ExplainProgress progress, CancellationToken cancel)
    {
        if (pictures.Test.IsEmpty)
        {
            return null;
        }

        using var model = Model.FromGraph(network);
        ClassifierTest? test = null;
        progress.Run(0, 1, steps => test = ClassifierTest.Run(model, pictures.Classes, pictures.Test, threads, steps, cancel));
        return test;
    }
}
