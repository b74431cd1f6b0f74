namespace Unmask.Imaging;

/// <summary>libvips refused an operation; carries what its error buffer said. Never leaves this project.</summary>
internal sealed class VipsException(string message) : Exception(message)
{
    /// <summary>Empties libvips' error buffer into an exception.</summary>
    public static VipsException Take(string what)
    {
        var said = Vips.TakeError();
        return new VipsException(said.Length == 0 ? $"{what} failed" : said);
    }
}
