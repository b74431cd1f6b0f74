using System.Globalization;
using Unmask.Cli.Explaining;
using Unmask.Cli.Views;
using Unmask.Graphs;
using Unmask.Metrics;
using Unmask.Training;

namespace Unmask.Cli.Training;

/// <summary>Does what a request asks: reads the texts, trains, tries the network on what it has not seen, writes the model and its vocabulary.</summary>
internal sealed class TextRun(TextRequest request, TextTrainingView view, ExplainProgress progress, CancellationToken cancel)
{
    private const string VocabularyFile = "vocabulary.txt";

    private readonly string _model = Path.Combine(request.Folder, "model.onnx");
    private readonly string _vocabulary = Path.Combine(request.Folder, VocabularyFile);

    /// <summary>Runs the request.</summary>
    /// <returns>The exit code.</returns>
    public int Run()
    {
        var texts = LabelledTexts.Read(request.Data, request.Split);
        using var folder = OutputFolder.Open(request.Folder);
        TrainingFolder.ThrowIfTaken(request.Folder, request.Resume);
        var tokenizer = request.Training.TokenizerFor(texts.Training);
        view.Begin(texts, tokenizer);
        var result = Train(texts, tokenizer);
        var network = TextClassifierTraining.Finish(result.Network);
        AtomicFile.Write(_model, stream => stream.Write(OnnxWriter.ToBytes(network)));
        AtomicFile.WriteText(_vocabulary, tokenizer.Vocabulary.ToText());
        Interval? Tried(System.Collections.Immutable.ImmutableArray<LabelledText> part) =>
            part.IsEmpty ? null : HeldOutAccuracy.Of(network, new TokenTrainingSet(part, tokenizer), request.Threads, cancel);
        view.End(result, Tried(texts.Validation), Tried(texts.Test), [_model, _vocabulary, Path.Combine(request.Folder, Trainer.MetricsFile), Path.Combine(request.Folder, Trainer.CheckpointFile)]);
        return ExitCodes.Done;
    }

    private TrainingResult Train(LabelledTexts texts, TextTokenizer tokenizer)
    {
        var training = request.Training;
        var trainer = new Trainer(training.NetworkFor(texts.Classes, tokenizer), training.Recipe)
        {
            Threads = request.Threads ?? Environment.ProcessorCount,
            Folder = request.Folder,
            Resume = request.Resume,
            EpochEnded = epoch => progress.After(() => view.Epoch(epoch, training.Recipe.Epochs)),
        };
        TokenTrainingSet items = training.SetOf(texts.Training, tokenizer), validation = training.SetOf(texts.Validation, tokenizer);
        TrainingResult? result = null;
        try
        {
            progress.Run(0, 1, steps => result = trainer.Run(items, validation.Count > 0 ? validation : null, steps is null ? null : new TrainingSteps(steps, "texts"), cancel));
            return result!;
        }
        catch (OperationCanceledException)
        {
            view.Ended(request.Folder);
            throw;
        }
    }
}
