using Unmask.Graphs;
using Unmask.Training;

namespace Unmask.Tests.Training;

/// <summary>The gradient of every weight of every layer, through the program that training runs, against central differences.</summary>
public sealed class WeightGradientTests
{
    private const int Items = 6;

    public static TheoryData<string> Layers => [.. Cases.Keys];

    private static Dictionary<string, Func<Layer, Layer>> Cases { get; } = new(StringComparer.Ordinal)
    {
        ["conv 3"] = x => x.Conv(4, 3, bias: true),
        ["conv 3, stride 2"] = x => x.Conv(4, 3, 2),
        ["conv 1"] = x => x.Conv(5, 1),
        ["conv in groups"] = x => x.Conv(4, 3, groups: 2),
        ["conv of each channel"] = x => x.Conv(4, 1).DepthwiseConv(3),
        ["conv 3, dilated"] = x => x.Conv(4, 3, dilation: 2),
        ["conv 3, stride 2, dilated, in groups"] = x => x.Conv(4, 3, 2, groups: 2, dilation: 2),
        ["conv 1, stride 2"] = x => x.Conv(4, 1, 2),
        ["conv 2, without padding"] = x => x.Conv(4, 2, 2, padding: 0),
        ["conv of many channels"] = x => x.Conv(33, 1).Tanh().Conv(3, 3),
        ["conv of some channels"] = x => x.Conv(9, 1).Tanh().Conv(3, 3),
        ["conv 5 without padding"] = x => x.Conv(9, 1).Tanh().Conv(4, 5, padding: 0),
        ["transposed conv"] = x => x.ConvTranspose(3),
        ["transposed conv, stride 3"] = x => x.ConvTranspose(3, 3),
        ["transposed conv, kernel 3, stride 1"] = x => x.ConvTranspose(4, 1, 3, 1),
        ["transposed conv in groups"] = x => x.ConvTranspose(4, groups: 2),
        ["batch norm"] = x => x.Conv(3, 3).BatchNorm().Tanh(),
        ["batch norm of features"] = x => x.Flatten().Linear(4).BatchNorm().Tanh(),
        ["layer norm"] = x => x.Flatten().Linear(5).LayerNorm().Tanh(),
        ["layer norm of tokens"] = x => x.Tokens().Linear(5).LayerNorm().Tanh(),
        ["instance norm"] = x => x.Conv(3, 3).InstanceNorm().Tanh(),
        ["group norm"] = x => x.Conv(4, 3).GroupNorm(2).Tanh(),
        ["linear of tokens"] = x => x.Tokens().Linear(4).Tanh(),
        ["linear"] = x => x.Flatten().Linear(4),
        ["gelu"] = x => x.Conv(3, 3).Gelu(),
        ["tanh"] = x => x.Conv(3, 3).Tanh(),
        ["silu"] = x => x.Conv(3, 3).Silu(),
        ["elu"] = x => x.Conv(3, 3).Elu(0.7f),
        ["softplus"] = x => x.Conv(3, 3).Softplus(),
        ["softmax over columns"] = x => x.Conv(3, 3).Softmax(),
        ["softmax over channels"] = x => x.Conv(3, 3).Softmax(0),
        ["sigmoid"] = x => x.Conv(3, 3).Sigmoid(),
        ["relu"] = x => x.Conv(3, 3, bias: true).Relu(),
        ["leaky relu"] = x => x.Conv(3, 3).LeakyRelu(0.2f),
        ["max pool"] = x => x.Conv(3, 3).MaxPool(2),
        ["average pool"] = x => x.Conv(3, 3).AveragePool(2),
        ["overlapping max pool"] = x => x.Conv(3, 3).MaxPool(3, 2, 1),
        ["overlapping average pool"] = x => x.Conv(3, 3).AveragePool(3, 2, 1),
        ["global max pool"] = x => x.Conv(3, 3).GlobalMaxPool(),
        ["upsampling, nearest"] = x => x.Conv(3, 3).Upsample(2),
        ["upsampling, bilinear"] = x => x.Conv(3, 3).Upsample(3, Upsampling.Bilinear),
        ["resize, up and down"] = x => x.Conv(3, 3).Resize(9, 4),
        ["pixel shuffle"] = x => x.Conv(8, 3).PixelShuffle().Tanh(),
        ["global average pool"] = x => x.Conv(3, 3).GlobalAveragePool(),
        ["residual"] = x => x.Conv(2, 3).Tanh().Add(x),
        ["gate of channels"] = x => x.Conv(3, 3).Multiply(x.Conv(3, 1).GlobalAveragePool().Sigmoid()),
        ["gate of pixels"] = x => x.Conv(3, 3).Multiply(x.Conv(1, 1).Sigmoid()),
        ["concat"] = x => x.Conv(3, 3).Concat(x, x.Conv(1, 1)).Conv(2, 3),
        ["slice, transpose, reshape"] = x => x.Conv(4, 3).Slice(0, 1, 2).Transpose(2, 0, 1).Reshape(4, 18).Slice(-1, 3, 7),
        ["mean"] = x => x.Tokens().Linear(4).Tanh().Mean(),
        ["positions"] = x => x.Tokens().Positions(),
        ["attention"] = x => x.AveragePool(2).Tokens().Linear(6).Attention(2),
        ["causal attention"] = x => x.AveragePool(2).Tokens().Linear(4).Attention(2, causal: true),
        ["transformer block"] = x => x.AveragePool(2).Tokens().Linear(4).TransformerBlock(2, expansion: 2),
    };

    [Theory]
    [MemberData(nameof(Layers))]
    public void Gradients_of_weights_equal_finite_differences(string layer)
    {
        var builder = new NetworkBuilder("case", seed: 3);
        var network = builder.Build(Cases[layer](builder.Input("x", 2, 6, 6)).Flatten().Linear(3));
        Check(network, Objective.CrossEntropy, TensorData.Vector(0L, 1L, 2L, 2L, 1L, 0L));
    }

    [Fact]
    public void Soft_labels_and_squared_errors_have_their_gradients_too()
    {
        var builder = new NetworkBuilder("case", seed: 3);
        var network = builder.Build(builder.Input("x", 2, 6, 6).Flatten().Linear(5).Tanh().Linear(3));
        Check(network, Objective.SmoothedCrossEntropy(0.1), TensorData.Vector(0L, 1L, 2L, 2L, 1L, 0L));
        Check(network, Objective.MeanSquaredError, Draw(9, Items, 3));
        Check(network, Objective.SoftCrossEntropy, TensorData.Adopt([.. Enumerable.Repeat<float[]>([0.2f, 0.5f, 0.3f], Items).SelectMany(row => row)], Items, 3));
    }

    private static void Check(Graph network, Objective objective, TensorData target)
    {
        using var program = new TrainingProgram(network, objective, TrainableWeights.Of(network));
        var x = Draw(5, Items, 2, 6, 6);
        PartResult Run()
        {
            var result = program.NewResult();
            program.RunPart(new(StringComparer.Ordinal) { ["x"] = x, ["target"] = target }, 1, result, default);
            return result;
        }

        float[] gradients = Run().Gradients;
        Assert.NotEmpty(program.Weights.Places);
        for (int i = 0; i < program.Weights.Places.Length; i++)
        {
            var place = program.Weights.Places[i];
            var direction = Draw(100 + i, place.Count).AsSpan<float>().ToArray();
            double length = Math.Sqrt(direction.Sum(value => (double)value * value)), predicted = 0;
            for (int k = 0; k < place.Count; k++)
            {
                predicted += gradients[place.Start + k] * direction[k] / length;
            }

            const double Width = 4e-3;
            double measured = (Moved(Width) - Moved(-Width)) / (2 * Width);
            Assert.True(Math.Abs(predicted - measured) < 3e-3 + (0.02 * Math.Abs(measured)), $"{place.Name}: the gradient says {predicted}, differences say {measured}");

            double Moved(double distance)
            {
                var values = program.Weights.Values.AsSpan(place.Start, place.Count);
                float[] before = values.ToArray();
                for (int k = 0; k < values.Length; k++)
                {
                    values[k] += (float)(distance * direction[k] / length);
                }

                double loss = Run().Loss;
                before.CopyTo(values);
                return loss;
            }
        }
    }

    private static TensorData Draw(long item, params long[] shape) =>
        InitialWeights.Draw(Initialization.Xavier, shape, (1, 1), Rng.At(77, item));
}
