using System.CommandLine;
using Firn.Workflows;

namespace Firn.Cli.Commands;

/// <summary>The options by which commands take indexes of Python packages; pip's own names.</summary>
internal sealed class IndexOptionsOfCommand
{
    private readonly Option<string?> _index = new("--index-url", "-i")
    {
        Description = "The index of Python packages. Default: PIP_INDEX_URL, pip's configuration, the files' own, PyPI",
        HelpName = "URL",
    };

    private readonly Option<string[]> _extra = new("--extra-index-url") { Description = "A further index", HelpName = "URL" };

    private readonly Option<string[]> _links = new("--find-links")
    {
        Description = "A folder of wheels, or a page with links to them",
        HelpName = "DIR|URL",
    };

    private readonly Option<bool> _none = new("--no-index") { Description = "Ask no index: --find-links alone" };

    public IndexOptionsOfCommand()
    {
        _index.RefuseEmpty();
        _extra.RefuseEmpty();
        _links.RefuseEmpty();
    }

    public void AddTo(Command command)
    {
        command.Add(_index);
        command.Add(_extra);
        command.Add(_links);
        command.Add(_none);
    }

    public PackageIndexes Of(ParseResult parsed) => new(
        parsed.GetValue(_index), parsed.GetValue(_extra) ?? [], parsed.GetValue(_links) ?? [], parsed.GetValue(_none));
}
