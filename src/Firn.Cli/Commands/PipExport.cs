using System.CommandLine;
using Firn.Captures.Documents;
using Firn.Captures.Inspecting;
using Firn.Cli.Output;
using Firn.Common;
using Firn.Python;
using Firn.Python.Environments;
using Firn.Python.Pip;
using Firn.Python.Versions;

namespace Firn.Cli.Commands;

/// <summary><c>firn export --format pip</c>: what <c>pip freeze</c> prints.</summary>
internal sealed class PipExport(CommandContext context)
{
    /// <summary>The output for an environment, or for folders alone.</summary>
    public string FromEnvironment(string? environment, string? condaName, PipExportArguments arguments)
    {
        var problems = new List<Problem>();
        var options = BaseOptions(environment, condaName, arguments, problems) with
        {
            All = arguments.All,
            Local = arguments.Local,
            User = arguments.User,
            ExcludeEditable = arguments.ExcludeEditable,
            Exclude = [.. arguments.Exclude],
            RequirementFiles = [.. arguments.RequirementFiles.Select(FullPath)],
        };
        foreach (var file in options.RequirementFiles)
        {
            if (!File.Exists(file))
            {
                throw new FirnException($"there is no requirements file {file}", "pip fails here too: name one that exists");
            }
        }

        if (arguments.Paths.Count > 0)
        {
            options = options with { Paths = [.. arguments.Paths.Select(FullPath)] };
        }

        if (arguments.AsPip is { } version)
        {
            options = options with { PipVersion = CheckedVersion(version), IsDebianPip = false };
        }

        if (arguments.PythonVersion is { } python)
        {
            var (major, minor) = ParsePython(python);
            options = options with { Major = major, Minor = minor };
        }

        options = PipFreezeConfiguration.Apply(options, problems);
        return Freeze(options, keepsCredentials: arguments.AsPip is not null, problems);
    }

    /// <summary>The output that a capture holds, less the excluded names.</summary>
    public static string FromCapture(Capture capture, PipExportArguments arguments)
    {
        if (!capture.Environment.HasPython)
        {
            throw EnvironmentNotFound.WithoutPython(capture.Environment.Prefix);
        }

        if (arguments.NeedEnvironment)
        {
            throw new FirnException(
                "a capture holds pip's output for that environment, with its own pip and no options but --exclude",
                "name the environment itself to use --path, --all, --local, --user, -r, --as-pip or --python-version",
                FailureKind.InvalidRequest);
        }

        var excluded = arguments.Exclude.Select(CanonicalName.Of).ToHashSet(StringComparer.Ordinal);
        var entries = capture.Freeze.Entries.Where(entry => !excluded.Contains(FreezeEntry.CanonicalNameOf(entry)));
        return new FreezeFacts(null, [.. entries]).ToText();
    }

    private PipFreezeOptions BaseOptions(
        string? environment, string? condaName, PipExportArguments arguments, List<Problem> problems)
    {
        if (environment is null && condaName is null && arguments.Paths.Count > 0)
        {
            // Folders alone: no interpreter is needed, and none is looked for.
            return new PipFreezeOptions { SearchPath = [], SystemContext = context.SystemContext };
        }

        var located = EnvironmentLocator.Locate(environment, condaName, context.SystemContext);
        var read = EnvironmentReader.Read(located, context.SystemContext, problems);
        return read.HasPython ? EnvironmentFreeze.Options(read, context.SystemContext) : throw EnvironmentNotFound.WithoutPython(read.Prefix);
    }

    private string Freeze(PipFreezeOptions options, bool keepsCredentials, List<Problem> problems)
    {
        var clean = PipFreeze.Run(options with { KeepsCredentials = false }, problems).Text;
        ProblemWriter.Write(context.Console.Error, problems);
        if (!MayNameUrls(clean, options))
        {
            return clean;
        }

        var faithful = PipFreeze.Run(options with { KeepsCredentials = true }, []).Text;
        if (faithful == clean)
        {
            return clean;
        }

        context.Console.Error.WriteLine(keepsCredentials
            ? "warning: the output holds credentials, as pip prints them; do not publish it"
            : "warning: credentials were removed; --as-pip VERSION keeps pip's bytes");
        return keepsCredentials ? faithful : clean;
    }

    /// <summary>
    /// Whether there can be a credential: behind <c>NAME @ </c>, <c>-e </c> or <c>-f </c>, or in a copied option line.
    /// An environment that came from an index alone has none, and is not listed twice.
    /// </summary>
    private static bool MayNameUrls(string text, PipFreezeOptions options) =>
        text.Contains(' ', StringComparison.Ordinal)
        || text.Contains('/', StringComparison.Ordinal)
        || !options.RequirementFiles.IsEmpty;

    private string FullPath(string path) => Path.GetFullPath(path, context.SystemContext.CurrentDirectory);

    private static string CheckedVersion(string version) =>
        Pep440Version.Parse(version) is not null
            ? version
            : throw new FirnException($"'{version}' is not a version of pip", "give one such as 24.0", FailureKind.InvalidRequest);

    private static (int Major, int Minor) ParsePython(string version)
    {
        var parts = version.Split('.');
        return parts.Length is 2 or 3 && int.TryParse(parts[0], out var major) && int.TryParse(parts[1], out var minor)
            ? (major, minor)
            : throw new FirnException(
                $"'{version}' is not a version of Python", "give one such as 3.11", FailureKind.InvalidRequest);
    }
}

/// <summary>pip's own options, with pip's own names.</summary>
internal sealed class PipExportOptions
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

    public PipExportArguments Read(ParseResult parsed) => new()
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

/// <summary>pip's own options of <c>firn export --format pip</c>.</summary>
internal sealed record PipExportArguments
{
    public IReadOnlyList<string> Paths { get; init; } = [];

    public bool All { get; init; }

    public bool Local { get; init; }

    public bool User { get; init; }

    public bool ExcludeEditable { get; init; }

    public IReadOnlyList<string> Exclude { get; init; } = [];

    public IReadOnlyList<string> RequirementFiles { get; init; } = [];

    /// <summary>The pip release to follow, whose bytes are then kept, credentials included.</summary>
    public string? AsPip { get; init; }

    /// <summary><c>X.Y</c> of the Python that pip would run on.</summary>
    public string? PythonVersion { get; init; }

    /// <summary>Whether anything is asked that only the environment itself can answer.</summary>
    public bool NeedEnvironment =>
        Paths.Count > 0 || All || Local || User || ExcludeEditable || RequirementFiles.Count > 0
        || AsPip is not null || PythonVersion is not null;
}
