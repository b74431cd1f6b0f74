using System.Collections.Immutable;
using Unmask.Graphs;
using Unmask.Imaging;
using Unmask.Probing;
using Unmask.Tests.Support;

namespace Unmask.Tests.Segmenters;

public sealed class SegmenterTests
{
    private const int Side = 48;

    public static TheoryData<string> OfContent => new() { "slic:segments=36", "quickshift:kernel=1.5", "felzenszwalb:min-size=5" };

    [Theory]
    [MemberData(nameof(OfContent))]
    [InlineData("grid:rows=3,columns=5")]
    public void Every_pixel_gets_a_segment_and_every_segment_a_pixel(string text)
    {
        using var model = Empty();
        var segments = Segmenter.Parse(text).Segment(model.Prepare(Demo.LoadPhoto()));
        Assert.Equal([Side, Side], segments.Sizes.ToArray());
        Assert.Equal(Side * Side, segments.Labels.Length);
        Assert.All(segments.Areas(), area => Assert.True(area > 0));
        Assert.Equal(Side * Side, segments.Areas().Sum());
        Assert.True(segments.Count > 3, $"{text}: {segments.Count}");
    }

    [Theory]
    [MemberData(nameof(OfContent))]
    public void The_same_seed_gives_the_same_segments(string text)
    {
        using var model = Empty();
        var input = model.Prepare(Demo.LoadPhoto());
        var segmenter = Segmenter.Parse(text);
        Assert.Equal(segmenter.Segment(input, 5).Labels.ToArray(), segmenter.Segment(input, 5).Labels.ToArray());
    }

    [Fact]
    public void Quickshift_breaks_ties_by_its_seed()
    {
        using var model = Empty();
        var flat = model.Prepare(Image.Filled(Side, Side, new Rgb(90, 90, 90)));
        Assert.NotEqual(new Quickshift().Segment(flat, 1).Labels.ToArray(), new Quickshift().Segment(flat, 2).Labels.ToArray());
    }

    [Fact]
    public void Slic_and_felzenszwalb_find_flat_regions_exactly()
    {
        using var model = Empty();
        int[] regions = Regions();
        var input = model.Prepare(Painted(regions));
        foreach (var segmenter in new Segmenter[] { new Felzenszwalb { SigmaPixels = 0 }, new Slic { Segments = 4, SigmaPixels = 0, Iterations = 20 } })
        {
            Assert.Equal(regions, segmenter.Segment(input).Labels.ToArray());
        }
    }

    [Fact]
    public void Quickshift_does_not_cross_an_edge_that_is_further_than_its_longest_link()
    {
        using var model = Empty();
        int[] regions = Regions();
        var segments = new Quickshift { Ratio = 1, MaxDistance = 10 }.Segment(model.Prepare(Painted(regions)));
        var pairs = regions.Zip(segments.Labels.ToArray()).Distinct().ToArray();
        Assert.Equal(segments.Count, pairs.Length);
        Assert.True(segments.Count >= 4);
    }

    [Theory]
    [InlineData(16)]
    [InlineData(36)]
    [InlineData(64)]
    public void Slic_gives_connected_segments_of_about_the_number_asked(int asked)
    {
        using var model = Empty();
        var segments = new Slic { Segments = asked }.Segment(model.Prepare(Demo.LoadPhoto()));
        Assert.InRange(segments.Count, asked / 2, asked * 3 / 2);
        Assert.True(segments.Areas().Min() >= Side * Side / asked / 4, $"smallest {segments.Areas().Min()}");
        Assert.Equal(segments.Count, Pieces(segments, corners: false));
    }

    [Fact]
    public void Felzenszwalb_gives_connected_segments_no_smaller_than_asked_and_larger_ones_for_a_larger_scale()
    {
        using var model = Empty();
        var input = model.Prepare(Demo.LoadPhoto());
        int[] counts = [.. new[] { 50.0, 200, 800 }.Select(scale =>
        {
            var segments = new Felzenszwalb { Scale = scale, MinSize = 9 }.Segment(input);
            Assert.True(segments.Areas().Min() >= 9);
            Assert.Equal(segments.Count, Pieces(segments, corners: true));
            return segments.Count;
        })];
        Assert.Equal(counts.OrderDescending(), counts);
        Assert.True(counts[0] > counts[2]);
    }

    [Fact]
    public void Grid_cells_differ_by_at_most_one_row_and_column()
    {
        using var model = Empty();
        var segments = new GridSegments { Rows = 5, Columns = 7 }.Segment(model.Prepare(Demo.LoadPhoto()));
        Assert.Equal(35, segments.Count);
        Assert.All(segments.Areas(), area => Assert.Contains(area, new[] { 9 * 6, 9 * 7, 10 * 6, 10 * 7 }));
        Assert.Throws<UnmaskException>(() => new GridSegments { Rows = Side + 1 }.Segment(model.Prepare(Demo.LoadPhoto())));
    }

    [Fact]
    public void A_picture_is_divided_alike_however_the_model_normalises_it()
    {
        using var one = Empty();
        var wanted = new Slic().Segment(one.Prepare(Demo.LoadPhoto()));
        using var imagenet = Empty(Preprocessing.ImageNet with { ChannelOrder = ChannelOrder.Bgr });
        using var last = Empty(Preprocessing.TensorFlow, AxisOrder.ChannelsLast);
        foreach (var model in new[] { imagenet, last })
        {
            var segments = new Slic().Segment(model.Prepare(Demo.LoadPhoto()));
            Assert.Equal(wanted.Count, segments.Count);
            // Float rounding may move single pixels.
            Assert.True(wanted.Labels.ToArray().Zip(segments.Labels.ToArray()).Count(pair => pair.First != pair.Second) < 20);
        }
    }

    [Fact]
    public void Given_labels_keep_their_order_and_channels_that_agree_become_pixels()
    {
        using var folder = new TemporaryFolder();
        using var model = LinearModels.Load([new float[12]], [0f], 3, 2, 2);
        var input = model.Prepare(TensorData.Adopt(new float[12], 1, 3, 2, 2))[0];
        var pixels = Given(folder, [7, -3, 7, 100], 2, 2).Segment(input);
        Assert.Equal([1, 0, 1, 2], pixels.Labels.ToArray());
        Assert.Equal([2, 2], Given(folder, [.. Enumerable.Repeat(new long[] { 7, -3, 7, 100 }, 3).SelectMany(values => values)], 1, 3, 2, 2).Segment(input).Sizes.ToArray());
        Assert.Equal([3, 2, 2], Given(folder, [.. Enumerable.Range(0, 12).Select(i => (long)(i / 4))], 3, 2, 2).Segment(input).Sizes.ToArray());
        Assert.Contains("[5]", Assert.Throws<UnmaskException>(() => Given(folder, [0, 1, 2, 3, 4], 5).Segment(input)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("slic:segments=50,compactness=20,sigma=0,iterations=3")]
    [InlineData("quickshift:kernel=3,max-distance=10,ratio=0.5")]
    [InlineData("felzenszwalb:scale=10,sigma=1,min-size=4")]
    [InlineData("grid:rows=2,columns=3")]
    [InlineData("elements")]
    public void Names_are_read_back(string text) => Assert.Equal(text, Segmenter.Parse(text).Name);

    [Fact]
    public void Bad_texts_say_what_is_possible()
    {
        Assert.Contains("quickshift", Assert.Throws<FormatException>(() => Segmenter.Parse("voronoi")).Message, StringComparison.Ordinal);
        Assert.Contains("compactness", Assert.Throws<UnmaskException>(() => Segmenter.Parse("slic:compaktness=3")).Message, StringComparison.Ordinal);
        Assert.Contains("above 0", Assert.Throws<UnmaskException>(() => Segmenter.Parse("felzenszwalb:scale=0")).Message, StringComparison.Ordinal);
    }

    private static GivenSegments Given(TemporaryFolder folder, long[] labels, params long[] sizes)
    {
        string file = Path.Combine(folder.Path, "labels.npy");
        Npy.Write(file, TensorData.Adopt(labels, sizes));
        return new(file);
    }

    private static Model Empty(Preprocessing? preprocessing = null, AxisOrder order = AxisOrder.ChannelsFirst) => Model.FromFunction(
        _ => throw new InvalidOperationException("Nobody asks the model."),
        new InputLayout(order, order == AxisOrder.ChannelsFirst ? ImmutableArray.Create(3, Side, Side) : ImmutableArray.Create(Side, Side, 3)),
        OutputKind.Logits,
        new() { Preprocessing = (preprocessing ?? Preprocessing.Unit) with { Fit = Fit.Stretch } });

    /// <summary>Four regions that meet at the middle.</summary>
    private static int[] Regions() => [.. Enumerable.Range(0, Side * Side).Select(p => (p / Side * 2 / Side * 2) + (p % Side * 2 / Side))];

    private static Image Painted(int[] regions)
    {
        Rgb[] colors = [new(200, 30, 30), new(30, 200, 30), new(30, 30, 200), new(220, 220, 220)];
        return Image.FromPixels(Side, Side, [.. regions.SelectMany(region => new[] { colors[region].R, colors[region].G, colors[region].B })]);
    }

    /// <summary>Counts connected pieces by flooding.</summary>
    private static int Pieces(Segments segments, bool corners)
    {
        bool[] seen = new bool[Side * Side];
        int pieces = 0;
        for (int start = 0; start < seen.Length; start++)
        {
            if (seen[start])
            {
                continue;
            }

            pieces++;
            var open = new Stack<int>([start]);
            seen[start] = true;
            while (open.TryPop(out int p))
            {
                foreach (var (dy, dx) in new[] { (0, 1), (1, 0), (0, -1), (-1, 0), (1, 1), (1, -1), (-1, 1), (-1, -1) }.Take(corners ? 8 : 4))
                {
                    int y = (p / Side) + dy, x = (p % Side) + dx, q = (y * Side) + x;
                    if (y is >= 0 and < Side && x is >= 0 and < Side && !seen[q] && segments.Labels[q] == segments.Labels[start])
                    {
                        seen[q] = true;
                        open.Push(q);
                    }
                }
            }
        }

        return pieces;
    }
}
