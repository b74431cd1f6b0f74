using System.Collections.Immutable;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using Unmask.Graphs;
using Unmask.Graphs.Onnx;
using Unmask.Imaging;
using Unmask.Probing;
using Unmask.WhiteBox;

namespace Unmask;

/// <summary>
/// A model whose predictions are explained: an ONNX file, or any function from batches to scores. Owns native memory: dispose it.
/// May be used from several threads.
/// </summary>
public sealed class Model : IDisposable
{
    private const string PlainProgram = "plain";

    private readonly ModelCore _core;
    private readonly ModelOptions _options;
    private readonly ProgramCache _programs;
    private readonly PictureReader _pictures;

    // The table of predictions, the targets and the method all ask about the same unmasked input: one pass answers.
    private readonly ConditionalWeakTable<ModelInput, float[][]> _evaluated = [];

    // Rule sets have no names: they are told apart by numbers in the order in which they come.
    private readonly ConditionalWeakTable<RuleSet, StrongBox<int>> _ruleSets = [];
    private int _lastRuleSet;
    private readonly ConditionalWeakTable<Maskers.Masker, StrongBox<int>> _maskers = [];
    private int _lastMasker;

    private Model(ModelCore core, ModelOptions options, ModelCard card)
    {
        _core = core;
        _options = options;
        _programs = new ProgramCache(core, options.Throughput);
        AvailableScores = [.. Scores.All.Select(pair => pair.Score).Where(score => ScoreEpilogue.CanRead(core.Sources, score))];
        Name = options.Name ?? "model";
        Labels = options.Labels ?? card.Labels ?? new Labels([]);
        var preprocessing = options.Preprocessing ?? card.Preprocessing ?? ModelCard.Guess;
        Preprocessing = options.AdjustPreprocessing?.Invoke(preprocessing) ?? preprocessing;
        Notes = [.. core.Notes, .. options.Preprocessing is null && card.Preprocessing is null && IsPicture
            ? [$"The model does not say how pictures are prepared; \"{Preprocessing.Name}\" was assumed. Choose with --preprocessing."]
            : Array.Empty<string>()];
        _pictures = new PictureReader(core.Explained, Preprocessing);
        // Whatever is explained is predicted first: compiled while the caller prepares the input.
        _ = _programs.Start(PlainProgram, AvailableScores, () => null);
    }

    /// <summary>The name for messages and results.</summary>
    public string Name { get; }

    /// <summary>The inputs with their element types and shapes; the explained one first.</summary>
    public ImmutableArray<Value> Inputs => _core.Inputs;

    /// <summary>The names of the classes.</summary>
    public Labels Labels { get; }

    /// <summary>How pictures become inputs.</summary>
    public Preprocessing Preprocessing { get; }

    /// <summary>What should be known about the model before its explanations are trusted, in whole sentences.</summary>
    public ImmutableArray<string> Notes { get; }

    /// <summary>Whether the explained input is a picture.</summary>
    public bool IsPicture => ModelSignature.OrderOf(_core.Explained) != AxisOrder.NotSpatial;

    /// <summary>The scores that can be read.</summary>
    public ImmutableArray<Score> AvailableScores { get; }

    /// <summary>The graph that is run, for <c>inspect</c>; <c>null</c> for a function.</summary>
    public Graph? Graph => (_core as OnnxCore)?.Graph;

    /// <summary>The batch size that the model insists on because it was frozen at export and could not be freed; <c>null</c>: any.</summary>
    public int? FrozenBatch => (_core as OnnxCore)?.FrozenBatch;

    internal ModelOptions Options => _options;

    internal ModelCore Core => _core;

    internal Calibrations Calibrations { get; } = new();

    /// <summary>Loads an ONNX file.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="ModelFormatException">The file is not a readable ONNX model, or its weights are not numbers.</exception>
    /// <exception cref="Runtime.RuntimeFailureException">ONNX Runtime cannot run the model.</exception>
    public static Model Load(string path, ModelOptions? options = null)
    {
        options ??= new();
        return FromGraph(OnnxReader.Read(path), options with { Name = options.Name ?? Path.GetFileName(path) });
    }

    /// <summary>Loads an ONNX model from memory.</summary>
    /// <exception cref="ModelFormatException">The bytes are not a readable ONNX model.</exception>
    public static Model Load(ReadOnlyMemory<byte> file, ModelOptions? options = null) => FromGraph(OnnxReader.Read(file), options ?? new());

    /// <summary>Takes a graph as the model.</summary>
    public static Model FromGraph(Graph graph, ModelOptions? options = null)
    {
        options ??= new();
        return new Model(OnnxCore.Load(graph, options), options, ModelCard.Of(graph));
    }

    /// <summary>
    /// Takes any function as the model: a remote service, another runtime. It is given a batch [N, …] and returns [N, classes]. It gets the same
    /// numbers as an ONNX model would.
    /// </summary>
    /// <param name="function">The function; called from one thread at a time unless told otherwise.</param>
    /// <param name="layout">The axes of one item.</param>
    /// <param name="outputKind">What the function returns.</param>
    /// <param name="options">Names, labels, preprocessing; the parts about ONNX files are ignored.</param>
    /// <param name="threadSafe">Whether the function may be called from several threads at once.</param>
    public static Model FromFunction(
        Func<Tensor<float>, Tensor<float>> function, InputLayout layout, OutputKind outputKind = OutputKind.Probabilities, ModelOptions? options = null, bool threadSafe = false)
    {
        ArgumentNullException.ThrowIfNull(function);
        return new Model(new FunctionCore(function, layout, outputKind, threadSafe), options ?? new(), new ModelCard(null, null));
    }

    /// <summary>Prepares a picture: resized, cropped, normalised.</summary>
    /// <param name="picture">The picture, of any size.</param>
    /// <param name="others">The model's other inputs by name, one item each (first axis 1).</param>
    /// <exception cref="UnmaskException">The model's explained input is not a picture, or another input is missing.</exception>
    public ModelInput Prepare(Image picture, IReadOnlyDictionary<string, TensorData>? others = null) => WithOthers(_pictures.Read(picture), others, 0);

    /// <summary>Takes a tensor as it is, preprocessed by the caller; its first axis is the items.</summary>
    /// <param name="items">Values for every item.</param>
    /// <param name="others">The model's other inputs by name, with one entry an item on the first axis, or one for all.</param>
    /// <exception cref="UnmaskException">The tensor does not fit the model's input.</exception>
    public IReadOnlyList<ModelInput> Prepare(TensorData items, IReadOnlyDictionary<string, TensorData>? others = null)
    {
        var split = TensorItems.Split(items, _core.Explained, Preprocessing);
        return [.. split.Select((item, index) => WithOthers(item, others, index))];
    }

    /// <summary>What the model says of an input.</summary>
    public Prediction Predict(ModelInput input, CancellationToken cancel = default)
    {
        bool probabilities = AvailableScores.Contains(Score.Probability);
        var ranked = AvailableScores.Contains(Score.Logit) ? Score.Logit : probabilities ? Score.Probability : Score.Output;
        float[] scores = Evaluate(input, ranked, cancel);
        float[]? shares = probabilities ? ranked == Score.Probability ? scores : Evaluate(input, Score.Probability, cancel) : null;
        return new Prediction(scores, shares, Labels);
    }

    /// <summary>The scores of all classes for one input, unmasked.</summary>
    public float[] Evaluate(ModelInput input, Score score, CancellationToken cancel = default)
    {
        ScoreEpilogue.ThrowUnlessReadable(_core.Sources, score);
        if (!_evaluated.TryGetValue(input, out var all))
        {
            all = Evaluate(_programs.Get(PlainProgram, AvailableScores, () => null), input, cancel);
            _evaluated.AddOrUpdate(input, all);
        }

        float[] scores = all[AvailableScores.IndexOf(score)];
        int broken = Array.FindIndex(scores, value => !float.IsFinite(value));
        return broken < 0
            ? [.. scores]
            : throw new UnmaskException($"{Name} returned {scores[broken]} for {Labels[broken]} ({score.Name()}): there is nothing to explain. Check the input's preprocessing and the model's weights.");
    }

    /// <summary>Every score that can be read, of one pass.</summary>
    private float[][] Evaluate(ScoreProgram program, ModelInput input, CancellationToken cancel)
    {
        int count = program.RequiredBatch ?? 1;
        long[] sizes = [count, .. input.Layout.Sizes.Select(size => (long)size)];
        float[] repeated = count == 1 ? input.Array : [.. Enumerable.Repeat(input.Array, count).SelectMany(values => values)];
        var feeds = InputFeeds.Others(input, _core.Inputs, count);
        feeds[_core.Explained.Name] = TensorConversion.FromFloats(repeated, _core.Explained.Element, sizes);
        return [.. program.RunAll(feeds, cancel).Select(scores => scores.AsSpan<float>()[..(int)(scores.Count / count)].ToArray())];
    }

    /// <summary>The compiled way from masks to scores.</summary>
    internal ScoreProgram Program(InputLayout layout, MaskMap map, Infill infill, Score score, CalibratedModel? int8 = null) => _programs.Get(
        $"{(int8 is null ? "" : $"int8 {int8.Number}|")}{map.Key}|{layout}|{infill.IsZero}|{infill.ChangesWithMask}",
        [score],
        () => MaskPrologue.Build(layout, _core.Explained.Element, map, infill.IsZero, infill.ChangesWithMask),
        int8?.Core);

    /// <summary>The compiled forward and backward pass.</summary>
    /// <exception cref="UnmaskException">The model is a function, or cannot be differentiated there.</exception>
    internal GradientProgramRunner GradientProgram(GradientQuestion question) => _programs.Get(
        $"gradient|{question.Fed}|{string.Join(',', question.Cuts)}|{question.Score}|{question.Layer}|{question.Through}|{(question.Shapes is { } shapes ? string.Join(';', shapes) : "")}|{NumberOf(question.Rules)}|{(question.SecondRules is { } second ? NumberOf(second) : 0)}|{question.Alone}|{question.HasReference}|{question.Observes?.Key}",
        () => OnnxCore.CompileGradient(question));

    /// <summary>The compiled optimisation of masks.</summary>
    /// <exception cref="UnmaskException">The model is a function, or cannot be differentiated there.</exception>
    internal Perturbations.PerturbationProgram PerturbationProgram(Perturbations.PerturbationQuestion question) =>
        _programs.Get($"{question.Key}|{NumberOf(question.Recipe.Rules)}", () => OnnxCore.CompilePerturbation(question));

    /// <summary>A masker's masks of one input, [classes or 1, 1, height, width], by one pass of classifier and masker.</summary>
    /// <param name="masker">It belongs to this model.</param>
    /// <param name="confidence">Of its selector; <c>null</c>: its own.</param>
    /// <param name="input">The input.</param>
    /// <param name="classes">Which classes are asked about, where it is asked.</param>
    /// <param name="cancel">Ends the run.</param>
    internal TensorData MasksOf(Maskers.Masker masker, double? confidence, ModelInput input, long[] classes, CancellationToken cancel)
    {
        var program = _programs.Get($"masker|{NumberOf(masker)}|{confidence}", () => OnnxCore.CompileMasker(masker, confidence));
        var feeds = Repeated(input, program.RequiredBatch ?? 1);
        if (masker.IsClassConditional)
        {
            feeds[OnnxCore.AskedClasses] = TensorData.Adopt(classes, classes.Length, 1);
        }

        return program.RunAll(feeds, cancel)[0];
    }

    private int NumberOf(Maskers.Masker masker) => _maskers.GetValue(masker, _ => new(Interlocked.Increment(ref _lastMasker))).Value;

    private int NumberOf(RuleSet rules) => _ruleSets.GetValue(rules, _ => new(Interlocked.Increment(ref _lastRuleSet))).Value;

    /// <summary>The compiled forward pass from an inner value to the scores.</summary>
    /// <exception cref="UnmaskException">The model is a function, or has no such value.</exception>
    internal TailProgram TailProgram(string fed, Score score) => _programs.Get($"tail|{fed}|{score}", () => OnnxCore.CompileTail(fed, score));

    /// <summary>What should be known about gradients of a quantised model at an input, as a whole sentence; <c>null</c>: nothing.</summary>
    /// <param name="input">The explained input.</param>
    /// <param name="scoreOf">Reads the target's score of the scores of all classes.</param>
    /// <param name="score">The score's space.</param>
    /// <param name="cancel">Ends the run.</param>
    internal string? QuantizationNote(ModelInput input, Func<float[], double> scoreOf, Score score, CancellationToken cancel)
    {
        var core = (OnnxCore)_core;
        if (core.Differentiable == core)
        {
            return core.DifferentiableNote;
        }

        var program = _programs.Get("float|" + PlainProgram, AvailableScores, () => null, core.Differentiable);
        double real = scoreOf(Evaluate(program, input, cancel)[AvailableScores.IndexOf(score)]), whole = scoreOf(Evaluate(input, score, cancel));
        return string.Create(System.Globalization.CultureInfo.InvariantCulture,
            $"The model computes in integers: the float model that it stands for was explained. The target's score is {real:g5} there and {whole:g5} here, a difference of {real - whole:g3} ({score.Name()}).");
    }

    /// <summary>The graph, for methods that look inside: of a quantised model that of the float model which it stands for, unless asked otherwise.</summary>
    /// <exception cref="UnmaskException">The model is a function.</exception>
    internal OnnxCore OnnxCore => (_core as OnnxCore)?.Differentiable ?? throw new UnmaskException(
        $"{Name} was made from a function: it has no graph to look into. Black-box methods work: rise, occlusion, lime. For white-box methods load the ONNX file.");

    /// <summary>An inner value of one item, with the axes of that item.</summary>
    internal (float[] Values, ImmutableArray<int> Sizes) ValueOf(string value, ModelInput input, CancellationToken cancel) => ValuesOf([value], input, cancel)[0];

    /// <summary>Inner values of one item, of one pass, each with the axes of that item.</summary>
    internal ImmutableArray<(float[] Values, ImmutableArray<int> Sizes)> ValuesOf(ImmutableArray<string> values, ModelInput input, CancellationToken cancel)
    {
        var program = _programs.Get($"values|{string.Join(',', values)}", () => OnnxCore.CompileValues(values));
        int count = program.RequiredBatch ?? 1;
        return [.. program.RunAll(Repeated(input, count), cancel).Select((tensor, index) => FirstOf(tensor, count, OnnxCore.IsBatched(values[index])))];
    }

    /// <summary>The inputs of a run of one item, as often as the batch needs it.</summary>
    private Dictionary<string, TensorData> Repeated(ModelInput input, int count)
    {
        var feeds = InputFeeds.Others(input, _core.Inputs, count);
        float[] repeated = [.. Enumerable.Repeat(input.Array, count).SelectMany(values => values)];
        feeds[_core.Explained.Name] = TensorConversion.FromFloats(repeated, _core.Explained.Element, [count, .. input.Layout.Sizes.Select(size => (long)size)]);
        return feeds;
    }

    /// <summary>The first of several equal items.</summary>
    private static (float[] Values, ImmutableArray<int> Sizes) FirstOf(TensorData tensor, int count, bool batched)
    {
        ImmutableArray<int> all = [.. tensor.Dimensions.Select(size => (int)size)];
        float[] values = TensorConversion.ToFloats(tensor);
        return all is [var first, ..] && first % count == 0 && batched
            ? (values[..(values.Length / count)], first == count ? all[1..] : [first / count, .. all[1..]])
            : (values, all);
    }

    /// <summary>The number of classes that a score is read for.</summary>
    internal int ClassCount(ModelInput input, Score score) => Evaluate(input, score).Length;

    /// <inheritdoc/>
    public void Dispose() => _programs.Dispose();

    private ModelInput WithOthers(ModelInput input, IReadOnlyDictionary<string, TensorData>? others, int item) =>
        InputFeeds.Attach(input, _core.Inputs, others, item);
}
