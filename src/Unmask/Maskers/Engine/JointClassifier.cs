using System.Collections.Immutable;
using Unmask.Graphs;
using Unmask.Training;

namespace Unmask.Maskers.Engine;

/// <summary>
/// A classifier that learns beside a masker. In each step: it learns from the pictures as they are; one of the pool is picked to answer the masker; if it is the current one, it also learns from the
/// pictures with what the masker marks hidden. Then the masker's own step follows.
/// </summary>
/// <remarks>Source: Zolna, Geras, Cho, CVIU 2020, algorithm 1 and §3.3. Differs from it in: the masker reads the taps with running statistics, as it will at use.</remarks>
internal sealed class JointClassifier : TrainingPartner, IDisposable
{
    // Which classifier answers in a step, and which of a full pool gives way.
    private const ulong PickPurpose = 0x7069636B, ReplacePurpose = 0x7265706C;
    private const int Current = -1;

    private readonly MaskerTraining _training;
    private readonly MaskerRecipe _recipe;
    private readonly TrainingProgram _program;
    private readonly TrainingState _state;
    private readonly TrainingStep _step;
    private readonly StepMemory _pictures;
    private readonly HiddenPictures _hidden;
    private readonly TapReader _reader;
    private readonly List<Snapshot> _pool = [];
    private int _picked = Current;

    /// <summary>Compiles.</summary>
    /// <param name="training">What is trained.</param>
    /// <param name="pictures">What both learn from.</param>
    /// <param name="threads">Parts at the same time.</param>
    public JointClassifier(MaskerTraining training, StepMemory pictures, int threads)
    {
        (_training, _recipe, _pictures) = (training, training.Recipe, pictures);
        var recipe = _recipe.Classifier with { Objective = Objective.CrossEntropy, BatchSize = _recipe.Training.BatchSize, Shards = _recipe.Training.Shards, Seed = _recipe.Seed };
        _program = new(training.Classifier, Objective.CrossEntropy, TrainableWeights.Of(training.Classifier));
        _state = new(_program, recipe.Optimizer.Slots);
        _step = new(_program, _state, recipe, threads);
        Names = [.. _program.Weights.Places.Concat(_program.Running.Places).Select(place => place.Name)];
        Fed = FeedValues.Run(training.Classifier, Names);
        _reader = new(Fed, training.Input.Name, training.Taps);
        Items = ItemsOf(pictures);
        _hidden = new(training, Items, pictures);
    }

    /// <summary>The weights and running statistics that change.</summary>
    public ImmutableArray<string> Names { get; }

    /// <summary>The classifier with these as inputs.</summary>
    public Graph Fed { get; }

    /// <summary>How the masker's graph calls these inputs.</summary>
    public ImmutableDictionary<string, string> Renamed { get; set; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>The pictures as the masker learns from them, with the weights of the classifier that answers.</summary>
    public MaskerSet Items { get; }

    /// <summary>What it has learnt: copies, by name.</summary>
    public IEnumerable<KeyValuePair<string, TensorData>> Learnt => _program.Weights.Copies(_state.Weights).Concat(_program.Running.Copies(_state.Running));

    /// <summary>Pictures that the masker is tried on, with the current classifier's answers.</summary>
    public MaskerSet ToTry(StepMemory pictures) => ItemsOf(pictures);

    /// <inheritdoc/>
    public override void Begin(TrainingProgram trained) => _hidden.Begin(trained);

    /// <inheritdoc/>
    public override void Step(ReadOnlyMemory<int> batch, Variation variation, long step, long steps)
    {
        _pictures.Forget();
        double rate = _recipe.Classifier.LearningRate.At(step, steps);
        Keep(step);
        Learn(_pictures, batch, variation, rate);
        var random = Rng.At(_recipe.Seed ^ PickPurpose, step);
        bool historic = random.NextDouble() < _recipe.HistoricShare;
        int other = random.NextInt32(Math.Max(1, _pool.Count));
        (_picked, bool learns) = _recipe.Pool switch
        {
            ClassifierPool.FirstAndLast or ClassifierPool.History when historic => (other, false),
            ClassifierPool.PhangAsReleased => (Current, !historic),
            _ => (Current, true),
        };
        if (learns)
        {
            Learn(_hidden, batch, variation, rate);
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<(string Name, TensorData Data)> State =>
    [
        ("classifier_weights", Of(_state.Weights)), ("classifier_running", Of(_state.Running)), ("classifier_slot0", Of(_state.Slots[0])), ("classifier_slot1", Of(_state.Slots[1])),
        ("classifier_steps", TensorData.Vector(_state.Step, _pool.Count)),
        .. _pool.SelectMany((snapshot, index) => ((string, TensorData)[])[($"pool{index}_weights", Of(snapshot.Weights)), ($"pool{index}_running", Of(snapshot.Running))]),
    ];

    /// <inheritdoc/>
    public override void Restore(IReadOnlyDictionary<string, TensorData> state)
    {
        foreach (var (name, values) in ((string, float[])[])[("weights", _state.Weights), ("running", _state.Running), ("slot0", _state.Slots[0]), ("slot1", _state.Slots[1])])
        {
            state[$"classifier_{name}"].AsSpan<float>().CopyTo(values);
        }

        var steps = state["classifier_steps"].AsSpan<long>();
        _state.Step = steps[0];
        _pool.Clear();
        for (int i = 0; i < steps[1]; i++)
        {
            var snapshot = new Snapshot(TensorBank.NewValues(_state.Weights.Length), TensorBank.NewValues(_state.Running.Length));
            state[$"pool{i}_weights"].AsSpan<float>().CopyTo(snapshot.Weights);
            state[$"pool{i}_running"].AsSpan<float>().CopyTo(snapshot.Running);
            _pool.Add(snapshot);
        }
    }

    /// <summary>All of it in one line, by which a checkpoint knows it again.</summary>
    public override string ToString() => FormattableString.Invariant(
        $"a classifier of {_program.Weights.Values.Length} numbers: {_recipe.Pool}, every {_recipe.SnapshotSteps} steps of {_recipe.PoolSize}, share {_recipe.HistoricShare}; {_recipe.Classifier.Optimizer}, {_recipe.Classifier.LearningRate}, decay {_recipe.Classifier.WeightDecay}");

    /// <inheritdoc/>
    public void Dispose()
    {
        _program.Dispose();
        _reader.Dispose();
        _hidden.Dispose();
        Items.Dispose();
    }

    private MaskerSet ItemsOf(StepMemory pictures) => new(pictures, (values, cancel) => _reader.Read(values, Values(Current), cancel), _training, _training.Masker)
    {
        Besides = varied => Values(varied ? _picked : Current).Where(pair => Renamed.ContainsKey(pair.Key)).Select(pair => KeyValuePair.Create(Renamed[pair.Key], pair.Value)),
    };

    private void Learn(TrainingSet items, ReadOnlyMemory<int> batch, Variation variation, double rate)
    {
        _step.Run(items, batch, variation, rate, default);
        _state.Step++;
    }

    /// <summary>Puts the current classifier into the pool, when it is time: the first before it has learnt anything.</summary>
    private void Keep(long step)
    {
        bool due = _recipe.Pool switch { ClassifierPool.FirstAndLast => step == 0, ClassifierPool.History => step % _recipe.SnapshotSteps == 0, _ => false };
        if (!due)
        {
            return;
        }

        var snapshot = new Snapshot(TensorBank.NewValues(_state.Weights.Length), TensorBank.NewValues(_state.Running.Length));
        _state.Weights.CopyTo(snapshot.Weights, 0);
        _state.Running.CopyTo(snapshot.Running, 0);
        if (_pool.Count < _recipe.PoolSize)
        {
            _pool.Add(snapshot);
        }
        else
        {
            var random = Rng.At(_recipe.Seed ^ ReplacePurpose, step);
            _pool[random.NextInt32(_pool.Count)] = snapshot;
        }
    }

    private IEnumerable<KeyValuePair<string, TensorData>> Values(int which)
    {
        ImmutableArray<TensorData> tensors = which == Current
            ? [.. _program.Weights.Tensors, .. _program.Running.Tensors]
            : [.. _program.Weights.Windows(_pool[which].Weights), .. _program.Running.Windows(_pool[which].Running)];
        return Names.Zip(tensors, KeyValuePair.Create);
    }

    private static TensorData Of(float[] values) => TensorData.Adopt(values, values.Length);

    private sealed record Snapshot(float[] Weights, float[] Running);
}
