using System.Diagnostics;
using System.Text.Json;

namespace Firn.EndToEnd.Support;

/// <summary>A folder in which <c>firn run</c> is tested: a small environment of the system's Python, and a store.</summary>
internal sealed class RunFolder : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly PublishedFirn _firn;

    public RunFolder(PublishedFirn firn)
    {
        _firn = firn;
        var python = RealPython.Of("system");
        Directory.CreateDirectory(PathOf("work", ".venv", "bin"));
        foreach (var name in new[] { "python", "python3" })
        {
            File.CreateSymbolicLink(PathOf("work", ".venv", "bin", name), python);
        }

        File.WriteAllText(PathOf("work", ".venv", "pyvenv.cfg"), "home = /usr/bin\ninclude-system-site-packages = false\n");
        var version = Path.GetFileName(File.ResolveLinkTarget(python, returnFinalTarget: true)?.Name ?? "python3");
        SitePackages = PathOf("work", ".venv", "lib", version, "site-packages");
        Directory.CreateDirectory(SitePackages);
    }

    /// <summary>Where commands run.</summary>
    public string Work => _folder.PathOf("work");

    public string SitePackages { get; }

    public string PathOf(params string[] parts) => _folder.PathOf(parts);

    public string Write(string name, string text)
    {
        var path = Path.Join(Work, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Installs a distribution with one module.</summary>
    public void Install(string name, string version)
    {
        foreach (var old in Directory.GetDirectories(SitePackages, $"{name}-*.dist-info"))
        {
            Directory.Delete(old, recursive: true);
        }

        var info = Path.Join(SitePackages, $"{name}-{version}.dist-info");
        Directory.CreateDirectory(info);
        File.WriteAllText(Path.Join(info, "METADATA"), $"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n");
        File.WriteAllText(Path.Join(info, "INSTALLER"), "pip\n");
        File.WriteAllText(Path.Join(SitePackages, name + ".py"), $"version = '{version}'\n");
        File.WriteAllText(
            Path.Join(info, "RECORD"),
            $"{name}.py,,\n{name}-{version}.dist-info/METADATA,,\n{name}-{version}.dist-info/INSTALLER,,\n{name}-{version}.dist-info/RECORD,,\n");
    }

    public ProcessResult Firn(params IEnumerable<string> arguments) => _firn.Run(Runner, arguments);

    /// <summary>Runs firn where no namespace can be made: without the right to mount, and in a user namespace that allows none below it.</summary>
    public ProcessResult FirnWithoutMounts(params IEnumerable<string> arguments) => Runner.Run(
        Part.Program("unshare"),
        [
            "--user", "--map-root-user", "sh", "-c",
            "echo 0 > /proc/sys/user/max_user_namespaces && exec setpriv --bounding-set -sys_admin --inh-caps -sys_admin --no-new-privs \"$@\"",
            "sh", _firn.Executable, .. arguments,
        ]);

    public ProcessResult Git(params IEnumerable<string> arguments) => Runner.Run(
        Part.Program("git"),
        ["-c", "user.name=Ana", "-c", "user.email=ana@example.org", "-c", "init.defaultBranch=main", .. arguments]).MustReturn(0);

    /// <summary>Runs another program as firn is run.</summary>
    public ProcessResult Program(string program, params IEnumerable<string> arguments) => Runner.Run(program, arguments);

    /// <summary>Starts firn and leaves it running; its outputs are read by the caller.</summary>
    public Process Start(params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(_firn.Executable, arguments)
        {
            WorkingDirectory = Work,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in Variables)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    /// <summary>The bytes of a file that a run keeps.</summary>
    public byte[] Fetch(string run, string name)
    {
        var target = PathOf("fetched-" + Guid.NewGuid().ToString("N"));
        Firn("results", "fetch", run, name, "-o", target).MustReturn(0);
        return File.ReadAllBytes(target);
    }

    /// <summary>What a run did.</summary>
    public JsonElement Execution(string run)
    {
        using var document = JsonDocument.Parse(Fetch(run, "run.json"));
        return document.RootElement.Clone();
    }

    /// <summary>How a run is marked.</summary>
    public string Status(string run)
    {
        using var document = JsonDocument.Parse(Firn("results", "show", run, "--json").MustReturn(0).StandardOutput);
        return document.RootElement.GetProperty("status").GetString()!;
    }

    public void Dispose() => _folder.Dispose();

    private ProcessRunner Runner => new() { WorkingDirectory = Work, Variables = Variables };

    private Dictionary<string, string?> Variables => new()
    {
        ["FIRN_STORE"] = PathOf("store"),
        ["FIRN_ENVIRONMENTS"] = PathOf("environments"),
        ["VIRTUAL_ENV"] = null,
        ["CONDA_PREFIX"] = null,
        ["PYTHONPATH"] = null,
        ["XDG_CACHE_HOME"] = PathOf("cache"),
        ["XDG_DATA_HOME"] = PathOf("data"),
        // What git reads above the folder is none of the tests'.
        ["GIT_CEILING_DIRECTORIES"] = _folder.Root,
    };
}
