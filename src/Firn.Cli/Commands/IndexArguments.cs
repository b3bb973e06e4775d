using System.CommandLine;
using Firn.Common;
using Firn.Python.Indexes;

namespace Firn.Cli.Commands;

/// <summary>Where Python packages come from, as the command line says.</summary>
/// <param name="IndexUrl">The index.</param>
/// <param name="ExtraIndexUrls">Further indexes.</param>
/// <param name="FindLinks">Folders and pages with links.</param>
/// <param name="HasNoIndex">Whether no index is asked.</param>
internal sealed record IndexArguments(
    string? IndexUrl, IReadOnlyList<string> ExtraIndexUrls, IReadOnlyList<string> FindLinks, bool HasNoIndex)
{
    /// <summary>The same for the library, folders absolute.</summary>
    public IndexOptions ToOptions(SystemContext systemContext)
    {
        return new IndexOptions
        {
            IndexUrl = IndexUrl is null ? null : Absolute(IndexUrl),
            ExtraIndexUrls = [.. ExtraIndexUrls.Select(Absolute)],
            FindLinks = [.. FindLinks.Select(Absolute)],
            NoIndex = HasNoIndex,
        };

        string Absolute(string place) => place.Contains("://", StringComparison.Ordinal) || place.StartsWith("file:", StringComparison.OrdinalIgnoreCase)
            ? place
            : Path.GetFullPath(place, systemContext.CurrentDirectory);
    }
}

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

    public IndexArguments Of(ParseResult parsed) => new(
        parsed.GetValue(_index), parsed.GetValue(_extra) ?? [], parsed.GetValue(_links) ?? [], parsed.GetValue(_none));
}
