using Unmask.Graphs;
using Unmask.Probing;
using Unmask.Tests.Support;

namespace Unmask.Tests.Perturbations;

/// <summary>Optimised masks of models as they come: of a fixed batch, with channels last, and of units instead of classes.</summary>
public sealed class OddModelMaskTests
{
    private const int Side = 8;
    private const int Count = 3 * Side * Side;
    private const double CostOfCell = 0.25;
    private static readonly float[] Weights = LinearModels.Values(2 * Count, 1);
    private static readonly float[] Picture = LinearModels.Values(Count, 2);

    [Fact]
    public void A_fixed_batch_gives_the_masks_of_a_free_one()
    {
        using var free = Linear(Dimension.Named("N"), frozen: false);
        using var frozen = Linear(1, frozen: true);
        Assert.Equal((null, 1), (free.FrozenBatch, frozen.FrozenBatch));
        foreach (var explainer in new Func<Model, IExplainer>[] { Areas, model => new IGosPlusPlus(model, new() { Cells = 4, Steps = 3, PathPoints = 3, Score = Score.Logit, Infill = Infill.Zero }) })
        {
            var expected = explainer(free).Explain(Input(free), [Target.Class(0), Target.Class(1)]);
            var found = explainer(frozen).Explain(Input(frozen), [Target.Class(0), Target.Class(1)]);
            for (int target = 0; target < 2; target++)
            {
                Near.Equal(expected[target].ToArray(), found[target].ToArray(), 1e-4, $"{explainer(free).Method} of class {target}");
            }
        }
    }

    [Fact]
    public void A_fixed_batch_of_four_is_filled_up()
    {
        using var free = Linear(Dimension.Named("N"), frozen: false);
        using var four = Linear(4, frozen: true);
        Assert.Equal(4, four.FrozenBatch);
        Near.Equal(Areas(free).Explain(Input(free), Target.Class(1)).ToArray(), Areas(four).Explain(Input(four), Target.Class(1)).ToArray(), 1e-4, "mask");
    }

    // A cell of a linear model goes exactly if what its pixels bring, over all channels, is more than what it costs.
    [Fact]
    public void Channels_last_are_masked_by_place()
    {
        var builder = new GraphBuilder("nhwc");
        string x = builder.Input("x", ElementType.Float32, new Shape(Dimension.Named("N"), Side, Side, 3));
        using var model = Finish(builder, x, Dimension.Named("N"));
        var input = model.Prepare(TensorData.Adopt((float[])Picture.Clone(), 1, Side, Side, 3))[0];
        var options = new MeaningfulPerturbationOptions
        {
            Cells = 4,
            Stretch = CellStretch.Nearest,
            MaskBlur = 0,
            Variation = 0,
            Jitter = Jitter.None,
            Start = MaskStart.Ones,
            Infill = Infill.Zero,
            Score = Score.Logit,
            Rate = 0.02,
            Steps = 200,
            Size = CostOfCell * 16,
        };
        var map = new MeaningfulPerturbation(model, options).Explain(input, Target.Class(0)).ToMap();
        int decided = 0;
        for (int cell = 0; cell < 16; cell++)
        {
            int row = cell / 4 * 2, column = cell % 4 * 2;
            double brings = Enumerable.Range(0, 12).Sum(i => Brings(row + (i / 6), column + (i / 3 % 2), i % 3));
            if (Math.Abs(brings - CostOfCell) > 0.05)
            {
                Assert.True(brings > CostOfCell ? map[row, column] > 0.9 : map[row, column] < 0.1, $"cell {cell} brings {brings:g3} and has {map[row, column]:g3}");
                decided++;
            }
        }

        Assert.True(decided >= 12);
    }

    [Fact]
    public void Pictures_move_alike_in_both_orders_of_axes()
    {
        float[] first = LinearModels.Values(3 * 4 * 5, 7), last = new float[first.Length];
        var (channelsFirst, channelsLast) = (LinearModels.Layout(3, 4, 5), new InputLayout(AxisOrder.ChannelsLast, [4, 5, 3]));
        Each((channel, y, x) => last[channelsLast.IndexOf(channel, y, x)] = first[channelsFirst.IndexOf(channel, y, x)]);
        foreach (var move in new[] { (0, 0, true), (1, -2, false), (-1, 0, false), (0, 3, true), (0, 0, false) })
        {
            float[] moved = new float[first.Length], movedLast = new float[first.Length];
            Jitter.Move(first, moved, channelsFirst, move);
            Jitter.Move(last, movedLast, channelsLast, move);
            Each((channel, y, x) =>
            {
                int row = Math.Clamp(y + move.Item1, 0, 3), column = Math.Clamp((move.Item3 ? 4 - x : x) + move.Item2, 0, 4);
                Assert.Equal(first[channelsFirst.IndexOf(channel, row, column)], moved[channelsFirst.IndexOf(channel, y, x)]);
                Assert.Equal(moved[channelsFirst.IndexOf(channel, y, x)], movedLast[channelsLast.IndexOf(channel, y, x)]);
            });
        }

        static void Each(Action<int, int, int> at)
        {
            for (int i = 0; i < 60; i++)
            {
                at(i / 20, i / 5 % 4, i % 5);
            }
        }
    }

    // A unit of a layer whose value is what class 1 adds up: the same masks.
    [Fact]
    public void Units_of_layers_are_targets()
    {
        using var model = Linear(Dimension.Named("N"), frozen: false);
        var ofClass = Areas(model).Explain(Input(model), Target.Class(1));
        var ofUnit = Areas(model).Explain(Input(model), Target.Unit("hidden", 1));
        Assert.Equal(3 * ofClass.ScoreValue, ofUnit.ScoreValue, 4);
        // A score three times as large against the same terms is another problem; against terms three times as large the same.
        var same = new ExtremalPerturbation(model, Options with { AreaWeight = 3 * Options.AreaWeight, Rate = Options.Rate / 3 }).Explain(Input(model), Target.Unit("hidden", 1));
        Near.Equal(ofClass.ToArray(), same.ToArray(), 1e-4, "mask of the unit");
        Assert.Equal(3 * ofClass.Diagnostics.Optimized[0].Scores[0], same.Diagnostics.Optimized[0].Scores[0], 3);
    }

    private static ExtremalPerturbationOptions Options { get; } =
        new() { Area = [0.2, 0.4], NodeStep = 2, Sigma = 2, Steps = 12, AreaWeight = 10, Infill = Infill.Zero, Jitter = Jitter.None, Start = MaskStart.Random };

    private static ExtremalPerturbation Areas(Model model) => new(model, Options);

    private static double Brings(int y, int x, int channel)
    {
        int place = (((y * Side) + x) * 3) + channel;
        return Weights[place] * Picture[place];
    }

    private static ModelInput Input(Model model) => model.Prepare(TensorData.Adopt((float[])Picture.Clone(), 1, 3, Side, Side))[0];

    private static Model Linear(Dimension batch, bool frozen)
    {
        var builder = new GraphBuilder("linear");
        string x = builder.Input("x", ElementType.Float32, new Shape(batch, 3, Side, Side));
        if (!frozen)
        {
            return Finish(builder, x, batch);
        }

        // A constant that has something for each row of each item says nothing about other numbers of items.
        int rows = (int)batch.Size!.Value * 3;
        string flat = builder.Add("Reshape", [x, builder.Constant([rows, (long)(Side * Side)])]);
        string sum = builder.Add("Add", [flat, builder.Constant(TensorData.Adopt(new float[rows * Side * Side], rows, Side * Side), "of_each")]);
        return Finish(builder, builder.Add("Reshape", [sum, builder.Constant([batch.Size.Value, 3L, Side, Side])]), batch);
    }

    private static Model Finish(GraphBuilder builder, string x, Dimension batch)
    {
        string w = builder.Constant(TensorData.Adopt((float[])Weights.Clone(), 2, Count), "w");
        string y = builder.Add("Gemm", [builder.Add("Flatten", [x], null, ("axis", 1L)), w], null, ("transB", 1L));
        string hidden = builder.AddNode(new Node("triple", "Mul", [y, builder.Constant(3f)], ["hidden"])).Outputs[0];
        builder.OutputAs(builder.Add("Mul", [hidden, builder.Constant(1f / 3)]), "y", ElementType.Float32, new Shape(batch, 2));
        return Model.FromGraph(builder.Build(), new() { OutputKind = OutputKind.Logits });
    }
}
