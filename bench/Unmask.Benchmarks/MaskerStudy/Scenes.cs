using System.Globalization;
using Unmask.Imaging;

namespace Unmask.Benchmarks;

/// <summary>
/// Writes scenes with exact masks: <c>labelled/train/CLASS</c> and <c>labelled/test/CLASS</c> for <c>unmask train</c>, and <c>located</c> with the test's pictures and masks for <c>unmask evaluate</c>; <c>cues</c> tells the two cues apart (1: shape, 2: pattern).
/// Training shows both cues in half of the pictures and one alone in a quarter each, so that either suffices; the test shows both.
/// </summary>
internal static class Scenes
{
    /// <summary>Height and width of a scene.</summary>
    public const int Size = 48;

    private const int Training = 4_800;
    private const int Test = 600;
    private const ulong Seed = 8;
    private const ulong TestSeed = 9;

    public static void Run(string folder, string[] arguments)
    {
        bool redundant = arguments is ["redundant", ..];
        Parallel.For(0, Training, item => Write(folder, item, Draw(item, redundant), redundant, true));
        Parallel.For(0, Test, item => Write(folder, item, DrawTest(item, redundant), redundant, false));
        File.WriteAllLines(Path.Combine(folder, "located", "names.tsv"), SceneObjects.Classes.Select((name, kind) => string.Create(CultureInfo.InvariantCulture, $"{kind + 1}\t{name}")));
        Sheet(folder, redundant);
    }

    /// <summary>The class of a scene.</summary>
    public static int ClassOf(int item) => item % SceneObjects.Classes.Length;

    /// <summary>A scene of the test.</summary>
    public static Scene DrawTest(int item, bool redundant) => Scene.Draw(Size, ClassOf(item), redundant ? SceneCues.Both : SceneCues.Shape, Rng.At(TestSeed, item));

    private static Scene Draw(int item, bool redundant)
    {
        var random = Rng.At(Seed, item);
        var cues = !redundant ? SceneCues.Shape : random.NextInt32(4) switch { 0 => SceneCues.Shape, 1 => SceneCues.Pattern, _ => SceneCues.Both };
        return Scene.Draw(Size, ClassOf(item), cues, random);
    }

    private static void Write(string folder, int item, Scene scene, bool redundant, bool training)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"{item:0000}.png"), kind = SceneObjects.Classes[ClassOf(item)];
        Save(scene.Picture, folder, "labelled", training ? "train" : "test", kind, name);
        if (!training)
        {
            Save(scene.Picture, folder, "located", "images", name);
            Save(Levels(scene, cue => cue > 0 ? (byte)(ClassOf(item) + 1) : (byte)0), folder, "located", "semantic", name);
            if (redundant)
            {
                Save(Levels(scene, cue => cue), folder, "cues", name);
            }
        }
    }

    private static Image Levels(Scene scene, Func<byte, byte> level) => Image.FromPixels(Size, Size, [.. scene.Evidence.SelectMany(cue => Enumerable.Repeat(level(cue), 3))]);

    private static void Save(Image picture, params string[] path)
    {
        string file = Path.Combine(path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        picture.Save(file);
    }

    private static void Sheet(string folder, bool redundant)
    {
        List<ContactSheetCell> cells = [];
        for (int item = 0; item < 12; item++)
        {
            var scene = DrawTest(item, redundant);
            cells.Add(new(scene.Picture.Resize(192, 192, ResizeFilter.Nearest), SceneObjects.Classes[ClassOf(item)]));
            cells.Add(new(Levels(scene, cue => (byte)(127 * cue)).Resize(192, 192, ResizeFilter.Nearest), "evidence"));
        }

        new ContactSheet { Cells = cells, Title = "Scenes", Subtitle = redundant ? "two cues: either suffices" : "one cue", Columns = 6, CellPixels = 192 }.Save(Path.Combine(folder, "scenes.png"));
    }
}
