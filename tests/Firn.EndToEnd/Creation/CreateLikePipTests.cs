using System.IO.Compression;
using System.Text;
using Firn.EndToEnd.Support;

namespace Firn.EndToEnd.Creation;

/// <summary>What pip does with wheels that are odd, unfit or elsewhere, and <c>firn create</c> does too: pip is the truth.</summary>
[Collection(MachinePythons.Name)]
public sealed class CreateLikePipTests(PublishedFirn firn)
{
    [SkippableTheory]
    [InlineData("3.8", "CPyHead", true)]
    [InlineData("3.11", "cpyhead", true)]
    [InlineData("3.11", "cPyHead", false)]
    [InlineData("3.13", "CPyHead", true)]
    public void Headers_lie_below_the_name_that_was_asked_for(string name, string asked, bool isKnownName)
    {
        using var folder = new CreateFolder(firn);
        folder.Add(new WheelFile("CPyHead", "1.0") { Files = new Dictionary<string, string> { ["{data}/headers/sub/API.h"] = "#define X 1\n" } });
        var real = new PythonRunner(RealPython.Of(name)).MakeEnvironment(folder.PathOf("real"));
        real.Install("--find-links", folder.Wheels, asked);
        var lockFile = folder.Write("requirements.txt", $"{asked}==1.0");

        var created = Create(folder, name, lockFile, "env");

        Assert.Equal(Header(folder.PathOf("real")), Header(folder.PathOf("env")));
        Assert.Equal(IdOf(folder, "real"), CreateFolder.IdOf(created));
        // The store has the wheel by now, with its headers below this name: another one is another bundle.
        var other = Create(folder, name, folder.Write("other.txt", "CPYHEAD==1.0"), "other");
        Assert.EndsWith("/CPYHEAD/sub/API.h", Header(folder.PathOf("other")));
        Assert.NotEqual(CreateFolder.IdOf(created), CreateFolder.IdOf(other));
        // What a capture describes is made again, where one of the wheel's own names gives it.
        folder.Run(Arguments(folder, name, folder.PathOf("real-capture"), "again")).MustReturn(isKnownName ? 0 : 3);
        if (isKnownName)
        {
            Assert.Equal(Header(folder.PathOf("real")), Header(folder.PathOf("again")));
        }
    }

    [SkippableTheory]
    [InlineData(">=3.12", "newer==1.0", true)]
    [InlineData(">=3.12", "newer @ {url}", true)]
    [InlineData("!=3.11.*,>=3.8", "newer==1.0", true)]
    [InlineData("==3.11.*", "newer==1.0", false)]
    [InlineData("<4", "newer==1.0", false)]
    [InlineData("any of them", "newer==1.0", false)]
    public void A_wheel_for_another_Python_is_refused_as_pip_refuses_it(string requires, string line, bool isRefused)
    {
        using var folder = new CreateFolder(firn);
        var wheel = folder.Add(new WheelFile("newer", "1.0") { Metadata = $"Requires-Python: {requires}\n" });
        var lockFile = folder.Write("requirements.txt", line.Replace("{url}", new Uri(wheel).AbsoluteUri));
        var real = new PythonRunner(RealPython.Of("3.11")).MakeEnvironment(folder.PathOf("real"));
        var pip = real.Run("-m", "pip", "install", "--no-index", "--find-links", folder.Wheels, "-r", lockFile);
        Assert.Equal(isRefused, pip.ExitCode != 0);

        foreach (var attempt in (string[])["unknown", "in the store"])
        {
            var created = folder.Run(Arguments(folder, "3.11", lockFile, "env"));
            if (!isRefused)
            {
                created.MustReturn(0);
                return;
            }

            CleanFailure.Check(created, 1);
            Assert.Contains($"newer 1.0 ({lockFile}:1) takes Python {requires}, and this is 3.11.", created.StandardError, StringComparison.Ordinal);
            CreateFolder.MustBeAbsent(folder.PathOf("env"));
        }
    }

    [SkippableFact]
    public void An_index_that_is_not_there_stops_nothing_that_is_elsewhere()
    {
        using var folder = new CreateFolder(firn);
        folder.Add(CreateFolder.Speaking("alpha", "1.0"));
        folder.Add(CreateFolder.Speaking("beta", "1.0"));
        using var index = new LoopbackIndex(IndexPages.Json);
        var dead = index.Host;
        index.Dispose();
        var both = folder.Write("requirements.txt", "alpha==1.0", "beta==1.0");
        var missing = folder.Write("missing.txt", "alpha==1.0", "gamma==1.0");
        string[] where = ["--index-url", $"http://{dead}/simple", "--find-links", folder.Wheels];

        var created = folder.Create(both, folder.PathOf("env"), where).MustReturn(0);
        var refused = folder.Create(missing, folder.PathOf("none"), where);
        // What the store has of these versions counts as well, where no index can be asked.
        var stored = folder.Create(both, folder.PathOf("stored"), "--index-url", $"http://{dead}/simple").MustReturn(0);

        Assert.Single(created.StandardError.Split('\n'), line => line.Contains("an index is passed over", StringComparison.Ordinal));
        CleanFailure.Check(refused, 1);
        Assert.Contains("gamma 1.0", refused.StandardError, StringComparison.Ordinal);
        Assert.Contains(dead, refused.StandardError, StringComparison.Ordinal);
        Assert.DoesNotContain("alpha 1.0", refused.StandardError, StringComparison.Ordinal);
        Assert.Contains("an index is passed over", stored.StandardError, StringComparison.Ordinal);
        Assert.Contains("alpha 1.0 speaks", new ProcessRunner().Run(folder.PathOf("stored", "bin", "alpha-say")).StandardOutput, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("pkg/,,")]
    [InlineData("pkg,,")]
    [InlineData("./pkg/__init__.py,sha256=x,5")]
    [InlineData("pkg/../pkg/__init__.py,,")]
    [InlineData("pkg/__init__.py,,")]
    [InlineData("pkg//__init__.py,,5")]
    public void Rows_of_RECORD_that_are_no_files_own_are_kept_as_pip_keeps_them(string row)
    {
        using var folder = new CreateFolder(firn);
        WithRow(folder.Add(new WheelFile("odd", "1.0") { Files = new Dictionary<string, string> { ["pkg/__init__.py"] = "x = 1" } }), row);
        var real = new PythonRunner(RealPython.Of("3.11")).MakeEnvironment(folder.PathOf("real"));
        real.Install("--find-links", folder.Wheels, "odd");

        var created = Create(folder, "3.11", folder.Write("requirements.txt", "odd==1.0"), "env");

        Assert.Equal(IdOf(folder, "real"), CreateFolder.IdOf(created));
        Assert.Equal(Rows(folder.PathOf("real")), Rows(folder.PathOf("env")));
    }

    [SkippableFact]
    public void The_lock_of_another_tool_is_told_how_it_becomes_one_that_is_read()
    {
        using var folder = new CreateFolder(firn);
        var pdm = folder.Write(
            "pdm.lock", "# This file is @generated by PDM.", "[metadata]", "lock_version = \"4.5.0\"", "[[package]]", "name = \"a\"", "version = \"1.0\"");

        var refused = folder.CreateFromWheels(pdm, folder.PathOf("env"));

        CleanFailure.Check(refused, 1);
        Assert.Contains("pdm export -f pylock", refused.StandardError, StringComparison.Ordinal);
    }

    private static string[] Arguments(CreateFolder folder, string python, string lockFile, string prefix) =>
    [
        "create", "-f", lockFile, "--to", folder.PathOf(prefix), "--store", folder.Store, "--python", RealPython.Of(python),
        "--no-index", "--find-links", folder.Wheels, "--json",
    ];

    private static ProcessResult Create(CreateFolder folder, string python, string lockFile, string prefix) =>
        folder.Run(Arguments(folder, python, lockFile, prefix)).MustReturn(0);

    private static string IdOf(CreateFolder folder, string prefix)
    {
        var capture = folder.PathOf(prefix + "-capture");
        folder.Run("capture", folder.PathOf(prefix), "-o", capture).MustReturn(0);
        return System.Text.Json.JsonDocument.Parse(File.ReadAllText(Path.Join(capture, "environment.json")))
            .RootElement.GetProperty("environment_id").GetString()!;
    }

    private static string Header(string prefix) =>
        Path.GetRelativePath(prefix, Assert.Single(Directory.GetFiles(Path.Join(prefix, "include"), "API.h", SearchOption.AllDirectories)));

    private static string[] Rows(string prefix) =>
        [.. File.ReadAllLines(Path.Join(prefix, "lib", "python3.11", "site-packages", "odd-1.0.dist-info", "RECORD"))
            .Where(line => !line.Contains(".pyc", StringComparison.Ordinal) && !line.Contains("INSTALLER", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    /// <summary>Adds a row to RECORD of a wheel.</summary>
    private static void WithRow(string wheel, string row)
    {
        using var archive = ZipFile.Open(wheel, ZipArchiveMode.Update);
        var entry = archive.Entries.Single(item => item.Name == "RECORD");
        using var stream = entry.Open();
        using var reader = new StreamReader(stream);
        var text = reader.ReadToEnd();
        if (row.Contains("sha256=x", StringComparison.Ordinal))
        {
            // Under another spelling alone.
            row = text.Split('\n').Single(line => line.StartsWith("pkg/__init__.py,", StringComparison.Ordinal));
            text = text.Replace(row + "\n", string.Empty, StringComparison.Ordinal);
            row = "./" + row;
        }

        stream.SetLength(0);
        stream.Write(Encoding.UTF8.GetBytes(text + row + "\n"));
    }
}
