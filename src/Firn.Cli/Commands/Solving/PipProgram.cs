using System.Collections.Immutable;
using Firn.Common;
using Firn.Creation.Planning;
using Firn.Creation.Solving;
using Firn.Fetching;
using Firn.Python;
using Firn.Python.Indexes;
using Firn.Python.Locks;
using WheelFileName = Firn.Python.Wheels.WheelFileName;

namespace Firn.Cli.Commands.Solving;

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
            throw new FirnException($"pip finds no solution: {result.Reason}", "loosen the requirements, or name the index that has them: --index-url URL");
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
        if (wheel is null || WheelFileName.TryParse(Path.GetFileName(wheel), out _) is not { } name)
        {
            throw new FirnException(
                $"pip cannot build {locked}: {result.Reason}",
                "build the wheel where its compilers are, and name its folder: --find-links DIR");
        }

        return new PlannedWheel
        {
            Name = CanonicalName.Of(name.Name),
            AskedName = locked.AskedName,
            Version = name.Version,
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

    private static bool IsRequirement(string constraint) => Python.Requirements.Requirement.Parse(constraint, out _) is not null;

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
