using System.Collections.Immutable;
using Unmask.Graphs;

namespace Unmask;

/// <summary>The inputs of a model that are not explained: checked, cut into items, repeated for a batch.</summary>
internal static class InputFeeds
{
    /// <summary>Attaches the other inputs of one item.</summary>
    /// <exception cref="UnmaskException">One is missing or unknown.</exception>
    public static ModelInput Attach(ModelInput input, ImmutableArray<Value> inputs, IReadOnlyDictionary<string, TensorData>? others, int item)
    {
        if (inputs.Length == 1 && (others is null || others.Count == 0))
        {
            return input;
        }

        var given = others ?? ImmutableDictionary<string, TensorData>.Empty;
        string? unknown = given.Keys.FirstOrDefault(name => inputs.Skip(1).All(other => other.Name != name));
        var missing = inputs.Skip(1).Where(other => !given.ContainsKey(other.Name)).ToList();
        if (unknown is not null || missing.Count > 0)
        {
            throw new UnmaskException(unknown is not null
                ? $"The model has no other input \"{unknown}\". It has: {string.Join(", ", inputs)}."
                : $"The model has further inputs that must be given as well: {string.Join(", ", missing)} (--feed NAME=FILE.npy).");
        }

        var attached = given.ToImmutableDictionary(pair => pair.Key, pair => ItemOf(pair.Value, item));
        return new ModelInput(input.Array, input.Layout, input.Preprocessing) { Picture = input.Picture, Placement = input.Placement, Others = attached };
    }

    /// <summary>The other inputs for a batch of one item's variations: repeated along a free first axis, as they are otherwise.</summary>
    public static Dictionary<string, TensorData> Others(ModelInput input, ImmutableArray<Value> inputs, int count)
    {
        var feeds = new Dictionary<string, TensorData>(StringComparer.Ordinal);
        foreach (var (name, tensor) in input.Others)
        {
            var declared = inputs.First(candidate => candidate.Name == name).Shape;
            bool batched = declared is { Rank: > 0 } && (!declared[0].IsKnown || declared[0].Size == count) && tensor.Dimensions is [1, ..];
            feeds.Add(name, batched && count > 1 ? Repeat(tensor, count) : tensor);
        }

        return feeds;
    }

    private static TensorData ItemOf(TensorData tensor, int item)
    {
        if (tensor.Dimensions is not [> 1, ..] || item >= tensor.Dimensions[0] || tensor.Type == ElementType.String)
        {
            return tensor;
        }

        int length = checked((int)(tensor.ByteLength / tensor.Dimensions[0]));
        return TensorData.FromBytes(tensor.Type, [1, .. tensor.Dimensions.AsSpan()[1..]], tensor.Bytes.Slice(item * length, length));
    }

    private static TensorData Repeat(TensorData tensor, int count)
    {
        byte[] bytes = new byte[tensor.Bytes.Length * count];
        for (int i = 0; i < count; i++)
        {
            tensor.Bytes.Span.CopyTo(bytes.AsSpan(i * tensor.Bytes.Length));
        }

        return TensorData.FromBytes(tensor.Type, [count, .. tensor.Dimensions.AsSpan()[1..]], bytes);
    }
}
