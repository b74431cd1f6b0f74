namespace Unmask;

/// <summary>
/// The mean of pictures that the model is used on: of a picture or .npy file of one item that very picture (the mean picture); of a .npy file with one number a channel, or of a folder
/// or .zip of pictures, the mean colour.
/// </summary>
internal sealed class DatasetMeanInfill : Infill
{
    private readonly string _path;
    private readonly float[]? _given;
    private readonly PictureStatistic<float[]> _pictures;

    public DatasetMeanInfill(string path)
    {
        _path = path;
        _given = path.EndsWith(".npy", StringComparison.OrdinalIgnoreCase) ? Npy.ReadFloats(path).Values : null;
        _pictures = new(path, MeanOf);
    }

    public override string Name => $"dataset-mean:{_path}";

    public override float[] For(ModelInput input)
    {
        if (_given is null)
        {
            return _pictures.For(input);
        }

        var layout = input.Layout;
        return _given.Length == layout.Count ? _given
            : layout.IsSpatial && _given.Length == layout.Channels ? Flat(_given, layout)
            : throw new UnmaskException($"{_path} has {_given.Length} numbers; a mean has one for each element of an input ({layout.Count}, {layout}){(layout.IsSpatial ? $" or for each of its {layout.Channels} channels" : "")}.");
    }

    private float[] MeanOf(IEnumerable<float[]> pictures, InputLayout layout)
    {
        double[] sums = new double[layout.Channels];
        var (height, width) = layout.Spatial;
        int count = 0;
        float[] last = [];
        foreach (float[] picture in pictures)
        {
            (last, count) = (picture, count + 1);
            for (int place = 0; place < height * width; place++)
            {
                for (int channel = 0; channel < sums.Length; channel++)
                {
                    sums[channel] += picture[layout.IndexOf(channel, place / width, place % width)];
                }
            }
        }

        // One picture, given by itself, is the mean picture; of several the colour is meant.
        return File.Exists(_path) && count == 1 ? last : Flat([.. sums.Select(sum => (float)(sum / ((double)count * height * width)))], layout);
    }

    private static float[] Flat(float[] colour, InputLayout layout)
    {
        var (height, width) = layout.Spatial;
        float[] filled = new float[layout.Count];
        for (int place = 0; place < height * width; place++)
        {
            for (int channel = 0; channel < colour.Length; channel++)
            {
                filled[layout.IndexOf(channel, place / width, place % width)] = colour[channel];
            }
        }

        return filled;
    }
}
