using System.Text;
using Firn.EndToEnd.Support;

namespace Firn.EndToEnd.Captures;

/// <summary>
/// Environments that nobody made on purpose: every command ends soon, in little memory, without a stack trace, and says
/// what it met.
/// </summary>
public sealed class BadInputTests(PublishedFirn firn) : IClassFixture<PublishedFirn>
{
    private const int MaxMegabytes = 300;

    // Each takes a tenth of a second: only what hangs gets there, whatever else runs on the machine.
    private static readonly TimeSpan Hangs = TimeSpan.FromMinutes(1);

    public static TheoryData<string, string> Replacements
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var file in (string[])
                [
                    "D/METADATA", "D/RECORD", "D/direct_url.json", "D/INSTALLER", "D/REQUESTED", "D/entry_points.txt",
                    "P/pyvenv.cfg", "S/some.pth", "S/old.egg-link", "S/old.egg-info", "S/module.so", "P/bin/python3",
                    "P/conda-meta/history", "P/conda-meta/a-1-0.json", "G/HEAD", "G/index", "G/config", "G/packed-refs",
                ])
            {
                foreach (var damage in (string[])["fifo", "sparse", "zero", "loop", "random"])
                {
                    data.Add(file, damage);
                }
            }

            return data;
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Replacements))]
    public void Capture_with_a_damaged_file_ends_well(string file, string damage)
    {
        using var environment = new PlainEnvironment();
        var project = environment.Root + "/project";
        if (file.StartsWith('G'))
        {
            SourceProject.Modern(project, "edited", "https://example.org/p.git");
            environment.AddEditable("edited", "file://" + project, project);
        }

        File.WriteAllText(environment.DistInfo + "/RECORD", "module.so,sha256=abc,1\nvictim-1.0.dist-info/RECORD,,\n");
        var path = file
            .Replace("D/", environment.DistInfo + "/").Replace("P/", environment.Prefix + "/")
            .Replace("S/", environment.SitePackages + "/").Replace("G/", project + "/.git/");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);

        Damage(path, damage);

        MustEndWell(environment);
        if (file == "P/bin/python3")
        {
            MustEndWell(environment, environment.Executable);
        }
    }

    [SkippableFact]
    public void Capture_with_folders_in_circles_ends_well()
    {
        using var environment = new PlainEnvironment();
        var site = environment.SitePackages;
        File.CreateSymbolicLink(site + "/loop", ".");
        File.CreateSymbolicLink(site + "/again-2.0.dist-info", site);
        File.CreateSymbolicLink(site + "/itself-2.0.dist-info", "itself-2.0.dist-info");
        File.WriteAllText(site + "/circle.pth", string.Concat(Enumerable.Repeat(site + "\n", 100)) + site + "/loop/loop/loop\n");

        MustEndWell(environment);

        Directory.Delete(site, recursive: true);
        File.CreateSymbolicLink(site, "site-packages");
        MustEndWell(environment);
    }

    [SkippableFact]
    public void Capture_with_names_that_terminals_obey_shows_none_of_them()
    {
        using var environment = new PlainEnvironment();
        Directory.CreateDirectory(environment.SitePackages + "/e\e[31m\n\u009b1m\u202e-1.0.dist-info");
        var named = environment.AddDistribution("named");
        File.WriteAllText(named + "/METADATA", "Metadata-Version: 2.1\nName: na\e[31m\0med\nVersion: 1\e[31m.0\n");
        File.WriteAllText(named + "/INSTALLER", "p\e[31mip\n");
        // A name that is not UTF-8.
        new ProcessRunner().Run("/bin/sh", "-c", $"mkdir \"{environment.SitePackages}/$(printf 'x\\377')-1.0.dist-info\"").MustReturn(0);

        MustEndWell(environment);

        CleanFailure.MustBeClean(firn.Run("capture", environment.Prefix));
        CleanFailure.MustBeClean(firn.Run("diff", environment.Prefix, RealPython.Of("system")));
    }

    [SkippableFact]
    public void Capture_with_a_RECORD_that_leads_out_never_opens_what_it_names()
    {
        var strace = Part.Program("strace");
        using var environment = new PlainEnvironment();
        var secret = environment.Root + "/secret/target.so";
        Directory.CreateDirectory(environment.Root + "/secret");
        File.WriteAllText(secret, "not for you");
        File.WriteAllText(
            environment.DistInfo + "/RECORD",
            $"{secret},sha256=a,1\n../../../../secret/target.so,sha256=a,1\n../../../../secret/../secret/target.so,,\n"
            + "victim/../../../../../secret/target.so,,\n");
        var trace = environment.Root + "/trace";

        new ProcessRunner().Run(
            strace, "-f", "-y", "-e", "trace=open,openat,openat2,readlink,readlinkat,stat,newfstatat,statx,access", "-o", trace,
            firn.Executable, "capture", environment.Prefix, "--output", environment.Output).MustReturn(0);

        var text = File.ReadAllText(trace);
        Assert.Contains("victim-1.0.dist-info/RECORD", text);
        Assert.DoesNotContain("target.so", text);
    }

    [SkippableFact]
    public void Capture_of_ten_thousand_distributions_is_quick_and_small()
    {
        using var environment = new PlainEnvironment();
        for (var i = 0; i < 10_000; i++)
        {
            environment.AddDistribution($"package{i:d5}");
        }

        var took = MustEndWell(environment);

        // Two commands, each about a second on one core of 2020; a loop in a loop would take minutes.
        Assert.True(took < TimeSpan.FromSeconds(20), $"took {took}");
        Assert.Equal(10_001, File.ReadLines(environment.Output + "/environment-pip.txt").Count());
    }

    [SkippableTheory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{\"schema\": \"firn.environment/2\"}")]
    [InlineData("{\"schema\": \"firn.environment/1\"}")]
    [InlineData("{\"schema\": \"firn.environment/1\", \"environment_id\": 7, \"distributions\": {}}")]
    [InlineData("{\"schema\": \"firn.environment/1\", \"environment_id\": \"x\", \"python\": [], \"distributions\": [1, null]}")]
    [InlineData("{\"schema\": \"something.else/1\"}")]
    [InlineData("{\"a\": \"\\ud800\"}")]
    public void Export_of_what_is_no_capture_returns_1_and_says_why(string text)
    {
        Part.LinuxX64();
        using var folder = new TemporaryFolder();
        var file = folder.PathOf("environment.json");
        File.WriteAllText(file, text);

        foreach (var format in (string[])["pip", "json", "requirements", "cyclonedx", "conda", "explicit", "environment.yml"])
        {
            CleanFailure.Check(firn.Run("export", file, "--format", format), 1);
        }

        CleanFailure.Check(firn.Run("diff", file, file), 1);
    }

    [SkippableTheory]
    [InlineData("fifo")]
    [InlineData("sparse")]
    [InlineData("zero")]
    [InlineData("random")]
    [InlineData("deep")]
    public void Export_of_a_damaged_capture_returns_1_and_says_why(string damage)
    {
        Part.LinuxX64();
        using var folder = new TemporaryFolder();
        var file = folder.PathOf("environment.json");
        Damage(file, damage);
        var runner = new ProcessRunner { Timeout = Hangs };

        var (result, peak, _) = Measured.Run(runner, firn.Executable, "export", file, "--format", "pip");

        CleanFailure.Check(result, 1);
        Assert.InRange(peak, 0, MaxMegabytes);
    }

    [SkippableFact]
    public void Capture_of_a_folder_that_may_not_be_read_returns_1_and_says_so()
    {
        Part.Root();
        var setpriv = Part.Program("setpriv");
        using var folder = new TemporaryFolder();
        var published = Path.GetDirectoryName(firn.Executable)!;

        // The other user must get at everything but the one folder; a temporary folder is its owner's alone.
        var script = $"""
            chmod 755 {folder.Root} && cp -r {published} {folder.Root}/firn && chmod -R a+rX {folder.Root}/firn
            mkdir -p {folder.Root}/locked/bin && chmod 0 {folder.Root}/locked
            cd / && exec {setpriv} --reuid=65534 --regid=65534 --clear-groups \
                {folder.Root}/firn/firn capture {folder.Root}/locked
            """;
        var result = new ProcessRunner().Run("/bin/sh", "-c", script);

        CleanFailure.Check(result, 1);
        Assert.Contains("locked", result.StandardError, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Capture_onto_a_full_disk_leaves_the_old_files_whole()
    {
        Part.Root();
        using var environment = new PlainEnvironment();
        Directory.CreateDirectory(environment.Output);
        var old = environment.Root + "/old";
        firn.Run("capture", environment.Prefix, "--output", old).MustReturn(0);

        // Room for the old files and no more. The mount lives in a namespace of its own and ends with it.
        var script = $"""
            mount -t tmpfs -o size=200k none {environment.Output} || exit 77
            cp {old}/* {environment.Output}/
            head -c 1000000 /dev/zero > {environment.Output}/filler 2>/dev/null
            '{firn.Executable}' capture {environment.Prefix} --output {environment.Output}
            code=$?
            ls -A {environment.Output} | grep -v -e filler -e environment && exit 78
            cmp {old}/environment.json {environment.Output}/environment.json || exit 79
            exit $code
            """;
        var result = new ProcessRunner().Run(Part.Program("unshare"), "--mount", "/bin/sh", "-c", script);

        Part.MustBePresent(result.ExitCode != 77, "no tmpfs can be mounted here");
        CleanFailure.Check(result, 1);
        Assert.Contains("no space left", result.StandardError);
    }

    [SkippableFact]
    public void Capture_over_a_folder_that_has_a_files_name_returns_1_and_says_so()
    {
        foreach (var name in (string[])["environment.json", "environment-pip.txt", "environment-conda.txt"])
        {
            using var environment = new PlainEnvironment();
            Directory.CreateDirectory($"{environment.Output}/{name}/inside");

            CleanFailure.Check(firn.Run("capture", environment.Prefix, "--output", environment.Output), 1);
            Assert.DoesNotContain(
                Directory.EnumerateFiles(environment.Output), file => file.EndsWith(".tmp", StringComparison.Ordinal));
        }
    }

    private TimeSpan MustEndWell(PlainEnvironment environment) => MustEndWell(environment, environment.Prefix);

    /// <returns>The processor time that the commands took together.</returns>
    private TimeSpan MustEndWell(PlainEnvironment environment, string name)
    {
        var took = TimeSpan.Zero;
        var runner = new ProcessRunner { Timeout = Hangs };
        foreach (var arguments in (string[][])
            [
                ["capture", name, "--output", environment.Output],
                ["export", name, "--format", "pip"],
            ])
        {
            var (result, peak, processor) = Measured.Run(runner, [firn.Executable, .. arguments]);
            if (result.ExitCode == 0)
            {
                Assert.DoesNotContain("   at ", result.StandardError);
                CleanFailure.MustBeClean(result with { StandardOutput = string.Empty });
            }
            else
            {
                CleanFailure.Check(result, 1);
            }

            Assert.True(peak < MaxMegabytes, $"{result.Command} took {peak} MB");
            took += processor;
        }

        return took;
    }

    private static void Damage(string path, string damage)
    {
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }

        File.Delete(path);
        switch (damage)
        {
            case "fifo":
                new ProcessRunner().Run(Part.Program("mkfifo"), path).MustReturn(0);
                break;
            case "sparse":
                using (var file = File.Create(path))
                {
                    file.SetLength(1L << 30);
                }

                break;
            case "zero":
                File.CreateSymbolicLink(path, "/dev/zero");
                break;
            case "loop":
                File.CreateSymbolicLink(path, Path.GetFileName(path));
                break;
            case "folder":
                Directory.CreateDirectory(path);
                break;
            case "deep":
                File.WriteAllText(path, "{\"schema\": \"firn.environment/1\", \"a\": " + new string('[', 1_000_000));
                break;
            case "random":
                var bytes = new byte[100_000];
                new Random(7).NextBytes(bytes);
                File.WriteAllBytes(path, bytes);
                break;
            default:
                File.WriteAllText(path, string.Empty, Encoding.UTF8);
                break;
        }

        if (path.Contains("/bin/", StringComparison.Ordinal) && File.Exists(path) && damage is "random" or "empty")
        {
            new ProcessRunner().Run("/bin/chmod", "755", path).MustReturn(0);
        }
    }
}
