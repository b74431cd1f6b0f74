namespace Unmask.Graphs;

/// <summary>Emits what a composite is made of, and returns its outputs.</summary>
internal delegate Expression[] Decomposition(Backward node);

/// <summary>The decompositions by operator (with its domain in front, unless that is the standard one). To add one is to add a row in the file of its family.</summary>
internal sealed class Decompositions
{
    private static readonly Decompositions Standard = Build();

    private readonly Dictionary<string, Decomposition> _rows = new(StringComparer.Ordinal);

    /// <summary>The decomposition of a node; <c>null</c>: there is none.</summary>
    public static Decomposition? Find(Node node) =>
        Standard._rows.GetValueOrDefault(node.Domain.Length == 0 ? node.OpType : $"{node.Domain}.{node.OpType}");

    /// <summary>Adds a row with one output.</summary>
    public Decompositions Add(string operators, Func<Backward, Expression> parts) => AddMany(operators, b => [parts(b)]);

    /// <summary>Adds a row with several outputs.</summary>
    public Decompositions AddMany(string operators, Decomposition parts)
    {
        foreach (string name in operators.Split(' '))
        {
            _rows.Add(name, parts);
        }

        return this;
    }

    private static Decompositions Build()
    {
        var rows = new Decompositions();
        ActivationParts.AddTo(rows);
        NormalizationParts.AddTo(rows);
        RecurrentParts.AddTo(rows);
        SamplingParts.AddTo(rows);
        QuantizedParts.AddTo(rows);
        MicrosoftParts.AddTo(rows);
        MicrosoftQuantizedParts.AddTo(rows);
        AttentionParts.AddTo(rows);
        return rows;
    }
}
