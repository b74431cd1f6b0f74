namespace Unmask.Graphs;

/// <summary>Operators of the domain ai.onnx.ml: trees, linear models and what surrounds them in files exported from scikit-learn.</summary>
internal static class ClassicalShapes
{
    private const string Domain = "ai.onnx.ml";

    public static void AddTo(ShapeTable table) => table
        .AddIn(Domain, Classify, "LinearClassifier SVMClassifier TreeEnsembleClassifier")
        .AddIn(Domain, Regress, "LinearRegressor SVMRegressor TreeEnsembleRegressor")
        .AddIn(Domain, node => node.Set(0, ElementType.Float32, node.ShapeOf(0)), "Normalizer Scaler")
        .AddIn(Domain, ElementwiseShapes.SameAsInput, "Binarizer Imputer")
        .AddIn(Domain, Extract, "ArrayFeatureExtractor")
        .AddIn(Domain, Encode, "LabelEncoder")
        .AddIn(Domain, OneHot, "OneHotEncoder")
        .AddIn(Domain, JoinFeatures, "FeatureVectorizer")
        .AddIn(Domain, ZipMap, "ZipMap");

    // The winning label, and the scores of all.
    private static void Classify(ShapeContext node)
    {
        var (labels, count) = Labels(node, "classlabels_ints", "classlabels_int64s", "classlabels_strings");
        var items = node.ShapeOf(0) is { Rank: 1 } ? Dimension.Of(1) : node.AxisOf(0, 0);
        node.Set(0, labels, new(items));

        // A vector machine without probabilities gives a score for each pair of classes.
        bool pairwise = node.Node.OpType == "SVMClassifier" && !node.Node.Attributes.ContainsKey("prob_a");
        node.Set(1, ElementType.Float32, new(items, pairwise || count is not { } known ? Dimension.Unknown : Dimension.Of(known)));
    }

    private static (ElementType Type, int? Count) Labels(ShapeContext node, params ReadOnlySpan<string> attributes)
    {
        foreach (string attribute in attributes)
        {
            switch (node.Node.Attributes.GetValueOrDefault(attribute))
            {
                case NodeAttribute.Ints { Values: { IsEmpty: false } integers }:
                    return (ElementType.Int64, integers.Length);
                case NodeAttribute.Texts { Values: { IsEmpty: false } texts }:
                    return (ElementType.String, texts.Length);
            }
        }

        return (ElementType.Undefined, null);
    }

    private static void Regress(ShapeContext node)
    {
        string attribute = node.Node.OpType == "LinearRegressor" ? "targets" : "n_targets";
        var items = node.ShapeOf(0) is { Rank: 1 } ? Dimension.Of(1) : node.AxisOf(0, 0);
        node.Set(0, ElementType.Float32, new(items, node.Stated(node.Node.OpType == "SVMRegressor" ? 1 : node.Node.Int(attribute, 1), attribute)));
    }

    private static void Extract(ShapeContext node)
    {
        var picked = node.Symbols.AxisOf(node.ShapeOf(1) is { } indices ? node.Symbols.Product(indices.Axes) : null);
        node.Set(0, node.ElementOf(0), node.ShapeOf(0) switch
        {
            null => null,
            { Rank: 1 } => new(1, picked),
            { Rank: 0 } => null,
            { } x => x.With(x.Rank - 1, picked),
        });
    }

    private static void Encode(ShapeContext node)
    {
        var attributes = node.Node.Attributes;
        var element = attributes.ContainsKey("values_int64s") ? ElementType.Int64
            : attributes.ContainsKey("values_floats") ? ElementType.Float32
            : attributes.ContainsKey("values_strings") ? ElementType.String
            : (attributes.GetValueOrDefault("values_tensor") as NodeAttribute.Tensor)?.Value.Type ?? ElementType.Undefined;
        node.Set(0, element, node.ShapeOf(0));
    }

    private static void OneHot(ShapeContext node)
    {
        var (_, count) = Labels(node, "cats_int64s", "cats_strings");
        node.Set(0, ElementType.Float32, node.ShapeOf(0) is { } x ? new([.. x, count is { } known ? known : Dimension.Unknown]) : null);
    }

    private static void JoinFeatures(ShapeContext node) => node.Set(
        0, ElementType.Float32, new(node.AxisOf(0, 0), node.Node.Ints("inputdimensions") is { } sizes ? node.Stated(sizes.Sum(), "the number of features") : Dimension.Unknown));

    private static void ZipMap(ShapeContext node)
    {
        var (labels, _) = Labels(node, "classlabels_int64s", "classlabels_strings");
        node.Set(0, new ValueType.Sequence(new ValueType.Map(labels, new ValueType.Tensor(ElementType.Float32, Shape.Scalar))));
    }
}
