namespace Unmask.Training;

/// <content>Activations: functions of each number, and Softmax.</content>
public sealed partial class Layer
{
    /// <summary>max(0, x).</summary>
    public Layer Relu() => Elementwise("Relu", "relu");

    /// <summary>x where positive, else slope · x.</summary>
    /// <param name="slope">Default 0.01.</param>
    public Layer LeakyRelu(float slope = 0.01f) => Elementwise("LeakyRelu", "leaky", ("alpha", slope));

    /// <summary>x where positive, else scale · (eˣ − 1); Clevert et al., ICLR 2016, eq. 15.</summary>
    /// <param name="scale">Default 1.</param>
    public Layer Elu(float scale = 1) => Elementwise("Elu", "elu", ("alpha", scale));

    /// <summary>x · Φ(x) with the normal distribution function; Hendrycks and Gimpel 2016, §2.</summary>
    public Layer Gelu() => Elementwise("Gelu", "gelu");

    /// <summary>x · sigmoid(x), also called Swish; Ramachandran et al. 2017, eq. 1 with β = 1.</summary>
    public Layer Silu() => Elementwise("Sigmoid", "silu.gate").Multiply(this);

    /// <summary>1 ÷ (1 + e^−x).</summary>
    public Layer Sigmoid() => Elementwise("Sigmoid", "sigmoid");

    /// <summary>Hyperbolic tangent.</summary>
    public Layer Tanh() => Elementwise("Tanh", "tanh");

    /// <summary>log(1 + eˣ).</summary>
    public Layer Softplus() => Elementwise("Softplus", "softplus");

    /// <summary>eˣ ÷ Σ eˣ along an axis.</summary>
    /// <param name="axis">The axis of an item: 0 is the channels of a picture. Default −1: the last.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public Layer Softmax(int axis = -1) => Elementwise("Softmax", "softmax", ("axis", Axis(axis, nameof(axis)) + 1L));
}
