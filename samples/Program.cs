using Unmask.Samples;

// With a model and a picture: run on those. Without: on the demonstration network and photo.
var files = args is [var model, var picture] ? new SampleFiles(model, picture) : SampleFiles.FromDemo(Directory.CreateTempSubdirectory("unmask-samples-").FullName);
foreach (var (name, run) in Samples.All)
{
    Console.WriteLine($"--- {name}");
    run(files);
}
