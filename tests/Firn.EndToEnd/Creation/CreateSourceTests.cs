using Firn.EndToEnd.Support;

namespace Firn.EndToEnd.Creation;

/// <summary>
/// What needs pip itself: versions that no lock says, and sources that have to be built. What comes of it is what pip
/// makes of the same lines.
/// </summary>
public sealed class CreateSourceTests(PublishedFirn firn) : IClassFixture<PublishedFirn>
{
    private const string Remote = "https://github.com/example/firn-example.git";

    [SkippableFact]
    public void Create_of_open_requirements_takes_what_pip_chooses_and_lock_keeps_it()
    {
        using var folder = new CreateFolder(firn);
        using var index = new LoopbackIndex(
            IndexPages.Json,
            folder.Add(CreateFolder.Speaking("alpha", "1.0", "Requires-Dist: beta<2\n")),
            folder.Add(CreateFolder.Speaking("beta", "1.0")),
            folder.Add(CreateFolder.Speaking("beta", "1.5")),
            folder.Add(CreateFolder.Speaking("beta", "2.0")));
        var spec = folder.Write("requirements.txt", "alpha>=1  # and what it needs");
        var locked = folder.PathOf("locked.txt");

        var solved = folder.Create(spec, folder.PathOf("solved"), "--index-url", index.Url, "--json");
        var lockMade = folder.Run("lock", "-f", spec, "-o", locked, "--index-url", index.Url, "--python", CreateFolder.Python).MustReturn(0);
        var again = folder.Create(locked, folder.PathOf("again"), "--offline", "--json");

        Assert.StartsWith("firn: not everything is pinned: pip ", solved.StandardError);
        Assert.Contains("wrote " + locked, lockMade.StandardError);
        Assert.Empty(again.StandardError);
        Assert.Equal(CreateFolder.IdOf(solved), CreateFolder.IdOf(again));
        Assert.Equal("alpha==1.0\nbeta==1.5\n", Freeze(folder, "again"));
        Assert.Equal(["alpha"], Requested(folder.PathOf("solved")));
        // A lock that is there is nobody's to overwrite; without a place it goes to standard output.
        CleanFailure.Check(folder.Run("lock", "-f", spec, "-o", locked, "--index-url", index.Url), 2);
        var printed = folder.Run("lock", "-f", spec, "--index-url", index.Url, "--python", CreateFolder.Python).MustReturn(0);
        Assert.Equal(File.ReadAllText(locked), printed.StandardOutput);
    }

    [SkippableFact]
    public void Create_of_sources_makes_what_pip_makes()
    {
        using var folder = new CreateFolder(firn);
        var version = SourceProject.Modern(folder.PathOf("versioned"), "versioned", Remote);
        var plain = SourceProject.Modern(folder.PathOf("plain"), "plain", Remote);
        SourceProject.Modern(folder.PathOf("packed-1.5"), "packed", Remote);
        Directory.CreateDirectory(folder.Wheels);
        new ProcessRunner { WorkingDirectory = folder.Root }.Run(
            Part.Program("tar"), "-czf", "wheels/packed-1.5.tar.gz", "--exclude=.git", "packed-1.5").MustReturn(0);
        var direct = new WheelFile("direct", "1.0").WriteTo(folder.PathOf("elsewhere"));
        // Old pips record a digest only where the URL has one.
        var url = $"file://{direct}#sha256={LoopbackIndex.DigestOf(direct)}";
        var requirements = folder.Write(
            "requirements.txt", $"versioned @ git+file://{version}", $"plain @ file://{plain}", "packed==1.5", $"direct @ {url}");
        var real = new PythonRunner(CreateFolder.Python).MakeEnvironment(folder.PathOf("real"));
        // pip 23.0 takes no name before such an URL; the name changes nothing.
        real.Install("--find-links", folder.Wheels, $"git+file://{version}", $"file://{plain}", "packed==1.5", url);

        var made = folder.CreateFromWheels(requirements, folder.PathOf("env")).MustReturn(0);

        Assert.Contains("firn: built from source by pip: ", made.StandardError);
        foreach (var name in (string[])["versioned", "plain", "packed"])
        {
            Assert.Contains(name, made.StandardError);
        }

        Assert.DoesNotContain("direct", made.StandardError);
        Assert.Equal(real.Pip("freeze").StandardOutput, Freeze(folder, "env"));
        Python(folder, "env").Run("-c", "import versioned, plain, packed, direct").MustReturn(0);
        // From then on the store has it all.
        Directory.Delete(version, recursive: true);
        folder.Run("restore", EnvironmentReference(made), "--to", folder.PathOf("restored"), "--store", folder.Store).MustReturn(0);
        Assert.Equal(Freeze(folder, "env"), Freeze(folder, "restored"));
    }

    [SkippableFact]
    public void Create_of_an_editable_project_leaves_it_in_its_folder()
    {
        using var folder = new CreateFolder(firn);
        var project = SourceProject.Modern(folder.PathOf("project"), "mine", Remote);
        folder.Add(CreateFolder.Speaking("alpha", "1.0"));
        var requirements = folder.Write("requirements.txt", "alpha==1.0", "-e ./project");
        string[] create = ["create", "-f", requirements, "--store", folder.Store, "--python", CreateFolder.Python, "--no-index", "--find-links", folder.Wheels];

        folder.Run([.. create, "--to", folder.PathOf("env")]).MustReturn(0);
        var without = folder.Run([.. create, "--to", folder.PathOf("without"), "--without-pip"]);

        File.WriteAllText(Path.Join(project, "mine.py"), "x = 'edited'\n");
        Assert.Equal("edited\n", Python(folder, "env").Run("-c", "import mine, alpha; print(mine.x)").MustReturn(0).StandardOutput);
        Assert.Contains("mine", Python(folder, "env").Pip("list", "--editable").StandardOutput);
        CleanFailure.Check(without, 1);
        Assert.Contains("no pip", without.StandardError);
        CreateFolder.MustBeAbsent(folder.PathOf("without"));
    }

    [SkippableTheory]
    [InlineData("alpha>1\nalpha<1", "pip finds no solution: ")]
    [InlineData("missing @ git+file:///nowhere/at/all", "fatal: '/nowhere/at/all' does not appear")]
    [InlineData("broken @ file://{root}/broken", "did not run successfully: no room for a backend")]
    public void Create_of_what_pip_cannot_do_says_pips_reason_and_leaves_nothing(string line, string reason)
    {
        using var folder = new CreateFolder(firn);
        folder.Add(CreateFolder.Speaking("alpha", "1.0"));
        SourceProject.Modern(folder.PathOf("broken"), "broken", Remote);
        File.WriteAllText(folder.PathOf("broken", "backend.py"), "raise SystemExit('no room for a backend')\n");

        var made = folder.CreateFromWheels(
            folder.Write("requirements.txt", line.Replace("{root}", folder.Root).Split('\n')), folder.PathOf("env"));

        CleanFailure.Check(made, 1);
        Assert.Contains(reason, made.StandardError);
        Assert.DoesNotContain("subprocess-exited", made.StandardError);
        CreateFolder.MustBeAbsent(folder.PathOf("env"));
    }

    private static PythonRunner Python(CreateFolder folder, string prefix) => new(folder.PathOf(prefix, "bin", "python"));

    /// <summary>What the system's pip says of an environment that has none.</summary>
    private static string Freeze(CreateFolder folder, string prefix) => new PythonRunner(CreateFolder.Python)
        .Pip("--python", folder.PathOf(prefix, "bin", "python"), "freeze").StandardOutput;

    private static IEnumerable<string> Requested(string prefix) => Directory
        .GetFiles(Path.Join(prefix, "lib"), "REQUESTED", SearchOption.AllDirectories)
        .Select(file => Path.GetFileName(Path.GetDirectoryName(file)!).Split('-')[0]).Order();

    private static string EnvironmentReference(ProcessResult made) =>
        made.StandardOutput.Split('\n').First(line => line.StartsWith("Archive ", StringComparison.Ordinal))["Archive ".Length..].Trim();
}
