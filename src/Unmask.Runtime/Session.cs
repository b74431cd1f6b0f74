using System.Buffers;
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
    private readonly Graph? _graph;
    private readonly string _name;

    private Session(Ort.InferenceSession session, Graph? graph, string name)
    {
        _session = session;
        _graph = graph;
        _name = name;
        Inputs = [.. session.InputMetadata.Select(input => ToValue(input.Key, input.Value, graph))];
        Outputs = [.. session.OutputMetadata.Select(output => ToValue(output.Key, output.Value, graph))];
    }

    /// <summary>What must be given to a run.</summary>
    public ImmutableArray<Value> Inputs { get; }

    /// <summary>What a run can return.</summary>
    public ImmutableArray<Value> Outputs { get; }

    /// <summary>Compiles a graph.</summary>
    /// <exception cref="RuntimeFailureException">ONNX Runtime is missing, or refuses the graph.</exception>
    public static Session FromGraph(Graph graph, SessionOptions? options = null)
    {
        string name = graph.Name.Length > 0 ? $"\"{graph.Name}\"" : "the model";
        options ??= new();
        graph = options is { Optimize: true, Lower: true } ? Lowering.Run(graph) : graph;
        // ONNX Runtime infers the inner types again, so they need not be written.
        byte[] model = OnnxWriter.ToBytes(graph with { InnerTypes = graph.InnerTypes.Clear() });
        return Compile(graph, name, options, ExternalFolder(graph), settings => new Ort.InferenceSession(model, settings));
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
    public ImmutableArray<TensorData> Run(IReadOnlyDictionary<string, TensorData> inputs, IReadOnlyList<string>? outputs = null, CancellationToken cancel = default)
    {
        cancel.ThrowIfCancellationRequested();
        Check(inputs);
        using var run = new Ort.RunOptions();
        using var registration = cancel.Register(static state => ((Ort.RunOptions)state!).Terminate = true, run);
        using var feeds = new Feeds(inputs);
        try
        {
            using var results = _session.Run(run, feeds.Values, outputs ?? [.. Outputs.Select(output => output.Name)]);
            return [.. results.Select(ToTensor)];
        }
        catch (Ort.OnnxRuntimeException problem)
        {
            cancel.ThrowIfCancellationRequested();
            throw RuntimeError.WhenRunning(problem, _graph, _name);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    private static Session Compile(Graph? graph, string name, SessionOptions options, string? folder, Func<Ort.SessionOptions, Ort.InferenceSession> create)
    {
        NativeLibraries.EnsureLoaded();
        using var settings = Settings(options, folder);
        try
        {
            return new Session(create(settings), graph, name);
        }
        catch (Ort.OnnxRuntimeException problem)
        {
            throw RuntimeError.WhenCompiling(problem, graph, name);
        }
    }

    private static Ort.SessionOptions Settings(SessionOptions options, string? folder)
    {
        var settings = new Ort.SessionOptions
        {
            IntraOpNumThreads = options.Threads,
            InterOpNumThreads = 1,
            ExecutionMode = Ort.ExecutionMode.ORT_SEQUENTIAL,
            GraphOptimizationLevel = options.Optimize ? Ort.GraphOptimizationLevel.ORT_ENABLE_ALL : Ort.GraphOptimizationLevel.ORT_DISABLE_ALL,
            LogSeverityLevel = Ort.OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };
        if (options.Threads > 1)
        {
            // Spinning threads collapse as soon as anything else uses a core.
            settings.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        }

        if (folder is not null)
        {
            settings.AddSessionConfigEntry("session.model_external_initializers_file_folder_path", folder);
        }

        if (options.ProfileTo is { } prefix)
        {
            settings.ProfileOutputPathPrefix = prefix;
            settings.EnableProfiling = true;
        }

        Providers.Append(settings, options.Provider);
        return settings;
    }

    /// <summary>The folder that the graph's external data is relative to; <c>null</c> without external data.</summary>
    private static string? ExternalFolder(Graph graph)
    {
        foreach (var constant in graph.Constants.Values)
        {
            if (constant.External is { } external)
            {
                return external.Path[..^external.Location.Length];
            }
        }

        return null;
    }

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

            if (input.Shape is { } shape && (shape.Rank != given.Dimensions.Length || shape.Zip(given.Dimensions).Any(axis => axis.First.Size is { } size && size != axis.Second)))
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

    private static Value ToValue(string name, Ort.NodeMetadata metadata, Graph? graph)
    {
        if (!metadata.IsTensor)
        {
            return new Value(name, null);
        }

        // ONNX Runtime describes a tensor of unknown rank as it does a scalar.
        if (metadata.Dimensions.Length == 0 && graph?.ShapeOf(name) is null)
        {
            return new Value(name, (ElementType)metadata.ElementDataType, null);
        }

        var axes = metadata.Dimensions.Select((size, axis) => size >= 0 ? Dimension.Of(size) : Dimension.Named(metadata.SymbolicDimensions[axis]));
        return new Value(name, (ElementType)metadata.ElementDataType, new Shape([.. axes]));
    }

    private static TensorData ToTensor(Ort.OrtValue value)
    {
        if (!value.IsTensor)
        {
            throw new RuntimeFailureException("An output is not a tensor (a sequence or a map): ask for another output.");
        }

        var info = value.GetTensorTypeAndShape();
        return value.IsTensor && info.ElementDataType == Ort.Tensors.TensorElementType.String
            ? TensorData.FromStrings(value.GetStringTensorAsArray(), info.Shape)
            : TensorData.FromBytes((ElementType)info.ElementDataType, info.Shape, value.GetTensorMutableRawData().ToArray());
    }

    /// <summary>The inputs of one run as ONNX Runtime's values over pinned memory.</summary>
    private sealed class Feeds : IDisposable
    {
        private readonly List<MemoryHandle> _pins = [];

        public Feeds(IReadOnlyDictionary<string, TensorData> inputs)
        {
            try
            {
                foreach (var (name, tensor) in inputs)
                {
                    Values.Add(name, ToOrt(tensor));
                }
            }
            catch
            {
                Dispose();
                throw;
            }
        }

        public Dictionary<string, Ort.OrtValue> Values { get; } = new(StringComparer.Ordinal);

        public void Dispose()
        {
            foreach (var value in Values.Values)
            {
                value.Dispose();
            }

            foreach (var pin in _pins)
            {
                pin.Dispose();
            }
        }

        private unsafe Ort.OrtValue ToOrt(TensorData tensor)
        {
            long[] sizes = [.. tensor.Dimensions];
            if (tensor.Type == ElementType.String)
            {
                var strings = Ort.OrtValue.CreateTensorWithEmptyStrings(Ort.OrtAllocator.DefaultInstance, sizes);
                for (int i = 0; i < tensor.Strings.Length; i++)
                {
                    strings.StringTensorSetElementAt(tensor.Strings[i].AsSpan(), i);
                }

                return strings;
            }

            var pin = tensor.Bytes.Pin();
            _pins.Add(pin);
            return Ort.OrtValue.CreateTensorValueWithData(
                Ort.OrtMemoryInfo.DefaultInstance, (Ort.Tensors.TensorElementType)tensor.Type, sizes, (IntPtr)pin.Pointer, tensor.Bytes.Length);
        }
    }
}
