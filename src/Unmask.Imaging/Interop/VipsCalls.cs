namespace Unmask.Imaging;

/// <summary>
/// Runs work that calls libvips. libvips has one error buffer for the whole process, so what it says while several threads work may be
/// about another thread's picture. Work that fails is therefore run once more, alone, and that run's message is the one that counts.
/// </summary>
internal static class VipsCalls
{
    private static readonly ReaderWriterLockSlim Gate = new();

    /// <summary>Runs work that can be repeated.</summary>
    /// <exception cref="VipsException">libvips refused; the message belongs to this work only.</exception>
    public static T Run<T>(Func<T> work)
    {
        VipsLibrary.Ensure();
        Gate.EnterReadLock();
        try
        {
            return work();
        }
        catch (VipsException)
        {
        }
        finally
        {
            Gate.ExitReadLock();
        }
        return RunAlone(work);
    }

    private static T RunAlone<T>(Func<T> work)
    {
        Gate.EnterWriteLock();
        try
        {
            _ = Vips.TakeError();
            return work();
        }
        finally
        {
            Gate.ExitWriteLock();
        }
    }
}
