using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Firn.EndToEnd.Support;

namespace Firn.EndToEnd.Images;

/// <summary>Images to and from a real registry without an engine, beside skopeo, podman and docker.</summary>
public sealed class RegistryTests(PublishedFirn firn, ContainerEngines engines) : IClassFixture<PublishedFirn>, IClassFixture<ContainerEngines>
{
    private static readonly int Kills = TestScale.Of(12, 200);

    private readonly string _repository = $"lab/r{Guid.NewGuid():N}"[..16];

    private string Name
    {
        get
        {
            Part.LinuxX64();
            Part.Program("docker-registry");
            return $"{engines.RegistryHost}/{_repository}";
        }
    }

    [SkippableFact]
    public void An_image_goes_to_a_registry_and_comes_back_as_it_was()
    {
        using var folder = new LayoutFolder();
        var digest = folder.Write("image", "1.0", 3_000_000, 1, 2, 3);

        var pushed = Firn("image", "push", $"oci:{folder["image"]}:1.0", $"{Name}:1.0");
        var pulled = Firn("image", "pull", $"{Name}:1.0", "-o", $"oci:{folder["pulled"]}:1.0");
        var copied = Firn("image", "copy", $"{Name}:1.0", $"{Name}-copy:1.0");

        // What is random does not get smaller.
        const string size = "9.1 MiB";
        Assert.Equal($"pushed {Name}:1.0\n       {digest}\n       4 of 4 blobs sent, {size}\n", pushed.StandardOutput);
        Assert.Equal($"pulled oci:{folder["pulled"]}:1.0\n       {digest}\n       4 of 4 blobs fetched, {size}\n", pulled.StandardOutput);
        Assert.Equal($"copied {Name}-copy:1.0\n       {digest}\n       0 of 4 blobs copied, 0 B; 4 taken from another repository\n", copied.StandardOutput);
        folder.MustBeSound("pulled");
        using var inspected = JsonDocument.Parse(Firn("image", "inspect", $"{Name}-copy:1.0", "--json", "--remote").StandardOutput);
        Assert.Equal(digest, inspected.RootElement.GetProperty("digest").GetString());
        Assert.Equal("abc", inspected.RootElement.GetProperty("revision").GetString());
    }

    [SkippableFact]
    public void The_second_push_sends_the_layer_that_changed_and_no_more()
    {
        using var folder = new LayoutFolder();
        folder.Write("first", "1", 5_000_000, 1, 2, 3, 4);
        folder.Write("second", "1", 5_000_000, 1, 2, 3, 5);
        using var counter = new CountingProxy(Name.Split('/')[0]);
        var name = $"{counter.Authority}/{_repository}";

        Firn("image", "push", $"oci:{folder["first"]}", $"{name}:1");
        var first = counter.ToServer;
        Firn("image", "push", $"oci:{folder["second"]}", $"{name}:2");
        var second = counter.ToServer - first;
        Firn("image", "pull", $"{name}:1", "-o", $"oci:{folder["pulled"]}:1");
        var before = counter.ToClient;
        Firn("image", "pull", $"{name}:2", "-o", $"oci:{folder["pulled"]}:2");

        // What is random does not get smaller, and HTTP needs some bytes too.
        var layer = new DirectoryInfo(folder["second/blobs/sha256"]).GetFiles().Max(static file => file.Length);
        Assert.InRange(first, 4 * 5_000_000, (4 * layer) + 50_000);
        Assert.InRange(second, 5_000_000, layer + 30_000);
        Assert.InRange(counter.ToClient - before, 5_000_000, layer + 30_000);
    }

    [SkippableFact]
    public void Credentials_of_docker_login_open_a_registry_and_are_shown_nowhere()
    {
        Part.LinuxX64();
        Part.Program("docker-registry");
        using var folder = new LayoutFolder();
        folder.Write("image", "1.0", 100_000, 1);
        var name = $"{ContainerEngines.ProtectedRegistryHost}/{_repository}:1.0";
        Directory.CreateDirectory(folder["docker"]);
        void Login(string user) => File.WriteAllText(
            folder["docker/config.json"], $$"""{"auths":{"{{ContainerEngines.ProtectedRegistryHost}}":{"auth":"{{Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(user))}}"} } }""");
        ProcessResult Push() => firn.Run(
            new ProcessRunner { Variables = new Dictionary<string, string?> { ["DOCKER_CONFIG"] = folder["docker"], ["XDG_RUNTIME_DIR"] = folder["none"] } },
            "image", "push", $"oci:{folder["image"]}", name);

        var without = Push();
        CleanFailure.Check(without, 1);
        Assert.Contains("refuses access (401 Unauthorized", without.StandardError);
        Login("alice:falsch-geraten");
        var wrong = Push();
        CleanFailure.Check(wrong, 1);
        Assert.Contains($"refuses access to the credentials of {folder["docker/config.json"]}", wrong.StandardError);
        Assert.DoesNotContain("falsch-geraten", wrong.StandardError);
        Assert.DoesNotContain(Convert.ToBase64String("alice:falsch-geraten"u8), wrong.StandardError);
        Login("alice:geheim");
        Push().MustReturn(0);
    }

    [SkippableFact]
    public void Skopeo_reads_what_is_pushed_and_pushes_what_is_read()
    {
        var skopeo = Part.Program("skopeo");
        using var folder = new LayoutFolder();
        var digest = folder.Write("image", "1.0", 500_000, 1, 2);
        void Skopeo(params string[] arguments) => new ProcessRunner().Run(skopeo, ["copy", "--quiet", "--src-tls-verify=false", "--dest-tls-verify=false", .. arguments]).MustReturn(0);

        Firn("image", "push", $"oci:{folder["image"]}:1.0", $"{Name}:firn");
        Skopeo($"docker://{Name}:firn", $"oci:{folder["skopeo"]}:1.0");
        Skopeo($"oci:{folder["skopeo"]}:1.0", $"docker://{Name}:skopeo");
        Skopeo("--format", "v2s2", $"oci:{folder["skopeo"]}:1.0", $"docker://{Name}:v2s2");
        Firn("image", "pull", $"{Name}:skopeo", "-o", $"oci:{folder["back"]}:1.0");
        var docker = Firn("image", "push", "--format", "docker", $"oci:{folder["image"]}:1.0", $"{Name}:docker");
        Firn("image", "pull", $"{Name}:v2s2", "-o", $"docker-archive:{folder["v2s2.tar"]}");
        Skopeo($"docker-archive:{folder["v2s2.tar"]}", $"oci:{folder["archive"]}:1.0");
        Skopeo($"docker://{Name}:docker", $"docker-archive:{folder["skopeo.tar"]}:lab/x:1");
        Firn("image", "push", $"docker-archive:{folder["skopeo.tar"]}:docker.io/lab/x:1", $"{Name}:archive");

        folder.MustBeSound("back");
        Assert.Contains(digest, Firn("image", "pull", $"{Name}:skopeo", "-o", $"oci:{folder["back"]}:2.0").StandardOutput);
        var raw = new ProcessRunner().Run(skopeo, "inspect", "--raw", "--tls-verify=false", $"docker://{Name}:docker").MustReturn(0).StandardOutput;
        Assert.Contains("application/vnd.docker.distribution.manifest.v2+json", raw);
        Assert.DoesNotContain("vnd.oci", raw);
        Assert.Contains("sent, 0 B", docker.StandardOutput);
    }

    [SkippableTheory]
    [InlineData("docker")]
    [InlineData("podman")]
    public void Engines_pull_what_is_pushed_and_load_what_is_pulled(string engine)
    {
        var variables = engines.VariablesFor(engine);
        using var folder = new LayoutFolder();
        folder.Write("image", "1.0", 500_000, 1, 2);
        var program = engine == "docker" ? "/usr/bin/docker" : Part.Program(engine);
        var runner = new ProcessRunner { Variables = variables };
        string[] insecure = engine == "podman" ? ["--tls-verify=false"] : [];

        Firn("image", "push", $"oci:{folder["image"]}", $"{Name}:oci");
        Firn("image", "push", "--format", "docker", $"oci:{folder["image"]}", $"{Name}:docker");
        Firn("image", "pull", $"{Name}:oci", "-o", $"docker-archive:{folder["image.tar"]}:lab/{engine}-loaded:1.0");

        runner.Run(program, ["pull", .. insecure, $"{Name}:oci"]).MustReturn(0);
        runner.Run(program, ["pull", .. insecure, $"{Name}:docker"]).MustReturn(0);
        runner.Run(program, "load", "--input", folder["image.tar"]).MustReturn(0);
        var images = runner.Run(program, "images", "--no-trunc", "--format", "{{.Repository}}:{{.Tag}} {{.ID}}").MustReturn(0).StandardOutput.Split('\n');
        var ids = images.Where(line => line.Contains(_repository, StringComparison.Ordinal) || line.Contains($"{engine}-loaded:1.0", StringComparison.Ordinal)).ToList();
        Assert.Equal(3, ids.Count);
        Assert.Single(ids.Select(static line => line.Split(' ')[1]).Distinct());

        runner.Run(program, "tag", $"{Name}:oci", $"{Name}:again").MustReturn(0);
        runner.Run(program, ["push", .. insecure, $"{Name}:again"]).MustReturn(0);
        Firn("image", "pull", $"{Name}:again", "-o", $"oci:{folder["again"]}:1.0");
        folder.MustBeSound("again");
    }

    [SkippableFact]
    public void A_push_killed_at_any_moment_leaves_the_old_tag_or_the_new_one()
    {
        using var folder = new LayoutFolder();
        var known = new HashSet<string> { folder.Write("next", "1", 2_000_000, 1000, 1001, 1002) };
        var started = Stopwatch.GetTimestamp();
        Firn("image", "push", $"oci:{folder["next"]}", $"{Name}:1");
        var longest = Stopwatch.GetElapsedTime(started);
        var random = new Random(5);
        var interrupted = 0;
        for (var i = 0; i < Kills; i++)
        {
            Directory.Delete(folder["next"], recursive: true);
            known.Add(folder.Write("next", "1", 2_000_000, (3 * i) + 1, (3 * i) + 2, (3 * i) + 3));
            interrupted += Kill(longest * random.NextDouble(), "image", "push", $"oci:{folder["next"]}", $"{Name}:1");

            var pulled = Firn("image", "pull", $"{Name}:1", "-o", $"oci:{folder["check"]}:1");
            Assert.Contains(pulled.StandardOutput.Split('\n')[1].Trim(), known);
            folder.MustBeSound("check");
            Directory.Delete(folder["check"], recursive: true);
        }

        Assert.True(interrupted > 0, "all were done before they were killed");
        Firn("image", "push", $"oci:{folder["next"]}", $"{Name}:1");
    }

    [SkippableFact]
    public void A_pull_killed_at_any_moment_goes_on_and_names_nothing_that_is_not_whole()
    {
        using var folder = new LayoutFolder();
        var digest = folder.Write("image", "1", 6_000_000, 1, 2, 3, 4, 5);
        Firn("image", "push", $"oci:{folder["image"]}", $"{Name}:1");
        var started = Stopwatch.GetTimestamp();
        Firn("image", "pull", $"{Name}:1", "-o", $"oci:{folder["pulled"]}:1");
        var longest = Stopwatch.GetElapsedTime(started);
        var random = new Random(6);
        var interrupted = 0;
        for (var i = 0; i < Kills; i++)
        {
            Directory.Delete(folder["pulled"], recursive: true);
            interrupted += Kill(longest * random.NextDouble(), "image", "pull", $"{Name}:1", "-o", $"oci:{folder["pulled"]}:1");
            if (Directory.Exists(folder["pulled/blobs/sha256"]))
            {
                folder.MustBeSound("pulled");
            }

            if (File.Exists(folder["pulled/index.json"]))
            {
                Assert.Equal(7, Directory.GetFiles(folder["pulled/blobs/sha256"]).Length);
            }

            Assert.Contains(digest, Firn("image", "pull", $"{Name}:1", "-o", $"oci:{folder["pulled"]}:1").StandardOutput);
            folder.MustBeSound("pulled");
            Assert.False(Directory.Exists(folder["pulled/.firn-partial"]));
        }

        Assert.True(interrupted > 0, "all were done before they were killed");
    }

    [SkippableFact]
    public void Two_pushes_at_once_both_arrive()
    {
        using var folder = new LayoutFolder();
        string[] digests = [folder.Write("a", "1", 3_000_000, 1, 2, 3), folder.Write("b", "1", 3_000_000, 2, 3, 4)];
        var name = Name;
        List<string> images = ["a", "b", "a", "b"];
        var threads = images.Select((image, number) => new Thread(() =>
        {
            Firn("image", "push", $"oci:{folder[image]}", $"{name}:{image}{number}");
            Firn("image", "push", $"oci:{folder[image]}", $"{name}:shared");
        })).ToList();
        threads.ForEach(static thread => thread.Start());
        threads.ForEach(static thread => thread.Join());

        foreach (var (tag, digest) in new[] { ("a0", 0), ("b1", 1), ("a2", 0), ("b3", 1) })
        {
            Assert.Contains(digests[digest], Firn("image", "pull", $"{name}:{tag}", "-o", $"oci:{folder["back"]}:{tag}").StandardOutput);
        }

        Assert.Contains(Firn("image", "pull", $"{name}:shared", "-o", $"oci:{folder["back"]}:shared").StandardOutput.Split('\n')[1].Trim(), digests);
        folder.MustBeSound("back");
    }

    [SkippableFact]
    public void A_full_disk_is_said_and_what_came_stays()
    {
        Part.Root();
        using var folder = new LayoutFolder();
        using var disk = new SmallDisk("4m");
        folder.Write("image", "1", 1_500_000, 1, 2, 3);
        Firn("image", "push", $"oci:{folder["image"]}", $"{Name}:1");

        var failed = firn.Run("image", "pull", $"{Name}:1", "-o", $"oci:{Path.Join(disk.Root, "layout")}:1");

        CleanFailure.Check(failed, 1);
        Assert.Contains("no space left on the device", failed.StandardError);
        Assert.False(File.Exists(Path.Join(disk.Root, "layout", "index.json")));
    }

    [SkippableFact]
    public void What_is_not_there_is_said()
    {
        using var folder = new LayoutFolder();
        folder.Write("image", "1", 1000, 1);
        foreach (var (arguments, code, message) in new (string[], int, string)[]
        {
            (["image", "pull", $"{Name}:none", "-o", $"oci:{folder["x"]}"], 2, $"{engines.RegistryHost} has no {Name}:none"),
            (["image", "push", $"oci:{folder["image"]}:2", $"{Name}:1"], 2, "holds no image named 2"),
            (["image", "push", $"oci:{folder["gone"]}", $"{Name}:1"], 2, "does not exist"),
            (["image", "copy", $"{Name}:1", "127.0.0.1:1/x:1"], 2, "has no"),
            (["image", "copy", $"oci:{folder["image"]}", "127.0.0.1:1/x:1"], 1, "cannot reach 127.0.0.1:1"),
        })
        {
            var failed = firn.Run(arguments);
            CleanFailure.Check(failed, code);
            Assert.Contains(message, failed.StandardError);
            Assert.False(Path.Exists(folder["x"]));
        }
    }

    private ProcessResult Firn(params string[] arguments) => firn.Run(arguments).MustReturn(0);

    /// <returns>1 where it was not done yet.</returns>
    private int Kill(TimeSpan after, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(firn.Executable, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var isDone = process.WaitForExit(after);
        process.Kill();
        process.WaitForExit();
        return isDone ? 0 : 1;
    }

    /// <summary>Counts what passes between a client and a server.</summary>
    private sealed class CountingProxy : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly string _target;
        private long _toServer;
        private long _toClient;

        public CountingProxy(string target)
        {
            _target = target;
            _listener.Start();
            new Thread(Accept) { IsBackground = true }.Start();
        }

        public string Authority => $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

        public long ToServer => Volatile.Read(ref _toServer);

        public long ToClient => Volatile.Read(ref _toClient);

        public void Dispose() => _listener.Stop();

        private void Accept()
        {
            try
            {
                while (true)
                {
                    var client = _listener.AcceptTcpClient();
                    var parts = _target.Split(':');
                    var server = new TcpClient(parts[0], int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture));
                    new Thread(() => Pass(client, server, count => Interlocked.Add(ref _toServer, count))) { IsBackground = true }.Start();
                    new Thread(() => Pass(server, client, count => Interlocked.Add(ref _toClient, count))) { IsBackground = true }.Start();
                }
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException or InvalidOperationException)
            {
                // It was disposed.
            }
        }

        private static void Pass(TcpClient from, TcpClient to, Action<int> count)
        {
            try
            {
                var buffer = new byte[64 * 1024];
                while (from.GetStream().Read(buffer) is var read and > 0)
                {
                    count(read);
                    to.GetStream().Write(buffer, 0, read);
                }

                to.Client.Shutdown(SocketShutdown.Send);
            }
            catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
            {
                to.Close();
            }
        }
    }
}
