using Unmask.Tests.Support;

namespace Unmask.Tests.Data;

public sealed class ClassMapTests
{
    private static readonly Labels Voc = new(["background", "aeroplane", "sofa", "tvmonitor", "potted_plant", "tabby, tabby cat"]);

    [Theory]
    [InlineData("airplane", 1)]
    [InlineData("Couch", 2)]
    [InlineData("tv", 3)]
    [InlineData("pottedplant", 4)]
    [InlineData("tabby cat", 5)]
    [InlineData("tabby, tabby cat", 5)]
    public void Names_meet_in_spite_of_case_spelling_and_synonyms(string name, int index) => Assert.Equal([index], ClassMap.ByName(Voc).ClassesOf(name));

    [Fact]
    public void A_name_that_the_model_does_not_know_has_no_class() => Assert.Empty(ClassMap.ByName(Voc).ClassesOf("giraffe"));

    [Fact]
    public void A_thousand_classes_are_those_of_ImageNet()
    {
        var map = ClassMap.For(new Labels([]), 1000);
        Assert.Equal(Enumerable.Range(151, 118), map.ClassesOf("dog"));
        Assert.Equal([404, 895], map.ClassesOf("aeroplane"));
        Assert.Empty(map.ClassesOf("giraffe"));
    }

    [Fact]
    public void A_file_gives_indices_ranges_and_labels()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("map.txt"), "# mine\nfurniture: 2, tvmonitor  # both\n\nany: 0-5\n");
        var map = ClassMap.FromFile(folder.File("map.txt"), Voc, 6);
        Assert.Equal([2, 3], map.ClassesOf("furniture"));
        Assert.Equal([0, 1, 2, 3, 4, 5], map.ClassesOf("any"));
    }

    [Theory]
    [InlineData("furniture 2", "line 1", "NAME: CLASSES")]
    [InlineData("furniture: 2\nall: 0-6", "line 2", "6 classes")]
    [InlineData("furniture: sofas", "line 1", "sofa")]
    public void A_line_that_is_not_understood_is_named(string text, string where, string what)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("map.txt"), text);
        string message = Assert.Throws<UnmaskException>(() => ClassMap.FromFile(folder.File("map.txt"), Voc, 6)).Message;
        Assert.Contains(where, message, StringComparison.Ordinal);
        Assert.Contains(what, message, StringComparison.Ordinal);
    }
}
