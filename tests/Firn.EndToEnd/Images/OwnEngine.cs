using System.Diagnostics;
using System.Globalization;
using Firn.EndToEnd.Support;

namespace Firn.EndToEnd.Images;

/// <summary>An engine that a test alone has, in a folder of its choice: one that fills up, or that is stopped.</summary>
internal sealed class OwnEngine : IDisposable
{
    private readonly string _folder;
    private readonly string _engine;
    private readonly Process? _daemon;

    public OwnEngine(string engine, string folder)
    {
        (_engine, _folder) = (engine, folder);
        ContainerEngines.MustBePossible(engine);
        if (engine == "docker")
        {
            _daemon = Process.Start(new ProcessStartInfo(
                "/bin/sh",
                [
                    "-c", "log=$1; shift; exec setpriv --pdeathsig TERM dockerd \"$@\" >\"$log\" 2>&1", "sh", Path.Join(folder, "log"),
                    "--data-root", Path.Join(folder, "root"), "--exec-root", Path.Join(folder, "exec"), "--pidfile", Path.Join(folder, "pid"),
                    "-H", $"unix://{Path.Join(folder, "s")}", "--iptables=false", "--ip6tables=false", "--bridge=none",
                ]));
            Wait.Until(() => new ProcessRunner { Variables = Own([]) }.Run("/usr/bin/docker", "version").ExitCode == 0);
        }
        else
        {
            File.WriteAllText(Path.Join(folder, "storage.conf"), $"[storage]\ndriver=\"overlay\"\ngraphroot=\"{folder}/root\"\nrunroot=\"{folder}/run\"\n");
        }
    }

    /// <summary>Has programs with these variables use it, with the base image in it.</summary>
    public void Use(Dictionary<string, string?> variables)
    {
        Own(variables);
        var program = _engine == "docker" ? "/usr/bin/docker" : Part.Program("podman");
        new ProcessRunner { Variables = variables }.Run(program, "import", ContainerEngines.BaseArchive, ContainerEngines.BaseImage).MustReturn(0);
    }

    /// <summary>Ends the daemon at once.</summary>
    public void Stop()
    {
        if (_daemon is { HasExited: false })
        {
            new ProcessRunner().Run(Part.Program("kill"), _daemon.Id.ToString(CultureInfo.InvariantCulture));
            _daemon.WaitForExit(30_000);
        }
    }

    public void Dispose()
    {
        Stop();
        _daemon?.Dispose();
        new ProcessRunner().Run(Part.Program("umount"), "--lazy", Path.Join(_folder, "root", "overlay"));
    }

    private Dictionary<string, string?> Own(Dictionary<string, string?> variables)
    {
        variables[_engine == "docker" ? "DOCKER_HOST" : "CONTAINERS_STORAGE_CONF"] = _engine == "docker" ? $"unix://{Path.Join(_folder, "s")}" : Path.Join(_folder, "storage.conf");
        return variables;
    }
}
