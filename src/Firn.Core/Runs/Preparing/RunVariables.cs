using System.Collections.Immutable;
using Firn.Common;
using Firn.Conda.Prefixes;
using Firn.Projects;
using Firn.Python;
using Firn.Storage.Layout;

namespace Firn.Runs.Preparing;

/// <summary>
/// What a run has in its variables beside those of the user: the environment as its activation would set it (the
/// activation scripts of conda packages excepted), <c>pythonpath</c>, <c>variables</c> and <c>threads</c>.
/// </summary>
internal static class RunVariables
{
    /// <summary>Where a run finds its own folder.</summary>
    public const string RunDirectory = "FIRN_RUN_DIRECTORY";

    private const string SearchPath = "PATH";

    /// <summary>Everything that a run sets, and with <see langword="null"/> unsets.</summary>
    /// <param name="analysis">What the project says has been taken into it.</param>
    /// <param name="project">Its folder is what paths are relative to.</param>
    /// <param name="environment">The environment that the analysis runs in.</param>
    /// <param name="systemContext">The variables of the user.</param>
    /// <param name="threads">
    /// The number of threads of the command line (<c>--threads</c>): the word of the moment, so it comes before the
    /// variables of the user and of <c>firn.yaml</c>.
    /// </param>
    public static ImmutableSortedDictionary<string, string?> For(
        AnalysisDefinition analysis,
        Project project,
        PythonEnvironment environment,
        SystemContext systemContext,
        int? threads = null)
    {
        var variables = ImmutableSortedDictionary.CreateBuilder<string, string?>(StringComparer.Ordinal);
        AddEnvironment(variables, environment, systemContext);
        if (analysis.PythonPath.Length > 0)
        {
            variables["PYTHONPATH"] = string.Join(
                Path.PathSeparator, analysis.PythonPath.Select(folder => FullPath(folder, project, systemContext)));
        }

        AddThreads(variables, analysis, systemContext, threads);
        foreach (var (name, value) in analysis.Variables)
        {
            if (threads is null || !variables.ContainsKey(name) || !ThreadVariables.Names.Contains(name))
            {
                variables[name] = value;
            }
        }

        variables[RunDirectory] = Path.Join(
            Path.Join(project.Folder, Project.StateFolder, "analyses"),
            NameEncoding.Encode(analysis.Subject),
            NameEncoding.Encode(analysis.Name));
        return variables.ToImmutable();
    }

    /// <summary>
    /// The thread variables that the user has set to something else than <c>threads</c> says; they are left as they
    /// are, and that deserves a line.
    /// </summary>
    public static ImmutableArray<string> KeptThreads(AnalysisDefinition analysis, SystemContext systemContext)
    {
        if (analysis.Threads is not { } threads)
        {
            return [];
        }

        var kept = ImmutableArray.CreateBuilder<string>();
        foreach (var (name, value) in ThreadVariables.For(threads))
        {
            if (name != ThreadVariables.XlaFlags && !analysis.Variables.ContainsKey(name)
                && systemContext.Variable(name) is { } set && !set.Equals(value, StringComparison.OrdinalIgnoreCase))
            {
                kept.Add($"{name}={set}");
            }
        }

        return kept.ToImmutable();
    }

    private static void AddThreads(
        ImmutableSortedDictionary<string, string?>.Builder variables,
        AnalysisDefinition analysis,
        SystemContext systemContext,
        int? option)
    {
        if ((option ?? analysis.Threads) is not { } threads)
        {
            return;
        }

        foreach (var (name, value) in ThreadVariables.For(threads))
        {
            if (name == ThreadVariables.XlaFlags)
            {
                var set = analysis.Variables.GetValueOrDefault(name) ?? systemContext.Variable(name);
                variables[name] = ThreadVariables.WithXlaOptions(value, set);
            }
            else if (option is not null || systemContext.Variable(name) is null)
            {
                variables[name] = value;
            }
        }
    }

    private static void AddEnvironment(
        ImmutableSortedDictionary<string, string?>.Builder variables,
        PythonEnvironment environment,
        SystemContext systemContext)
    {
        // An environment has a name, or is named by its path (conda/base/context.py, active_prefix).
        var isConda = !environment.IsVirtualEnvironment && (environment.CondaName is not null
            || environment.Layers is [{ Kind: EnvironmentLayerKind.Conda or EnvironmentLayerKind.Pixi }, ..]);
        foreach (var (name, value) in isConda ? CondaStateFiles.ReadVariables(environment.Prefix) : [])
        {
            variables[name] = value;
        }

        // Whatever those say, these come from the environment that is run in.
        variables.RemoveRange(["VIRTUAL_ENV", "CONDA_PREFIX", "CONDA_DEFAULT_ENV", "PYTHONHOME", RunDirectory]);
        Set("VIRTUAL_ENV", environment.IsVirtualEnvironment ? environment.Prefix : null);
        Set("CONDA_PREFIX", isConda ? environment.Prefix : null);
        Set("CONDA_DEFAULT_ENV", isConda ? environment.CondaName ?? environment.Prefix : null);
        // Python would take its standard library from there; activation unsets it too.
        Set("PYTHONHOME", null);

        var folders = ProgramFolders(environment, isConda);
        var first = string.Join(Path.PathSeparator, folders);
        var path = systemContext.Variable(SearchPath);
        variables[SearchPath] = path is null || path == first || IsFirst(path, first)
            ? path ?? first
            : $"{first}{Path.PathSeparator}{path}";

        void Set(string name, string? value)
        {
            if (value is not null || systemContext.Variable(name) is not null)
            {
                variables[name] = value;
            }
        }
    }

    private static bool IsFirst(string path, string first) =>
        path.StartsWith(first + Path.PathSeparator, StringComparison.Ordinal);

    /// <summary>Where an environment's programs lie, as its activation puts them into PATH.</summary>
    private static string[] ProgramFolders(PythonEnvironment environment, bool isConda)
    {
        var prefix = environment.Prefix;
        if (!OperatingSystem.IsWindows())
        {
            // A system's interpreter may lie elsewhere than its prefix says, as /usr/local/bin/python3 of Fedora's.
            var own = Path.Join(prefix, "bin");
            var lies = environment.Executable is { } executable ? Path.GetDirectoryName(executable) : null;
            return environment.IsVirtualEnvironment || isConda || lies is null || lies == own ? [own] : [lies, own];
        }

        // conda/activate.py, _get_path_dirs.
        return isConda
            ? [
                prefix, Path.Join(prefix, "Library", "mingw-w64", "bin"), Path.Join(prefix, "Library", "usr", "bin"),
                Path.Join(prefix, "Library", "bin"), Path.Join(prefix, "Scripts"), Path.Join(prefix, "bin"),
            ]
            : environment.IsVirtualEnvironment ? [Path.Join(prefix, "Scripts")] : [prefix, Path.Join(prefix, "Scripts")];
    }

    private static string FullPath(string folder, Project project, SystemContext systemContext) =>
        Path.TrimEndingDirectorySeparator(
            Path.GetFullPath(PythonPaths.ExpandUser(folder, systemContext.HomeDirectory), project.Folder));
}

/// <summary>The variables of a run that decide what is in its environment, and so are needed to capture it.</summary>
internal static class CaptureVariables
{
    public const string Unbuffered = "PYTHONUNBUFFERED";

    private const string PythonPath = "PYTHONPATH";

    public static ImmutableSortedDictionary<string, string?> For(RunTask task, SystemContext user)
    {
        var analysis = task.Analysis;
        return analysis.PythonPath.IsEmpty || analysis.Variables.ContainsKey(PythonPath)
            ? analysis.Variables
            : analysis.Variables.SetItem(PythonPath, string.Join(
                Path.PathSeparator,
                analysis.PythonPath.Select(folder => Path.TrimEndingDirectorySeparator(
                    Path.GetFullPath(PythonPaths.ExpandUser(folder, user.HomeDirectory), task.Project.Folder)))));
    }
}
