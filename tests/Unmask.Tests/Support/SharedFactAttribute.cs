namespace Unmask.Tests.Support;

/// <summary>A test that needs the folder of real models and data beside the checkout; skipped, with the reason, where it is absent.</summary>
public sealed class SharedFactAttribute : FactAttribute
{
    public SharedFactAttribute() => Skip = Shared.ReasonToSkip;
}

/// <summary>A theory that needs the folder of real models and data beside the checkout.</summary>
public sealed class SharedTheoryAttribute : TheoryAttribute
{
    public SharedTheoryAttribute() => Skip = Shared.ReasonToSkip;
}
