using System.Collections;

namespace Firn.EndToEnd.Support;

/// <summary>
/// What a container is to an entrypoint, without an engine: the scripts, a project, a Python and a /tmp of its own, the
/// command as PID 1 of its own namespaces, /bin/sh the shell that is asked for. Needs root.
/// </summary>
internal sealed class EntrypointBox : IDisposable
{
    public const string Pyproject = """
        [build-system]
        requires = ["hatchling"]
        build-backend = "hatchling.build"

        [project]
        name = "The.Study"
        version = "1.2.3"
        dependencies = ["numpy>=1"]
        scripts = {study-run = "study.main:run"}

        [tool.hatch.build.targets.wheel]
        packages = ["src/study"]
        """;

    // The shell is put in the place of /bin/sh before anything of the entrypoint runs.
    private const string Setup = """
        set -e
        [ "$1" = dash ] || mount --bind "$(command -v "$1")" "$(readlink -f /bin/sh)"
        eval "$2"
        cd "$5"
        exec setpriv --reuid "$3" --regid "$3" --clear-groups -- "$4/entrypoint.sh" "${@:6}"
        """;

    private readonly TemporaryFolder _folder = new();

    public EntrypointBox(string python = "system")
    {
        Part.Root();
        foreach (var program in new[] { "unshare", "setpriv", "mount", "dash", "bash", "busybox" })
        {
            Part.Program(program);
        }

        var probe = new ProcessRunner().Run(Part.Program("unshare"), "--mount", "--pid", "--fork", "true");
        Part.MustBePresent(probe.ExitCode == 0, $"no namespaces here: {probe.StandardError.Trim()}");
        foreach (var name in new[] { "bin", "tmp", "home", "project", "scripts" })
        {
            Directory.CreateDirectory(PathOf(name));
        }

        Shell("chmod 755 . && chmod 1777 tmp && cp -r \"$0\"/. scripts && rm -rf scripts/__pycache__ && chmod -R a+rX scripts", Scripts);
        File.CreateSymbolicLink(PathOf("bin/python"), RealPython.Of(python));
        Write("project/pyproject.toml", Pyproject);
        Write("project/src/study/__init__.py", "value = 42\n");
        Write("project/src/study/main.py", "import sys\ndef run():\n    print('ran', sys.argv[1:])\n    return 5\n");
        Variables["PROJECT_ROOT_AT"] = PathOf("project");
        Variables["PACKAGE_NAME"] = "study";
        Variables["HOME"] = PathOf("home");
        Variables["TMPDIR"] = PathOf("tmp");
        Variables["PATH"] = $"{PathOf("bin")}:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin";
        // As the image sets it.
        Variables["PYTHONDONTWRITEBYTECODE"] = "1";
    }

    public static string Scripts => Repository.PathOf("src", "Firn.Core", "Images", "Scaffold", "entrypoints");

    public static TheoryData<string> Shells => ["dash", "bash", "busybox"];

    public string Root => _folder.Root;

    /// <summary>All that the container has.</summary>
    public Dictionary<string, string> Variables { get; } = [];

    /// <summary>What is /bin/sh.</summary>
    public string ShellName { get; init; } = "dash";

    public string User { get; set; } = "0";

    /// <summary>A shell's commands in the container's mount namespace, before the entrypoint.</summary>
    public string Mounts { get; set; } = string.Empty;

    /// <summary>Where the entrypoint is started.</summary>
    public string Folder { get; set; } = "/";

    public string PathOf(string relative) => _folder.PathOf(relative);

    public string Write(string relative, string content, bool executable = false)
    {
        var path = PathOf(relative);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, (UnixFileMode)(executable ? 0b111_101_101 : 0b110_100_100));
        }

        return path;
    }

    /// <summary>Every path of the project: what a start must leave as it was.</summary>
    public List<string> ProjectFiles() => Directory
        .GetFileSystemEntries(PathOf("project"), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList();

    public ProcessResult Run(params IEnumerable<string> command)
    {
        var start = Start(command);
        return Runner().Run(start[0], start[1..]);
    }

    /// <summary>A command for <c>sh -c</c>, with the words that start the container as its arguments.</summary>
    public ProcessResult RunWithin(string script, params IEnumerable<string> command) =>
        Runner().Run(Part.Program("bash"), ["-c", script, Root, .. Start(command)]);

    /// <summary>A shell's command in the box's folder, outside of the container.</summary>
    public ProcessResult Shell(string script, params IEnumerable<string> arguments) =>
        new ProcessRunner { WorkingDirectory = Root }.Run(Part.Program("bash"), ["-c", script, .. arguments]).MustReturn(0);

    public void Dispose() => _folder.Dispose();

    private List<string> Start(IEnumerable<string> command) =>
    [
        Part.Program("unshare"), "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "/usr/bin/bash", "-c", Setup,
        "box", ShellName, Mounts, User, PathOf("scripts"), Folder, .. command,
    ];

    private ProcessRunner Runner()
    {
        var variables = new Dictionary<string, string?>();
        foreach (DictionaryEntry entry in Environment.GetEnvironmentVariables())
        {
            variables[(string)entry.Key] = null;
        }

        foreach (var (name, value) in Variables)
        {
            variables[name] = value;
        }

        return new ProcessRunner { Variables = variables, WorkingDirectory = "/" };
    }
}
