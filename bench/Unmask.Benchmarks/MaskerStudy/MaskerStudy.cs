using System.Globalization;
using Unmask.Graphs;
using Unmask.Graphs.Onnx;
using Unmask.Maskers;
using Unmask.Metrics;
using Unmask.Training;

namespace Unmask.Benchmarks;

/// <summary>
/// What maskers are made of, one thing changed at a time, on small pictures and networks. Resumable: a masker in training goes on from its checkpoint, a trained one is kept, and so are the measures of each row.
/// </summary>
internal sealed class MaskerStudy(StudyData data, string folder)
{
    // «All» pictures are so many that each is seen about so often.
    private const int Epochs = 2;

    private readonly Dictionary<string, string> _settings = new(StringComparer.Ordinal) { ["steps"] = "200", ["batch"] = "32", ["seeds"] = "3", ["photos"] = "200", ["rows"] = "", ["other"] = "", ["inpainter"] = "" };

    public static void Run(string cache, string name, string classifier, string pictures, string[] arguments)
    {
        string folder = Path.Combine(cache, name);
        Directory.CreateDirectory(folder);
        var study = new MaskerStudy(new(name, classifier, pictures), folder);
        foreach (string[] pair in arguments.Select(argument => argument.Split('=', 2)))
        {
            study._settings[pair[0]] = pair[1];
        }

        study.Run();
        StudyTable.Print(folder);
    }

    private IEnumerable<StudyPhoto> Photos(Model model) => (data with { Photos = Number("photos") }).Test(model.Labels);

    private int Number(string setting) => int.Parse(_settings[setting], CultureInfo.InvariantCulture);

    private void Run()
    {
        string[] wanted = _settings["rows"].Split(',', StringSplitOptions.RemoveEmptyEntries);
        bool Wants(string row) => wanted.Length == 0 || wanted.Contains(row);
        using var model = Model.Load(data.Classifier);
        using var other = _settings["other"] is { Length: > 0 } path ? Model.Load(path, new() { Preprocessing = model.Preprocessing }) : null;
        for (int seed = 0; seed < Number("seeds"); seed++)
        {
            foreach (var (row, recipe) in StudyRows.Maskers(_settings["inpainter"]).Where(row => Wants(row.Name)))
            {
                string stem = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{row}.{seed}"));
                var masker = Train(recipe, stem, (ulong)seed);
                // A masker reads the features of the classifier that it learnt with; what it marks is put before the given one all the same.
                using var learnt = File.Exists(ClassifierOf(stem)) ? Model.Load(ClassifierOf(stem), new() { Labels = model.Labels, Preprocessing = model.Preprocessing }) : null;
                Measure(model, other, stem, new TrainedMasker(learnt ?? model, new() { Masker = masker }), true);
            }
        }

        foreach (var (row, make) in StudyRows.Methods.Where(row => Wants(row.Name)))
        {
            Measure(model, other, Path.Combine(folder, $"{row}.0"), make(model), false);
        }

        StudySheet.Save(folder, Photos(model));
    }

    private static string ClassifierOf(string stem) => stem + ".classifier.onnx";

    private Masker Train(MaskerRecipe recipe, string stem, ulong seed)
    {
        string file = stem + ".onnx";
        if (File.Exists(file))
        {
            return Masker.Load(file);
        }

        var classifier = OnnxReader.Read(data.Classifier);
        using var photos = PhotoSet.Open(data.Training);
        int most = Number("steps") * Number("batch") / Epochs / MaskerTraining.Of(classifier, recipe).Classes;
        var choice = MaskerTraining.Of(classifier, StudyRows.Trained(recipe with { ExamplesPerClass = recipe.ExamplesPerClass ?? most }, 1, 1, 1, seed));
        var pictures = MaskerPictures.Of(photos, choice, ClassSource.Data, validation: 0).Training;
        var training = MaskerTraining.Of(classifier, StudyRows.Trained(recipe, pictures.Length, Number("steps"), Number("batch"), seed));
        using var items = PictureTrainingSet.Load(pictures, training.PictureSize, recipe.Augmentation);
        Directory.CreateDirectory(stem);
        var result = training.Run(training.Items(items), null, new() { Folder = stem, Resume = File.Exists(Path.Combine(stem, Trainer.CheckpointFile)), CacheBytes = 0 });
        if (result.Classifier is { } beside)
        {
            AtomicFile.Write(ClassifierOf(stem), stream => stream.Write(OnnxWriter.ToBytes(beside)));
        }

        AtomicFile.Write(file, stream => stream.Write(OnnxWriter.ToBytes(result.Masker)));
        Console.WriteLine($"{Path.GetFileName(stem)}: {pictures.Length} pictures, {training.Recipe.Training.Epochs} epochs, loss {result.Training.Epochs[^1].Loss:0.000}");
        return Masker.Load(file);
    }

    private void Measure(Model model, Model? other, string stem, IExplainer explainer, bool isMask)
    {
        string file = stem + ".csv";
        if (File.Exists(file))
        {
            return;
        }

        var measures = new StudyMeasures(model, other, isMask);
        List<string> lines = [];
        List<float> maps = [];
        var (height, width) = (0, 0);
        foreach (var photo in Photos(model))
        {
            var input = model.Prepare(photo.Picture);
            (height, width) = input.Layout.Spatial;
            var explanation = explainer.Explain(explainer.Model.Prepare(photo.Picture), Target.Class(photo.Class));
            float[] map = explanation.ToMeasuredMap();
            maps.AddRange(map);
            lines.Add(StudyMeasures.Line(photo.Id, measures.Of(photo, input, map, explanation.Cost.Elapsed.TotalSeconds)));
        }

        Npy.Write(stem + ".npy", TensorData.Adopt([.. maps], lines.Count, height, width));
        AtomicFile.WriteText(file, string.Join('\n', lines) + "\n");
        Console.WriteLine($"{Path.GetFileName(stem)} measured");
    }
}
