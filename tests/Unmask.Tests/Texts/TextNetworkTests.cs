using Unmask.Graphs;
using Unmask.Metrics;
using Unmask.Runtime;
using Unmask.Training;

namespace Unmask.Tests.Texts;

/// <summary>The layers of text networks against sums written out, their gradients against differences, and what is fed to them.</summary>
public sealed class TextNetworkTests
{
    private const int Words = 9;
    private const int Length = 6;

    private static readonly long[] Ids = [3, 4, 3, 8, 0, 0, 5, 1, 2, 7, 6, 3];

    [Fact]
    public void The_convolutional_network_is_kims_formula()
    {
        var network = Networks.TextCnn(Words, Length, classes: 2, features: 3, filters: 2, seed: 5);
        float[] logits = Run(network, Ids);
        for (int item = 0; item < 2; item++)
        {
            List<double> features = [];
            foreach (int width in (int[])[3, 4, 5])
            {
                var weights = network.Constants[$"width{width}/conv.weight"];
                Assert.Equal([2L, 3, width], weights.Dimensions.ToArray());
                for (int filter = 0; filter < 2; filter++)
                {
                    // c_i = f(w · x_{i:i+h−1} + b), ĉ = max c.
                    features.Add(Math.Max(0, Enumerable.Range(0, Length - width + 1).Max(start => Enumerable.Range(0, 3 * width).Sum(k =>
                        (double)weights.AsSpan<float>()[(filter * 3 * width) + k] * Vector(network, Ids[(item * Length) + start + (k % width)])[k / width]))));
                }
            }

            var last = network.Constants["head/linear.weight"];
            for (int output = 0; output < 2; output++)
            {
                Assert.Equal(features.Index().Sum(pair => pair.Item * last.AsSpan<float>()[(output * 6) + pair.Index]), logits[(2 * item) + output], 1e-5);
            }
        }
    }

    [Fact]
    public void The_bag_is_the_mean_of_the_words_that_are_there()
    {
        var network = Networks.TextBag(Words, Length, classes: 2, features: 3, seed: 5);
        float[] logits = Run(network, [.. Ids[..Length], 0, 0, 0, 0, 0, 0]);
        double[] mean = [.. Enumerable.Range(0, 3).Select(k => Ids[..4].Average(id => (double)Vector(network, id)[k]))];
        float[] weights = network.Constants["linear.weight"].AsSpan<float>().ToArray();
        Assert.Equal(Enumerable.Range(0, 3).Sum(k => mean[k] * weights[k]), logits[0], 1e-6);
        Assert.Equal([0, 0f], logits[2..]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Gradients_of_weights_equal_finite_differences(bool convolutional)
    {
        var network = convolutional ? Networks.TextCnn(Words, Length, 3, features: 4, filters: 3, dropout: true, seed: 2) : Networks.TextBag(Words, Length, 3, features: 4, seed: 2);
        using var program = new TrainingProgram(network, Objective.CrossEntropy, TrainableWeights.Of(network));
        var items = Items();
        PartResult Pass()
        {
            var result = program.NewResult();
            program.RunPart(items.Where(pair => convolutional || pair.Key != "dropout").ToDictionary(), 1, result, default);
            return result;
        }

        float[] gradients = Pass().Gradients;
        Assert.Contains(program.Weights.Places, place => place.Name == "embedding.weight");
        for (int i = 0; i < program.Weights.Places.Length; i++)
        {
            var place = program.Weights.Places[i];
            float[] direction = InitialWeights.Draw(Initialization.Xavier, [place.Count], (1, 1), Rng.At(77, i)).AsSpan<float>().ToArray();
            double length = Math.Sqrt(direction.Sum(value => (double)value * value));
            double predicted = Enumerable.Range(0, place.Count).Sum(k => gradients[place.Start + k] * direction[k] / length);
            double Moved(double distance)
            {
                float[] before = program.Weights.Values.AsSpan(place.Start, place.Count).ToArray();
                for (int k = 0; k < place.Count; k++)
                {
                    program.Weights.Values[place.Start + k] += (float)(distance * direction[k] / length);
                }

                double loss = Pass().Loss;
                before.CopyTo(program.Weights.Values.AsSpan(place.Start));
                return loss;
            }

            double measured = (Moved(2e-3) - Moved(-2e-3)) / 4e-3;
            Assert.True(Math.Abs(predicted - measured) < 2e-3 + (0.02 * Math.Abs(measured)), $"{place.Name}: the gradient says {predicted}, differences say {measured}");
        }

        // Rows that no text looks up, and that of padding, are not moved.
        var embedding = program.Weights.Places.Single(place => place.Name == "embedding.weight");
        float[] table = gradients[embedding.Start..(embedding.Start + embedding.Count)];
        Assert.All(Enumerable.Range(0, Words), word => Assert.Equal(word is 0, table[(4 * word)..(4 * (word + 1))].All(value => value == 0)));
    }

    [Fact]
    public void Masks_multiply_when_training_and_are_gone_afterwards()
    {
        var network = Networks.TextCnn(Words, Length, 2, features: 3, filters: 2, dropout: true, seed: 5);
        var finished = DropoutInputs.Remove(network, Networks.DropoutInput);
        Assert.Equal(Networks.TokenInput, Assert.Single(finished.Inputs).Name);
        using var session = Session.FromGraph(network);
        float[] With(float factor) => session.Run(new Dictionary<string, TensorData>
        {
            [Networks.TokenInput] = TensorData.Adopt(Ids, 2, Length),
            [Networks.DropoutInput] = TensorData.Adopt(Enumerable.Repeat(factor, 12).ToArray(), 2, 6),
        })[0].AsSpan<float>().ToArray();
        Assert.Equal(Run(finished, Ids), With(1));
        Assert.All(With(2).Zip(With(1)), pair => Assert.Equal(2 * pair.Second, pair.First, 1e-5));
        Assert.Throws<ArgumentException>(() => DropoutInputs.Remove(finished, Networks.DropoutInput));
        Assert.Throws<ArgumentException>(() => DropoutInputs.Remove(finished, Networks.TokenInput));
    }

    [Fact]
    public void Items_are_padded_cut_off_and_varied_by_seed_epoch_and_item_only()
    {
        var tokenizer = new TextTokenizer(Vocabulary.FromText("<padding>\n<unknown>\na\nb\n"), 3);
        var set = new TokenTrainingSet([new("A b a b", 1), new("b", 0), new("?", 1), new("", 0)], tokenizer) { WordDropout = 0.5, DropoutFeatures = 400, DropoutRate = 0.25 };
        var plain = set.Read([0, 1, 2, 3], null);
        Assert.Equal([2L, 3, 2, 3, 0, 0, 1, 0, 0, 0, 0, 0], plain["tokens"].AsSpan<long>().ToArray());
        Assert.Equal([1L, 0, 1, 0], plain["target"].AsSpan<long>().ToArray());
        Assert.All(plain["dropout"].AsSpan<float>().ToArray(), value => Assert.Equal(1, value));

        var key = new Variation(7, 2);
        var together = set.Read([0, 1], key);
        foreach (string name in (string[])["tokens", "dropout"])
        {
            byte[] Apart(int item, Variation variation) => set.Read([item], variation)[name].Bytes.ToArray();
            byte[] apart = [.. Apart(0, key), .. Apart(1, key)];
            Assert.Equal(apart, together[name].Bytes.ToArray());
        }

        Assert.NotEqual(set.Read([0], key)["dropout"].Bytes.ToArray(), set.Read([0], new(7, 3))["dropout"].Bytes.ToArray());
        float[] mask = together["dropout"].AsSpan<float>().ToArray();
        Assert.Equal([0, 4f / 3], mask.Distinct().Order());
        Assert.Equal(0.25, mask.Count(value => value == 0) / 800.0, 0.05);
        // Over many epochs half of the words are hidden; padding never is.
        long[] seen = [.. Enumerable.Range(0, 400).SelectMany(epoch => set.Read([1], new(7, epoch))["tokens"].AsSpan<long>().ToArray())];
        Assert.Equal(0.5, seen.Count(id => id == 1) / 400.0, 0.08);
        Assert.Equal(800, seen.Count(id => id == 0));
    }

    [Fact]
    public void Occlusion_puts_padding_in_the_place_of_a_word_of_any_number()
    {
        var network = Networks.TextBag(5000, Length, 2, features: 8, seed: 5);
        using var model = Model.FromGraph(network);
        long[] ids = [3, 4000, 256, 4999, 0, 0];
        float[] map = new Occlusion(model, new() { Score = Score.Logit }).Explain(model.Prepare(TensorData.Adopt(ids, 1, Length))[0], Target.Class(1)).ToArray();
        float whole = Run(network, ids)[1];
        for (int at = 0; at < Length; at++)
        {
            Assert.Equal(whole - Run(network, [.. ids[..at], 0, .. ids[(at + 1)..]])[1], map[at], 1e-5);
        }
    }

    private static Dictionary<string, TensorData> Items() => new(StringComparer.Ordinal)
    {
        ["tokens"] = TensorData.Adopt([.. Ids, 8L, 8, 8, 8, 0, 0], 3, Length),
        ["target"] = TensorData.Vector(0L, 1L, 2L),
        ["dropout"] = TensorData.Adopt([.. Enumerable.Range(0, 27).Select(i => i % 3 == 0 ? 0f : 1.5f)], 3, 9),
    };

    private static float[] Vector(Graph network, long id) =>
        id == 0 ? new float[3] : network.Constants["embedding.weight"].AsSpan<float>().Slice(3 * (int)id, 3).ToArray();

    private static float[] Run(Graph network, long[] ids)
    {
        using var session = Session.FromGraph(network);
        return session.Run(new Dictionary<string, TensorData> { [Networks.TokenInput] = TensorData.Adopt(ids, ids.Length / Length, Length) })[0].AsSpan<float>().ToArray();
    }
}
