using System.Collections.Immutable;
using Unmask.Graphs;

namespace Unmask.Training;

/// <summary>Trains a convolutional network on labelled texts, and puts what a user of the network needs into its file: the names of the classes, the vocabulary and the length.</summary>
public sealed record TextClassifierTraining
{
    private const int LengthStep = 16;
    private const double TextsThatFit = 0.95;

    /// <summary>The most words of the vocabulary, at least 3. Default 20,000.</summary>
    public int VocabularySize { get; init => field = Require.AtLeast(value, 3); } = 20_000;

    /// <summary>How often a word must stand in the texts that are learnt from to be known, at least 1. Default 2.</summary>
    public int MinimumCount { get; init => field = Require.Positive(value); } = 2;

    /// <summary>Tokens that the network reads of a text, at least 5; <c>null</c> (default): so many that 95 % of the texts that are learnt from fit, in steps of 16, at most <see cref="MostTokens"/>.</summary>
    public int? Length
    {
        get;
        init
        {
            if (value is { } length)
            {
                ArgumentOutOfRangeException.ThrowIfLessThan(length, 5, nameof(value));
            }

            field = value;
        }
    }

    /// <summary>The most tokens that are read unless <see cref="Length"/> says otherwise.</summary>
    public static int MostTokens => 256;

    /// <summary>Numbers of a word's vector, at least 1. Default 64.</summary>
    public int Features { get; init => field = Require.Positive(value); } = 64;

    /// <summary>Filters of each of the three widths, at least 1. Default 100.</summary>
    public int Filters { get; init => field = Require.Positive(value); } = 100;

    /// <summary>The part of the filters' answers that is dropped while learning, from 0 to below 1. Default 0.5.</summary>
    public double Dropout { get; init => field = Require.NotNegativeBelow(value, 1); } = 0.5;

    /// <summary>The part of the words that is replaced by the unknown one while learning, from 0 to below 1. Default 0.3.</summary>
    public double WordDropout { get; init => field = Require.NotNegativeBelow(value, 1); } = 0.3;

    /// <summary>How it is trained. Default: <see cref="RecipeOf"/> 6 epochs.</summary>
    public TrainingRecipe Recipe { get; init; } = RecipeOf(6);

    /// <summary>The usual recipe: cross-entropy, Adam, a rate that rises for 5 % of the steps to its peak and falls along a cosine, clipping at 5.</summary>
    /// <param name="epochs">Passes over the data.</param>
    /// <param name="peak">The highest learning rate. Default 0.003.</param>
    /// <param name="batch">Texts of a step. Default 32.</param>
    /// <param name="seed">Seed of weights, shuffling and dropout. Default 0.</param>
    public static TrainingRecipe RecipeOf(int epochs, double peak = 0.003, int batch = 32, ulong seed = 0) => new()
    {
        Optimizer = new Adam(),
        LearningRate = new() { Peak = peak, Decay = RateDecay.Cosine, WarmUp = 0.05 },
        ClipNorm = 5,
        BatchSize = batch,
        Epochs = epochs,
        Seed = seed,
    };

    /// <summary>The vocabulary and length that the texts to learn from call for.</summary>
    public TextTokenizer TokenizerFor(ImmutableArray<LabelledText> training)
    {
        var vocabulary = Vocabulary.Of(training.Select(text => text.Text), VocabularySize, MinimumCount);
        return new(vocabulary, Length ?? LengthFor(training));
    }

    /// <summary>The network before training, with an input for dropout's masks.</summary>
    /// <param name="classes">The names of the classes.</param>
    /// <param name="tokenizer">What it is to read.</param>
    public Graph NetworkFor(IReadOnlyList<string> classes, TextTokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(classes);
        ArgumentNullException.ThrowIfNull(tokenizer);
        var network = Networks.TextCnn(tokenizer.Vocabulary.Count, tokenizer.Length, classes.Count, Features, Filters, dropout: true, Recipe.Seed);
        // A checkpoint knows its network by the name: what the items depend on beside the recipe is part of it.
        string name = FormattableString.Invariant($"{network.Name}, dropout {Dropout}, word dropout {WordDropout}");
        return tokenizer.WriteTo(ModelCard.WriteLabels(network with { Name = name }, classes));
    }

    /// <summary>Texts as the network takes them while it is trained.</summary>
    public TokenTrainingSet SetOf(ImmutableArray<LabelledText> texts, TextTokenizer tokenizer) =>
        new(texts, tokenizer) { WordDropout = WordDropout, DropoutFeatures = 3 * Filters, DropoutRate = Dropout };

    /// <summary>The trained network for use: without the input for masks.</summary>
    public static Graph Finish(Graph trained) => DropoutInputs.Remove(trained, Networks.DropoutInput);

    private static int LengthFor(ImmutableArray<LabelledText> texts)
    {
        int[] lengths = [.. texts.Select(text => Words.In(text.Text).Count()).Order()];
        int fits = lengths[(int)Math.Ceiling(TextsThatFit * lengths.Length) - 1];
        return Math.Clamp((fits + LengthStep - 1) / LengthStep * LengthStep, LengthStep, MostTokens);
    }
}
