using Unmask.Tests.Support;
using Unmask.Tests.WhiteBox;

namespace Unmask.Tests.Perturbations;

/// <summary>The same optimisation gives the same bits, however busy the machine is and wherever its memory lies.</summary>
[Trait("Category", "Slow")]
public sealed class RepeatedRunTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Runs_beside_each_other_have_the_bits_of_one_alone(int areas)
    {
        float[] expected = Run(areas);
        float[][] found = new float[6][];
        var threads = Enumerable.Range(0, found.Length).Select(index => new Thread(() => found[index] = Run(areas))).ToList();
        threads.ForEach(thread => thread.Start());
        // Arrays of odd lengths, so that later ones lie at other places.
        for (int i = 1; threads.Exists(thread => thread.IsAlive); i++)
        {
            GC.KeepAlive(new float[(i * 37 % 1000) + 1]);
            if (i % 5000 == 0)
            {
                GC.Collect();
                Thread.Sleep(1);
            }
        }

        Assert.All(found, own => Assert.Equal(expected, own));
    }

    private static float[] Run(int areas)
    {
        using var model = SmallNets.Load(biases: true);
        var options = new ExtremalPerturbationOptions { Area = areas == 1 ? [0.2] : [0.1, 0.3], NodeStep = 4, Sigma = 8, Steps = 10, Start = MaskStart.Random };
        var masks = new ExtremalPerturbation(model, options).Explain(SmallNets.Input(model), Target.Class(1)).Diagnostics.Optimized;
        return [.. masks.SelectMany(mask => mask.Parameters.Concat(mask.Mask).Concat(mask.History.Select(value => (float)value)))];
    }
}
