using System.Text;

namespace Firn.EndToEnd.Support;

/// <summary>Runs a Python without this machine's own settings, and its pip without an index.</summary>
internal sealed class PythonRunner(string python)
{
    private static readonly string[] Inherited =
    [
        "PYTHONPATH", "PYTHONHOME", "PYTHONUSERBASE", "PYTHONNOUSERSITE", "VIRTUAL_ENV", "CONDA_PREFIX", "PIP_FIND_LINKS",
        "PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PYENV_VERSION",
    ];

    public string Python { get; } = python;

    /// <summary>Variables for pip and for Firn alike.</summary>
    public Dictionary<string, string?> Variables { get; } = Clean();

    public static Dictionary<string, string?> Clean()
    {
        var variables = Inherited.ToDictionary(name => name, string? (_) => null);
        variables["PIP_DISABLE_PIP_VERSION_CHECK"] = "1";
        variables["PIP_ROOT_USER_ACTION"] = "ignore";
        return variables;
    }

    public ProcessResult Run(params IEnumerable<string> arguments) =>
        new ProcessRunner { Variables = Variables, WorkingDirectory = "/", Encoding = Encoding.Latin1 }.Run(Python, arguments);

    public ProcessResult Pip(params IEnumerable<string> arguments) =>
        Run(["-m", "pip", .. arguments]).MustReturn(0);

    /// <summary>Installs files or projects that are here.</summary>
    public void Install(params IEnumerable<string> arguments) =>
        Pip(["install", "--quiet", "--no-index", "--no-deps", .. arguments]);

    /// <summary>Makes a virtual environment.</summary>
    public PythonRunner MakeEnvironment(string folder, params IEnumerable<string> options)
    {
        Run(["-m", "venv", .. options, folder]).MustReturn(0);
        return new PythonRunner(Path.Join(folder, "bin", "python"));
    }

    /// <summary>Runs Firn with the same variables, but no PATH.</summary>
    public ProcessResult Firn(PublishedFirn firn, params IEnumerable<string> arguments) => firn.Run(
        new ProcessRunner
        {
            Variables = new Dictionary<string, string?>(Variables) { ["PATH"] = string.Empty },
            WorkingDirectory = "/",
            Encoding = Encoding.Latin1,
        },
        arguments);

    /// <summary>Fails unless Firn's output is, byte for byte, what this Python's pip prints.</summary>
    public string FreezeMustBeEqual(PublishedFirn firn)
    {
        var truth = Run("-m", "pip", "freeze").MustReturn(0).StandardOutput;
        var found = Firn(firn, "export", Python, "--format", "pip").MustReturn(0).StandardOutput;
        Assert.Equal(truth, found);
        return truth;
    }
}

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

/// <summary>
/// The tests that start this machine's own Pythons, whose modules write bytecode beside them, or that hold such a
/// Python's folder against what it was before: one after the other. All other classes run at the side of these.
/// </summary>
[CollectionDefinition(Name)]
public sealed class MachinePythons : ICollectionFixture<PublishedFirn>
{
    public const string Name = "this machine's Pythons";
}
