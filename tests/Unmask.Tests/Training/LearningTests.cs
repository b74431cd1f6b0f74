using Unmask.Graphs;
using Unmask.Graphs.Onnx;
using Unmask.Runtime;
using Unmask.Tests.Support;
using Unmask.Training;
using Xunit.Abstractions;

namespace Unmask.Tests.Training;

/// <summary>Whole trainings: does the network know things afterwards that it was never shown?</summary>
[Trait("Category", "Slow")]
public sealed class LearningTests(ITestOutputHelper output)
{
    [Fact]
    public void A_small_residual_network_learns_stripes_and_its_file_knows_how_to_read_pictures()
    {
        using var folder = new TemporaryFolder();
        using var photos = PhotoSet.Open(Stripes.Write(folder, 150));
        var pictures = LabelledPictures.Of(photos, new(0.2));
        Assert.Equal(["across", "down"], pictures.Classes.ToArray());
        Assert.Equal(60, pictures.Validation.Length);
        var training = new ClassifierTraining { Size = Stripes.Side, Width = 8, Recipe = ClassifierTraining.RecipeOf(6, batch: 16) };
        var validation = PictureTrainingSet.Load(pictures.Validation, training.Size);
        var result = new Trainer(training.NetworkFor(pictures.Classes), training.Recipe).Run(PictureTrainingSet.Load(pictures.Training, training.Size), validation);
        output.WriteLine(string.Join('\n', result.Epochs.Select(epoch => epoch.ToJson())));
        Assert.True(result.Epochs[^1].ValidationAccuracy > 0.95, $"{result.Epochs[^1].ValidationAccuracy:0.00} of pictures never learnt from are right");

        // The saved model, used as any other, is right as often as validation said.
        OnnxWriter.Write(result.Network, folder.File("model.onnx"));
        using var model = Model.Load(folder.File("model.onnx"));
        double right = pictures.Validation.Average(picture => model.Predict(model.Prepare(picture.Photo.Load())).Ranked[0] == picture.Class ? 1.0 : 0);
        Assert.Equal(result.Epochs[^1].ValidationAccuracy!.Value, right, 1e-6);
        var test = ClassifierTest.Run(model, pictures.Classes, pictures.Validation, threads: 2);
        Assert.Equal((right, 60), (test.Accuracy.Mean, test.Accuracy.Count));
        Assert.Equal([("across", 30), ("down", 30)], test.ByClass.Select(each => (each.Name, each.Count)));
    }

    [SharedFact]
    public void A_perceptron_predicts_solubility_far_better_than_the_mean()
    {
        var table = TrainingTable.ReadCsv(
            Path.Combine(Shared.Data, "delaney-processed.csv"),
            "measured log solubility in mols per litre",
            ["Minimum Degree", "Molecular Weight", "Number of H-Bond Donors", "Number of Rings", "Number of Rotatable Bonds", "Polar Surface Area"]);
        Assert.Equal(1128, table.Rows);
        int[] order = new TrainingSeeds(3).Order(table.Rows, 0), rest = order[226..], test = order[..226];
        var network = Networks.Mlp(table.Features.Count, [64, 32], 1, table.Scale(rest), seed: 1);
        var recipe = new TrainingRecipe { Objective = Objective.MeanSquaredError, Optimizer = Adam.W, LearningRate = new() { Peak = 0.005, Decay = RateDecay.Cosine, WarmUp = 0.05 }, WeightDecay = 0.01, Epochs = 100, BatchSize = 32 };
        var result = new Trainer(network, recipe).Run(table.ToSet(rest));

        float[] truth = [.. test.Select(row => table.Targets.Span[row])];
        double mean = rest.Average(row => table.Targets.Span[row]);
        using var session = Session.FromGraph(result.Network);
        float[] predicted = session.Run(new Dictionary<string, TensorData> { ["features"] = table.ToSet(test).Read([.. Enumerable.Range(0, test.Length)], null)["features"] })[0].AsSpan<float>().ToArray();
        double error = Math.Sqrt(truth.Zip(predicted, (y, p) => (double)(y - p) * (y - p)).Average()), ofMean = Math.Sqrt(truth.Average(y => (y - mean) * (y - mean)));
        output.WriteLine($"root mean square error {error:0.000}; predicting the mean gives {ofMean:0.000}");
        Assert.True(error < 0.6 * ofMean, $"root mean square error {error:0.000}; predicting the mean gives {ofMean:0.000}");
    }
}
