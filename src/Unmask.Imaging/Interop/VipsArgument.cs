namespace Unmask.Imaging;

/// <summary>Values of libvips' enumerations that are passed as arguments.</summary>
internal static class VipsArgument
{
    public const int AccessRandom = 0;
    public const int AccessSequential = 1;

    /// <summary>Refuses truncated files and serious errors; lets warnings pass, as viewers do.</summary>
    public const int FailOnError = 2;

    public const int PrecisionFloat = 1;

    /// <summary>Predicts each sample from its neighbours: photos get a third smaller than without.</summary>
    public const int PngFilterPaeth = 128;

    public const int KeepNothing = 0;
    public const int KeepAll = 31;

    public const int IntentRelative = 1;
}
