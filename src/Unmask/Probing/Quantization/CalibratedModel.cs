using Unmask.Graphs;

namespace Unmask.Probing;

/// <summary>A model in int8, with what it was calibrated to.</summary>
/// <param name="Core">The quantised model.</param>
/// <param name="Seen">What it was calibrated to.</param>
/// <param name="Number">Tells calibrations of one model apart.</param>
internal sealed record CalibratedModel(OnnxCore Core, Observations Seen, int Number);

/// <summary>The last calibrations of a model, by mask map and in-fill: later inputs are probed with the calibration of earlier ones.</summary>
internal sealed class Calibrations
{
    private const int Capacity = 6;

    private readonly Lock _gate = new();
    private readonly LinkedList<(string Key, CalibratedModel Calibrated)> _recent = new();
    private int _count;

    /// <summary>The key of a request's calibration.</summary>
    public static string Key(ProbeRequest request) => $"{request.Map.Key}|{request.Input.Layout}|{request.Infill.Name}";

    /// <summary>What was calibrated before for such requests; <c>null</c>: nothing.</summary>
    public CalibratedModel? Find(string key)
    {
        lock (_gate)
        {
            return _recent.FirstOrDefault(entry => entry.Key == key).Calibrated;
        }
    }

    /// <summary>Quantises a model.</summary>
    public CalibratedModel Make(OnnxCore core, Observations seen) =>
        new(core.Quantized(seen), seen, Interlocked.Increment(ref _count));

    /// <summary>Keeps a calibration that proved itself.</summary>
    public void Keep(string key, CalibratedModel calibrated)
    {
        lock (_gate)
        {
            if (_recent.FirstOrDefault(entry => entry.Key == key) is { Key: not null } old)
            {
                _recent.Remove(old);
            }

            _recent.AddFirst((key, calibrated));
            if (_recent.Count > Capacity)
            {
                _recent.RemoveLast();
            }
        }
    }
}
