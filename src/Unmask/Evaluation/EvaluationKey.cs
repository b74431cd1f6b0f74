using System.Security.Cryptography;
using System.Text;

namespace Unmask.Metrics;

/// <summary>Under which key a journal keeps a value: whatever changes the value changes the key.</summary>
/// <param name="model">The model.</param>
/// <param name="subject">The item's subject.</param>
/// <param name="item">The item.</param>
internal sealed class EvaluationKey(Model model, EvaluationItem item, MetricSubject subject)
{
    // The input's own values stand for the picture and its preprocessing, the prediction for the model's weights.
    private readonly string _prefix = string.Join('\n', model.Name, item.Id, item.Group, Hash(subject.Input), subject.Target.Index, subject.Target.Against, subject.Target.Probability?.ToString("R"), TruthOf(subject));

    /// <summary>The key of a metric's value.</summary>
    public string Of(EvaluationMethod method, int run, ulong? seed, IMetric metric) =>
        Of(method, run, seed, $"{metric.Id} {string.Join(' ', metric.Options.Select(pair => $"{pair.Key}={pair.Value}"))}{BoxesFor(metric)}");

    /// <summary>The key of the correlation between all runs.</summary>
    public string OfCorrelation(EvaluationMethod method, int runs, ulong? seed) => Of(method, runs, seed, JournalEntryKinds.Correlation);

    private string Of(EvaluationMethod method, int run, ulong? seed, string metric) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', _prefix, method.Name, method.OptionsKey, run, seed, metric))).AsSpan(0, 16));

    /// <summary>Only for metrics that look at boxes: the others' values do not depend on them, and keep their keys.</summary>
    private string BoxesFor(IMetric metric) => metric is LocalizationMetric { UsesBoxes: true } && subject.Truth is { } truth ? $" {string.Join(' ', truth.Boxes.Select(box => $"{box.Left:R},{box.Top:R},{box.Width:R},{box.Height:R}"))}" : "";

    private static string Hash(ModelInput input) => Convert.ToHexStringLower(SHA256.HashData(System.Runtime.InteropServices.MemoryMarshal.AsBytes(input.Values)));

    private static string TruthOf(MetricSubject subject) => subject.Truth is { } truth
        ? $"{truth.Width}×{truth.Height} {Convert.ToHexStringLower(SHA256.HashData(System.Runtime.InteropServices.MemoryMarshal.AsBytes(truth.Pixels)))}"
        : "";
}

/// <summary>Entries of a journal that are no metric's.</summary>
internal static class JournalEntryKinds
{
    /// <summary>Mean correlation between the maps of repeated runs.</summary>
    public const string Correlation = "(correlation between runs)";
}
