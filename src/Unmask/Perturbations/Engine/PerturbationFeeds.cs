using System.Collections.Concurrent;
using System.Collections.Immutable;
using Unmask.Graphs;
using Unmask.WhiteBox;

namespace Unmask.Perturbations;

/// <summary>Consecutive problems and consecutive views of each: what one run is about. Its items are ordered by problem, then view.</summary>
/// <param name="Problems">The problems.</param>
/// <param name="Parameters">The parameters of each.</param>
/// <param name="FirstView">The first view.</param>
/// <param name="Views">How many.</param>
/// <param name="Padding">Views of no weight behind them, which fill a batch of fixed size.</param>
internal sealed record ProblemPart(ImmutableArray<MaskProblem> Problems, float[][] Parameters, int FirstView, int Views, int Padding = 0)
{
    /// <summary>Items of the run.</summary>
    public int Items => Problems.Length * (Views + Padding);
}

/// <summary>Writes what a run is fed.</summary>
internal sealed class PerturbationFeeds(Model model, PerturbationQuestion question, int classes, IReadOnlyList<TensorData> shared)
{
    private readonly ConcurrentBag<Dictionary<string, float[]>> _free = [];
    private readonly ConcurrentDictionary<(string Feed, int Problem), float[]> _entries = new();
    private readonly MaskRefill? _refill = MaskRefill.For(question.Recipe);

    private PerturbationRecipe Recipe => question.Recipe;

    /// <summary>Views of one problem: each draw of each side.</summary>
    public static int ViewsOf(PerturbationRecipe recipe) => recipe.Sides.Length * recipe.Law.Draws;

    /// <summary>Runs with the feeds of a part.</summary>
    /// <param name="program">The program.</param>
    /// <param name="part">The problems and views.</param>
    /// <param name="step">The step, on which random numbers, jitter and weights depend.</param>
    /// <param name="weights">For each problem of the part the weight of each term.</param>
    /// <param name="point">Whether each side is asked at the mask itself, whatever the law.</param>
    /// <param name="keep">What the views keep, where the in-fill depends on it; <c>null</c>: it does not.</param>
    /// <param name="cancel">Ends the run.</param>
    public ImmutableArray<TensorData> Run(PerturbationProgram program, ProblemPart part, int step, double[][] weights, bool point, TensorData? keep, CancellationToken cancel)
    {
        var buffers = _free.TryTake(out var used) ? used : new(StringComparer.Ordinal);
        var feeds = LayerFeeds.Beside(question.Site.Name, model, part.Problems[0].Site.Input, program.Inputs, part.Items);
        var declared = program.Inputs.Select(input => input.Name).ToHashSet(StringComparer.Ordinal);
        var writer = new Writer(this, program, part, step, point, buffers, feeds, declared);
        writer.WriteMasks(shared);
        if (declared.Contains(PerturbationNames.Target))
        {
            writer.WriteObjective(classes, weights);
            writer.WriteComposition(keep);
        }

        var results = program.RunAll(feeds, cancel);
        _free.Add(buffers);
        return results;
    }

    private string ParametersName => question.ParametersInput;

    private string SharedName(int index) => question.Map.SharedFeeds[index].Value.Name;

    private float[] EntryOf(TermFeed feed, MaskProblem problem) => _entries.GetOrAdd((feed.Name, problem.Index), _ => feed.Of(problem.Site, problem.Variant));

    /// <summary>One run's feeds.</summary>
    private sealed class Writer(
        PerturbationFeeds owner, PerturbationProgram program, ProblemPart part, int step, bool point, Dictionary<string, float[]> buffers, Dictionary<string, TensorData> feeds, HashSet<string> declared)
    {
        private readonly PerturbationRecipe _recipe = owner.Recipe;
        private readonly int _views = part.Views + part.Padding;

        public void WriteMasks(IReadOnlyList<TensorData> shared)
        {
            var cells = program.Shapes.Cells;
            int length = cells.Count * _recipe.Masks, masks = _recipe.Masks == 2 ? 3 : 1;
            var parameters = Feed(owner.ParametersName, [part.Problems.Length * _recipe.Masks, .. cells.Sizes]);
            for (int i = 0; i < part.Problems.Length; i++)
            {
                part.Parameters[i].AsSpan(0, length).CopyTo(parameters[(i * length)..]);
            }

            var views = Feed(PerturbationNames.Views, [_views, masks]);
            views.Clear();
            for (int view = 0; view < _views; view++)
            {
                views[(view * masks) + Math.Min(SideOf(view).Mask, masks - 1)] = point ? 1 : (float)_recipe.Law.Scale(DrawOf(view));
            }

            WriteSides();
            WriteLaw();
            for (int i = 0; i < shared.Count; i++)
            {
                feeds[owner.SharedName(i)] = shared[i];
            }
        }

        public void WriteObjective(int classes, double[][] weights)
        {
            var targets = Feed(PerturbationNames.Target, [part.Items, classes]);
            targets.Clear();
            var shares = Feed(PerturbationNames.Share, [part.Items]);
            for (int item = 0; item < part.Items; item++)
            {
                int view = item % _views;
                part.Problems[item / _views].Target.WriteSeed(targets.Slice(item * classes, classes));
                shares[item] = view < part.Views ? (float)(SideOf(view).Weight * part.Problems[item / _views].ScoreFactor / (point ? 1 : _recipe.Law.Draws)) : 0;
            }

            for (int term = 0; term < _recipe.Terms.Length; term++)
            {
                // Terms are counted once, with the first views.
                var ofTerm = Feed(PerturbationNames.TermWeight(term), [part.Problems.Length]);
                for (int i = 0; i < part.Problems.Length; i++)
                {
                    ofTerm[i] = part.FirstView == 0 ? (float)weights[i][term] : 0;
                }

                foreach (var feed in _recipe.Terms[term].Feeds(program.Shapes.Masks, program.Shapes.Canvas))
                {
                    WriteTerm(feed);
                }
            }

            if (program.Seed is { } seed)
            {
                feeds[seed] = TensorData.Scalar(1f);
            }
        }

        public void WriteComposition(TensorData? keep)
        {
            var layout = part.Problems[0].Site.Layout;
            var move = _recipe.Jitter.At(step, _recipe.Seed);
            var declaredFeeds = _recipe.Composition.Feeds;
            float[][] whole = [.. declaredFeeds.Select(feed => Buffer(feed.Name, part.Items * feed.Layers * layout.Count))];
            for (int item = 0; item < part.Items; item++)
            {
                var problem = part.Problems[item / _views];
                float[][]? refilled = owner._refill?.Of(problem, keep, item, step, ViewNumber(item));
                for (int i = 0; i < whole.Length; i++)
                {
                    int length = declaredFeeds[i].Layers * layout.Count;
                    // What is filled in under a mask is filled in where the picture has moved to.
                    Jitter.Move(refilled?[i] ?? problem.Prepared[i], whole[i].AsSpan(item * length, length), layout, refilled is null ? move : default);
                }

                AddNoise(whole[0].AsSpan(item * layout.Count, layout.Count), problem, ViewNumber(item));
            }

            for (int i = 0; i < whole.Length; i++)
            {
                int layers = declaredFeeds[i].Layers;
                Adopt(declaredFeeds[i].Name, whole[i], [part.Items, .. layers == 1 ? [] : new[] { layers }, .. layout.Sizes]);
            }

            if (program.Reference is { } reference)
            {
                var there = Feed(reference, [part.Items, .. layout.Sizes]);
                for (int item = 0; item < part.Items; item++)
                {
                    Jitter.Move(part.Problems[item / _views].Value, there.Slice(item * layout.Count, layout.Count), layout, move);
                }
            }
        }

        private void WriteSides()
        {
            if (!declared.Contains(PerturbationNames.Sign))
            {
                return;
            }

            int[] single = [part.Items, .. program.Shapes.Masks.Sizes.Select(_ => 1)];
            var offsets = Feed(PerturbationNames.Offset, single);
            var signs = Feed(PerturbationNames.Sign, single);
            for (int item = 0; item < part.Items; item++)
            {
                bool complement = SideOf(item % _views).Complement;
                (offsets[item], signs[item]) = complement ? (1, -1) : (0, 1);
            }
        }

        private void WriteLaw()
        {
            if (declared.Contains(PerturbationNames.LawNoise))
            {
                var drawn = _recipe.Law.OfCells ? program.Shapes.Cells : program.Shapes.Masks;
                int count = drawn.Count;
                var noise = Feed(PerturbationNames.LawNoise, [part.Items, .. drawn.Sizes]);
                for (int item = 0; item < part.Items; item++)
                {
                    var random = Rng.At(_recipe.Seed, RandomItems.Law(part.Problems[item / _views].Number, step, ViewNumber(item)));
                    foreach (ref float value in noise.Slice(item * count, count))
                    {
                        double uniform = (random.NextSingle() * (1 - 2e-7)) + 1e-7;
                        value = point ? 0 : (float)Math.Log(uniform / (1 - uniform));
                    }
                }
            }

            if (declared.Contains(PerturbationNames.Mirror))
            {
                var (_, width) = part.Problems[0].Site.Layout.Spatial;
                var mirror = Feed(PerturbationNames.Mirror, [width, width]);
                mirror.Clear();
                bool mirrored = _recipe.Jitter.At(step, _recipe.Seed).Mirrored;
                for (int x = 0; x < width; x++)
                {
                    mirror[(x * width) + (mirrored ? width - 1 - x : x)] = 1;
                }
            }
        }

        private void WriteTerm(TermFeed feed)
        {
            int count = feed.Actual.Aggregate(1, (product, size) => product * size);
            var values = Feed(feed.Name, [part.Problems.Length * _recipe.Masks, .. feed.Actual]);
            for (int i = 0; i < part.Problems.Length * _recipe.Masks; i++)
            {
                var problem = part.Problems[i / _recipe.Masks];
                owner.EntryOf(feed, problem).CopyTo(values[(i * count)..]);
            }
        }

        private void AddNoise(Span<float> values, MaskProblem problem, int view)
        {
            if (_recipe.Noise == 0 || point)
            {
                return;
            }

            var random = Rng.At(_recipe.Seed, RandomItems.Noise(problem.Number, step, view));
            for (int i = 0; i < values.Length; i += 2)
            {
                var (one, other) = Normal.Pair(ref random);
                values[i] += (float)(_recipe.Noise * one);
                if (i + 1 < values.Length)
                {
                    values[i + 1] += (float)(_recipe.Noise * other);
                }
            }
        }

        private int ViewNumber(int item) => part.FirstView + (item % _views);

        private MaskSide SideOf(int view) => _recipe.Sides[Math.Min((part.FirstView + view) / (point ? 1 : _recipe.Law.Draws), _recipe.Sides.Length - 1)];

        private int DrawOf(int view) => (part.FirstView + view) % _recipe.Law.Draws;

        private Span<float> Feed(string name, ReadOnlySpan<int> sizes)
        {
            int count = 1;
            foreach (int size in sizes)
            {
                count = checked(count * size);
            }

            float[] buffer = Buffer(name, count);
            Adopt(name, buffer, sizes);
            return buffer;
        }

        private float[] Buffer(string name, int count) => buffers.TryGetValue(name, out float[]? kept) && kept.Length == count ? kept : buffers[name] = new float[count];

        private void Adopt(string name, float[] buffer, ReadOnlySpan<int> sizes)
        {
            if (declared.Contains(name))
            {
                long[] dimensions = new long[sizes.Length];
                for (int i = 0; i < dimensions.Length; i++)
                {
                    dimensions[i] = sizes[i];
                }

                feeds[name] = TensorData.Adopt(buffer, dimensions);
            }
        }
    }
}
