using Firn.Captures.Documents;
using Firn.Captures.Inspecting;
using Firn.Common;
using Firn.Python;
using Firn.Python.Environments;
using Firn.Python.Pip;
using Firn.Python.Versions;

namespace Firn.Workflows;

/// <summary>What <c>pip freeze</c> prints.</summary>
internal sealed class PipExport(SystemContext systemContext)
{
    /// <summary>The output for an environment, or for folders alone.</summary>
    public ExportEnvironmentResult FromEnvironment(string? environment, string? condaName, PipExportOptions arguments)
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
    public static string FromCapture(Capture capture, PipExportOptions arguments)
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
        string? environment, string? condaName, PipExportOptions arguments, List<Problem> problems)
    {
        if (environment is null && condaName is null && arguments.Paths.Count > 0)
        {
            // Folders alone: no interpreter is needed, and none is looked for.
            return new PipFreezeOptions { SearchPath = [], SystemContext = systemContext };
        }

        var located = EnvironmentLocator.Locate(environment, condaName, systemContext);
        var read = EnvironmentReader.Read(located, systemContext, problems);
        return read.HasPython ? EnvironmentFreeze.Options(read, systemContext) : throw EnvironmentNotFound.WithoutPython(read.Prefix);
    }

    private static ExportEnvironmentResult Freeze(PipFreezeOptions options, bool keepsCredentials, List<Problem> problems)
    {
        var clean = PipFreeze.Run(options with { KeepsCredentials = false }, problems).Text;
        var faithful = MayNameUrls(clean, options) ? PipFreeze.Run(options with { KeepsCredentials = true }, []).Text : clean;
        return new ExportEnvironmentResult(keepsCredentials ? faithful : clean)
        {
            Problems = [.. problems],
            HasCredentials = keepsCredentials && faithful != clean,
            LacksCredentials = !keepsCredentials && faithful != clean,
        };
    }

    /// <summary>
    /// Whether there can be a credential: behind <c>NAME @ </c>, <c>-e </c> or <c>-f </c>, or in a copied option line.
    /// An environment that came from an index alone has none, and is not listed twice.
    /// </summary>
    private static bool MayNameUrls(string text, PipFreezeOptions options) =>
        text.Contains(' ', StringComparison.Ordinal)
        || text.Contains('/', StringComparison.Ordinal)
        || !options.RequirementFiles.IsEmpty;

    private string FullPath(string path) => Path.GetFullPath(path, systemContext.CurrentDirectory);

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
