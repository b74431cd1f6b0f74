using System.Collections.Immutable;
using Unmask.Graphs;

namespace Unmask.Training;

/// <summary>
/// Tensors of floats one behind another in one pinned array, so that an optimiser is one loop and the runtime reads changed values in place. Each tensor begins at a
/// multiple of <see cref="Alignment"/>; what lies between tensors stays 0.
/// </summary>
internal sealed class TensorBank
{
    /// <summary>Floats: the widest vector of any processor.</summary>
    public const int Alignment = 16;

    /// <summary>Copies tensors into a new array.</summary>
    public TensorBank(IEnumerable<(string Name, TensorData Data)> tensors)
    {
        var places = ImmutableArray.CreateBuilder<TensorPlace>();
        (string Name, TensorData Data)[] given = [.. tensors];
        int at = 0;
        foreach (var (name, data) in given)
        {
            places.Add(new(name, at, (int)data.Count, data.Dimensions));
            at += places[^1].Padded;
        }

        Places = places.ToImmutable();
        Values = NewValues(at);
        for (int i = 0; i < given.Length; i++)
        {
            given[i].Data.AsSpan<float>().CopyTo(Values.AsSpan(Places[i].Start));
        }

        Tensors = Windows(Values);
    }

    /// <summary>All values.</summary>
    public float[] Values { get; }

    /// <summary>Where each tensor lies.</summary>
    public ImmutableArray<TensorPlace> Places { get; }

    /// <summary>Each tensor, as a window onto <see cref="Values"/>.</summary>
    public ImmutableArray<TensorData> Tensors { get; }

    /// <summary>Pinned zeros, as many as there are values.</summary>
    public static float[] NewValues(int count) => GC.AllocateArray<float>(count, pinned: true);

    /// <summary>Tensors that lie in values of this layout, as windows onto them.</summary>
    public ImmutableArray<TensorData> Windows(float[] values) =>
        [.. Places.Select(place => TensorData.Adopt(values.AsMemory(place.Start, place.Count), place.Dimensions.AsSpan()))];

    /// <summary>Copies of tensors that lie in values of this layout, by name.</summary>
    public IEnumerable<KeyValuePair<string, TensorData>> Copies(float[] values) => Places.Select(place =>
        KeyValuePair.Create(place.Name, TensorData.Adopt(values.AsSpan(place.Start, place.Count).ToArray(), place.Dimensions.AsSpan())));
}

/// <summary>Where a tensor lies in a <see cref="TensorBank"/>.</summary>
internal readonly record struct TensorPlace(string Name, int Start, int Count, ImmutableArray<long> Dimensions)
{
    /// <summary>Its length up to the next tensor.</summary>
    public int Padded => (Count + TensorBank.Alignment - 1) / TensorBank.Alignment * TensorBank.Alignment;
}
