using Firn.Common;
using Firn.Common.Files;
using Firn.Python.Interpreters;

namespace Firn.Python.Environments;

/// <summary>
/// Finds a Python by version among those of the machine: the one that <c>python3</c> is, pyenv's, uv's, conda's, and those
/// on PATH. No Python is started.
/// </summary>
internal sealed class PythonFinder(SystemContext systemContext)
{
    private readonly InstalledPythons _installed = new(systemContext);

    /// <summary>The Python that is wished for.</summary>
    /// <exception cref="FirnException">There is none.</exception>
    public InstalledPython Find(PythonRequest wish)
    {
        if (wish.Named is { } named && VersionOf(named) is null)
        {
            return OfExecutable(named, wish);
        }

        var version = wish.Named is null ? null : VersionOf(wish.Named);
        InstalledPython? other = null;
        var seen = new List<string>();
        foreach (var found in All())
        {
            if (!wish.Allows(found.Version) || (version is not null && !HasMinor(found, version)))
            {
                seen.Add(found.Version);
                continue;
            }

            if (version is null || found.Version == version || found.Version.StartsWith(version + ".", StringComparison.Ordinal))
            {
                return found;
            }

            other ??= found;
        }

        if (other is not null && wish.AllowsOtherPatch)
        {
            return other;
        }

        var wanted = string.Join(' ', new[] { version, wish.Required }.Where(text => text is not null));
        throw new FirnException(
            $"there is no Python {wanted} on this machine".Replace("  ", " ", StringComparison.Ordinal)
            + (seen.Count == 0 ? string.Empty : $"; there are {string.Join(", ", seen.Distinct().Take(12))}"),
            $"install it (pyenv install, uv python install, apt), or name another: {RequestSetting.Python:VERSION|EXE}");
    }

    /// <summary>Every Python that is found, each once, the likeliest first.</summary>
    public IEnumerable<InstalledPython> All()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var executable in Candidates())
        {
            if (Read(_installed.TryOf(executable)) is { } found && seen.Add(RealPath.Of(found.Executable)))
            {
                yield return found;
            }
        }
    }

    private InstalledPython OfExecutable(string named, PythonRequest wish)
    {
        var located = EnvironmentLocator.Locate(named, null, systemContext);
        var found = located.Executable is { } executable ? Read(_installed.Of(executable)) : null;
        if (found is null)
        {
            throw new FirnException($"{named} is not Python", "name a python executable, or a version such as 3.11");
        }

        return wish.Allows(found.Version)
            ? found
            : throw new FirnException($"{named} is Python {found.Version}, and {wish.Required} is needed", $"name another: {RequestSetting.Python:VERSION|EXE}");
    }

    /// <summary>The version that a text such as <c>3.11</c>, <c>3.11.7</c> or <c>python3.11</c> names.</summary>
    private static string? VersionOf(string named)
    {
        var version = named.StartsWith("python", StringComparison.Ordinal) && named.Length > 6 && !named.Contains('/', StringComparison.Ordinal)
            ? named[6..]
            : named;
        var isVersion = version.Length > 0 && char.IsAsciiDigit(version[0]);
        foreach (var character in version)
        {
            isVersion &= char.IsAsciiLetterOrDigit(character) || character == '.';
        }

        return isVersion ? version : null;
    }

    private static bool HasMinor(InstalledPython found, string version)
    {
        var parts = version.TrimEnd('t').Split('.');
        var isFree = version.EndsWith('t');
        return parts[0] == found.Tag.Major.ToString(System.Globalization.CultureInfo.InvariantCulture)
            && (parts.Length < 2 || parts[1] == found.Tag.Minor.ToString(System.Globalization.CultureInfo.InvariantCulture))
            && isFree == found.Tag.FreeThreaded;
    }

    private InstalledPython? Read(Interpreter? interpreter) => interpreter is { Executable: { } executable, Style: Firn.Python.PathStyle.Posix }
        ? new InstalledPython(
            executable,
            interpreter.Prefix,
            VersionReader.Read(interpreter, systemContext),
            interpreter.Tag,
            interpreter.StandardLibrary)
        : null;

    private IEnumerable<string> Candidates() =>
        _installed.PathFolders().Select(static folder => Path.Join(folder, "python3"))
            .Concat(_installed.InVersionFolders("python3"))
            .Concat(_installed.ProgramFolders().SelectMany(InstalledPythons.Named));
}

/// <summary>Which Python a virtual environment is to have.</summary>
internal sealed record PythonRequest
{
    /// <summary>
    /// What the user or a file names: a version such as <c>3.11</c> or <c>3.11.7</c>, also <c>python3.11</c>, or an
    /// executable; <see langword="null"/> where any will do.
    /// </summary>
    public string? Named { get; init; }

    /// <summary>Whether a full version that is not here may be replaced by another of the same minor version.</summary>
    public bool AllowsOtherPatch { get; init; }

    /// <summary>Whether a version is allowed by all the files; asked with the full version.</summary>
    public Func<string, bool> Allows { get; init; } = static _ => true;

    /// <summary>What <see cref="Allows"/> asks for in words, for example <c>&gt;=3.10 (pylock.toml)</c>.</summary>
    public string? Required { get; init; }
}

/// <summary>A Python of this machine under which a virtual environment can be made.</summary>
/// <param name="Executable">Its file, absolute, pyenv's shims followed.</param>
/// <param name="Prefix">Its prefix, absolute.</param>
/// <param name="Version">The full version, for example <c>3.11.7</c>.</param>
/// <param name="Tag">Implementation and minor version.</param>
/// <param name="StandardLibrary">The folder of its standard library, absolute.</param>
internal sealed record InstalledPython(
    string Executable, string Prefix, string Version, PythonTag Tag, string StandardLibrary);
