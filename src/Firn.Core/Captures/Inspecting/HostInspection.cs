using System.Collections.Immutable;
using Firn.Captures.Documents;
using Firn.Common;
using Firn.Git;
using Firn.Host.Machine;
using Firn.Python;
using Firn.Python.Discovery;
using Firn.Python.Distributions;
using Firn.Python.Pip;

namespace Firn.Captures.Inspecting;

/// <summary>The part of an inspection that needs no package's files: the machine, the project.</summary>
internal static class HostInspection
{
    /// <summary>Reads it.</summary>
    /// <param name="systemContext">The process and the machine.</param>
    /// <param name="batch">What to help with when that is done.</param>
    public static HostFindings Read(SystemContext systemContext, DistributionBatch batch)
    {
        var problems = new List<Problem>();
        var findings = new HostFindings(
            HostReader.Read(systemContext, problems),
            CapturedVariables.Read(systemContext),
            GitRepository.ReadState(systemContext.CurrentDirectory, systemContext, problems),
            problems);
        batch.ReadSome(problems);
        return findings;
    }
}

/// <summary>What <see cref="HostInspection"/> found.</summary>
internal sealed record HostFindings(
    HostFacts Host,
    ImmutableArray<CapturedVariable> Variables,
    GitState? Project,
    IReadOnlyList<Problem> Problems);

/// <summary><c>pip freeze</c> of an environment, by the rules of the pip that is installed in it.</summary>
internal static class EnvironmentFreeze
{
    /// <summary>The listing without credentials.</summary>
    public static FreezeFacts Read(
        PythonEnvironment environment, SearchPathCatalog catalog, SystemContext systemContext, List<Problem> problems)
    {
        if (!environment.HasPython)
        {
            return new FreezeFacts(null, []);
        }

        var options = PipFreezeConfiguration.Apply(Options(environment, systemContext), problems);
        var result = PipFreeze.Run(options with { KeepsCredentials = false }, catalog, problems);
        return new FreezeFacts(options.PipVersion, result.Entries);
    }

    /// <summary>What <c>python -m pip freeze</c> of that environment would know, less pip's configuration.</summary>
    public static PipFreezeOptions Options(PythonEnvironment environment, SystemContext systemContext)
    {
        var searchPath = environment.SearchPath.Select(entry => entry.Path).ToArray();
        var pip = PipInstallation.Find(searchPath);
        return new PipFreezeOptions
        {
            SearchPath = searchPath,
            PipVersion = pip?.Version,
            IsDebianPip = pip?.IsDebian ?? false,
            Major = environment.Major,
            Minor = environment.Minor,
            Prefix = environment.Prefix,
            BasePrefix = environment.BasePrefix,
            UserSite = environment.SearchPath.Any(entry => entry.Kind == SearchPathKind.UserSite)
                ? environment.UserSite
                : null,
            SitePackages = environment.SitePackages,
            SystemContext = systemContext,
        };
    }
}
