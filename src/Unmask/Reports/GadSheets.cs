using System.Collections.Immutable;
using System.Globalization;
using Unmask.Imaging;
using Unmask.Metrics;

namespace Unmask;

/// <summary>GAD in pictures: maps before and after, hulls, the least activated pictures.</summary>
/// <param name="evaluation">The base methods, what is important, and around which pixels hulls are drawn.</param>
public sealed class GadSheets(GadEvaluation evaluation)
{
    private const int CellPixels = 192;

    /// <summary>Of each picture, a row a method; of each network the map before (blue), after (red), and the hulls (the original's red, GAD's green).</summary>
    /// <param name="networks">Networks with support models of their own.</param>
    /// <param name="items">The pictures; each is explained for its own class.</param>
    /// <param name="cancel">Ends the work.</param>
    public ContactSheet Gallery(IReadOnlyList<(Model Model, GadSupports Supports)> networks, IReadOnlyList<GadItem> items, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(networks);
        ArgumentNullException.ThrowIfNull(items);
        List<ContactSheetCell> cells = [];
        foreach (var (item, method) in items.SelectMany(item => evaluation.Methods.Select(method => (item, method))))
        {
            foreach (var (model, supports) in networks)
            {
                var shown = Show(model, supports, item, method, cancel);
                string name = Path.GetFileNameWithoutExtension(model.Name);
                cells.Add(new(shown.Picture.InBlue(shown.Before), method, $"{name} · {shown.Label}"));
                cells.Add(new(shown.Picture.InRed(shown.After), "GAD", string.Create(CultureInfo.InvariantCulture, $"{shown.After.Count(value => value != 0):N0} of {shown.Before.Count(value => value != 0):N0} pixels")));
                cells.Add(new(shown.Picture.WithHulls(shown.Regions), "hulls", Text(shown.Regions)));
            }
        }

        return new()
        {
            Cells = cells,
            Columns = 3 * networks.Count,
            CellPixels = CellPixels,
            Title = string.Join(" and ", networks.Select(network => network.Model.Name)),
            Subtitle = "before (blue), after GAD (red); hulls: original red, GAD green",
        };
    }

    /// <summary>Of each class, the pictures of it whose logit of the class is the lowest, a column a method with both hulls.</summary>
    /// <param name="model">The network.</param>
    /// <param name="supports">Its support models.</param>
    /// <param name="items">The pictures.</param>
    /// <param name="measured">Their measurements, which know the logits.</param>
    /// <param name="count">How many of each class, at least 1.</param>
    /// <param name="cancel">Ends the work.</param>
    /// <returns><c>null</c>: no picture shows an explained class.</returns>
    public ContactSheet? LeastActivated(Model model, GadSupports supports, IReadOnlyList<GadItem> items, ImmutableArray<GadMeasurement> measured, int count, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(supports);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        List<ContactSheetCell> cells = [];
        foreach (var (item, logit) in Least(supports.Manifest.Pair, items, measured, count))
        {
            foreach (string method in evaluation.Methods)
            {
                var shown = Show(model, supports, item, method, cancel);
                cells.Add(new(shown.Picture.WithHulls(shown.Regions), method, string.Create(CultureInfo.InvariantCulture, $"{shown.Label} {logit:0.00} · {Text(shown.Regions)}")));
            }
        }

        return cells.Count == 0 ? null : new()
        {
            Cells = cells,
            Columns = evaluation.Methods.Length,
            CellPixels = CellPixels,
            Title = $"{model.Name}: least activated pictures",
            Subtitle = "hulls: original red, GAD green; logit of the class; RC = ratio of areas",
        };
    }

    /// <summary>The pictures of each class with the lowest logit of it, the lowest first.</summary>
    public static IReadOnlyList<(GadItem Item, double Logit)> Least(ClassPair pair, IReadOnlyList<GadItem> items, ImmutableArray<GadMeasurement> measured, int count)
    {
        ArgumentNullException.ThrowIfNull(items);
        var logits = measured.DistinctBy(one => (one.Item, one.Class)).ToDictionary(one => (one.Item, one.Class), one => one.Logit);
        return [.. pair.Explained.SelectMany((index, at) => items.Where(item => item.Side == (at == 0 ? ClassSide.First : ClassSide.Second) && logits.ContainsKey((item.Id, index)))
            .Select(item => (item, logits[(item.Id, index)])).OrderBy(one => one.Item2).Take(count))];
    }

    private Shown Show(Model model, GadSupports supports, GadItem item, string method, CancellationToken cancel)
    {
        var input = item.Input(model);
        var pair = supports.Manifest.Pair;
        var target = Target.Class(item.Side == ClassSide.Second && pair.Second is { } second ? second : pair.First);
        var maps = new Gad(model, new() { Supports = supports, Base = method }).MapsOf(input, [target], null, cancel).Maps[0];
        float[] before = maps.Thresholded(evaluation.Importance), after = maps.Intersection(evaluation.Importance);
        return new(new(input), before, after, RegionComplexity.Of(before, after, input.Layout.Spatial.Width, evaluation.Hull), maps.Original.Target.Label);
    }

    private static string Text(RegionComplexity regions) => regions.Outcome == RegionOutcome.Degenerate ? "degenerate" : string.Create(CultureInfo.InvariantCulture, $"RC {regions.Ratio:0.00}");

    private sealed record Shown(GadPicture Picture, float[] Before, float[] After, RegionComplexity Regions, string Label);
}
