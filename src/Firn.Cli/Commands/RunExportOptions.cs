using System.CommandLine;

namespace Firn.Cli.Commands;

/// <summary>The options of <c>firn export</c> for runs of a store.</summary>
internal sealed class RunExportOptions
{
    private readonly Option<string?> _folder = new("--output", "-o")
    {
        Description = "ro-crate: the folder to write",
        HelpName = "DIR",
    };

    private readonly Option<string?> _license = new("--license")
    {
        Description = "ro-crate: the licence of what is in it, an SPDX id or a URL",
        HelpName = "LICENSE",
    };

    private readonly Option<string?> _author = new("--author") { Description = "ro-crate: who ran it", HelpName = "NAME" };
    private readonly StoreArguments _store = new(ofProject: true);

    public RunExportOptions()
    {
        _folder.RefuseEmpty();
        _license.RefuseEmpty();
        _author.RefuseEmpty();
    }

    public void AddTo(Command command)
    {
        command.Add(_folder);
        command.Add(_license);
        command.Add(_author);
        _store.AddTo(command);
    }

    public RunExportArguments Read(ParseResult parsed, CommandContext context) => new(
        parsed.GetValue(_folder), parsed.GetValue(_license), parsed.GetValue(_author), _store.PathIfAny(parsed, context),
        () => _store.Project(parsed, context));
}
