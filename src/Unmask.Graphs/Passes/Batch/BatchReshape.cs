namespace Unmask.Graphs;

/// <summary>Reshape keeps the order of elements, so the batch keeps the number of elements in front of it.</summary>
internal static class BatchReshape
{
    /// <summary>Where the batch lies after a reshape; <c>null</c> when too little is known.</summary>
    public static BatchAxis? Place(BatchNode node, BatchAxis batch)
    {
        if (InFront(node.Shape(0), batch) is not { } before || node.OutShape() is not { } target)
        {
            return batch is { Axis: 0, IsPure: true } && node.Integers(1) is [0 or -1, ..] ? batch : null;
        }

        if (node.Sizes(1) is { } sizes && Array.IndexOf(sizes, true) is >= 0 and var stated)
        {
            return At(stated);
        }

        var alone = Enumerable.Range(0, target.Rank).OrderBy(axis => axis != batch.Axis).Select(Alone).FirstOrDefault(place => place is not null);
        if (alone is not null)
        {
            return alone;
        }

        // Several axes may be possible where the frozen size is 1. What comes behind the batch rather stays together than what comes in front.
        var possible = Enumerable.Range(0, target.Rank).Select(At).OfType<BatchAxis>();
        BatchAxis[] merged = [.. possible.OrderByDescending(KeepsWhatFollows).ThenBy(place => place.Outer != 1)];
        return merged.Length == 0 ? null : merged[node.Choose(merged.Length)];

        bool KeepsWhatFollows(BatchAxis place) => node.Shape(0) is { } from && from.Skip(batch.Axis + 1).SequenceEqual(target.Skip(place.Axis + 1));

        // An axis that is nothing but the batch.
        BatchAxis? Alone(int axis) =>
            target[axis].Size == node.FrozenSize && InFront(target, new BatchAxis(axis)) == before ? new BatchAxis(axis) : null;

        // An axis that the batch is merged into.
        BatchAxis? At(int axis)
        {
            if (InFront(target, new BatchAxis(axis)) is not { } leading || leading > before || before % leading != 0)
            {
                return null;
            }

            long outer = before / leading;
            if (target[axis].Size is not { } size)
            {
                return outer == 1 && axis == batch.Axis && batch.IsPure && node.Integers(1)?[axis] == 0 ? batch : null;
            }

            return size > 0 && size % (outer * node.FrozenSize) == 0 ? new BatchAxis(axis, outer, size / (outer * node.FrozenSize)) : null;
        }
    }

    /// <summary>Writes a target shape that does not mention the batch size.</summary>
    public static void Retarget(BatchNode node, BatchAxis batch, BatchAxis place)
    {
        bool copies = node.Node.Int("allowzero", 0) == 0 && batch.IsPure && place.IsPure && batch.Axis == place.Axis;
        long[]? target = node.Integers(1) ?? node.OutShape()?.ToSizes();
        if (target is null)
        {
            node.Stop("the shape that it is given is computed, with the batch size as a constant");
            return;
        }

        if (target[place.Axis] == -1 || (copies && target[place.Axis] == 0))
        {
            return;
        }

        target[place.Axis] = copies ? 0 : -1;
        int open = copies ? -1 : Array.FindIndex(target, 0, size => size == -1);
        for (int i = 0; i < target.Length; i++)
        {
            if (!copies && i != place.Axis && target[i] == -1)
            {
                target[i] = node.OutShape()?[i].Size ?? 0;
                open = target[i] == 0 ? i : open;
            }
        }

        if (!copies && open != place.Axis && open >= 0 && target[open] == 0)
        {
            node.Stop("two of its sizes would have to be worked out");
            return;
        }

        node.SetInput(1, target, "shape");
    }

    /// <summary>The number of elements in front of the batch.</summary>
    private static long? InFront(Shape? shape, BatchAxis batch)
    {
        if (shape is null || batch.Axis > shape.Rank)
        {
            return null;
        }

        long product = batch.Outer;
        for (int i = 0; i < batch.Axis; i++)
        {
            if (shape[i].Size is not { } size)
            {
                return null;
            }

            product *= size;
        }

        return product;
    }
}
