using System.Collections.Immutable;
using System.Text;
using Firn.Common;
using Firn.Common.Files;
using Firn.Common.Yaml;
using Firn.Python.Environments;
using Firn.Python.Interpreters;

namespace Firn.Projects.Templates;

/// <summary>Looks at a folder for what Python projects are set up with. Nothing is run, and nothing written.</summary>
internal static class ProjectFinder
{
    private const int LargestFile = 1024 * 1024;

    private static readonly string[] VirtualEnvironments = [".venv", "venv", "env"];
    private static readonly string[] CondaSpecs = ["environment.yml", "environment.yaml", "conda.yml", "conda.yaml"];

    private static readonly string[] CondaLocks =
        ["environment-locked.yml", "environment-locked.yaml", "environment.lock.yml", "environment-lock.yml"];

    private static readonly string[] Scripts =
        ["prepare.py", "preprocess.py", "train.py", "main.py", "run.py", "analysis.py", "analyze.py", "eval.py", "evaluate.py"];

    public static FoundProject Find(string folder, SystemContext systemContext)
    {
        // What firn.yaml says already goes before what lies about.
        var chosen = ChoiceIn(folder);
        var environment = First(
            folder,
            chosen is null ? VirtualEnvironments : chosen is { Kind: EnvironmentChoiceKind.Prefix or EnvironmentChoiceKind.Locks } ? [chosen.Value] : [],
            name => !Path.IsPathRooted(name) && File.Exists(Path.Join(folder, name, PyvenvConfiguration.FileName)));
        var spec = First(folder, CondaSpecs);
        var locked = First(folder, CondaLocks);
        var condaName = chosen is { Kind: EnvironmentChoiceKind.CondaName } ? chosen.Value
            : CondaNameIn(folder, spec) ?? CondaNameIn(folder, locked);
        var locks = new ProjectLocks(folder, systemContext);
        var hasPyproject = File.Exists(Path.Join(folder, "pyproject.toml"));
        return new FoundProject
        {
            Folder = folder,
            Name = NameOf(folder),
            Chosen = chosen,
            VirtualEnvironment = environment,
            CondaSpec = spec,
            CondaLock = locks.Conda ?? locked,
            Lock = locks.Conda ?? locks.Python,
            ForeignLock = locks.Foreign,
            CondaName = condaName,
            IsCondaInstalled = condaName is not null && IsInstalled(condaName, systemContext),
            Requirements = locks.Requirements ?? First(folder, ["requirements.txt"]),
            HasPyproject = hasPyproject,
            PythonVersion = environment is null ? null : VersionIn(Path.Join(folder, environment)),
            // A project that installs itself is imported from there.
            ImportFolder = hasPyproject ? null : ImportFolderOf(folder),
            Scripts = [.. Scripts.Where(name => File.Exists(Path.Join(folder, name)))],
            Tests = TestsOf(folder),
            HasRepository = HasRepository(folder),
        };
    }

    /// <summary>The environment of a <c>firn.yaml</c> that is there; one that is wrong is not for this command to tell.</summary>
    private static EnvironmentChoice? ChoiceIn(string folder)
    {
        try
        {
            return File.Exists(Path.Join(folder, Project.FileName)) ? ProjectReader.ReadSettings(folder).Environment : null;
        }
        catch (FirnException)
        {
            return null;
        }
    }

    private static string? First(string folder, string[] names, Predicate<string>? exists = null)
    {
        foreach (var name in names)
        {
            if (exists is null ? File.Exists(Path.Join(folder, name)) : exists(name))
            {
                return name;
            }
        }

        return null;
    }

    private static string NameOf(string folder)
    {
        var name = new StringBuilder();
        foreach (var character in Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)))
        {
            name.Append(IsPlain(character) ? character : '-');
        }

        return name.ToString().Trim('-') is { Length: > 0 and <= 40 } usable ? usable : "project";
    }

    /// <summary>What means the same in YAML, in a shell and in a file's name.</summary>
    private static bool IsPlain(char character) => char.IsLetterOrDigit(character) || character is '-' or '_' or '.';

    /// <summary>The name in a conda file; one that cannot be read has none.</summary>
    private static string? CondaNameIn(string folder, string? file)
    {
        if (file is null || BoundedFile.ReadText(Path.Join(folder, file), LargestFile) is not { } text)
        {
            return null;
        }

        try
        {
            var root = YamlDocument.Read(text, new YamlSource(file, "https://docs.conda.io"));
            var name = (root as YamlMap)?.Find("name") as YamlText;
            return name is { IsNull: false, Value: { Length: > 0 and <= 80 } value } && value.All(IsPlain) ? value : null;
        }
        catch (FirnException)
        {
            // Selectors and templates are conda's affair.
            return null;
        }
    }

    private static bool IsInstalled(string name, SystemContext systemContext)
    {
        try
        {
            new CondaEnvironmentFinder(systemContext).Find(name);
            return true;
        }
        catch (FirnException)
        {
            return false;
        }
    }

    /// <summary>The first two parts of the version that pyvenv.cfg names.</summary>
    private static string? VersionIn(string prefix) =>
        PyvenvConfiguration.Read(Path.Join(prefix, PyvenvConfiguration.FileName), [])?.Version?.Split('.') is [var major, var minor, ..]
        && major.All(char.IsAsciiDigit) && minor.All(char.IsAsciiDigit)
            ? $"{major}.{minor}"
            : null;

    private static string? ImportFolderOf(string folder)
    {
        if (HasPackage(Path.Join(folder, "src")))
        {
            return "src";
        }

        return HasPackage(folder) ? "." : null;
    }

    private static bool HasPackage(string folder) => Folders(folder).Any(
        sub => Path.GetFileName(sub) is not ("tests" or "test" or "docs") && File.Exists(Path.Join(sub, "__init__.py")));

    private static string? TestsOf(string folder) =>
        Directory.Exists(Path.Join(folder, "tests")) ? "tests"
        : Directory.Exists(Path.Join(folder, "test")) ? "test"
        : HasTestFile(folder) ? "."
        : null;

    private static bool HasTestFile(string folder)
    {
        try
        {
            return Directory.EnumerateFiles(folder, "test_*.py").Any();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static ImmutableArray<string> Folders(string folder)
    {
        try
        {
            return [.. Directory.EnumerateDirectories(folder).Take(1_000)];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static bool HasRepository(string folder)
    {
        for (var at = folder; at is not null; at = Path.GetDirectoryName(at))
        {
            if (Path.Exists(Path.Join(at, ".git")))
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>What a folder holds that tells how its Python project is set up. Paths are relative to it.</summary>
internal sealed record FoundProject
{
    /// <summary>Absolute.</summary>
    public required string Folder { get; init; }

    /// <summary>The name for the project: the folder's, without what no subject can hold.</summary>
    public required string Name { get; init; }

    /// <summary>The environment that a <c>firn.yaml</c> names which is there already.</summary>
    public EnvironmentChoice? Chosen { get; init; }

    /// <summary>The installation whose image has the environment; <see langword="null"/> where the project has none, or several.</summary>
    public string? Installation { get; init; }

    /// <summary>The folder of a virtual environment, for example <c>.venv</c>.</summary>
    public string? VirtualEnvironment { get; init; }

    /// <summary>conda's environment.yml, or another name of it.</summary>
    public string? CondaSpec { get; init; }

    /// <summary>environment-locked.yml: the same with exact versions.</summary>
    public string? CondaLock { get; init; }

    /// <summary>A lock of this machine that <c>firn create</c> installs as it is.</summary>
    public string? Lock { get; init; }

    /// <summary>A lock of another tool, and how it becomes one that Firn installs.</summary>
    public (string Name, string Advice)? ForeignLock { get; init; }

    /// <summary>The <c>name</c> in the conda files.</summary>
    public string? CondaName { get; init; }

    /// <summary>Whether a conda environment of that name is installed here.</summary>
    public bool IsCondaInstalled { get; init; }

    public string? Requirements { get; init; }

    public bool HasPyproject { get; init; }

    /// <summary>For example <c>3.11</c>, from the virtual environment; <see langword="null"/> where nothing tells.</summary>
    public string? PythonVersion { get; init; }

    /// <summary>Where modules are imported from that no installation brings: <c>src</c>, <c>.</c>.</summary>
    public string? ImportFolder { get; init; }

    /// <summary>Scripts that look like analyses, in the order in which they would run.</summary>
    public ImmutableArray<string> Scripts { get; init; } = [];

    /// <summary>The folder of the tests; <c>.</c> where they lie beside the sources.</summary>
    public string? Tests { get; init; }

    /// <summary>Whether the folder or one above is a git repository.</summary>
    public bool HasRepository { get; init; }

    /// <summary>The conda file that a machine is set up from: the exact one first.</summary>
    public string? CondaFile => CondaLock ?? CondaSpec;
}

/// <summary>How pip sets a project up.</summary>
internal static class PipSetup
{
    /// <summary>The Python that is taken where nothing names one.</summary>
    private const string DefaultVersion = "3.12";

    /// <summary>What follows <c>pip install</c>; <see langword="null"/> where there is nothing to install.</summary>
    public static string? Arguments(FoundProject found) => (found.Requirements, found.HasPyproject) switch
    {
        ({ } requirements, true) => $"-r {requirements} -e .",
        ({ } requirements, false) => $"-r {requirements}",
        (null, true) => "-e .",
        _ => null,
    };

    public static string PythonVersion(FoundProject found) => found.PythonVersion ?? DefaultVersion;
}
