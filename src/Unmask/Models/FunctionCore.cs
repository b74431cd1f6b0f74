using System.Collections.Immutable;
using System.Numerics.Tensors;
using Unmask.Graphs;
using Unmask.Probing;
using Unmask.Runtime;

namespace Unmask;

/// <summary>Any function from a batch of inputs to a batch of outputs: a remote service, another runtime, a rule.</summary>
internal sealed class FunctionCore(Func<Tensor<float>, Tensor<float>> function, InputLayout layout, OutputKind kind, bool threadSafe) : ModelCore
{
    public const string InputName = "input";

    public Func<Tensor<float>, Tensor<float>> Function => function;

    public InputLayout Layout => layout;

    public bool ThreadSafe => threadSafe;

    public override ImmutableArray<Value> Inputs { get; } =
        [new Value(InputName, ElementType.Float32, new Shape([Dimension.Named("N"), .. layout.Sizes.Select(size => Dimension.Of(size))]))];

    public override ScoreSources Sources { get; } = SourcesOf(kind, layout);

    public override ImmutableArray<string> Notes => Sources.Head.Note is { } note ? [note] : [];

    public override ScoreProgram Compile(Graph? prologue, IReadOnlyList<Score> scores) => new FunctionProgram(
        prologue is null ? null : Session.FromGraph(prologue),
        Session.FromGraph(ScoreEpilogue.Alone(scores, Sources, selects: prologue is not null)),
        this);

    private static ScoreSources SourcesOf(OutputKind kind, InputLayout layout)
    {
        const string output = ScoreEpilogue.FunctionOutput;
        return kind switch
        {
            OutputKind.Logits => new(output, output, null),
            OutputKind.Probabilities => new(output, null, output),
            OutputKind.Segmentation => new(output, output, null) { Head = new PerPixel(layout.Order == AxisOrder.ChannelsLast) },
            OutputKind.Detections => new(output, null, output) { Head = new PerBox() },
            _ => new(output, null, null),
        };
    }
}
