using Unmask.Graphs;
using Unmask.Imaging;

namespace Unmask;

/// <summary>Something computed once of pictures on disk, prepared as those of the model are.</summary>
/// <typeparam name="T">What is computed.</typeparam>
/// <param name="path">A picture, or a folder or .zip of pictures.</param>
/// <param name="compute">Computes it of the prepared pictures, one after the other.</param>
internal sealed class PictureStatistic<T>(string path, Func<IEnumerable<float[]>, InputLayout, T> compute)
{
    private readonly Dictionary<(InputLayout Layout, Preprocessing Preprocessing), T> _known = [];
    private readonly Lock _gate = new();

    /// <summary>For inputs like this one; read from disk the first time.</summary>
    /// <exception cref="FileNotFoundException">There is no such file or folder.</exception>
    /// <exception cref="UnmaskException">It holds no pictures, or the input is none.</exception>
    public T For(ModelInput input)
    {
        lock (_gate)
        {
            return _known.TryGetValue((input.Layout, input.Preprocessing), out var known) ? known : _known[(input.Layout, input.Preprocessing)] = Of(input.Layout, input.Preprocessing);
        }
    }

    private T Of(InputLayout layout, Preprocessing preprocessing)
    {
        _ = layout.Spatial;
        var shape = new Shape([1, .. layout.Sizes.Select(size => Dimension.Of(size))]);
        var reader = new PictureReader(new Value("pictures", ElementType.Float32, shape), preprocessing with { Size = null });
        if (File.Exists(path) && !path.EndsWith(".zip", StringComparison.OrdinalIgnoreCase))
        {
            return compute([reader.Read(Image.Load(path)).Array], layout);
        }

        using var photos = PhotoSet.Open(path);
        return compute(photos.Photos.Select(photo => reader.Read(photo.Load()).Array), layout);
    }
}
