using System.Reflection;
using Unmask.Graphs;
using Unmask.Imaging;
using Unmask.Runtime;
using Unmask.Tests.Support;

namespace Unmask.Tests.Conventions;

/// <summary>
/// The public interface of each library is a text under review, <c>eng/api/ASSEMBLY.txt</c>. A change is approved by running this test with the
/// environment variable UNMASK_APPROVE_API=1, which writes the texts anew; their difference belongs to the commit.
/// </summary>
public sealed class PublicApiTests
{
    private const int MostLinesShown = 40;

    public static TheoryData<string> Libraries => [.. Assemblies.Keys];

    private static Dictionary<string, Assembly> Assemblies { get; } = new Type[] { typeof(Graph), typeof(Session), typeof(Image), typeof(Model) }
        .ToDictionary(type => type.Assembly.GetName().Name!, type => type.Assembly, StringComparer.Ordinal);

    [Theory]
    [MemberData(nameof(Libraries))]
    public void The_public_interface_is_the_approved_one(string library)
    {
        string approved = Path.Combine(Shared.Repository(), "eng", "api", $"{library}.txt");
        string received = Path.ChangeExtension(approved, ".received.txt");
        string now = ApiText.Of(Assemblies[library]);
        if (Environment.GetEnvironmentVariable("UNMASK_APPROVE_API") == "1")
        {
            File.WriteAllText(approved, now);
        }

        string before = File.Exists(approved) ? File.ReadAllText(approved).ReplaceLineEndings("\n") : "";
        if (now == before)
        {
            File.Delete(received);
            return;
        }

        File.WriteAllText(received, now);
        Assert.Fail($"The public interface of {library} is not the approved one:\n{Difference(before, now)}\n"
            + $"If the change is meant, approve it: UNMASK_APPROVE_API=1 dotnet test --filter {nameof(PublicApiTests)}");
    }

    [Fact]
    public void The_text_shows_members_with_their_types_defaults_and_nullability()
    {
        string[] lines = [.. ApiText.Of(typeof(Model).Assembly).Split('\n').Select(line => line.Trim())];
        Assert.Contains("sealed class Unmask.Model : IDisposable", lines);
        Assert.Contains("static Model Load(String path, ModelOptions? options = default)", lines);
        Assert.Contains("Int32? FrozenBatch { get; }", lines);
        Assert.Contains("String? Name { get; init; }", lines);
        Assert.Contains("const String Id = rise", lines);
        Assert.Contains("abstract MaskCoordinates At(Int32 index)", lines);
        Assert.DoesNotContain(lines, line => line.Contains("ProbeEngine", StringComparison.Ordinal));
    }

    /// <summary>The lines that came and went, each under the type that it belongs to.</summary>
    private static string Difference(string before, string now)
    {
        string[] gone = [.. WithTypes(before).Except(WithTypes(now), StringComparer.Ordinal).Select(line => $"- {line}")];
        string[] come = [.. WithTypes(now).Except(WithTypes(before), StringComparer.Ordinal).Select(line => $"+ {line}")];
        string rest = gone.Length + come.Length > MostLinesShown ? $"\n… {gone.Length + come.Length - MostLinesShown} more lines" : "";
        return string.Join('\n', gone.Concat(come).Take(MostLinesShown)) + rest;
    }

    private static IEnumerable<string> WithTypes(string text)
    {
        string type = "";
        foreach (string line in text.Split('\n').Where(line => line.Length > 0))
        {
            bool member = line[0] == ' ';
            type = member ? type : line;
            yield return member ? $"{type} »{line.TrimStart()}" : line;
        }
    }
}
