using System.CommandLine;
using System.CommandLine.Parsing;
using Unmask.Graphs;

namespace Unmask.Cli;

/// <summary>Turns what the parser found wrong into one message, with the spelling that was probably meant.</summary>
internal static class UsageErrors
{
    /// <exception cref="UsageException">The arguments are not understood.</exception>
    public static void ThrowIfAny(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var words = parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens).Select(token => token.Value);
        if (words.FirstOrDefault(word => word.StartsWith('-') && !Path.Exists(word)) is { } misspelt)
        {
            // To the parser, what begins with a hyphen but is no option is a word like any other.
            throw new UsageException(UnknownOption(misspelt, command));
        }

        if (parsed.Errors.Count == 0)
        {
            return;
        }

        if (parsed.UnmatchedTokens is [var unknown, ..])
        {
            throw new UsageException(unknown.StartsWith('-') ? UnknownOption(unknown, command) : UnknownWord(unknown, command));
        }

        throw new UsageException(parsed.Errors[0].Message);
    }

    private static string UnknownOption(string text, Command command)
    {
        string name = text.Split('=', 2)[0];
        var options = command.Options.Where(option => !option.Hidden).Select(option => option.Name);
        return $"{Named(command)} has no option {name}.{Meant(Suggestions.Nearest(name, options, 1))} `{Full(command)} --help` lists all.";
    }

    private static string UnknownWord(string text, Command command) => command.Subcommands.Count > 0
        ? $"There is no command \"{text}\".{Meant(Suggestions.Nearest(text, command.Subcommands.Select(each => each.Name), 1))} "
            + $"There are: {string.Join(", ", command.Subcommands.Select(each => each.Name))}."
        : $"{Named(command)} does not take \"{text}\". `{Full(command)} --help` says what it takes.";

    private static string Meant(IReadOnlyList<string> nearest) => nearest.Count == 0 ? "" : $" Did you mean {nearest[0]}?";

    private static string Named(Command command) => command is RootCommand ? "unmask" : command.Name;

    private static string Full(Command command) => command is RootCommand ? "unmask" : $"unmask {command.Name}";
}
