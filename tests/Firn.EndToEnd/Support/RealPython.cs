namespace Firn.EndToEnd.Support;

/// <summary>The Pythons of this machine: pyenv's, and the system's.</summary>
internal static class RealPython
{
    private const string System = "/usr/bin/python3";

    private static readonly string PyenvVersions = Path.Join(
        Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".pyenv", "versions");

    /// <summary>Names for theories: the series of pyenv's Pythons, and Debian's.</summary>
    public static TheoryData<string> All => ["2.7", "3.6", "3.7", "3.8", "3.9", "3.10", "3.11", "3.12", "3.13", "system"];

    /// <summary>One of each kind of pip that differs in what it prints or how it installs.</summary>
    public static TheoryData<string> Representatives => ["3.6", "3.8", "3.11", "3.13", "system"];

    /// <summary>The Python of a name, or the test is skipped.</summary>
    public static string Of(string name)
    {
        Part.LinuxX64();
        var path = name == "system" ? System : Pyenv(name);
        Part.MustBePresent(path is not null && File.Exists(path), $"there is no Python {name}");
        return path!;
    }

    private static string? Pyenv(string series) => Directory.Exists(PyenvVersions)
        ? Directory.GetDirectories(PyenvVersions, series + ".*")
            .Order(StringComparer.Ordinal).Select(folder => Path.Join(folder, "bin", "python")).FirstOrDefault()
        : null;
}
