using System.CommandLine;
using System.Globalization;

namespace Firn.Cli.Commands;

/// <summary>The option by which commands take a number of threads.</summary>
internal sealed class ThreadsOption
{
    private const int Most = 65_536;

    // Text: an option of a nullable number is compiled at start, which takes longer than reading firn.yaml.
    private readonly Option<string?> _threads = new("--threads")
    {
        Description = "How many threads numeric libraries may use; comes before what is set and what firn.yaml says",
        HelpName = "N",
    };

    public ThreadsOption() => _threads.Validators.Add(static result =>
    {
        foreach (var token in result.Tokens)
        {
            if (Parse(token.Value) is null)
            {
                result.AddError($"--threads is '{token.Value}', not a whole number from 1");
            }
        }
    });

    public void AddTo(Command command) => command.Add(_threads);

    /// <summary>The number; <see langword="null"/> where none is given.</summary>
    public int? Value(ParseResult parsed) => parsed.GetValue(_threads) is { } text ? Parse(text) : null;

    private static int? Parse(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= Most
            ? number
            : null;
}
