using System.Numerics.Tensors;
using Unmask.Probing;

namespace Unmask.Samples;

internal static class AnyFunction
{
    public static void Run(SampleFiles files)
    {
        // <snippet>
        using var model = Model.FromFunction(CallTheService, new InputLayout(AxisOrder.ChannelsFirst, [3, 64, 64]), OutputKind.Probabilities);
        var why = new Rise(model, RiseOptions.Paper with { Masks = 500 }).Explain(Image.Load(files.Picture), Target.Class(0));
        // </snippet>
        Console.WriteLine($"{why.Target.Label}: {why.ScoreValue:f2}");
    }

    /// <summary>Stands for a remote service: two «probabilities» by how red the middle of the picture is.</summary>
    private static Tensor<float> CallTheService(Tensor<float> batch)
    {
        int items = (int)batch.Lengths[0];
        float[] probabilities = new float[items * 2];
        for (int item = 0; item < items; item++)
        {
            float red = 1 / (1 + MathF.Exp(-batch[item, 0, 32, 32]));
            (probabilities[item * 2], probabilities[(item * 2) + 1]) = (red, 1 - red);
        }

        return Tensor.Create(probabilities, [items, 2]);
    }
}
