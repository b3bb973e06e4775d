using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Firn.EndToEnd.Support;

namespace Firn.EndToEnd.Images;

/// <summary>Builds of what users really have: odd paths, bases and requirements, full disks, daemons that stop.</summary>
public sealed class HardBuildTests(PublishedFirn firn, ContainerEngines engines) : IClassFixture<PublishedFirn>, IClassFixture<ContainerEngines>
{
    [SkippableTheory]
    [InlineData("docker", false)]
    [InlineData("podman", true)]
    [InlineData("buildah", false)]
    public void A_projects_path_may_have_spaces_and_any_letters_and_be_a_link(string engine, bool isLink)
    {
        using var folder = new ImageFolder(firn, engines, engine, "Étude du  côté ☂ 'x'");
        folder.Init();
        var place = folder.Project;
        if (isLink)
        {
            place = folder.Beside("a link");
            File.CreateSymbolicLink(place, folder.Project);
        }

        var runner = new ProcessRunner { Variables = folder.Variables, WorkingDirectory = place, Timeout = TimeSpan.FromMinutes(10) };
        firn.Run(runner, "image", "build", "--generic", "--run", "--network", "host").MustReturn(0);

        if (engine != "buildah")
        {
            Assert.Equal(
                $"alpha 1.1 speaks\nstudy speaks\n/project/{folder.ProjectName}\n",
                firn.Run(runner, "image", "run", "--", "sh", "-c", "alpha-say; study-say; pwd").MustReturn(0).StandardOutput);
        }
    }

    [SkippableTheory]
    [InlineData("rm -f /usr/bin/python*", "the base image has no Python on its PATH", "firn image from-base from-scratch")]
    [InlineData("rm -rf /usr/lib/python3/dist-packages/pip /usr/lib/python3.11/ensurepip", "the base's Python has no pip", "python3-venv")]
    [InlineData("rm -rf /usr/lib/python3.11/venv", "the base's Python cannot make a virtual environment", "python3-venv")]
    public void A_base_that_lacks_what_is_needed_is_told(string damage, string what, string hint)
    {
        using var folder = new ImageFolder(firn, engines, "docker");
        var name = $"lab/{folder.ProjectName}:1";
        folder.BuildImage(name, $"FROM {ContainerEngines.BaseImage}\nRUN {damage}\n");
        folder.Init("--from-python", name);

        MustFail(folder, what, hint);
    }

    /// <summary>The base of these tests marks its Python as Debian's own (PEP 668).</summary>
    [SkippableFact]
    public void A_step_of_ones_own_that_changes_an_externally_managed_Python_is_told_where_packages_go()
    {
        using var folder = new ImageFolder(firn, engines, "docker");
        folder.Init();
        ImageFolder.Edit(Path.Join(folder.Installation, "Dockerfile"), ("\n# Install more here", "\nRUN python3 -m pip install alpha\n# Install more here"));
        folder.Commit();

        MustFail(folder, "failed at `RUN python3 -m pip install alpha`: This environment is externally managed", "/opt/env/bin/python -m pip install");
    }

    [SkippableTheory]
    [InlineData("alpha==1.1 --hash=sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\nbeta==1.2 --hash=sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n", "the file of alpha==1.1 has another digest", "requirements.txt")]
    [InlineData("alpha\nbeta==1.2 --hash=sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n", "pinned with ==", "or give none a digest")]
    [InlineData("alpha>=1.0 <<2\n", "Invalid requirement", "lines above")]
    [InlineData("alpha==1.0\nbeta<1\n", "beta<1", "requirements.txt")]
    [InlineData("-r missing.txt\nalpha\n", "missing.txt", "requirements.txt")]
    public void Requirements_that_cannot_be_met_are_told(string requirements, string what, string hint)
    {
        using var folder = new ImageFolder(firn, engines, "docker");
        folder.Init();
        var file = Path.Join(folder.Installation, "dependencies", "requirements.txt");
        File.WriteAllText(file, File.ReadAllText(file).Replace("\nalpha\n", "\n" + requirements, StringComparison.Ordinal));
        folder.Commit();

        MustFail(folder, what, hint);
    }

    [SkippableFact]
    public void An_index_that_nobody_reaches_is_told_as_that()
    {
        using var folder = new ImageFolder(firn, engines, "docker");
        folder.Init();
        File.WriteAllText(Path.Join(folder.Installation, "dependencies", "requirements.txt"), "--index-url http://127.0.0.1:9/simple\nalpha\n");
        folder.Commit();

        MustFail(folder, "Connection refused", "check the address and the network");
    }

    [SkippableFact]
    public void A_package_that_does_not_build_is_told_with_its_own_reason()
    {
        using var folder = new ImageFolder(firn, engines, "docker");
        folder.Init();
        using var index = new LoopbackIndex(IndexPages.HtmlWithDigests, SourceArchive(folder.Beside("gamma-1.0.tar.gz")));
        File.WriteAllText(Path.Join(folder.Installation, "dependencies", "requirements.txt"), $"--index-url {index.Url}\ngamma\n");
        folder.Commit();

        MustFail(folder, "the Fortran compiler is missing", "");
    }

    [SkippableFact]
    public void Four_thousand_lines_are_no_trouble()
    {
        using var folder = new ImageFolder(firn, engines, "docker");
        folder.Init();
        var file = Path.Join(folder.Installation, "dependencies", "requirements.txt");
        File.AppendAllText(file, string.Concat(Enumerable.Range(0, 4000).Select(static i => $"package-{i:D4}-with-a-long-name==1.{i}.0 ; python_version < '3'  # {i}\n")));
        folder.Commit();

        folder.Build("--generic", "--run").MustReturn(0);

        Assert.Matches("(?m)^alpha +1\\.1 +pip$", folder.Firn("image", "list-env").MustReturn(0).StandardOutput);
    }

    [SkippableTheory]
    [InlineData("docker")]
    [InlineData("podman")]
    public void Two_builds_of_one_installation_at_once_both_end_with_whole_images(string engine)
    {
        using var folder = new ImageFolder(firn, engines, engine);
        var commit = folder.Init();
        var builds = Enumerable.Range(0, 2).Select(_ => folder.Start("image", "build", "--generic", "--network", "host")).ToList();

        foreach (var (process, output, error) in builds.Select(static process => (process, process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync())).ToList())
        {
            Assert.True(process.WaitForExit(TimeSpan.FromMinutes(10)), "it hangs");
            new ProcessResult("firn image build", process.ExitCode, output.Result, error.Result).MustReturn(0);
            process.Dispose();
        }

        var tags = folder.Ask("images", "--format", "{{.Tag}}", folder.Name).MustReturn(0).StandardOutput.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(4, tags.Count(tag => tag.Contains("latest", StringComparison.Ordinal) || tag.Contains(commit, StringComparison.Ordinal)));
        Assert.DoesNotContain(tags, static tag => tag.StartsWith("firn-", StringComparison.Ordinal));
        Assert.Matches("(?m)^alpha +1\\.1 +pip$", folder.Firn("image", "list-env").MustReturn(0).StandardOutput);
    }

    [SkippableTheory]
    [InlineData("LAB_NAME", "My Lab")]
    [InlineData("LAB_NAME", "lab/../x")]
    [InlineData("USR", "Alice")]
    public void Names_that_no_registry_takes_are_refused_before_anything_is_built(string key, string value)
    {
        using var folder = new ImageFolder(firn, engines, "docker");
        folder.Init();
        folder.Firn("image", "env").MustReturn(0);
        var file = Path.Join(folder.Installation, ".env");
        File.WriteAllLines(file, File.ReadAllLines(file).Select(line => line.StartsWith($"{key}=", StringComparison.Ordinal) ? $"{key}={value}" : line));

        var refused = folder.Build("--generic");

        CleanFailure.Check(refused, 2);
        Assert.Contains(value, refused.StandardError);
    }

    [SkippableFact]
    public void A_file_of_settings_with_the_line_ends_of_Windows_builds_the_same_user()
    {
        using var folder = new ImageFolder(firn, engines, "docker");
        folder.Init();
        folder.Firn("image", "env").MustReturn(0);
        folder.SetUser("alice", 1234, "lab", 2345);
        var file = Path.Join(folder.Installation, ".env");
        File.WriteAllText(file, "\ufeff" + File.ReadAllText(file).ReplaceLineEndings("\r\n"));

        folder.Build("--run").MustReturn(0);

        Assert.Equal("alice 1234 2345\n", folder.Firn("image", "run", "--", "sh", "-c", "echo $(id -un) $(id -u) $(id -g)").MustReturn(0).StandardOutput);
    }

    /// <summary>The engine's storage is full, or the folder for temporary files.</summary>
    [SkippableTheory]
    [InlineData("docker")]
    [InlineData("podman")]
    public void A_full_disk_is_told(string engine)
    {
        using var disk = new SmallDisk("900m");
        using var own = new OwnEngine(engine, disk.Root);
        using var folder = new ImageFolder(firn, engines, engine);
        folder.Init();
        own.Use(folder.Variables);
        ImageFolder.Edit(Path.Join(folder.Installation, "Dockerfile"), ("\n# Install more here", "\nRUN head -c 700000000 /dev/urandom > /opt/env/large\n# Install more here"));
        folder.Commit();

        MustFail(folder, "o space left on device", "make room");
        Assert.DoesNotContain("firn-", folder.Ask("images").MustReturn(0).StandardOutput);
    }

    [SkippableFact]
    public void A_full_folder_of_temporary_files_is_told()
    {
        using var disk = new SmallDisk("64k");
        using var folder = new ImageFolder(firn, engines, "docker");
        folder.Init();
        using (var full = File.Create(Path.Join(disk.Root, "full")))
        {
            full.SetLength(0);
            try
            {
                full.Write(new byte[1 << 20]);
            }
            catch (IOException)
            {
                // As it should be.
            }
        }

        folder.Variables["TMPDIR"] = disk.Root;

        var failed = folder.Build("--generic");

        failed.MustReturn(1);
        CleanFailure.MustBeClean(failed);
        Assert.Contains($"error: {disk.Root}", failed.StandardError);
        Assert.Contains("\nhint: make room there, or name another folder in TMPDIR\n", failed.StandardError);
    }

    [SkippableFact]
    public void A_daemon_that_stops_while_it_builds_is_told()
    {
        using var place = new TemporaryFolder();
        using var own = new OwnEngine("docker", place.Root);
        using var folder = new ImageFolder(firn, engines, "docker");
        folder.Init();
        own.Use(folder.Variables);
        ImageFolder.Edit(Path.Join(folder.Installation, "Dockerfile"), ("\n# Install more here", "\nRUN echo reached-$((1+1)); sleep 60\n# Install more here"));
        folder.Commit();
        using var process = folder.Start("image", "build", "--generic", "--network", "host");
        var output = process.StandardOutput.ReadToEndAsync();
        var error = new StringBuilder();
        while (process.StandardError.ReadLine() is { } line && !error.Append(line + "\n").ToString().Contains("reached-2", StringComparison.Ordinal))
        {
        }

        own.Stop();

        var rest = process.StandardError.ReadToEnd();
        Assert.True(process.WaitForExit(TimeSpan.FromMinutes(2)), "it hangs");
        var failed = new ProcessResult("firn image build", process.ExitCode, output.Result, error + rest);
        failed.MustReturn(1);
        CleanFailure.MustBeClean(failed);
        Assert.Contains("hint: start the daemon", failed.StandardError);
    }

    private static void MustFail(ImageFolder folder, string what, string hint)
    {
        var failed = folder.Build("--generic", "--run");
        failed.MustReturn(1);
        CleanFailure.MustBeClean(failed);
        var lines = failed.StandardError.TrimEnd('\n').Split('\n');
        Assert.True(lines[^2].StartsWith("error: ", StringComparison.Ordinal) && lines[^2].Contains(what, StringComparison.Ordinal), string.Join('\n', lines[^20..]));
        Assert.True(lines[^1].StartsWith("hint: ", StringComparison.Ordinal) && lines[^1].Contains(hint, StringComparison.Ordinal), string.Join('\n', lines[^20..]));
        Assert.DoesNotContain($"{folder.Name}:", folder.Ask("images", "--format", "{{.Repository}}:{{.Tag}}").MustReturn(0).StandardOutput);
    }

    /// <summary>A source archive whose build backend, in itself, fails.</summary>
    private static string SourceArchive(string path)
    {
        using var zipped = new GZipStream(File.Create(path), CompressionLevel.Fastest);
        using var tar = new TarWriter(zipped);
        foreach (var (name, text) in new[]
        {
            ("PKG-INFO", "Metadata-Version: 2.1\nName: gamma\nVersion: 1.0\n"),
            ("pyproject.toml", "[build-system]\nrequires = []\nbuild-backend = \"backend\"\nbackend-path = [\".\"]\n"),
            ("backend.py", "def build_wheel(*args, **kwargs):\n    raise RuntimeError('the Fortran compiler is missing')\n"),
        })
        {
            tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, $"gamma-1.0/{name}") { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) });
        }

        return path;
    }
}
