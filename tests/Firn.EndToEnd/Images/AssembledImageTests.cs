using System.Diagnostics;
using System.Formats.Tar;
using System.Runtime.Versioning;
using System.Text;
using System.Text.Json;
using Firn.EndToEnd.Support;

namespace Firn.EndToEnd.Images;

/// <summary><c>firn image assemble</c>: images from bundles without an engine, run by real engines.</summary>
[Collection(MachinePythons.Name)]
[UnsupportedOSPlatform("windows")]
public sealed class AssembledImageTests(PublishedFirn firn, ContainerEngines engines, ArchivedEnvironment environment)
    : IClassFixture<PublishedFirn>, IClassFixture<ContainerEngines>, IClassFixture<ArchivedEnvironment>, IDisposable
{
    private static readonly string[] Launchers = ["demo-run", "demo-gui", "alpha-say"];
    private readonly TemporaryFolder _folder = new();

    [SkippableFact]
    public void The_same_packages_give_the_same_image_whoever_installed_them_where()
    {
        ContainerEngines.MustBePossible("podman");
        var wheels = new[] { WheelFile.WithEverything("demo", "1.0").WriteTo(_folder.PathOf("wheels")), CreateFolder.Speaking("alpha", "1.0").WriteTo(_folder.PathOf("wheels")) };
        var first = ArchivedPython.Python.MakeEnvironment(_folder.PathOf("here", "venv"));
        first.Install(wheels);
        var second = ArchivedPython.Python.MakeEnvironment(_folder.PathOf("a place elsewhere", "of another name"), "--prompt", "ana-prompt");
        second.Run("-m", "pip", "install", "--quiet", "--no-index", "--no-compile", "--no-deps", wheels[1]).MustReturn(0);
        second.Run("-m", "pip", "install", "--quiet", "--no-index", "--no-compile", "--no-deps", wheels[0]).MustReturn(0);
        LookAsInstalledByUv(_folder.PathOf("a place elsewhere", "of another name"));

        var one = Digest(Assemble("one", Path.GetDirectoryName(Path.GetDirectoryName(first.Python))!));
        var two = Digest(Assemble("two", Path.GetDirectoryName(Path.GetDirectoryName(second.Python))!));

        Assert.Equal(one, two);
        Directory.Delete(_folder.PathOf("one-cache"), recursive: true);
        Assert.Equal(one, Digest(Assemble("one", Path.GetDirectoryName(Path.GetDirectoryName(first.Python))!, "taskset", "-c", "0")));
        var layout = new OciFolder(_folder.PathOf("two-image"));
        MustBeWellFormed(layout);
        foreach (var text in new[] { _folder.PathOf("here"), "a place elsewhere", "ana-prompt" })
        {
            Assert.DoesNotContain(layout.Layers(), tar => tar.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0);
        }
    }

    [SkippableTheory]
    [InlineData("docker")]
    [InlineData("podman")]
    public void It_is_loaded_and_runs_as_any_user_on_a_read_only_system(string engine)
    {
        var variables = engines.VariablesFor(engine);
        var name = $"lab/assembled-{engine}:1";
        var file = _folder.PathOf("image.tar");
        Firn("image", "assemble", environment.Capture, "--store", environment.Store, "--base", OciFolder.Base, "-o", $"docker-archive:{file}:{name}").MustReturn(0);
        ProcessResult Ask(params IEnumerable<string> arguments) =>
            new ProcessRunner { Variables = variables }.Run(engine == "docker" ? "/usr/bin/docker" : Part.Program(engine), arguments);
        Ask("load", "--input", file).MustReturn(0);
        try
        {
            foreach (var options in new string[][] { [], ["--user", "1234:1234"], ["--user", "4242", "--read-only"] })
            {
                ProcessResult Run(params IEnumerable<string> command) => Ask(["run", "--rm", "--network", "none", .. options, name, .. command]).MustReturn(0);
                Assert.Equal("demo runs\n", Run("demo-run").StandardOutput);
                Assert.Equal("tool\n", Run("python", "/opt/env/bin/demo-tool").StandardOutput);
                Assert.Equal(environment.Freeze, Run("python", "-m", "pip", "freeze").StandardOutput);
                Assert.Equal(
                    "/opt/env /opt/env/.firn/python yes\n", Run("python", "-c", "import os, sys, ssl, sqlite3; print(sys.prefix, sys.base_prefix, os.environ['KEPT'])").StandardOutput);
                Assert.Equal("/opt/env\n", Run("sh", "-c", ". /opt/env/bin/activate; python -c 'import sys; print(sys.prefix)'").StandardOutput);
            }

            // The base has no Tk, which only tkinter needs; all else is equal.
            var verified = Firn("verify", environment.Capture, "--store", environment.Store, "--image", name, "--engine", engine, "--read-data").MustReturn(3);
            Assert.Equal(
                ["libtcl8.6.so", "libtk8.6.so"],
                verified.StandardOutput.Split('\n').TakeWhile(static line => !line.StartsWith("The machine", StringComparison.Ordinal)).Where(static line => line.StartsWith("  ", StringComparison.Ordinal))
                    .Select(static line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]));
            Assert.DoesNotContain("damaged", verified.StandardOutput);
        }
        finally
        {
            Ask("rmi", name);
        }
    }

    [SkippableFact]
    public void Its_files_are_those_of_a_restore()
    {
        ContainerEngines.MustBePossible("podman");
        var prefix = _folder.PathOf("restored");
        Firn("restore", environment.Capture, "--store", environment.Store, "--to", prefix).MustReturn(0);

        Firn("image", "assemble", environment.Capture, "--store", environment.Store, "--base", OciFolder.Base, "--prefix", prefix, "-o", $"oci:{_folder.PathOf("image")}").MustReturn(0);

        var layout = new OciFolder(_folder.PathOf("image"));
        MustBeWellFormed(layout);
        var root = prefix[1..] + "/";
        var members = layout.Layers().SelectMany(OciFolder.Members).Where(entry => entry.Name.StartsWith(root, StringComparison.Ordinal) && entry.EntryType != TarEntryType.Directory)
            .ToDictionary(entry => entry.Name[root.Length..]);
        var restored = Directory.EnumerateFiles(prefix, "*", SearchOption.AllDirectories).Select(path => path[(prefix.Length + 1)..])
            .Where(path => !path.EndsWith(".pyc", StringComparison.Ordinal) && !path.StartsWith("lib64/", StringComparison.Ordinal)).ToHashSet();
        restored.UnionWith(Directory.EnumerateDirectories(prefix, "*", SearchOption.AllDirectories).Where(path => new DirectoryInfo(path).LinkTarget is not null).Select(path => path[(prefix.Length + 1)..]));
        Assert.Equal(["bin/Activate.ps1"], restored.Except(members.Keys).Where(path => !IsOfInstaller(path)));
        Assert.Empty(members.Keys.Except(restored));
        foreach (var path in restored.Where(path => members.ContainsKey(path) && !IsOfInstaller(path)))
        {
            MustBeEqual(new FileInfo(Path.Join(prefix, path)), members[path]);
        }
    }

    [SkippableFact]
    public void A_conda_environment_runs_on_a_system_without_python()
    {
        using var folder = new ImageFolder(firn, engines, "podman");
        ScratchChannel.MakeBare(folder);
        using var server = new FolderServer(ScratchChannel.Channel.Folder);
        File.WriteAllText(_folder.PathOf("explicit.txt"), ScratchChannel.Channel.Explicit(server.Url, ScratchChannel.Packages));
        Firn("create", "-f", _folder.PathOf("explicit.txt"), "--to", _folder.PathOf("conda"), "--store", _folder.PathOf("store")).MustReturn(0);
        folder.Ask("push", "--quiet", ScratchChannel.BareImage, $"oci:{_folder.PathOf("bare")}:bare").MustReturn(0);
        var name = "lab/assembled-conda:1";
        var file = _folder.PathOf("image.tar");

        Firn("image", "assemble", _folder.PathOf("conda"), "--store", _folder.PathOf("store"), "--base", $"oci:{_folder.PathOf("bare")}", "-o", $"docker-archive:{file}:{name}").MustReturn(0);

        folder.Ask("load", "--input", file).MustReturn(0);
        Assert.Equal("speaker 1.0\n", folder.Ask("run", "--rm", "--network", "none", name, "speaker").MustReturn(0).StandardOutput);
        Assert.Equal(
            "/opt/env /opt/env\n", folder.Ask("run", "--rm", "--network", "none", name, "python", "-c", "import os, sys; print(sys.prefix, os.environ['CONDA_PREFIX'])").MustReturn(0).StandardOutput);
        folder.Ask("rmi", name);
    }

    [SkippableFact]
    public void A_base_that_does_not_fit_is_refused_before_anything_is_written()
    {
        ContainerEngines.MustBePossible("podman");
        var bases = new OciFolder(_folder.PathOf("bases"));
        bases.Add("arm", [OciFolder.Tar(new PaxTarEntry(TarEntryType.Directory, "etc/"))], static configuration => configuration["architecture"] = "arm64");
        var output = _folder.PathOf("image");
        ProcessResult Assemble(params IEnumerable<string> more) => Firn(["image", "assemble", environment.Capture, "--store", environment.Store, "-o", $"oci:{output}:one", .. more]);

        var arm = Assemble("--base", $"oci:{bases.Root}:arm").MustReturn(1);
        Assert.Contains("the environment is for amd64, oci:", arm.StandardError);
        Assert.Contains("is for arm64", arm.StandardError);
        var none = Assemble().MustReturn(1);
        Assert.Contains("an empty image has no libbz2.so.1.0, which libbz2-1.0 has; needed by python", none.StandardError);
        Assert.Contains("hint: nothing was written; name a base image, --base, or take this machine's libraries along, --host-libraries", none.StandardError);
        Assert.Contains("has something at /usr/lib: --prefix names another folder", Assemble("--base", OciFolder.Base, "--prefix", "/usr/lib").MustReturn(1).StandardError);
        Assert.False(Directory.Exists(output));
        foreach (var prefix in new[] { "opt/env", "/", "/opt/../etc", "/opt/a b", "/opt//env", "/opt/$(id)" })
        {
            CleanFailure.Check(Assemble("--base", OciFolder.Base, "--prefix", prefix), 2);
        }

        Assert.Contains("warning: an empty image has no libbz2.so.1.0", Assemble("--any-base").MustReturn(0).StandardError);
        CleanFailure.Check(Assemble("--base", OciFolder.Base, "--host-libraries"), 2);
    }

    [SkippableFact]
    public void Without_a_base_it_runs_on_the_libraries_of_the_machine()
    {
        var variables = engines.VariablesFor("podman");
        var (name, file) = ("lab/assembled-alone:1", _folder.PathOf("alone.tar"));
        Firn("image", "assemble", environment.Capture, "--store", environment.Store, "--host-libraries", "-o", $"docker-archive:{file}:{name}").MustReturn(0);

        ProcessResult Podman(params IEnumerable<string> arguments) => new ProcessRunner { Variables = variables }.Run(Part.Program("podman"), arguments).MustReturn(0);
        Podman("load", "--input", file);
        Assert.Equal("demo runs\n", Podman("run", "--rm", "--network", "none", "--user", "4242", name, "demo-run").StandardOutput);
        Assert.Equal(
            "/opt/env /tmp\n", Podman("run", "--rm", "--network", "none", name, "python", "-c", "import ssl, sqlite3, ctypes, sys, tempfile; print(sys.prefix, tempfile.gettempdir())").StandardOutput);
        Podman("rmi", name);
    }

    [SkippableTheory]
    [InlineData("up")]
    [InlineData("circle")]
    [InlineData("cut")]
    [InlineData("digest")]
    [InlineData("layers")]
    [InlineData("artifact")]
    public void A_hostile_base_is_refused(string kind)
    {
        ContainerEngines.MustBePossible("podman");
        var tar = kind switch
        {
            "up" => OciFolder.Tar(new PaxTarEntry(TarEntryType.Directory, "../out/")),
            "circle" => OciFolder.Tar(new PaxTarEntry(TarEntryType.SymbolicLink, "opt") { LinkName = "opt2" }, new PaxTarEntry(TarEntryType.SymbolicLink, "opt2") { LinkName = "/opt" }),
            _ => OciFolder.Tar(new PaxTarEntry(TarEntryType.RegularFile, "etc/file") { DataStream = new MemoryStream(new byte[100_000]) }),
        };
        var bases = new OciFolder(_folder.PathOf("bases"));
        bases.Add("bad", [kind == "cut" ? tar[..50_000] : tar], configuration =>
        {
            if (kind is "digest" or "layers")
            {
                configuration["rootfs"]!["diff_ids"] = new System.Text.Json.Nodes.JsonArray([.. Enumerable.Repeat($"sha256:{new string('a', 64)}", kind == "digest" ? 1 : 2)]);
            }
        });
        if (kind == "artifact")
        {
            var path = Directory.EnumerateFiles(Path.Join(bases.Root, "blobs", "sha256")).First(file => File.ReadAllText(file).Contains("image.config.v1", StringComparison.Ordinal));
            File.WriteAllText(path, File.ReadAllText(path).Replace("image.config.v1", "some.config.v1"));
        }

        var result = Firn("image", "assemble", environment.Capture, "--store", environment.Store, "--any-base", "--base", $"oci:{bases.Root}:bad", "-o", $"oci:{_folder.PathOf("image")}");

        Assert.True(result.ExitCode is 1 or 3, result.StandardError);
        CleanFailure.Check(result, result.ExitCode);
        Assert.False(Directory.Exists(_folder.PathOf("image")));
    }

    [SkippableFact]
    public void Folders_of_the_base_keep_their_mode_and_owner_and_links_on_the_way_are_followed()
    {
        ContainerEngines.MustBePossible("podman");
        var bases = new OciFolder(_folder.PathOf("bases"));
        bases.Add("linked",
        [
            OciFolder.Tar(
                new PaxTarEntry(TarEntryType.Directory, "data/") { Mode = (UnixFileMode)0x3F8, Uid = 70_000_000, Gid = 5, ModificationTime = DateTimeOffset.FromUnixTimeSeconds(1_000_000_000) },
                new PaxTarEntry(TarEntryType.SymbolicLink, "opt") { LinkName = "data" }),
        ]);

        Firn("image", "assemble", environment.Capture, "--store", environment.Store, "--any-base", "--base", $"oci:{bases.Root}:linked", "-o", $"oci:{_folder.PathOf("image")}").MustReturn(0);

        var layout = new OciFolder(_folder.PathOf("image"));
        Assert.All(layout.Layers().Skip(1), tar =>
        {
            var first = OciFolder.Members(tar)[0];
            Assert.Equal(("data/", 0x3F8, 70_000_000, 5, 1_000_000_000), (first.Name, (int)first.Mode, first.Uid, first.Gid, first.ModificationTime.ToUnixTimeSeconds()));
        });
        Assert.DoesNotContain(layout.Layers().Skip(1).SelectMany(OciFolder.Members), entry => entry.Name.StartsWith("opt", StringComparison.Ordinal));
        Assert.StartsWith("PATH=/opt/env/bin:/usr/local/bin", layout.Configuration().GetProperty("config").GetProperty("Env")[0].GetString());
    }

    [SkippableFact]
    public void Killed_at_any_moment_an_image_is_whole_or_has_no_name_and_the_next_one_is_the_same()
    {
        ContainerEngines.MustBePossible("podman");
        var (times, random) = (TestScale.IsFull ? 50 : 4, new Random(11));
        var watch = Stopwatch.StartNew();
        var whole = Digest(Assemble("whole", null));
        var length = watch.ElapsedMilliseconds;
        for (var i = 0; i < times; i++)
        {
            var image = _folder.PathOf($"killed-{i}");
            var start = new ProcessStartInfo(firn.Executable, ["image", "assemble", environment.Capture, "--store", environment.Store, "--base", OciFolder.Base, "-o", $"oci:{image}:one"]) { RedirectStandardError = true, RedirectStandardOutput = true };
            start.Environment["FIRN_CACHE"] = _folder.PathOf("killed-cache");
            using (var process = Process.Start(start)!)
            {
                Thread.Sleep(random.Next((int)length));
                process.Kill();
                process.WaitForExit();
            }

            if (File.Exists(Path.Join(image, "index.json")))
            {
                Assert.Equal(whole, new OciFolder(image).Digest("one"));
                MustBeWellFormed(new OciFolder(image));
            }
        }

        var runner = Runner("killed");
        Assert.Equal(whole, Digest(firn.Run(runner, "image", "assemble", environment.Capture, "--store", environment.Store, "--base", OciFolder.Base, "-o", $"oci:{_folder.PathOf("killed-0")}:one", "--json")));
        MustBeWellFormed(new OciFolder(_folder.PathOf("killed-0")));
    }

    [SkippableFact]
    public void A_changed_package_sends_its_own_layer_to_a_registry_and_no_other()
    {
        ContainerEngines.MustBePossible("podman");
        var python = ArchivedPython.Python.MakeEnvironment(_folder.PathOf("venv"));
        python.Install(WheelFile.WithEverything("demo", "1.0").WriteTo(_folder.PathOf("wheels")), CreateFolder.Speaking("alpha", "1.0").WriteTo(_folder.PathOf("wheels")));
        var target = $"{engines.RegistryHost}/lab/{Guid.NewGuid():N}";
        JsonElement Push(string tag) => JsonDocument.Parse(Firn(
            "image", "assemble", _folder.PathOf("venv"), "--store", _folder.PathOf("store"), "--base", OciFolder.Base, "-o", $"{target}:{tag}", "--json").MustReturn(0).StandardOutput).RootElement;

        var first = Push("1");
        python.Run("-m", "pip", "install", "--quiet", "--no-index", "--no-deps", CreateFolder.Speaking("alpha", "1.1").WriteTo(_folder.PathOf("wheels"))).MustReturn(0);
        var second = Push("2");

        // The changed layer, the installation's own, which names the environment, and the configuration.
        Assert.InRange(second.GetProperty("blobs_sent").GetInt64(), 2, 3);
        Assert.True(second.GetProperty("bytes_sent").GetInt64() * 100 < first.GetProperty("bytes_sent").GetInt64(), $"{second} after {first}");
        Assert.Equal(0, Push("3").GetProperty("blobs_sent").GetInt64());
        new ProcessRunner { Timeout = TimeSpan.FromMinutes(5) }.Run(
            Part.Program("skopeo"), "copy", "--quiet", "--preserve-digests", "--src-tls-verify=false", $"docker://{target}:2", $"oci:{_folder.PathOf("copied")}:two").MustReturn(0);
        Assert.Equal(second.GetProperty("digest").GetString(), new OciFolder(_folder.PathOf("copied")).Digest("two"));
    }

    [SkippableFact]
    public void A_sif_has_the_files_of_all_layers_and_is_the_same_each_time()
    {
        ContainerEngines.MustBePossible("podman");
        var bases = new OciFolder(_folder.PathOf("bases"));
        static PaxTarEntry Text(string path, string text) => new(TarEntryType.RegularFile, path) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)), Mode = (UnixFileMode)0x1ED };
        bases.Add(
            "small",
            [
                OciFolder.Tar(
                    new PaxTarEntry(TarEntryType.Directory, "etc/") { Mode = (UnixFileMode)0x1C0 }, Text("etc/a", "old"), new PaxTarEntry(TarEntryType.HardLink, "etc/b") { LinkName = "etc/a" },
                    Text("etc/gone", "gone"), Text("old/file", "file"), new PaxTarEntry(TarEntryType.SymbolicLink, "link") { LinkName = "etc/a" }),
                OciFolder.Tar(Text("etc/a", "new"), Text("etc/.wh.gone", ""), Text("old/.wh..wh..opq", ""), Text("old/new", "new")),
            ],
            static configuration => configuration["config"] = new System.Text.Json.Nodes.JsonObject
            {
                ["Env"] = new System.Text.Json.Nodes.JsonArray("PATH=/bin", "ODD=it's \"$HOME\" `x` }"),
                ["Entrypoint"] = new System.Text.Json.Nodes.JsonArray("/bin/say", "it's"),
            });
        var (one, two, tree) = (_folder.PathOf("one.sif"), _folder.PathOf("two.sif"), _folder.PathOf("tree"));

        Firn("image", "copy", $"oci:{bases.Root}:small", $"sif:{one}").MustReturn(0);
        Firn("image", "copy", $"oci:{bases.Root}:small", $"sif:{two}").MustReturn(0);

        Assert.Equal(File.ReadAllBytes(one), File.ReadAllBytes(two));
        Unsquash(one, tree);
        Assert.Equal(("new", "old", "new"), (File.ReadAllText($"{tree}/etc/a"), File.ReadAllText($"{tree}/etc/b"), File.ReadAllText($"{tree}/link")));
        Assert.Equal(["new"], Directory.GetFileSystemEntries($"{tree}/old").Select(Path.GetFileName));
        Assert.False(File.Exists($"{tree}/etc/gone"));
        Assert.Equal((UnixFileMode)0x1C0, File.GetUnixFileMode($"{tree}/etc"));
        var shown = new ProcessRunner { Variables = new Dictionary<string, string?> { ["ODD"] = null, ["HOME"] = "/no" } }.Run(
            "/bin/sh", "-c", $". {tree}/.singularity.d/env/10-docker2singularity.sh; echo \"$ODD $PATH\"").MustReturn(0);
        Assert.Equal("it's \"$HOME\" `x` } /bin\n", shown.StandardOutput);
        Assert.Contains("exec '/bin/say' 'it'\\''s' \"$@\"", File.ReadAllText($"{tree}/.singularity.d/runscript"));
        CleanFailure.Check(Firn("image", "copy", $"oci:{bases.Root}:small", $"sif:{one}"), 2);
        Assert.Equal([one, two], Directory.GetFileSystemEntries(_folder.Root, "*.sif*").Order());
    }

    [SkippableFact]
    public void An_environment_in_a_sif_runs()
    {
        ContainerEngines.MustBePossible("podman");
        var (file, tree) = (_folder.PathOf("env.sif"), _folder.PathOf("tree"));
        Firn("image", "assemble", environment.Capture, "--store", environment.Store, "--host-libraries", "-o", $"sif:{file}").MustReturn(0);
        Unsquash(file, tree);

        // A Python that finds its library beside itself asks /proc where it is.
        var run = new ProcessRunner().Run(
            Part.Program("unshare"), "--mount", "/bin/sh", "-c",
            "mount -t proc proc \"$0/proc\" && exec chroot \"$0\" /opt/env/bin/python -c 'import demo, sys; demo.main(); print(sys.prefix)'", tree).MustReturn(0);

        Assert.Equal("demo runs\n/opt/env\n", run.StandardOutput);
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Unpacks a SIF by its own reference program and squashfs-tools.</summary>
    private void Unsquash(string sif, string tree)
    {
        var runner = new ProcessRunner();
        Assert.Contains("FS (Squashfs/*System/amd64)", runner.Run(Part.Program("siftool"), "list", sif).MustReturn(0).StandardOutput);
        var squash = _folder.PathOf("squash");
        runner.Run("/bin/sh", "-c", "\"$0\" dump 1 \"$1\" >\"$2\"", Part.Program("siftool"), sif, squash).MustReturn(0);
        runner.Run(Part.Program("unsquashfs"), "-quiet", "-no-progress", "-dest", tree, squash).MustReturn(0);
    }

    /// <summary>What uv leaves other than pip: installer, cache notes, the words of launchers, no request, no order.</summary>
    private static void LookAsInstalledByUv(string prefix)
    {
        foreach (var launcher in Launchers.Select(name => Path.Join(prefix, "bin", name)))
        {
            var module = Path.GetFileName(launcher).Split('-')[0];
            var interpreter = string.Join('\n', File.ReadLines(launcher).TakeWhile(static line => !line.StartsWith("# -*-", StringComparison.Ordinal) && !line.StartsWith("import ", StringComparison.Ordinal)));
            File.WriteAllText(launcher, $"{interpreter}\n# -*- coding: utf-8 -*-\nimport sys\nfrom {module} import main\nif __name__ == \"__main__\":\n    if sys.argv[0].endswith(\"-script.pyw\"):\n        sys.argv[0] = sys.argv[0][:-11]\n    elif sys.argv[0].endswith(\".exe\"):\n        sys.argv[0] = sys.argv[0][:-4]\n    sys.exit(main())\n");
        }

        foreach (var information in Directory.GetDirectories(prefix, "*.dist-info", SearchOption.AllDirectories).Where(static path => !path.Contains("pip-", StringComparison.Ordinal) && !path.Contains("setuptools-", StringComparison.Ordinal)))
        {
            File.WriteAllText(Path.Join(information, "INSTALLER"), "uv");
            File.Delete(Path.Join(information, "REQUESTED"));
            File.WriteAllText(Path.Join(information, "uv_cache.json"), "{\"timestamp\":{\"secs_since_epoch\":1,\"nanos_since_epoch\":2}}");
            var record = Path.Join(information, "RECORD");
            File.WriteAllLines(record, File.ReadLines(record).ToList().Where(static row => !row.Contains("REQUESTED", StringComparison.Ordinal)).Reverse()
                .Select(row => row.StartsWith("../../../bin/", StringComparison.Ordinal) && Launchers.Contains(row.Split(',')[0][13..]) ? Row(prefix, row.Split(',')[0]) : row));
        }
    }

    /// <summary>The row of RECORD of a script as it is now.</summary>
    private static string Row(string prefix, string path)
    {
        var content = File.ReadAllBytes(Path.Join(prefix, "bin", Path.GetFileName(path)));
        return $"{path},sha256={Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(content)).TrimEnd('=').Replace('+', '-').Replace('/', '_')},{content.Length}";
    }

    /// <summary>The installer's own words, of which images have one form.</summary>
    private static bool IsOfInstaller(string path) =>
        path is "pyvenv.cfg" or "bin/activate" or "bin/activate.csh" or "bin/activate.fish" or ".firn/restore.json" or "bin/demo-run" or "bin/demo-gui"
        || path.StartsWith("bin/pip", StringComparison.Ordinal) || path is "bin/python" or "bin/python3" or "bin/python3.11" || Path.GetFileName(path) is "INSTALLER" or "REQUESTED" or "RECORD";

    private static void MustBeEqual(FileInfo file, TarEntry member)
    {
        if (file.LinkTarget is { } target)
        {
            Assert.Equal((member.Name, TarEntryType.SymbolicLink, target), (member.Name, member.EntryType, member.LinkName));
            return;
        }

        using var content = new MemoryStream();
        member.DataStream?.CopyTo(content);
        Assert.True(File.ReadAllBytes(file.FullName).AsSpan().SequenceEqual(content.ToArray()), $"{member.Name} has other bytes");
        Assert.Equal(
            (member.Name, (file.UnixFileMode & UnixFileMode.UserExecute) != 0, new DateTimeOffset(file.LastWriteTimeUtc)),
            (member.Name, (member.Mode & UnixFileMode.UserExecute) != 0, member.ModificationTime));
    }

    /// <summary>No path twice in a layer, none in two of ours, its folders before it, and nothing of this machine in a header.</summary>
    private static void MustBeWellFormed(OciFolder layout)
    {
        var files = new HashSet<string>();
        foreach (var tar in layout.Layers().Skip(1))
        {
            var paths = new HashSet<string>();
            foreach (var entry in OciFolder.Members(tar))
            {
                var name = entry.Name.TrimEnd('/');
                Assert.True(paths.Add(name), $"{name} is twice in a layer");
                Assert.True(!name.Contains('/', StringComparison.Ordinal) || paths.Contains(name[..name.LastIndexOf('/')]), $"{name} comes before its folder");
                Assert.True(entry.EntryType == TarEntryType.Directory || files.Add(name), $"{name} is in two layers");
                Assert.Equal((0, 0), (entry.Uid, entry.Gid));
            }
        }
    }

    private ProcessRunner Runner(string name) => new()
    {
        Variables = new Dictionary<string, string?>(PythonRunner.Clean()) { ["FIRN_CACHE"] = _folder.PathOf($"{name}-cache"), ["HOME"] = _folder.Root },
        Timeout = TimeSpan.FromMinutes(5),
    };

    /// <summary>Assembles an environment, or the archived one, with a store and a cache of its own.</summary>
    private ProcessResult Assemble(string name, string? prefix, params IReadOnlyList<string> before)
    {
        string[] command =
        [
            "image", "assemble", prefix ?? environment.Capture, "--store", prefix is null ? environment.Store : _folder.PathOf($"{name}-store"),
            "--base", OciFolder.Base, "-o", $"oci:{_folder.PathOf($"{name}-image")}", "--json",
        ];
        return before.Count == 0
            ? firn.Run(Runner(name), command)
            : Runner(name).Run(Part.Program(before[0]), [.. before.Skip(1), firn.Executable, .. command]);
    }

    private ProcessResult Firn(params IEnumerable<string> arguments)
    {
        var variables = engines.VariablesFor("podman");
        foreach (var engine in arguments.SkipWhile(static word => word != "--engine").Skip(1).Take(1))
        {
            variables = engines.VariablesFor(engine);
        }

        variables["FIRN_CACHE"] = _folder.PathOf("cache");
        return firn.Run(new ProcessRunner { Variables = variables, WorkingDirectory = _folder.Root, Timeout = TimeSpan.FromMinutes(5) }, arguments);
    }

    private static string Digest(ProcessResult result) =>
        JsonDocument.Parse(result.MustReturn(0).StandardOutput).RootElement.GetProperty("digest").GetString()!;
}
