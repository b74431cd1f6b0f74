namespace Unmask.Metrics;

/// <summary>What a perturbation curve does to the input.</summary>
public enum CurveDirection
{
    /// <summary>Starts from the input and removes.</summary>
    Delete,

    /// <summary>Starts from the in-fill and pastes the input's own pixels.</summary>
    Insert,
}

/// <summary>Which part of the input goes first.</summary>
public enum CurveOrder
{
    /// <summary>By falling values of the map (MoRF).</summary>
    MostRelevantFirst,

    /// <summary>The exact reverse of <see cref="MostRelevantFirst"/> (LeRF).</summary>
    LeastRelevantFirst,

    /// <summary>By chance, whatever the map says: the curve that no map should be worse than.</summary>
    Random,
}

/// <summary>Which of several equal map values goes first.</summary>
public enum TieBreak
{
    /// <summary>Chance, by the seed: equal values carry no information about order, so none is made up.</summary>
    Random,

    /// <summary>The one further up, then further left: a stable sort. A constant map is then eaten from the top.</summary>
    RowMajor,

    /// <summary>The one further down, then further right: what a reversed ascending sort gives (RISE's code). A constant map is then eaten from the bottom.</summary>
    ReversedRowMajor,
}

/// <summary>What a curve's axis counts.</summary>
public enum CurveAxis
{
    /// <summary>Steps: all are equally far apart, also a shorter last one. As RISE's code does.</summary>
    Steps,

    /// <summary>The fraction of the input that was changed.</summary>
    Fraction,
}
