using Unmask.Graphs;

namespace Unmask.Tests.Graphs;

public sealed class ShapesMalformedTests
{
    private static readonly string[] Lists =
    [
        "axes", "perm", "pads", "strides", "dilations", "kernel_shape", "output_padding", "output_shape", "starts", "ends", "split", "shape", "pooled_shape",
        "scan_input_axes", "scan_output_axes", "qkv_hidden_sizes", "inputdimensions", "value_ints",
    ];

    private static readonly string[] Numbers =
    [
        "axis", "group", "k", "blocksize", "batch_dims", "to", "dtype", "keepdims", "num_outputs", "sample_size", "hidden_size", "layout", "num_scan_inputs", "start", "end",
        "transA", "ceil_mode", "allowzero", "onesided", "targets", "n_targets", "q_num_heads", "kv_num_heads", "output_height", "new_axis",
    ];

    private static readonly string[] Texts = ["equation", "auto_pad", "direction", "reduction", "keep_aspect_ratio_policy", "coordinate_transformation_mode"];

    public static TheoryData<string> Operators => [.. ShapeTable.Standard.Operators];

    [Theory]
    [MemberData(nameof(Operators))]
    public void A_malformed_node_gives_a_result_or_a_clear_error(string operation)
    {
        for (int seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            object?[] made = [.. Enumerable.Range(0, random.Next(6)).Select(_ => Input(random))];
            var attributes = Attributes(random);
            try
            {
                ShapesOf.Outputs(operation.StartsWith(':') ? operation[1..] : operation, made, random.Next(1, 4), attributes);
            }
            catch (ShapeInferenceException error)
            {
                Assert.Contains("the_node", error.Message, StringComparison.Ordinal);
            }
            catch (Exception error)
            {
                string what = $"{operation}({string.Join("; ", made.Select(input => input?.ToString() ?? "-"))}) {string.Join(", ", attributes.Select(a => $"{a.Item1}={Show(a.Item2)}"))}";
                Assert.Fail($"seed {seed}: {what}: {error}");
            }
        }
    }

    private static object? Input(Random random) => random.Next(5) switch
    {
        0 => null,
        1 => TensorData.Vector<long>(Longs(random)),
        2 => TensorData.Scalar(random.NextInt64(-3, 6)),
        3 => "Int64:" + Text(random),
        _ => Text(random),
    };

    private static string Text(Random random) => random.Next(8) == 0 ? "…" : string.Join(',', Enumerable.Range(0, random.Next(5)).Select(_ => random.Next(6) switch
    {
        0 => "N",
        1 => "?",
        _ => $"{random.Next(5)}",
    }));

    private static long[] Longs(Random random) => [.. Enumerable.Range(0, random.Next(5)).Select(_ => random.NextInt64(-3, 6))];

    private static (string, NodeAttribute)[] Attributes(Random random)
    {
        var attributes = new Dictionary<string, NodeAttribute>();
        for (int i = random.Next(5); i > 0; i--)
        {
            attributes[Lists[random.Next(Lists.Length)]] = Longs(random);
            attributes[Numbers[random.Next(Numbers.Length)]] = random.NextInt64(-4, 9);
            attributes[Texts[random.Next(Texts.Length)]] = new[] { "ij,jk", "", "SAME_UPPER", "bidirectional", "none", "...i->i...", "->" }[random.Next(7)];
        }

        return [.. attributes.Select(attribute => (attribute.Key, attribute.Value))];
    }

    private static string Show(NodeAttribute value) => value is NodeAttribute.Ints list ? $"[{string.Join(' ', list.Values)}]" : value.ToString();
}
