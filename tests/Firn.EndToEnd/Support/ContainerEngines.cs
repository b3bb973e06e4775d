using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Firn.EndToEnd.Support;

/// <summary>
/// Real container engines of their own: a docker daemon, podman and buildah with a storage of their own, a registry on
/// loopback, and one base image with Debian's Python, the same in all. Started once per test run.
/// </summary>
public sealed class ContainerEngines
{
    /// <summary>The image that has Debian 12, its Python 3.11, zsh and sudo, without a compiler.</summary>
    public const string BaseImage = "lab/python:3.11";

    private static readonly Lazy<string> Docker = new(StartDocker);
    private static readonly Lazy<string> Registry = new(() => StartRegistry("registry", string.Empty));
    private static readonly Lazy<string> ProtectedRegistry = new(StartProtectedRegistry);
    private static readonly Lazy<string> Storage = new(ConfigurePodman);
    private static readonly Lazy<string> Base = new(MakeBase);
    private static readonly HashSet<string> Imported = [];
    private static readonly Lock Importing = new();
    private readonly Lazy<string> _registry = Registry;
    private readonly Lazy<string> _docker = Docker;

    /// <summary>A registry on loopback, <c>127.0.0.1:PORT</c>.</summary>
    public string RegistryHost => _registry.Value;

    /// <summary>Another one, which knows <c>alice</c> with the password <c>geheim</c> alone.</summary>
    internal static string ProtectedRegistryHost => ProtectedRegistry.Value;

    /// <summary>The file system of the base image, as a tar.</summary>
    internal static string BaseArchive => Base.Value;

    /// <summary>Skips the test where this machine cannot run an engine.</summary>
    internal static void MustBePossible(string engine)
    {
        Part.LinuxX64();
        Part.Root();
        Part.Program("debootstrap");
        Part.Program(engine == "docker" ? "dockerd" : engine);
        Part.Program("docker-registry");
    }

    /// <summary>The variables with which a program uses these engines, and the base image is in the one.</summary>
    internal Dictionary<string, string?> VariablesFor(string engine)
    {
        MustBePossible(engine);
        var variables = new Dictionary<string, string?>
        {
            // A newer docker client may stand before Debian's on PATH, and has no builder then.
            ["PATH"] = $"/usr/bin:/usr/sbin:{Environment.GetEnvironmentVariable("PATH")}",
            ["DOCKER_HOST"] = engine == "docker" ? $"unix://{_docker.Value}" : null,
            ["CONTAINERS_CONF"] = Path.Join(Storage.Value, "containers.conf"),
            ["CONTAINERS_STORAGE_CONF"] = Path.Join(Storage.Value, "storage.conf"),
            ["FIRN_ENGINE"] = engine,
        };
        lock (Importing)
        {
            if (Imported.Add(engine == "docker" ? engine : "podman"))
            {
                var program = engine == "docker" ? "docker" : "podman";
                new ProcessRunner { Variables = variables }.Run(Part.Program(program), "import", Base.Value, BaseImage).MustReturn(0);
            }
        }

        return variables;
    }

    private static string StartDocker()
    {
        var folder = SharedFolder.PathOf("docker");
        Directory.CreateDirectory(folder);
        var socket = Path.Join(folder, "s");
        Start(
            "dockerd", Path.Join(folder, "log"), "--data-root", Path.Join(folder, "root"), "--exec-root", Path.Join(folder, "exec"), "--pidfile", Path.Join(folder, "pid"),
            "-H", $"unix://{socket}", "--iptables=false", "--ip6tables=false", "--bridge=none", "--insecure-registry", "127.0.0.0/8");
        var variables = new Dictionary<string, string?> { ["DOCKER_HOST"] = $"unix://{socket}" };
        WaitUntil(() => new ProcessRunner { Variables = variables }.Run("/usr/bin/docker", "version").ExitCode == 0, Path.Join(folder, "log"));
        return socket;
    }

    private static string StartProtectedRegistry()
    {
        var folder = SharedFolder.PathOf("protected-registry");
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Join(folder, "users"), "alice:$2b$05$abcdefghijklmnopqrstuuVWu8RjbNovPZWAMRdd7iqaaG0mI53Uu\n");
        return StartRegistry("protected-registry", $"auth: {{htpasswd: {{realm: here, path: {folder}/users}}}}\n");
    }

    private static string StartRegistry(string name, string access)
    {
        var folder = SharedFolder.PathOf(name);
        Directory.CreateDirectory(folder);
        var port = FreePort();
        File.WriteAllText(
            Path.Join(folder, "config.yml"),
            $"version: 0.1\nstorage: {{filesystem: {{rootdirectory: {folder}/data}}, delete: {{enabled: true}}}}\nhttp: {{addr: '127.0.0.1:{port}'}}\n{access}");
        Start("docker-registry", Path.Join(folder, "log"), "serve", Path.Join(folder, "config.yml"));
        WaitUntil(() => CanConnect(port), Path.Join(folder, "log"));
        return $"127.0.0.1:{port}";
    }

    private static string ConfigurePodman()
    {
        var folder = SharedFolder.PathOf("podman");
        Directory.CreateDirectory(folder);
        File.WriteAllText(
            Path.Join(folder, "containers.conf"),
            "[containers]\ndefault_ulimits=[\"nofile=1024:4096\",\"nproc=4096:4096\"]\n[engine]\nruntime=\"runc\"\ncgroup_manager=\"cgroupfs\"\nevents_logger=\"file\"\n");
        File.WriteAllText(
            Path.Join(folder, "storage.conf"), $"[storage]\ndriver=\"overlay\"\ngraphroot=\"{folder}/root\"\nrunroot=\"{folder}/run\"\n");
        SharedFolder.BeforeDelete(() => new ProcessRunner().Run(Part.Program("umount"), "--lazy", $"{folder}/root/overlay"));
        return folder;
    }

    /// <summary>The file system of the base image; made once for all test runs of a machine.</summary>
    private static string MakeBase()
    {
        var cache = Environment.GetEnvironmentVariable("FIRN_TEST_CACHE") is { Length: > 0 } given ? given : "/var/tmp/firn-tests";
        var archive = Path.Join(cache, "debian-12-python-zsh.tar");
        if (File.Exists(archive))
        {
            return archive;
        }

        Directory.CreateDirectory(cache);
        var root = SharedFolder.PathOf("base");
        new ProcessRunner { Timeout = TimeSpan.FromMinutes(10) }.Run(
            Part.Program("debootstrap"), "--variant=minbase", "--include=python3,python3-pip,zsh,openssl,sudo", "bookworm", root,
            "http://deb.debian.org/debian").MustReturn(0);
        var made = $"{archive}.{Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}";
        new ProcessRunner().Run(Part.Program("tar"), "-C", root, "-cf", made, ".").MustReturn(0);
        File.Move(made, archive, overwrite: true);
        Directory.Delete(root, recursive: true);
        return archive;
    }

    /// <summary>Starts a service that ends with this process, however that ends.</summary>
    private static void Start(string program, string log, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(
            "/bin/sh", ["-c", "log=$1; shift; exec setpriv --pdeathsig TERM \"$@\" >\"$log\" 2>&1", "sh", log, Part.Program(program), .. arguments]);
        // The signal comes when the thread that started it ends: this one stays as long as the process.
        var thread = new Thread(() =>
        {
            using var process = Process.Start(start)!;
            SharedFolder.BeforeDelete(() =>
            {
                new ProcessRunner().Run(Part.Program("kill"), process.Id.ToString(CultureInfo.InvariantCulture));
                process.WaitForExit(20_000);
            });
            process.WaitForExit();
        })
        { IsBackground = true };
        thread.Start();
    }

    private static void WaitUntil(Func<bool> isUp, string log) =>
        Wait.Until(isUp, () => File.ReadAllText(log));

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static bool CanConnect(int port)
    {
        try
        {
            using var client = new TcpClient();
            client.Connect(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}

/// <summary>Waits until something is so; the limit is reached by a hang alone.</summary>
internal static class Wait
{
    public static void Until(Func<bool> isSo, Func<string>? log = null)
    {
        for (var i = 0; i < 600; i++)
        {
            if (isSo())
            {
                return;
            }

            Thread.Sleep(100);
        }

        Assert.Fail($"it was not so in a minute\n{log?.Invoke()}");
    }
}
