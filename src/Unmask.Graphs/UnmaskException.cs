namespace Unmask;

/// <summary>
/// A mistake of the world that Unmask can explain: the message says what was asked, what is there and what to do.
/// Mistakes in arguments are thrown as the base class library's own types.
/// </summary>
public class UnmaskException : Exception
{
    /// <summary>Makes an exception with a message for people.</summary>
    public UnmaskException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an exception with a message for people and its cause.</summary>
    public UnmaskException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Makes an exception without details.</summary>
    public UnmaskException()
        : base("Unmask could not do what was asked.")
    {
    }

    /// <summary>The id of the page under <c>docs/errors</c> that explains this kind of error.</summary>
    public virtual string Id => "UNM000";
}
