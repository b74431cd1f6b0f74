namespace Unmask.Tests.Support;

/// <summary>A test of permissions, which the superuser is not subject to.</summary>
public sealed class UnprivilegedFactAttribute : FactAttribute
{
    public UnprivilegedFactAttribute() => Skip = Environment.IsPrivilegedProcess ? "the superuser may write anywhere" : OperatingSystem.IsWindows() ? "Windows ignores the attribute on folders" : null;
}
