using Firn.Python.Indexes;

namespace Firn.Cli.Commands.Solving;

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
