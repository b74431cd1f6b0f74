using Unmask.Graphs;

namespace Unmask.Training;

/// <summary>How weights are drawn before training.</summary>
public enum Initialization
{
    /// <summary>Normal with variance 2 ÷ inputs of a unit: keeps the size of signals through rectifiers (He et al., ICCV 2015, eq. 10).</summary>
    He,

    /// <summary>Normal with variance 2 ÷ (inputs + outputs of a unit): for symmetric activations and last layers (Glorot and Bengio, AISTATS 2010, eq. 12).</summary>
    Xavier,

    /// <summary>Zeros.</summary>
    Zero,
}

/// <summary>Draws weights. Tensor number k of a network has a stream of its own under the network's seed.</summary>
internal static class InitialWeights
{
    /// <summary>Draws a tensor.</summary>
    /// <param name="law">How.</param>
    /// <param name="shape">Of the tensor.</param>
    /// <param name="fan">Values that a unit reads, and units that a value goes to.</param>
    /// <param name="random">The tensor's stream.</param>
    public static TensorData Draw(Initialization law, long[] shape, (long In, long Out) fan, Rng random)
    {
        double deviation = law switch
        {
            Initialization.He => Math.Sqrt(2.0 / fan.In),
            Initialization.Xavier => Math.Sqrt(2.0 / (fan.In + fan.Out)),
            _ => 0,
        };
        float[] values = new float[shape.Aggregate(1L, (product, size) => product * size)];
        for (int i = 0; deviation > 0 && i < values.Length; i += 2)
        {
            var (one, other) = Normal.Pair(ref random);
            values[i] = (float)(deviation * one);
            if (i + 1 < values.Length)
            {
                values[i + 1] = (float)(deviation * other);
            }
        }

        return TensorData.Adopt(values, shape);
    }

    /// <summary>A vector of one number.</summary>
    public static TensorData Filled(long count, float value)
    {
        float[] values = new float[count];
        Array.Fill(values, value);
        return TensorData.Adopt(values, count);
    }
}
