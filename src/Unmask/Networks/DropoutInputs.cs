using Unmask.Graphs;

namespace Unmask.Training;

/// <summary>The inputs for masks that <see cref="Layer.Dropout"/> adds to a network.</summary>
public static class DropoutInputs
{
    /// <summary>The network without an input for masks, as if it were always 1: the network for use.</summary>
    /// <param name="network">A network from <see cref="NetworkBuilder"/>, trained or not.</param>
    /// <param name="name">The input.</param>
    /// <exception cref="ArgumentException">The network has no such input, or does more with it than multiply by it.</exception>
    public static Graph Remove(Graph network, string name)
    {
        ArgumentNullException.ThrowIfNull(network);
        var readers = network.Nodes.Where(node => node.Inputs.Contains(name)).ToArray();
        if (readers is not [{ OpType: "Mul" } product] || network.Inputs.All(input => input.Name != name))
        {
            throw new ArgumentException($"\"{name}\" is no mask of the network's: {readers.Length} nodes read it. The network has: {string.Join(", ", network.Inputs)}.", nameof(name));
        }

        string kept = product.Inputs[product.Inputs[0] == name ? 1 : 0], gone = product.Outputs[0];
        return network with
        {
            Inputs = [.. network.Inputs.Where(input => input.Name != name)],
            Nodes = [.. network.Nodes.Where(node => node != product).Select(node => node with { Inputs = [.. node.Inputs.Select(input => input == gone ? kept : input)] })],
        };
    }
}
