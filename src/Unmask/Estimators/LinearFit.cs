namespace Unmask;

/// <summary>How coefficients are fitted to weighted scores. The intercept is never penalised.</summary>
public enum LinearFit
{
    /// <summary>min Σ π·r² + α·‖β‖².</summary>
    Ridge,

    /// <summary>min ½·Σ π·r² ÷ Σ π + α·‖β‖₁, which is scikit-learn's objective.</summary>
    Lasso,

    /// <summary>min Σ π·r².</summary>
    LeastSquares,
}
