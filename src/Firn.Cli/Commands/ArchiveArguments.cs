using System.CommandLine;
using Firn.Captures.Archives;

namespace Firn.Cli.Commands;

/// <summary>The options by which <c>firn capture</c> archives.</summary>
internal sealed class ArchiveArguments
{
    private readonly Option<bool> _archive = new("--archive")
    {
        Description = "Keep the environment's bytes in the store, so that it can be restored without network",
    };

    private readonly Option<string?> _store = new("--store")
    {
        Description = "The store; default: FIRN_STORE, else the user's own",
        HelpName = "DIR",
    };

    private readonly Option<bool> _withInterpreter = new("--with-interpreter")
    {
        Description = "Archive the operating system's Python too",
    };

    private readonly Option<bool> _readData = new("--read-data")
    {
        Description = "Read every file, also where nothing says that it has changed",
    };

    private readonly Option<bool> _yes = new("--yes", "-y")
    {
        Description = $"Archive more than {ArchiveLimit.Variable} (2 GB) without asking",
    };

    public ArchiveArguments() => _store.RefuseEmpty();

    public void AddTo(Command command)
    {
        command.Add(_archive);
        command.Add(_store);
        command.Add(_withInterpreter);
        command.Add(_readData);
        command.Add(_yes);
        command.Validators.Add(result =>
        {
            if (!result.GetValue(_archive) && (result.GetValue(_withInterpreter) || result.GetValue(_readData)
                || result.GetValue(_yes) || result.GetValue(_store) is not null))
            {
                result.AddError("--store, --with-interpreter, --read-data and --yes go with --archive");
            }
        });
    }

    /// <summary>What was asked for; <see langword="null"/> without <c>--archive</c>.</summary>
    public ArchiveRequest? Request(ParseResult parsed) => parsed.GetValue(_archive)
        ? new ArchiveRequest(
            parsed.GetValue(_store),
            new ArchiveOptions
            {
                WithInterpreter = parsed.GetValue(_withInterpreter),
                ReadsAll = parsed.GetValue(_readData),
            },
            parsed.GetValue(_yes))
        : null;
}
