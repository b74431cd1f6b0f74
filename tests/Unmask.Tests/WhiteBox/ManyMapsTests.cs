using Unmask.Tests.Support;

namespace Unmask.Tests.WhiteBox;

/// <summary>What holds of all activation and bias methods: targets, batches, threads, progress, cancellation, cost.</summary>
public sealed class ManyMapsTests
{
    [Fact]
    public void Several_targets_at_once_are_each_alone_and_of_what_is_linear_in_the_score_a_contrast_is_the_difference()
    {
        using var model = SmallNets.Load(biases: true);
        var input = SmallNets.Input(model);
        IExplainer[] linear = [new Cam(model), new GradCam(model, null, CamFormula.HiResCam), new GradCam(model, null, CamFormula.XGradCam), new BiasAttribution(model)];
        foreach (var explainer in linear.Concat(Explainers(model)))
        {
            var together = explainer.Explain(input, [Target.Class(0), Target.Class(2), Target.Contrast(0, 2)]);
            Near.Equal(explainer.Explain(input, Target.Class(2)).ToArray(), together[1].ToArray(), 1e-4, explainer.Method);
            if (linear.Contains(explainer))
            {
                Near.Equal([.. together[0].ToArray().Zip(together[1].ToArray(), (one, other) => one - other)], together[2].ToArray(), 1e-4, $"{explainer.Method} contrast");
            }
        }
    }

    [Fact]
    public void Results_depend_neither_on_batches_nor_on_threads()
    {
        var whole = Maps(new() { Throughput = new() { Threads = 1, BatchSize = 64 } });
        var pieces = Maps(new() { Throughput = new() { Threads = 3, BatchSize = 2 } });
        foreach (var (one, other) in whole.Zip(pieces))
        {
            Near.Equal(one, other, 1e-4, "batches");
        }

        static List<float[]> Maps(ModelOptions options)
        {
            using var model = SmallNets.Load(biases: true, options);
            var input = SmallNets.Input(model);
            return [.. Explainers(model).SelectMany(explainer => explainer.Explain(input, [Target.Class(0), Target.Class(1)])).Select(explanation => explanation.ToArray())];
        }
    }

    [Fact]
    public void Progress_begins_at_0_never_falls_and_ends_at_its_total_and_cancellation_stops()
    {
        using var model = SmallNets.Load(biases: true);
        var input = SmallNets.Input(model);
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        foreach (var explainer in Explainers(model))
        {
            var steps = new List<Step>();
            explainer.Explain(input, [Target.Class(0)], new Collector(steps));
            Assert.Equal(0L, steps[0].Done);
            Assert.Equal(steps[^1].Total, steps[^1].Done);
            Assert.All(steps.Zip(steps.Skip(1)), pair => Assert.True(pair.First.Done <= pair.Second.Done && pair.First.Total == pair.Second.Total, explainer.Method));
            Assert.ThrowsAny<OperationCanceledException>(() => explainer.Explain(SmallNets.Input(model, seed: 7), [Target.Class(0)], null, cancelled.Token));
        }
    }

    [Fact]
    public void Weights_from_forward_passes_need_no_backward_pass_and_targets_share_them()
    {
        using var model = SmallNets.Load(biases: true);
        var both = new GradCam(model, null, CamFormula.AblationCam).Explain(SmallNets.Input(model), [Target.Class(0), Target.Class(1)]);
        Assert.All(both, explanation => Assert.Equal((SmallNets.Channels + 2L, 0L), (explanation.Cost.ForwardPasses, explanation.Cost.BackwardPasses)));
        var scored = new ScoreCam(model).Explain(SmallNets.Input(model), [Target.Class(0), Target.Class(1)]);
        Assert.All(scored, explanation => Assert.InRange(explanation.Cost.ForwardPasses, 3, SmallNets.Channels + 2));
        Assert.All(scored, explanation => Assert.Equal("zero", explanation.Infill));
    }

    private static IExplainer[] Explainers(Model model) =>
    [
        new ScoreCam(model), new GradCam(model, null, CamFormula.AblationCam), new GradCam(model, null, CamFormula.EigenGradCam), new GradCamPlusPlus(model),
        new SmoothGradCamPlusPlus(model), new NormGrad(model), new FullGrad(model), new BiasAttribution(model),
    ];

    private sealed class Collector(List<Step> steps) : IProgress<Step>
    {
        public void Report(Step value) => steps.Add(value);
    }
}
