using System.Collections.Immutable;
using Firn.Common;
using Firn.Common.Files;
using Firn.Creation.Packages;
using Firn.Creation.Solving;
using Firn.Fetching;
using Firn.Python;
using Firn.Python.Environments;
using Firn.Python.Indexes;
using Firn.Python.Locks;

namespace Firn.Creation.Solvers;

/// <summary>pip as a solver and as a builder of wheels.</summary>
/// <param name="python">A Python that has pip.</param>
/// <param name="version">pip's version.</param>
/// <param name="folder">A folder for what is made on the way.</param>
internal sealed class PipProgram(string python, string version, string folder)
{
    /// <summary>Chooses distributions.</summary>
    /// <exception cref="FirnException">pip finds no solution.</exception>
    public PythonSolution Solve(PythonQuestion question, CancellationToken cancellation)
    {
        var arguments = new List<string> { "-m", "pip", "install", "--dry-run", "--ignore-installed", "--quiet", "--report", "-" };
        if (question.Python.Base is null)
        {
            AddForeign(arguments, question.Python);
        }

        AddSources(arguments, question);
        arguments.AddRange(PipIndexArguments.Of(question.Index));
        var place = question.Sources.IsEmpty ? folder : question.Sources[0].Folder;
        var result = ProgramRun.Run(python, arguments, place, PipVariables.Of(question.Index), cancellation);
        if (result.ExitCode != 0)
        {
            throw new FirnException($"pip finds no solution: {result.Reason}", $"loosen the requirements, or name the index that has them: {RequestSetting.IndexUrl:URL}");
        }

        var origin = question.Sources.IsEmpty ? "pip" : question.Sources[0].Name;
        return new PythonSolution(PipReportReader.Read(result.Output, origin), $"pip {version}");
    }

    /// <summary>Builds a wheel in an isolated environment that pip makes for it.</summary>
    /// <exception cref="FirnException">It cannot be built.</exception>
    public PlannedWheel Build(PlannedBuild build, PythonQuestion question, CancellationToken cancellation)
    {
        var locked = build.Distribution;
        var target = Path.Join(folder, $"wheel-{Guid.NewGuid():N}");
        Directory.CreateDirectory(target);
        var source = build.Source is { } file ? WithHash(file.Url, file.Hashes) : WithHash(locked.DirectUrl ?? locked.Files[0].Url, locked.Hashes);
        if (locked.Subdirectory is { } below && !source.Contains("subdirectory=", StringComparison.Ordinal))
        {
            source += (source.Contains('#', StringComparison.Ordinal) ? "&" : "#") + "subdirectory=" + below;
        }

        var arguments = new List<string> { "-m", "pip", "wheel", "--no-deps", "--quiet", "--wheel-dir", target };
        arguments.AddRange(PipIndexArguments.Of(question.Index));
        arguments.Add(source);
        var result = ProgramRun.Run(python, arguments, folder, PipVariables.Of(question.Index), cancellation);
        var wheel = result.ExitCode == 0 ? Directory.GetFiles(target, "*.whl").FirstOrDefault() : null;
        if (wheel is null || WheelFileName.Parse(Path.GetFileName(wheel)) is not { } name)
        {
            throw new FirnException(
                $"pip cannot build {locked}: {result.Reason}",
                $"build the wheel where its compilers are, and name its folder: {RequestSetting.FindLinks:DIR}");
        }

        return new PlannedWheel
        {
            Name = CanonicalName.Of(name.Name),
            AskedName = locked.AskedName,
            Version = name.VersionText,
            FileName = Path.GetFileName(wheel),
            Request = new FetchRequest { Url = wheel, Name = Path.GetFileName(wheel) },
            IsRequested = locked.IsRequested,
            DirectUrlJson = locked.DirectUrl is null ? null : DirectUrl(locked, source, question.Index, cancellation),
            Origin = locked.Origin,
        };
    }

    /// <summary>
    /// What pip would record of the source: the commit that a branch is at, the digest of an archive. The report's
    /// <c>download_info</c> has the form of <c>direct_url.json</c>.
    /// </summary>
    private string? DirectUrl(LockedDistribution locked, string source, IndexOptions index, CancellationToken cancellation)
    {
        var result = ProgramRun.Run(
            python,
            [
                "-m", "pip", "install", "--dry-run", "--no-deps", "--ignore-installed", "--quiet", "--report", "-",
                .. PipIndexArguments.Of(index), source,
            ],
            folder,
            PipVariables.Of(index),
            cancellation);
        return result.ExitCode == 0
            ? PipReportReader.DirectUrl(result.Output)
            : throw new FirnException($"pip cannot read {locked}: {result.Reason}", "check that its source is there");
    }

    /// <summary>For another Python than the one that runs pip, wheels alone can be judged (pip: commands/install.py).</summary>
    private static void AddForeign(List<string> arguments, PythonTarget target)
    {
        var numbers = target.Version.Split('.');
        arguments.AddRange(["--only-binary=:all:", "--python-version", $"{numbers[0]}.{numbers[1]}", "--target", "/nowhere"]);
    }

    private void AddSources(List<string> arguments, PythonQuestion question)
    {
        foreach (var source in question.Sources)
        {
            arguments.AddRange(["-r", source.Path ?? Written(source.Text!)]);
        }

        if (!question.Constraints.IsEmpty)
        {
            arguments.AddRange(["-c", Written(string.Join('\n', question.Constraints.Where(IsRequirement)))]);
        }
    }

    private static bool IsRequirement(string constraint) => Firn.Python.Requirements.Requirement.Parse(constraint, out _) is not null;

    private string Written(string text)
    {
        var path = Path.Join(folder, $"requirements-{Guid.NewGuid():N}.txt");
        File.WriteAllText(path, text + "\n");
        return path;
    }

    private static string WithHash(string url, ImmutableArray<IndexHash> hashes) =>
        url.Contains('#', StringComparison.Ordinal) || hashes.FirstOrDefault(hash => hash.Algorithm == "sha256") is not { } hash
            ? url
            : $"{url}#sha256={hash.Hex}";
}

/// <summary>Finds a pip that can say what it would install: 22.2 or newer.</summary>
internal sealed class PipFinder(SystemContext systemContext)
{
    /// <summary>A Python that has such a pip, and pip's version; the one that is asked for first.</summary>
    /// <param name="first">The Python for which packages are chosen; <see langword="null"/> where conda brings it.</param>
    public (string Python, string Version)? Find(InstalledPython? first)
    {
        if (first is not null)
        {
            return VersionAt(first) is { } version ? (first.Executable, version) : null;
        }

        foreach (var python in new PythonFinder(systemContext).All())
        {
            if (VersionAt(python) is { } version)
            {
                return (python.Executable, version);
            }
        }

        return null;
    }

    private static string? VersionAt(InstalledPython python)
    {
        string[] sites = [Path.Join(python.StandardLibrary, "site-packages"), "/usr/lib/python3/dist-packages"];
        foreach (var site in sites)
        {
            foreach (var entry in DirectoryReader.List(site, out _))
            {
                if (entry.Name.StartsWith("pip-", StringComparison.Ordinal) && entry.Name.EndsWith(".dist-info", StringComparison.Ordinal)
                    && System.Version.TryParse(entry.Name["pip-".Length..^".dist-info".Length], out var version)
                    && version >= new System.Version(22, 2))
                {
                    return entry.Name["pip-".Length..^".dist-info".Length];
                }
            }
        }

        return null;
    }
}

/// <summary>Tells pip where packages come from.</summary>
internal static class PipIndexArguments
{
    public static IReadOnlyList<string> Of(IndexOptions index)
    {
        var arguments = new List<string>();
        if (index.NoIndex)
        {
            arguments.Add("--no-index");
        }
        else if (index.IndexUrl is { } url)
        {
            arguments.AddRange(["--index-url", url]);
        }

        foreach (var extra in index.ExtraIndexUrls)
        {
            arguments.AddRange(["--extra-index-url", extra]);
        }

        foreach (var place in index.FindLinks)
        {
            arguments.AddRange(["--find-links", place]);
        }

        foreach (var host in index.TrustedHosts)
        {
            arguments.AddRange(["--trusted-host", host]);
        }

        return arguments;
    }
}

/// <summary>
/// The variables under which Firn runs pip: those of the user, but for what would lead it to another Python, to another
/// place, to packages that no file names, or to print more than its report.
/// </summary>
internal static class PipVariables
{
    /// <summary>Variables to set, and with <see langword="null"/> those to remove.</summary>
    public static IReadOnlyDictionary<string, string?> Of(IndexOptions index) => new Dictionary<string, string?>(StringComparer.Ordinal)
    {
        ["PIP_NO_INPUT"] = "1",
        ["PIP_DISABLE_PIP_VERSION_CHECK"] = "1",
        ["PIP_REQUIRE_VIRTUALENV"] = "0",
        ["PIP_USER"] = "0",
        ["PIP_VERBOSE"] = "0",
        ["PIP_PYTHON"] = null,
        ["PIP_PYTHON_VERSION"] = null,
        ["PIP_PLATFORM"] = null,
        ["PIP_IMPLEMENTATION"] = null,
        ["PIP_ABI"] = null,
        ["PIP_TARGET"] = null,
        ["PIP_PREFIX"] = null,
        ["PIP_ROOT"] = null,
        ["PIP_REPORT"] = null,
        ["PIP_REQUIREMENT"] = null,
        ["PIP_EDITABLE"] = null,
        // pip would look for a relative one from the folder in which it is started.
        ["PIP_CONSTRAINT"] = index.Constraints.IsEmpty ? null : string.Join(' ', index.Constraints),
        ["PYTHONNOUSERSITE"] = "1",
    };
}
