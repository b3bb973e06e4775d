using System.Diagnostics;
using System.Globalization;

namespace Firn.Benchmarks.Compare;

/// <summary>A container engine with nothing in its store: a docker daemon of its own, or podman in a folder of its own.</summary>
internal sealed class BuildEngine : IDisposable
{
    private const int Tries = 300;

    private readonly string _folder;
    private readonly Process? _daemon;

    /// <param name="name"><c>docker</c> or <c>podman</c>.</param>
    /// <param name="folder">Where it keeps everything.</param>
    public BuildEngine(string name, string folder)
    {
        (Name, _folder) = (name, folder);
        Directory.CreateDirectory(folder);
        // A newer docker client may stand before the one of the daemon's package, without a builder.
        Variables["PATH"] = $"/usr/bin:/usr/sbin:{Environment.GetEnvironmentVariable("PATH")}";
        Variables["FIRN_ENGINE"] = name;
        if (name == "docker")
        {
            _daemon = StartDaemon();
        }
        else
        {
            ConfigurePodman();
        }
    }

    public string Name { get; }

    /// <summary>The variables with which its client, and firn, use it.</summary>
    public Dictionary<string, string> Variables { get; } = [];

    /// <summary>Runs its client.</summary>
    public void Run(params IReadOnlyList<string> arguments) => ProcessTimer.Run($"/usr/bin/{Name}", arguments, Variables);

    public void Dispose()
    {
        if (_daemon is not null)
        {
            // Its own end takes the containers along, and unmounts.
            ProcessTimer.Run("kill", [_daemon.Id.ToString(CultureInfo.InvariantCulture)]);
            _daemon.WaitForExit();
            _daemon.Dispose();
        }
        else
        {
            ProcessTimer.Run("sh", ["-c", "umount --lazy \"$1\" 2>/dev/null || true", "umount", Path.Join(_folder, "root", "overlay")]);
        }

        ProcessTimer.Run("rm", ["-rf", _folder]);
    }

    private Process StartDaemon()
    {
        var socket = $"unix://{Path.Join(_folder, "s")}";
        Variables["DOCKER_HOST"] = socket;
        Variables["DOCKER_BUILDKIT"] = "1";
        var log = Path.Join(_folder, "log");
        var daemon = Process.Start(new ProcessStartInfo(
            "/bin/sh",
            [
                "-c", "log=$1; shift; exec dockerd \"$@\" >\"$log\" 2>&1", "sh", log,
                "--data-root", Path.Join(_folder, "root"), "--exec-root", Path.Join(_folder, "exec"), "--pidfile", Path.Join(_folder, "pid"),
                "-H", socket, "--iptables=false", "--ip6tables=false", "--bridge=none",
            ]))!;
        for (var i = 0; i < Tries; i++)
        {
            Thread.Sleep(100);
            try
            {
                Run("version");
                return daemon;
            }
            catch (BenchmarkException) when (i + 1 < Tries && !daemon.HasExited)
            {
                // Not yet.
            }
        }

        throw new BenchmarkException($"dockerd does not start: {File.ReadAllText(log)}");
    }

    /// <summary>The defaults ask for more than a container of a build machine is allowed: limits, systemd's groups.</summary>
    private void ConfigurePodman()
    {
        var configuration = Path.Join(_folder, "containers.conf");
        File.WriteAllText(
            configuration,
            "[containers]\ndefault_ulimits=[\"nofile=1024:4096\",\"nproc=4096:4096\"]\n[engine]\nruntime=\"runc\"\ncgroup_manager=\"cgroupfs\"\nevents_logger=\"file\"\n");
        var storage = Path.Join(_folder, "storage.conf");
        File.WriteAllText(storage, $"[storage]\ndriver=\"overlay\"\ngraphroot=\"{_folder}/root\"\nrunroot=\"{_folder}/run\"\n");
        Variables["CONTAINERS_CONF"] = configuration;
        Variables["CONTAINERS_STORAGE_CONF"] = storage;
        Variables["DOCKER_CONFIG"] = Path.Join(_folder, "docker");
        Directory.CreateDirectory(Variables["DOCKER_CONFIG"]);
        File.WriteAllText(Path.Join(Variables["DOCKER_CONFIG"], "config.json"), "{}");
    }
}
