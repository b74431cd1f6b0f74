using System.Text.Json;
using Unmask.Tests.Support;

namespace Unmask.Tests.Perturbations;

/// <summary>Extremal perturbation against TorchRay: its masks, its pyramid, and ten iterations from starts that were written down.</summary>
[Trait("Category", "Slow")]
public sealed class ExtremalReferenceTests
{
    public static TheoryData<string> Iterations => new()
    {
        "preserve_blur_simple_reward_random", "delete_blur_simple_reward_random", "dual_fade_simple_reward_random", "preserve_fade_contrastive_reward_random",
    };

    [SharedFact]
    public void Masks_are_those_of_its_generator()
    {
        int compared = 0;
        foreach (var test in Cases("MaskGenerator"))
        {
            var (cells, sizes, _) = ReferenceCases.Output(test, "pmask");
            var (mask, _, tolerance) = ReferenceCases.Output(test, "mask");
            var (canvas, _, _) = ReferenceCases.Output(test, "mask_with_margin");
            int nodes = (int)(sizes[2] * sizes[3]), pixels = mask.Length / 2, all = canvas.Length / 2, side = (int)Math.Sqrt(pixels);
            for (int item = 0; item < 2; item++)
            {
                var layout = LinearModels.Layout(1, side, side);
                var (made, whole) = MaskEngines.Expand(site => new SmoothMaxMap(site.Layout, 4, 8), layout, cells.AsSpan(item * nodes, nodes).ToArray());
                Near.Equal(canvas.AsSpan(item * all, all), whole, tolerance, $"{test.GetProperty("id")} canvas");
                Near.Equal(mask.AsSpan(item * pixels, pixels), made, tolerance, $"{test.GetProperty("id")} mask");
            }

            compared++;
        }

        Assert.True(compared >= 3);
    }

    [SharedTheory]
    [MemberData(nameof(Iterations))]
    public void Ten_iterations_give_its_parameters_rewards_penalties_and_masks(string iterations)
    {
        var cases = Cases("ExtremalPerturbation").Where(test => test.GetProperty("id").GetString()!.EndsWith(iterations, StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(cases);
        foreach (var test in cases)
        {
            CompareIterations(test);
        }
    }

    [SharedFact]
    public void The_first_step_from_ones_has_its_reward_and_penalty()
    {
        foreach (var test in Cases("ExtremalPerturbation").Where(test => test.GetProperty("id").GetString()!.EndsWith("_ones", StringComparison.Ordinal)))
        {
            var (options, target) = OptionsOf(test);
            using var model = ReferenceCases.Load(test.GetProperty("model").GetString()!);
            var input = model.Prepare(Npy.Read(ReferenceCases.Input(test.GetProperty("input").GetString()!)))[0];
            var history = ReferenceCases.Output(test, "history");
            var masks = new ExtremalPerturbation(model, options with { Steps = 1, Start = MaskStart.Ones }).Explain(input, [target])[0].Diagnostics.Optimized;
            for (int area = 0; area < masks.Length; area++)
            {
                // They write down the penalty with a minus, as a part of what is made large.
                double expected = -history.Values[(area * 20) + 10] - history.Values[area * 20];
                Assert.Equal(expected, masks[area].History[0], 1e-4 * Math.Abs(expected));
            }
        }
    }

    private static void CompareIterations(JsonElement test)
    {
        var (options, target) = OptionsOf(test);
        using var model = ReferenceCases.Load(test.GetProperty("model").GetString()!);
        var input = model.Prepare(Npy.Read(ReferenceCases.Input(test.GetProperty("input").GetString()!)))[0];
        var (parameters, _, tolerance) = ReferenceCases.Output(test, "pmask_before_clamp");
        int areas = options.Area.Length, nodes = parameters.Length / 10 / areas;
        for (int steps = 1; steps <= 10; steps++)
        {
            var masks = new ExtremalPerturbation(model, options with { Steps = steps }).Explain(input, [target])[0].Diagnostics.Optimized;
            for (int area = 0; area < areas; area++)
            {
                float[] expected = [.. parameters.AsSpan((((steps - 1) * areas) + area) * nodes, nodes)];
                string what = $"{test.GetProperty("id")} parameters after step {steps} of area {area}";
                Near.Equal(Array.ConvertAll(expected, value => Math.Clamp(value, 0, 1)), masks[area].Parameters.AsSpan(), tolerance, what);
            }

            CompareLast(test, masks, steps);
        }
    }

    // Their last mask is that of the parameters before the last step.
    private static void CompareLast(JsonElement test, System.Collections.Immutable.ImmutableArray<OptimizedMask> masks, int steps)
    {
        var (history, mask) = (ReferenceCases.Output(test, "history"), ReferenceCases.Output(test, "mask"));
        for (int area = 0; area < masks.Length; area++)
        {
            if (steps == 9)
            {
                int pixels = mask.Values.Length / masks.Length;
                Near.Equal(mask.Values.AsSpan(area * pixels, pixels), masks[area].Mask.AsSpan(), 5 * mask.Tolerance, $"{test.GetProperty("id")} mask of area {area}");
            }

            if (steps == 10)
            {
                double[] expected = [.. Enumerable.Range(0, 10).Select(i => -(double)history.Values[(((area * 2) + 1) * 10) + i] - history.Values[(area * 20) + i])];
                Assert.All(expected.Zip(masks[area].History), pair => Assert.Equal(pair.First, pair.Second, 1e-3));
            }
        }
    }

    private static (ExtremalPerturbationOptions Options, Target Target) OptionsOf(JsonElement test)
    {
        var parameters = test.GetProperty("params");
        var (start, _, _) = ReferenceCases.Output(test, "init");
        return (new()
        {
            Area = [.. parameters.GetProperty("areas").EnumerateArray().Select(area => area.GetDouble())],
            NodeStep = 4,
            Sigma = 8,
            Variant = parameters.GetProperty("variant").GetString() switch { "preserve" => ExtremalVariant.Preserve, "delete" => ExtremalVariant.Delete, _ => ExtremalVariant.Dual },
            Infill = parameters.GetProperty("perturbation").GetString() == "fade" ? Infill.Zero : null,
            Jitter = parameters.GetProperty("jitter").GetBoolean() ? Jitter.Flip : Jitter.None,
            Score = parameters.GetProperty("reward").GetString() == "contrastive_reward" ? Score.Margin : Score.Logit,
            Start = MaskStart.Given(start, "written down"),
        }, Target.Class(test.GetProperty("targets")[0].GetInt32()));
    }

    private static IEnumerable<JsonElement> Cases(string method) => ReferenceCases.Of("torchray").Where(test => test.GetProperty("method").GetString() == method);
}
