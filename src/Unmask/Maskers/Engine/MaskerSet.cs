using System.Numerics.Tensors;
using Unmask.Graphs;
using Unmask.Runtime;
using Unmask.Training;

namespace Unmask.Maskers.Engine;

/// <summary>
/// Pictures as a masker learns from them: the classifier's taps, what is composed, the class on each picture and whether the classifier sees it. Where pictures do not vary and the classifier stays as it
/// is, it looks at each once, and what it saw is kept in memory.
/// </summary>
/// <param name="pictures">The classifier's input by its name, and as <c>target</c> Int64 [N] the class on each; below 0 it is the classifier's own answer.</param>
/// <param name="see">The classifier: taps and answers of pictures.</param>
/// <param name="training">What is trained, and how.</param>
/// <param name="masker">The masker before its training, for in-fills that look at its masks.</param>
internal sealed class MaskerSet(TrainingSet pictures, Func<TensorData, CancellationToken, (Dictionary<string, TensorData> Taps, TensorData Answers)> see, MaskerTraining training, Graph masker) : TrainingSet, IDisposable
{
    private const int Batch = 16;
    private const ulong FakePurpose = 0x66616B65;

    private readonly MaskerRecipe _recipe = training.Recipe;
    private readonly MaskerFeeds _feeds = new(training.Recipe, training.Layout, training.Preprocessing);
    private readonly MaskerFront? _masks = training.Recipe.Infill.DependsOnMask ? new(MaskerGraph.Front(masker, training.Layout, training.Recipe, training.Recipe.Sides), MaskerNames.FullMask) : null;
    private ArrayTrainingSet? _kept;

    /// <inheritdoc/>
    public override int Count => pictures.Count;

    /// <summary>What else the graph takes with items: the weights of a classifier that changes. Told whether items are varied, as they are in steps. Default: nothing.</summary>
    public Func<bool, IEnumerable<KeyValuePair<string, TensorData>>> Besides { get; init; } = _ => [];

    /// <inheritdoc/>
    public override void Announce(ReadOnlyMemory<int> items, Variation variation)
    {
        if (_kept is null)
        {
            pictures.Announce(items, variation);
        }
    }

    /// <inheritdoc/>
    internal override void Begin(TrainingProgram program) => _masks?.Begin(program);

    /// <inheritdoc/>
    public void Dispose() => _masks?.Dispose();

    /// <summary>The same pictures, and what the classifier saw of them, for a masker whose selector has learnt meanwhile.</summary>
    public MaskerSet With(Graph selected) => new(pictures, see, training, selected) { Besides = Besides, _kept = _kept };

    /// <summary>Lets the classifier look at each picture once, and keeps what it saw. Pictures do not vary from then on.</summary>
    /// <param name="threads">Batches at the same time.</param>
    /// <param name="progress">Told after each batch.</param>
    /// <param name="cancel">Ends it.</param>
    public void Keep(int threads, IProgress<Step>? progress, CancellationToken cancel)
    {
        var collected = new Dictionary<string, List<TensorData>>(StringComparer.Ordinal);
        Dictionary<string, TensorData> Seen(int first, int count) => SeenBy(pictures.Read([.. Enumerable.Range(first, count)], null), cancel);
        Batcher.Run(Count, Batch, threads, Seen, (first, batch) =>
        {
            foreach (var (name, data) in batch)
            {
                (collected.TryGetValue(name, out var list) ? list : collected[name] = []).Add(data);
            }

            progress?.Report(new(Math.Min(Count, first + Batch), Count, "pictures through the classifier"));
            return true;
        }, cancel);
        _kept = new(collected.ToDictionary(pair => pair.Key, pair => FineTuning.Joined(pair.Value), StringComparer.Ordinal));
    }

    /// <inheritdoc/>
    public override Dictionary<string, TensorData> Read(ReadOnlySpan<int> items, Variation? variation)
    {
        var read = pictures.Read(items, _kept is null ? variation : null);
        var seen = _kept?.Read(items, null) ?? SeenBy(read, default);
        ItemKey[] keys = KeysOf(items, variation);
        if (!_recipe.Sides.Any(side => side.ReadsWhole))
        {
            seen.Remove(MaskerNames.WholeIsRight);
        }

        if (_recipe.Network.IsClassConditional)
        {
            Ask(seen, keys, _recipe.FakeShare);
        }

        if (_recipe.Law.TakesNoise)
        {
            seen[MaskerNames.LawNoise] = _feeds.LawNoise(keys, training.MaskSize.Height, training.MaskSize.Width);
        }

        float[] masks = _masks?.Run(seen, byBatch: variation is not null).AsSpan<float>().ToArray() ?? [];
        _feeds.AddComposed(seen, read[training.Input.Name].AsSpan<float>(), masks, keys);
        foreach (var (name, data) in Besides(variation is not null))
        {
            seen[name] = data;
        }

        return seen;
    }

    /// <summary>Taps, classes that are asked about, and whether they are on the picture: what a selector learns from.</summary>
    /// <param name="items">Which.</param>
    /// <param name="variation">The pass.</param>
    /// <param name="fakeShare">How often a class is asked about that is not there.</param>
    public Dictionary<string, TensorData> ReadAsked(ReadOnlySpan<int> items, Variation? variation, double fakeShare)
    {
        var seen = _kept?.Read(items, null) ?? SeenBy(pictures.Read(items, variation), default);
        Ask(seen, KeysOf(items, variation), fakeShare);
        return seen;
    }

    /// <summary>The class on each picture: the data's, or else the classifier's own answer to the picture as it is.</summary>
    /// <param name="threads">Batches at the same time.</param>
    /// <param name="cancel">Ends it.</param>
    public long[] Labels(int threads, CancellationToken cancel)
    {
        List<long> labels = [];
        Batcher.Run(Count, Batch, threads, (first, count) => SeenBy(pictures.Read([.. Enumerable.Range(first, count)], null), cancel)[MaskerNames.Label], (_, found) =>
        {
            labels.AddRange(found.AsSpan<long>());
            return true;
        }, cancel);
        return [.. labels];
    }

    /// <summary>All that what is learnt depends on, in one line, by which a checkpoint knows it again.</summary>
    public override string ToString() => $"{pictures}, masked by {_recipe.Composition.InfillName(_recipe.Infill) ?? "nothing"}{(_recipe.PictureNoise > 0 ? FormattableString.Invariant($" with noise {_recipe.PictureNoise}") : "")}, taps {string.Join(", ", training.Taps.Select(tap => tap.Name))} of the classifier {training.ClassifierHash}{(_kept is null ? "" : " kept")}";

    private ItemKey[] KeysOf(ReadOnlySpan<int> items, Variation? variation)
    {
        ItemKey[] keys = new ItemKey[items.Length];
        for (int i = 0; i < items.Length; i++)
        {
            keys[i] = ItemKey.Of(items[i], variation, _recipe.Seed);
        }

        return keys;
    }

    /// <summary>The taps, the class on each picture, and whether the classifier gets it right.</summary>
    private Dictionary<string, TensorData> SeenBy(Dictionary<string, TensorData> read, CancellationToken cancel)
    {
        var (taps, answers) = see(read[training.Input.Name], cancel);
        var truth = read[Objective.TargetInput].AsSpan<long>();
        var logits = answers.AsSpan<float>();
        long[] labels = new long[truth.Length];
        float[] right = new float[truth.Length];
        int classes = logits.Length / truth.Length;
        for (int i = 0; i < labels.Length; i++)
        {
            long first = TensorPrimitives.IndexOfMax(logits.Slice(i * classes, classes));
            labels[i] = truth[i] < 0 ? first : truth[i];
            right[i] = labels[i] == first ? 1 : 0;
        }

        taps[MaskerNames.Label] = TensorData.Adopt(labels, labels.Length);
        taps[MaskerNames.WholeIsRight] = TensorData.Adopt(right, right.Length);
        return taps;
    }

    /// <summary>Which class the masker is asked about: the one on the picture, or now and then another.</summary>
    private void Ask(Dictionary<string, TensorData> seen, ItemKey[] keys, double fakeShare)
    {
        long[] asked = seen[MaskerNames.Label].AsSpan<long>().ToArray();
        float[] real = new float[asked.Length];
        for (int i = 0; i < asked.Length; i++)
        {
            var random = keys[i].For(FakePurpose);
            bool fake = random.NextDouble() < fakeShare;
            int other = 1 + random.NextInt32(training.Classes - 1);
            (asked[i], real[i]) = fake ? ((asked[i] + other) % training.Classes, 0) : (asked[i], 1);
        }

        seen[MaskerNames.Class] = TensorData.Adopt(asked, asked.Length, 1);
        if (fakeShare > 0)
        {
            seen[MaskerNames.Real] = TensorData.Adopt(real, real.Length);
        }
    }
}
