using Unmask.Graphs;
using Unmask.Probing;

namespace Unmask.Tests.Perturbations;

/// <summary>Every method that optimises a perturbation, made from settings as the command line makes it.</summary>
public sealed class OptimizedSettingsTests
{
    [Theory]
    [InlineData(MeaningfulPerturbation.Id, "game=preservation steps=3 cells=4 start=ones mask-blur=1 jitter=2", 3)]
    [InlineData(ExtremalPerturbation.Id, "area=0.2,0.4 steps=3 node-step=3 sigma=4", 3)]
    [InlineData(IGos.Id, "steps=2 path-points=3 cells=4", 2)]
    [InlineData(IGosPlusPlus.Id, "steps=2 path-points=3 cells=4", 2)]
    [InlineData(FgVis.Id, "game=deletion steps=3 rounds=2 goal=0.01 defence=false infill=mean", 3)]
    [InlineData(FgVis.Id, "game=generation steps=3 rounds=2 rate=0.05 score=margin tolerance=0.01", 3)]
    [InlineData(ContrastiveExplanation.Id, "preset=code part=positive steps=3 rounds=2 kappa=0.1 infill=grey high=1 tolerance=0", 3)]
    [InlineData(ContrastiveExplanation.Id, "steps=3 rounds=2 only-adds=false beta=0.01 low=-3 tolerance=0", 3)]
    public void Settings_reach_the_recipe(string method, string settings, int steps)
    {
        using var model = Model.FromGraph(Autodiff.SmallNets.ConvNet("Relu"), new() { OutputKind = OutputKind.Logits, Preprocessing = Preprocessing.TensorFlow });
        var input = model.Prepare(TensorData.Adopt(Support.LinearModels.Values(243, 21), 1, 3, 9, 9))[0];
        KeyValuePair<string, string>[] pairs = [.. settings.Split(' ').Select(part => part.Split('=')).Select(part => KeyValuePair.Create(part[0], part[1]))];
        var explanation = Catalogue.Find(method).Create(model, pairs).Explain(input, [Target.Class(1)])[0];
        Assert.All(pairs, pair => Assert.Equal(pair.Value, explanation.Options[pair.Key]));
        Assert.All(explanation.Diagnostics.Optimized, mask => Assert.Equal(steps, mask.Steps));
        Assert.All(explanation.ToArray(), value => Assert.True(float.IsFinite(value)));
        Assert.Equal((9, 9), (explanation.ToMap().GetLength(0), explanation.ToMap().GetLength(1)));
        Assert.Equal(method, explanation.Method);
        Assert.True(explanation.Cost.BackwardPasses >= steps);
    }
}
