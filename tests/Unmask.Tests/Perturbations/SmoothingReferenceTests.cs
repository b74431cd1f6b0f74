using System.Text.Json;
using Unmask.Graphs;
using Unmask.Probing;
using Unmask.Tests.Support;

namespace Unmask.Tests.Perturbations;

/// <summary>TorchRay's smoothing of pictures and its perturbations, piece by piece.</summary>
public sealed class SmoothingReferenceTests
{
    private static readonly InputLayout Layout = LinearModels.Layout(3, 32, 32);

    [SharedTheory]
    [InlineData("zero", true)]
    [InlineData("replicate", false)]
    public void Blurred_pictures_are_those_of_imsmooth(string border, bool zeroOutside)
    {
        int compared = 0;
        foreach (var test in Cases("ImSmooth"))
        {
            var (expected, _, tolerance) = ReferenceCases.Output(test, border);
            float[] pictures = Npy.ReadFloats(ReferenceCases.Input(test.GetProperty("input").GetString()!)).Values;
            for (int item = 0; item < 2; item++)
            {
                var blur = new Unmask.WhiteBox.GaussianBlur(Layout, zeroOutside) { RoundsUp = true };
                double[] found = blur.Run(pictures.AsSpan(item * Layout.Count, Layout.Count).ToArray(), test.GetProperty("params").GetProperty("sigma").GetDouble());
                Near.Equal(expected.AsSpan(item * Layout.Count, Layout.Count), Array.ConvertAll(found, value => (float)value), tolerance, $"{test.GetProperty("id")} {border}");
            }

            compared++;
        }

        Assert.Equal(3, compared);
    }

    [SharedTheory]
    [InlineData("blur")]
    [InlineData("fade")]
    public void Perturbed_pictures_are_those_of_its_pyramids(string kind)
    {
        var test = Cases("Perturbation").Single(test => test.GetProperty("id").GetString()!.EndsWith(kind, StringComparison.Ordinal));
        float[] picture = Npy.ReadFloats(ReferenceCases.Input(test.GetProperty("input").GetString()!)).Values[..Layout.Count];
        var (expected, _, tolerance) = ReferenceCases.Output(test, "applied");
        var composition = kind == "blur" ? Composition.BlurPyramid(8, 20) : Composition.Blend;
        if (kind == "blur")
        {
            var (levels, _, near) = ReferenceCases.Output(test, "pyramid");
            float[][] fed = composition.Prepare(picture, [], Layout);
            float[] level = fed[0];
            for (int i = 0; i < 8; i++)
            {
                Near.Equal(levels.AsSpan(i * Layout.Count, Layout.Count), level, near, $"level {i}");
                level = i == 7 ? level : [.. level.Zip(fed[1].AsSpan(i * Layout.Count, Layout.Count).ToArray(), (low, rise) => low + rise)];
            }
        }

        Near.Equal(expected, Perturbed(composition, picture, ReferenceCases.Output(test, "mask").Values), tolerance, kind);
    }

    /// <summary>The nodes of a composition alone, run on a picture and a mask.</summary>
    private static float[] Perturbed(Composition composition, float[] picture, float[] mask)
    {
        var builder = new GraphBuilder("composition");
        string keep = builder.Input("keep", ElementType.Float32, Shape.Of(1, 1, 32, 32));
        foreach (var (name, layers) in composition.Feeds)
        {
            builder.Input(name, ElementType.Float32, layers == 1 ? Shape.Of(1, 3, 32, 32) : Shape.Of(1, layers, 3, 32, 32));
        }

        builder.OutputAs(composition.Append(builder, keep, Layout), "perturbed", ElementType.Float32, Shape.Of(1, 3, 32, 32));
        using var session = Unmask.Runtime.Session.FromGraph(builder.Build());
        var feeds = new Dictionary<string, TensorData> { ["keep"] = TensorData.Adopt(mask, 1, 1, 32, 32) };
        foreach (var ((name, layers), values) in composition.Feeds.Zip(composition.Prepare(picture, new float[picture.Length], Layout)))
        {
            feeds[name] = layers == 1 ? TensorData.Adopt(values, 1, 3, 32, 32) : TensorData.Adopt(values, 1, layers, 3, 32, 32);
        }

        return session.Run(feeds)[0].AsSpan<float>().ToArray();
    }

    private static IEnumerable<JsonElement> Cases(string method) => ReferenceCases.Of("torchray").Where(test => test.GetProperty("method").GetString() == method);
}
