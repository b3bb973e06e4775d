using Firn.Common;
using Firn.Python;
using Firn.Python.Pip;

namespace Firn.Captures;

/// <summary><c>pip freeze</c> of an environment, by the rules of the pip that is installed in it.</summary>
internal static class EnvironmentFreeze
{
    /// <summary>The listing without credentials.</summary>
    public static FreezeFacts Read(PythonEnvironment environment, Surroundings surroundings, List<Problem> problems)
    {
        if (!environment.HasPython)
        {
            return new FreezeFacts(null, []);
        }

        var options = PipFreezeConfiguration.Apply(Options(environment, surroundings), problems);
        var result = PipFreeze.Run(options with { KeepsCredentials = false }, problems);
        return new FreezeFacts(options.PipVersion, result.Entries);
    }

    /// <summary>What <c>python -m pip freeze</c> of that environment would know, less pip's configuration.</summary>
    public static PipFreezeOptions Options(PythonEnvironment environment, Surroundings surroundings)
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
            Surroundings = surroundings,
        };
    }
}
