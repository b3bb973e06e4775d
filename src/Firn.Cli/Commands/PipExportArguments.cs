using System.CommandLine;
using Firn.Workflows;

namespace Firn.Cli.Commands;

/// <summary>pip's own options of <c>firn export --format pip</c>, with pip's own names.</summary>
internal sealed class PipExportArguments
{
    private readonly Option<string[]> _paths = Several("--path", [], "DIR", "pip: only what is in this folder (repeatable)");
    private readonly Option<bool> _all = new("--all") { Description = "pip: also pip, setuptools and wheel" };
    private readonly Option<bool> _local = new("--local", "-l") { Description = "pip: only what is in the virtual environment" };
    private readonly Option<bool> _user = new("--user") { Description = "pip: only what is in the user's site-packages" };
    private readonly Option<bool> _excludeEditable = new("--exclude-editable") { Description = "pip: no editable installs" };
    private readonly Option<string[]> _exclude = Several("--exclude", [], "NAME", "pip: not this package (repeatable)");
    private readonly Option<string[]> _requirements = Several(
        "--requirement", ["-r"], "FILE", "pip: keep the order and the comments of this file (repeatable)");

    private readonly Option<string?> _asPip = new("--as-pip")
    {
        Description = "pip: write as this release of pip does, credentials included",
        HelpName = "VERSION",
    };

    private readonly Option<string?> _pythonVersion = new("--python-version")
    {
        Description = "pip: as if pip ran on this Python",
        HelpName = "X.Y",
    };

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])
            [_paths, _all, _local, _user, _excludeEditable, _exclude, _requirements, _asPip, _pythonVersion])
        {
            command.Add(option);
        }
    }

    public PipExportOptions Read(ParseResult parsed) => new()
    {
        Paths = parsed.GetValue(_paths) ?? [],
        All = parsed.GetValue(_all),
        Local = parsed.GetValue(_local),
        User = parsed.GetValue(_user),
        ExcludeEditable = parsed.GetValue(_excludeEditable),
        Exclude = parsed.GetValue(_exclude) ?? [],
        RequirementFiles = parsed.GetValue(_requirements) ?? [],
        AsPip = parsed.GetValue(_asPip),
        PythonVersion = parsed.GetValue(_pythonVersion),
    };

    private static Option<string[]> Several(string name, string[] aliases, string helpName, string description)
    {
        var option = new Option<string[]>(name, aliases)
        {
            Description = description,
            HelpName = helpName,
            Arity = ArgumentArity.OneOrMore,
            AllowMultipleArgumentsPerToken = false,
        };
        option.RefuseEmpty();
        return option;
    }
}
