using System.Globalization;
using Firn.Python.Discovery;
using Firn.Python.Metadata;
using Firn.Python.Versions;

namespace Firn.Python.Pip;

/// <summary>
/// What <c>pip freeze</c> of one release does on one Python. Each rule names the release that brought it, and holds
/// for all later ones.
/// </summary>
internal sealed record PipRules
{
    private static readonly (int Major, int Minor) Newest = (int.MaxValue, 0);

    /// <summary>How distributions are found.</summary>
    public required DiscoveryRules Discovery { get; init; }

    /// <summary>How <c>direct_url.json</c> is read; <see langword="null"/> before pip 20.1, which did not.</summary>
    public required DirectUrlRules? DirectUrls { get; init; }

    /// <summary>20.0: two names that are equal by PEP 503 are one entry, the later one.</summary>
    public required bool MergesCanonicalNames { get; init; }

    /// <summary>21.1: a distribution whose name is not a valid one is passed over.</summary>
    public required bool ChecksNames { get; init; }

    /// <summary>21.2: the name is METADATA's own; before it was setuptools' form of the file name.</summary>
    public required bool RawNames { get; init; }

    /// <summary>21.2: a remote is turned into a URL for pip; before it was printed as git has it.</summary>
    public required bool TranslatesRemotes { get; init; }

    /// <summary>21.2: a <c>pyproject.toml</c> marks a project too; before only <c>setup.py</c> did.</summary>
    public required bool KnowsPyProject { get; init; }

    /// <summary>21.2: <c>-f</c> lines are not printed any more.</summary>
    public required bool IgnoresFindLinks { get; init; }

    /// <summary>21.3: an editable installation is known by <c>direct_url.json</c>, and is printed with its path at least.</summary>
    public required bool DirectUrlEditables { get; init; }

    /// <summary>24.0: an egg-link may be named by METADATA's own name.</summary>
    public required bool RawEggLinkNames { get; init; }

    /// <summary>19.0: an editable project without version control, or without a remote, gets a comment.</summary>
    public required bool CommentsEditables { get; init; }

    /// <summary>20.1: the innermost version control counts; before the first that knows the folder.</summary>
    public required bool InnermostRepository { get; init; }

    /// <summary>23.2 on Python 3.12: setuptools, distribute and wheel are printed like any other package.</summary>
    public required bool ShowsBuildBackends { get; init; }

    /// <summary>19.2: there is an option <c>--path</c>.</summary>
    public required bool KnowsPath { get; init; }

    /// <summary>20.3: there is an option <c>--exclude</c>.</summary>
    public required bool KnowsExclude { get; init; }

    /// <summary>24.2 at the latest: <c>require-virtualenv</c> does not stop it.</summary>
    public required bool IgnoresRequiredEnvironment { get; init; }

    /// <summary>The rules of a pip on a Python.</summary>
    /// <param name="pipVersion">For example <c>23.0.1</c>; <see langword="null"/> for the newest rules.</param>
    /// <param name="major">The first part of Python's version.</param>
    /// <param name="minor">The second part of Python's version.</param>
    /// <param name="useImportlib">What <c>_PIP_USE_IMPORTLIB_METADATA</c> or the distributor says, if anything.</param>
    public static PipRules For(string? pipVersion, int major, int minor, bool? useImportlib = null)
    {
        var pip = Parse(pipVersion);
        bool Since(int pipMajor, int pipMinor) => pip.CompareTo((pipMajor, pipMinor)) >= 0;
        return new PipRules
        {
            Discovery = DiscoveryOf(pip, (major, minor), useImportlib),
            DirectUrls = !Since(20, 1) ? null
                : Since(26, 1) ? DirectUrlRules.Packaging
                : Since(23, 0) ? DirectUrlRules.FormattedHash
                : DirectUrlRules.AnyHash,
            CommentsEditables = Since(19, 0),
            MergesCanonicalNames = Since(20, 0),
            InnermostRepository = Since(20, 1),
            ChecksNames = Since(21, 1),
            RawNames = Since(21, 2),
            TranslatesRemotes = Since(21, 2),
            KnowsPyProject = Since(21, 2),
            IgnoresFindLinks = Since(21, 2),
            DirectUrlEditables = Since(21, 3),
            ShowsBuildBackends = Since(23, 2) && (major, minor).CompareTo((3, 12)) >= 0,
            RawEggLinkNames = Since(24, 0),
            KnowsPath = Since(19, 2),
            KnowsExclude = Since(20, 3),
            IgnoresRequiredEnvironment = Since(24, 2),
        };
    }

    private static DiscoveryRules DiscoveryOf((int Major, int Minor) pip, (int Major, int Minor) python, bool? useImportlib)
    {
        bool Since(int pipMajor, int pipMinor) => pip.CompareTo((pipMajor, pipMinor)) >= 0;
        return new DiscoveryRules
        {
            Backend = UsesImportlib(pip, python, useImportlib)
                ? DiscoveryBackend.Importlib
                : DiscoveryBackend.PackageResources,
            NamesFromFileNames = Since(24, 2),
            ScansEggs = !Since(25, 1),
            DistInfoIsFolder = Since(23, 1),
            SortsByName = Since(23, 1),
            FallsBackToPackageInfo = !Since(22, 0),
            SkipsWheels = Since(22, 2),
        };
    }

    /// <summary>pip: metadata/__init__.py _should_use_importlib_metadata.</summary>
    private static bool UsesImportlib((int Major, int Minor) pip, (int Major, int Minor) python, bool? useImportlib)
    {
        if (pip.CompareTo((22, 1)) < 0)
        {
            return false;
        }

        var mustUse = python.CompareTo((3, 14)) >= 0 && pip.CompareTo((25, 1)) >= 0;
        return mustUse || (useImportlib ?? python.CompareTo((3, 11)) >= 0);
    }

    private static (int Major, int Minor) Parse(string? pipVersion)
    {
        if (pipVersion is null || Pep440Version.Parse(pipVersion) is not { } version)
        {
            return Newest;
        }

        var release = version.Release;
        return (Number(release[0]), release.Length > 1 ? Number(release[1]) : 0);
    }

    private static int Number(string digits) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : int.MaxValue;
}
