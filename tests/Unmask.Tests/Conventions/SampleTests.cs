using System.Text.RegularExpressions;
using Unmask.Samples;
using Unmask.Tests.Support;

namespace Unmask.Tests.Conventions;

/// <summary>Samples run, and the README shows them as they are.</summary>
[Trait("Category", "Slow")]
public sealed partial class SampleTests
{
    public static TheoryData<string> Names => [.. Samples.Samples.All.Select(sample => sample.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_sample_runs_on_the_demonstration_network(string name)
    {
        using var folder = new TemporaryFolder();
        Samples.Samples.All.First(sample => sample.Name == name).Run(SampleFiles.FromDemo(folder.Path));
    }

    [Fact]
    public void Every_snippet_of_the_readme_is_a_sample()
    {
        string[] samples = [.. Directory.EnumerateFiles(Path.Combine(Shared.Repository(), "samples"), "*.cs").Select(File.ReadAllText).SelectMany(Snippets)];
        string readme = File.ReadAllText(Path.Combine(Shared.Repository(), "README.md")).ReplaceLineEndings("\n");
        string[] shown = [.. CodeBlock().Matches(readme).Select(match => Plain(match.Groups["code"].Value))];
        Assert.Equal(5, shown.Length);
        Assert.All(shown, snippet => Assert.Contains(snippet, samples));
    }

    private static IEnumerable<string> Snippets(string file) =>
        Marked().Matches(file.ReplaceLineEndings("\n")).Select(match => Plain(match.Groups["code"].Value));

    /// <summary>Without indentation, so that only the code counts.</summary>
    private static string Plain(string code) => string.Join('\n', code.Trim().Split('\n').Select(line => line.Trim()));

    [GeneratedRegex("```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();

    [GeneratedRegex("// <snippet>(?<code>.*?)// </snippet>", RegexOptions.Singleline)]
    private static partial Regex Marked();
}
