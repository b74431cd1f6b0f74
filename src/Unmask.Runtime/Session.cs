using System.Collections.Immutable;
using Unmask.Graphs;
using Unmask.Graphs.Onnx;
using Unmask.Runtime.Interop;
using Ort = Microsoft.ML.OnnxRuntime;

namespace Unmask.Runtime;

/// <summary>
/// A compiled graph. May be called from several threads at once (that is the fast way to run many items; see
/// <see cref="SessionOptions.Threads"/>). Owns native memory: dispose it.
/// </summary>
public sealed class Session : IDisposable
{
    private readonly Ort.InferenceSession _session;
    private readonly WeightsInPlace? _weights;
    private readonly Graph? _graph;
    private readonly string _name;
    private readonly string[] _outputNames;
    private readonly Lock _gate = new();
    private int _running;
    private bool _disposed;

    private Session(Ort.InferenceSession session, WeightsInPlace? weights, Graph? graph, string name)
    {
        _session = session;
        _weights = weights;
        _graph = graph;
        _name = name;
        Inputs = [.. session.InputMetadata.Select(input => NativeValues.Declared(input.Key, input.Value, graph))];
        Outputs = [.. session.OutputMetadata.Select(output => NativeValues.Declared(output.Key, output.Value, graph))];
        _outputNames = [.. Outputs.Select(output => output.Name)];
        WeightBytes = graph?.Constants.Values.Sum(constant => constant.ByteLength) ?? 0;
    }

    /// <summary>What must be given to a run.</summary>
    public ImmutableArray<Value> Inputs { get; }

    /// <summary>What a run can return.</summary>
    public ImmutableArray<Value> Outputs { get; }

    /// <summary>Bytes of the graph's constants; 0 for a file that was not read as a graph.</summary>
    public long WeightBytes { get; }

    /// <summary>Runs that are under way.</summary>
    internal int Running => Volatile.Read(ref _running);

    /// <summary>Compiles a graph.</summary>
    /// <exception cref="RuntimeFailureException">ONNX Runtime is missing, or refuses the graph.</exception>
    public static Session FromGraph(Graph graph, SessionOptions? options = null)
    {
        string name = graph.Name.Length > 0 ? $"\"{graph.Name}\"" : "the model";
        options ??= new();
        graph = options is { Optimize: true, Lower: true } ? Lowered(graph, options) : graph;
        // ONNX Runtime infers the inner types again, so they need not be written.
        var (model, data) = OnnxWriter.ToBytesAndData(graph with { InnerTypes = graph.InnerTypes.Clear() });
        return Compile(graph, name, options, data, settings => new Ort.InferenceSession(model, settings));
    }

    /// <summary>Compiles an ONNX file as it is, without reading it as a graph.</summary>
    /// <exception cref="RuntimeFailureException">ONNX Runtime is missing, or refuses the file.</exception>
    public static Session FromFile(string path, SessionOptions? options = null) =>
        Compile(null, Path.GetFileName(path), options ?? new(), null, settings => new Ort.InferenceSession(path, settings));

    /// <summary>Runs the graph.</summary>
    /// <param name="inputs">The inputs by name. Their memory is read in place, not copied.</param>
    /// <param name="outputs">The outputs wanted, in the order of the result; <c>null</c>: all.</param>
    /// <param name="cancel">Stops the run inside, within some milliseconds.</param>
    /// <returns>The outputs, copied into managed memory.</returns>
    /// <exception cref="ArgumentException">An input is missing, unknown, or of another type or rank than declared.</exception>
    /// <exception cref="RuntimeFailureException">The run failed; the message names the node.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The session was disposed.</exception>
    public ImmutableArray<TensorData> Run(IReadOnlyDictionary<string, TensorData> inputs, IReadOnlyList<string>? outputs = null, CancellationToken cancel = default)
    {
        using var feeds = Begin(inputs, cancel);
        return Guarded(run =>
        {
            using var results = _session.Run(run, feeds.Values, outputs ?? _outputNames);
            return ImmutableArray.CreateRange(results.Select(NativeValues.Copy));
        }, cancel);
    }

    /// <summary>Runs the graph and writes outputs into memory that is there already: for runs that follow one another, of outputs that always have the same shapes.</summary>
    /// <param name="inputs">The inputs by name. Their memory is read in place, not copied.</param>
    /// <param name="outputs">The outputs wanted, by name, each with the tensor whose memory is overwritten; it may be shared with nothing that is read meanwhile.</param>
    /// <param name="cancel">Stops the run inside, within some milliseconds; the outputs' memory then holds anything.</param>
    /// <exception cref="ArgumentException">An input is missing, unknown, or of another type or rank than declared.</exception>
    /// <exception cref="RuntimeFailureException">The run failed, also because an output has another shape or type; the message names the node.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The session was disposed.</exception>
    public void RunInto(IReadOnlyDictionary<string, TensorData> inputs, IReadOnlyDictionary<string, TensorData> outputs, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        using var feeds = Begin(inputs, cancel);
        using var places = new Feeds(outputs);
        Guarded(run =>
        {
            _session.Run(run, feeds.Values.Keys, feeds.Values.Values, places.Values.Keys, places.Values.Values);
            return true;
        }, cancel);
    }

    /// <summary>Frees the native memory: now, or when the runs that are under way have ended.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            bool idle = !_disposed && _running == 0;
            _disposed = true;
            if (idle)
            {
                Free();
            }
        }
    }

    private Feeds Begin(IReadOnlyDictionary<string, TensorData> inputs, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        Check(inputs);
        return new Feeds(inputs);
    }

    private TResult Guarded<TResult>(Func<Ort.RunOptions, TResult> action, CancellationToken cancel)
    {
        using var run = new Ort.RunOptions();
        using var registration = cancel.Register(static state => ((Ort.RunOptions)state!).Terminate = true, run);
        Enter();
        try
        {
            return action(run);
        }
        catch (Ort.OnnxRuntimeException problem)
        {
            cancel.ThrowIfCancellationRequested();
            throw RuntimeError.WhenRunning(problem, _graph, _name);
        }
        finally
        {
            Leave();
        }
    }

    private void Enter()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _running++;
        }
    }

    private void Leave()
    {
        lock (_gate)
        {
            _running--;
            if (_disposed && _running == 0)
            {
                Free();
            }
        }
    }

    private void Free()
    {
        _session.Dispose();
        _weights?.Dispose();
        NativeHeap.Trim();
    }

    private static Session Compile(
        Graph? graph, string name, SessionOptions options, IReadOnlyDictionary<string, ReadOnlyMemory<byte>>? data, Func<Ort.SessionOptions, Ort.InferenceSession> create)
    {
        NativeLibraries.EnsureLoaded();
        using var settings = NativeSettings.Of(options, graph);
        var weights = data is null ? null : new WeightsInPlace(settings, data);
        try
        {
            var session = new Session(create(settings), weights, graph, name);
            NativeHeap.Trim();
            return session;
        }
        catch (Exception problem)
        {
            weights?.Dispose();
            if (problem is Ort.OnnxRuntimeException refused)
            {
                throw RuntimeError.WhenCompiling(refused, graph, name);
            }

            throw;
        }
    }

    // The blocked layout by name is the processor's own; other providers do not know its operators.
    private static Graph Lowered(Graph graph, SessionOptions options) =>
        Lowering.Run(options.Provider == Providers.Cpu ? BlockedWeights.Run(graph) : graph);

    private void Check(IReadOnlyDictionary<string, TensorData> inputs)
    {
        foreach (var input in Inputs)
        {
            if (!inputs.TryGetValue(input.Name, out var given))
            {
                throw new ArgumentException($"{_name} needs the input {input}, which was not given. Given: {string.Join(", ", inputs.Keys)}.", nameof(inputs));
            }

            if (input.Type is ValueType.Tensor && given.Type != input.Element)
            {
                throw new ArgumentException($"{_name} wants {input} but was given {given}.", nameof(inputs));
            }

            if (!Fits(input.Shape, given))
            {
                throw new ArgumentException($"{_name} wants {input} but was given {given}.", nameof(inputs));
            }
        }

        if (inputs.Count > Inputs.Length)
        {
            string unknown = inputs.Keys.First(name => Inputs.All(input => input.Name != name));
            throw new ArgumentException($"{_name} has no input \"{unknown}\". It has: {string.Join(", ", Inputs)}.", nameof(inputs));
        }
    }

    /// <summary>Whether a tensor has the declared rank and the sizes that are fixed. Called for each input of each run, so it makes no garbage.</summary>
    private static bool Fits(Shape? declared, TensorData given)
    {
        if (declared is null)
        {
            return true;
        }

        bool fits = declared.Rank == given.Dimensions.Length;
        for (int axis = 0; fits && axis < declared.Rank; axis++)
        {
            fits = declared[axis].Size is not { } size || size == given.Dimensions[axis];
        }

        return fits;
    }
}
