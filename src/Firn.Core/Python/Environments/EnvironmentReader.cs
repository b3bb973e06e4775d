using Firn.Common;
using Firn.Python.Interpreters;

namespace Firn.Python.Environments;

/// <summary>Describes an environment from its files: version, layers, and <c>sys.path</c> as Python would compute it.</summary>
internal static class EnvironmentReader
{
    /// <summary>Reads the environment that <see cref="EnvironmentLocator"/> found.</summary>
    public static PythonEnvironment Read(
        LocatedEnvironment located, SystemContext systemContext, List<Problem> problems)
    {
        if (located.Interpreter is not { } interpreter)
        {
            return WithoutPython(located.Prefix);
        }

        problems.AddRange(interpreter.Problems);
        Check(interpreter, systemContext, problems);

        var version = VersionReader.Read(interpreter, systemContext);
        var sites = new SiteFolders(interpreter);
        var builder = new SearchPathBuilder(
            PythonRelease.Parse(version, interpreter.Tag), systemContext.CurrentDirectory, problems);
        new SearchPathReader(interpreter, sites, systemContext).AddTo(builder);

        return new PythonEnvironment
        {
            Prefix = interpreter.Prefix,
            BasePrefix = interpreter.BasePrefix,
            Executable = interpreter.Executable,
            PythonVersion = version,
            Major = interpreter.Tag.Major,
            Minor = interpreter.Tag.Minor,
            Implementation = ImplementationOf(interpreter),
            FreeThreaded = interpreter.Tag.FreeThreaded,
            PathStyle = interpreter.Style,
            IsVirtualEnvironment = interpreter.IsVirtualEnvironment,
            IncludesSystemSitePackages = interpreter.Configuration?.IncludesSystemSitePackages ?? true,
            UserSite = UserSiteFolder.Of(interpreter, systemContext),
            SitePackages = sites.PureLibrary(),
            SearchPath = builder.Entries,
            PthImports = builder.Imports,
            Layers = new EnvironmentLayerReader(interpreter, systemContext).Read(),
            CondaName = CondaPrefixMarkers.NameOf(interpreter.Prefix),
        };
    }

    /// <summary>A conda prefix that holds no Python.</summary>
    private static PythonEnvironment WithoutPython(string prefix) => new()
    {
        Prefix = prefix,
        BasePrefix = prefix,
        PythonVersion = string.Empty,
        Major = 0,
        Minor = 0,
        Implementation = "none",
        IncludesSystemSitePackages = true,
        SitePackages = Path.Join(prefix, "lib", "python-none", "site-packages"),
        SearchPath = [],
        Layers =
        [
            new EnvironmentLayer(CondaPrefixMarkers.IsPixi(prefix) ? EnvironmentLayerKind.Pixi : EnvironmentLayerKind.Conda, prefix)
            {
                Creator = CondaPrefixMarkers.Creator(prefix),
            },
        ],
        CondaName = CondaPrefixMarkers.NameOf(prefix),
    };

    private static void Check(Interpreter interpreter, SystemContext systemContext, List<Problem> problems)
    {
        if (interpreter.Executable is null)
        {
            problems.Add(new Problem("interpreter-missing", interpreter.Prefix, "the environment has no interpreter"));
        }

        if (systemContext.Variable("PYTHONHOME") is not null)
        {
            problems.Add(new Problem(
                "pythonhome-set", null, "PYTHONHOME is set: Python started here would use it, this description does not"));
        }
    }

    private static string ImplementationOf(Interpreter interpreter) =>
        interpreter.RealExecutable is { } executable
        && Path.GetFileName(executable).StartsWith("graalpy", StringComparison.Ordinal)
            ? "graalpy"
            : interpreter.Tag.Implementation;
}
