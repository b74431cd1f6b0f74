namespace Unmask.Perturbations;

/// <summary>The search for the balance of one problem.</summary>
internal sealed class BalanceSearch(WeightSearch search)
{
    private double _failed;
    private double _succeeded = double.PositiveInfinity;
    private double _bestOfRound = double.PositiveInfinity;

    /// <summary>c of the coming round.</summary>
    public double Balance { get; private set; } = search.Start;

    /// <summary>The rounds so far.</summary>
    public List<WeightTrial> Trials { get; } = [];

    /// <summary>The cheapest parameters that met the goal; before there are any, those at which the last round ended.</summary>
    public float[] Parameters { get; private set; } = [];

    /// <summary>The watch of the round that they are from.</summary>
    public ProblemWatch? Watch { get; private set; }

    /// <summary>What they cost.</summary>
    public double Price { get; private set; } = double.PositiveInfinity;

    /// <summary>Takes parameters that met the goal.</summary>
    public void Offer(float[] parameters, double price, ProblemWatch watch)
    {
        _bestOfRound = Math.Min(_bestOfRound, price);
        if (price < Price)
        {
            (Price, Parameters, Watch) = (price, [.. parameters], watch);
        }
    }

    /// <summary>Ends a round.</summary>
    /// <param name="parameters">Where it ended.</param>
    /// <param name="meets">Whether the goal is met there.</param>
    /// <param name="watch">The round's.</param>
    public void EndRound(float[] parameters, bool meets, ProblemWatch watch)
    {
        bool succeeded = search.ByEnds ? meets : double.IsFinite(_bestOfRound);
        Trials.Add(new(Balance, succeeded, _bestOfRound));
        (_failed, _succeeded) = succeeded ? (_failed, Math.Min(_succeeded, Balance)) : (Math.Max(_failed, Balance), _succeeded);
        Balance = double.IsFinite(_succeeded) ? (_failed + _succeeded) / 2 : Balance * search.Growth;
        _bestOfRound = double.PositiveInfinity;
        if (double.IsInfinity(Price))
        {
            (Parameters, Watch) = ([.. parameters], watch);
        }
    }
}
