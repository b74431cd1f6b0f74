using System.Collections.Immutable;
using Unmask.Graphs;
using Unmask.Runtime;
using Unmask.Tests.Support;
using Unmask.Training;
using Xunit.Abstractions;

namespace Unmask.Tests.Texts;

/// <summary>Whole trainings on texts: what can be learnt, what cannot, and what the saved network says of its words.</summary>
public sealed class TextLearningTests(ITestOutputHelper output)
{
    private static readonly string[] Fillers = ["the", "film", "of", "and", "a", "."];

    private static readonly TextClassifierTraining Small = new() { Features = 8, Filters = 8, WordDropout = 0, Dropout = 0.2, Recipe = TextClassifierTraining.RecipeOf(20, 0.01, 16) };

    [Fact]
    public void Word_order_is_learnt_by_the_convolutional_network_and_cannot_be_by_the_bag()
    {
        var (training, test) = (Texts(1, 320), Texts(2, 200));
        var tokenizer = Small.TokenizerFor(training);
        Assert.Equal((2 + Fillers.Length + 2, 16), (tokenizer.Vocabulary.Count, tokenizer.Length));
        var tried = new TokenTrainingSet(test, tokenizer);
        var cnn = Small.NetworkFor(["bad", "good"], tokenizer);
        var learnt = TextClassifierTraining.Finish(new Trainer(cnn, Small.Recipe).Run(Small.SetOf(training, tokenizer)).Network);
        Assert.Equal(1, HeldOutAccuracy.Of(learnt, tried).Mean);
        // Both words stand in every text, so that for the bag all texts of the same fillers are one.
        var bag = new Trainer(Networks.TextBag(tokenizer.Vocabulary.Count, tokenizer.Length, 2, 8), Small.Recipe).Run(new TokenTrainingSet(training, tokenizer)).Network;
        Assert.InRange(HeldOutAccuracy.Of(bag, tried).Mean, 0.35, 0.65);

        // The network in its file reads words as the one that was trained, and its attributions find the two that matter.
        var read = OnnxReader.Read(OnnxWriter.ToBytes(learnt));
        using var model = Model.FromGraph(read);
        var ids = TextTokenizer.Of(read)!.Encode("The film of a not good and the .");
        var input = model.Prepare(TensorData.Adopt(ids, 1, ids.Length))[0];
        var explanation = new IntegratedGradients(model, new() { Layer = Cut.Embedding }).Explain(input, Target.Class(0));
        float[] words = [.. explanation.ToArray().Chunk(8).Select(vector => vector.Sum())];
        output.WriteLine(string.Join(' ', words.Select(value => value.ToString("0.000"))));
        Assert.Equal([4, 5], Enumerable.Range(0, words.Length).OrderByDescending(at => words[at]).Take(2).Order());
        Assert.All(words[9..], value => Assert.Equal(0, value));
    }

    [Fact]
    public void The_result_depends_on_the_seed_and_not_on_threads()
    {
        var training = Texts(1, 48);
        var tokenizer = Small.TokenizerFor(training);
        byte[] Trained(ulong seed, int threads)
        {
            var settings = Small with { WordDropout = 0.2, Recipe = TextClassifierTraining.RecipeOf(2, 0.01, 16, seed) };
            return OnnxWriter.ToBytes(new Trainer(settings.NetworkFor(["0", "1"], tokenizer), settings.Recipe) { Threads = threads }.Run(settings.SetOf(training, tokenizer)).Network);
        }

        byte[] one = Trained(0, 1);
        Assert.Equal(one, Trained(0, 3));
        Assert.NotEqual(one, Trained(1, 1));
    }

    [SharedFact]
    [Trait("Category", "Slow")]
    public void Sentences_about_films_are_told_apart()
    {
        var settings = new TextClassifierTraining { Recipe = TextClassifierTraining.RecipeOf(3), Features = 32, Filters = 50 };
        var texts = LabelledTexts.Read(Path.Combine(Shared.Data, "rt_polarity.tsv.gz"), new() { Validation = 0, Test = 0.1 });
        Assert.Equal((9596, 1066, 0), (texts.Training.Length, texts.Test.Length, texts.Failures.Length));
        var tokenizer = settings.TokenizerFor(texts.Training);
        var network = new Trainer(settings.NetworkFor(texts.Classes, tokenizer), settings.Recipe).Run(settings.SetOf(texts.Training, tokenizer)).Network;
        var right = HeldOutAccuracy.Of(TextClassifierTraining.Finish(network), new TokenTrainingSet(texts.Test, tokenizer));
        output.WriteLine($"{right.Mean:0.000} of {right.Count} right, {right.Low:0.000} to {right.High:0.000}");
        Assert.True(right.Low > 0.65, $"{right.Mean:0.000} of {right.Count} right");
    }

    /// <summary>Fillers, and among them «not good» (class 0) or «good not» (class 1).</summary>
    private static ImmutableArray<LabelledText> Texts(ulong seed, int count) => [.. Enumerable.Range(0, count).Select(item =>
    {
        var random = Rng.At(seed, item);
        List<string> words = [.. Enumerable.Range(0, 5 + random.NextInt32(6)).Select(_ => Fillers[random.NextInt32(Fillers.Length)])];
        words.InsertRange(random.NextInt32(words.Count + 1), item % 2 == 0 ? ["not", "good"] : ["good", "not"]);
        return new LabelledText(string.Join(' ', words), item % 2);
    })];
}
