namespace Unmask.Imaging;

/// <summary>Bytes that should be a picture are not one that can be read: another kind of file, damaged, truncated, too large, or of a kind that this build lacks.</summary>
public sealed class ImageFormatException : Exception
{
    /// <summary>Makes an exception with a message for people: what was asked, what is there, what to do.</summary>
    public ImageFormatException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception with a message for people and its cause.</summary>
    public ImageFormatException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Makes an exception without details.</summary>
    public ImageFormatException()
        : base("The picture could not be read.")
    {
    }

    /// <summary>The id of the page under <c>docs/errors</c> that explains this kind of error.</summary>
    public string Id => "UNM005";
}
