using Firn.Archives.Documents;
using Firn.Cli;
using Firn.Common.Files;
using Firn.Storage.Bundles;
using Firn.Tests.Archives.Planning;

namespace Firn.Tests.Archives.Scanning;

/// <summary>Links of an environment that lead out of it: what Python reads through them is archived, or named.</summary>
public sealed class OutwardLinkTests : IDisposable
{
    private const string Site = ArchiveMachine.Site;
    private readonly ArchiveMachine _machine = new();

    public OutwardLinkTests() => Skip.If(OperatingSystem.IsWindows(), "environments are archived on POSIX");

    public void Dispose() => _machine.Dispose();

    [SkippableTheory]
    [InlineData("lib")]
    [InlineData("bin")]
    [InlineData("lib/python3.11")]
    [InlineData(Site)]
    [InlineData(Site + "/demo")]
    [InlineData(Site + "/demo-1.0.dist-info")]
    [InlineData(Site + "/demo/__init__.py")]
    [InlineData(Site + "/demo-1.0.dist-info/RECORD")]
    [InlineData("bin/tool.py")]
    [InlineData("bin/activate")]
    [InlineData("bin/demo")]
    [InlineData("pyvenv.cfg")]
    public void What_was_moved_elsewhere_gives_the_archive_that_it_gave_before(string path)
    {
        var prefix = _machine.Environment("env");
        _machine.Write($"env/{Site}/own.py", "mine = 1\n");
        var before = _machine.Document(_machine.Archive(prefix));
        foreach (var isRelative in new[] { false, true })
        {
            var link = Path.Join(prefix, path);
            var target = _machine.At($"scratch/{isRelative}/{Path.GetFileName(path)}");
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            Move(RealPath.Of(link), target);
            File.Delete(link);
            File.CreateSymbolicLink(link, isRelative ? Path.GetRelativePath(RealPath.Of(Path.GetDirectoryName(link)!), target) : target);

            var after = _machine.Document(_machine.Archive(prefix, "--yes"));

            Assert.Equal(ArchiveWriter.Write(before), ArchiveWriter.Write(after));
        }
    }

    [SkippableFact]
    public void An_environment_of_links_is_archived_as_the_files_that_they_lead_to()
    {
        var prefix = _machine.Environment("env");
        var before = _machine.Document(_machine.Archive(prefix));
        foreach (var file in Directory.EnumerateFiles(prefix, "*", SearchOption.AllDirectories)
            .Where(file => new FileInfo(file).LinkTarget is null).ToList())
        {
            var target = _machine.At("cache/" + Path.GetRelativePath(prefix, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            Move(file, target);
            File.CreateSymbolicLink(file, target);
        }

        Assert.Equal(ArchiveWriter.Write(before), ArchiveWriter.Write(_machine.Document(_machine.Archive(prefix))));
    }

    [SkippableFact]
    public void Links_that_lead_back_or_to_each_other_stay_links()
    {
        var prefix = _machine.Environment("env");
        _machine.Write("scratch/mylib/__init__.py", "x = 1\n");
        _machine.Write("scratch/mylib/sub/__init__.py", "y = 2\n");
        Link($"env/{Site}/mylib", _machine.At("scratch/mylib"));
        Link($"env/{Site}/same", _machine.At("scratch/mylib"));
        Link("scratch/mylib/alias", "sub");
        Link("scratch/mylib/itself", _machine.At("scratch/mylib"));
        Link("scratch/mylib/back", $"{prefix}/{Site}/demo");
        Link("scratch/back", $"{prefix}/{Site}/demo/data.txt");
        Link($"env/{Site}/demo/behind.txt", _machine.At("scratch/back"));
        Link($"env/{Site}/inside.txt", "demo/data.txt");
        Link($"env/{Site}/round-1", "round-2");
        Link($"env/{Site}/round-2", "round-1");
        Link("env/lib64", "lib");

        var document = _machine.Document(_machine.Archive(prefix));

        var links = new BundleObjects(_machine.Store).ReadIndex(ArchiveMachine.Package(document, "files").Bundle).Files
            .Where(file => file.LinkTarget is not null).ToDictionary(file => file.Path, file => file.LinkTarget);
        Assert.Equal(
            new Dictionary<string, string?>
            {
                [$"{Site}/demo/behind.txt"] = "data.txt",
                [$"{Site}/inside.txt"] = "demo/data.txt",
                [$"{Site}/mylib/alias"] = "sub",
                [$"{Site}/mylib/back"] = "../demo",
                [$"{Site}/mylib/itself"] = ".",
                [$"{Site}/round-1"] = "round-2",
                [$"{Site}/round-2"] = "round-1",
                [$"{Site}/same"] = "mylib",
            },
            links);
        Assert.Contains(document.Environment.Links, link => link is { Path: "lib64", Target: "lib" });
        Assert.Contains($"{Site}/mylib/sub/__init__.py", _machine.Members(ArchiveMachine.Package(document, "files")));
    }

    [SkippableTheory]
    [InlineData("/no/such/file", "nothing is there")]
    [InlineData("../../../../../no/such/file", "nothing is there")]
    [InlineData("/", "holds the environment itself")]
    [InlineData("@", "holds the environment itself")]
    [InlineData("/usr", "a folder of the system")]
    [InlineData("/proc/self", "a folder of the system")]
    [InlineData("/dev/null", "neither a file nor a folder")]
    [InlineData("@/round-1", "in a circle")]
    [InlineData("@/other", "another environment")]
    [InlineData("@/elsewhere/.git", "a repository")]
    [InlineData("@/many", "taken for data")]
    public void What_cannot_be_archived_is_named_and_the_archive_is_not_called_whole(string target, string reason)
    {
        var prefix = _machine.Environment("env");
        _machine.Write("other/pyvenv.cfg", "home = /usr/bin\n");
        _machine.Write("elsewhere/.git/HEAD", "ref: refs/heads/main\n");
        Link("round-1", _machine.At("round-2"));
        Link("round-2", _machine.At("round-1"));
        if (target == "@/many")
        {
            for (var i = 0; i <= 20_000; i++)
            {
                _machine.Write($"many/{i}", string.Empty);
            }
        }

        Link($"env/{Site}/thing", target.Replace("@", _machine.At(string.Empty).TrimEnd('/'), StringComparison.Ordinal));

        for (var time = 0; time < 2; time++)
        {
            // The second time nothing has changed, and it is said again.
            var run = _machine.Run(prefix, "--json");

            Assert.Equal(ExitCodes.Partial, run.ExitCode);
            Assert.Contains(run.Error.Split('\n'), line => line.StartsWith("warning: not archived: ", StringComparison.Ordinal)
                && line.Contains(reason, StringComparison.Ordinal) && line.EndsWith($"{prefix}/{Site}/thing", StringComparison.Ordinal));
            var report = System.Text.Json.JsonDocument.Parse(run.Output).RootElement;
            var left = _machine.Document(report).LeftOut.Single(file => file.IsMissed);
            Assert.Equal($"{prefix}/{Site}/thing", left.Path);
            Assert.True(report.GetProperty("left_out")[0].GetProperty("missed").GetBoolean());
        }
    }

    [SkippableTheory]
    [InlineData(".netrc", "file.txt")]
    [InlineData(".ssh/id", "file.txt")]
    [InlineData(".ssh", "folder")]
    [InlineData("notes", "folder")]
    public void No_link_brings_keys_into_an_archive(string target, string link)
    {
        var prefix = _machine.Environment("env");
        _machine.Write("home/.netrc", "password secret\n");
        _machine.Write("home/.ssh/id", "secret key\n");
        _machine.Write("home/notes/.ssh/id", "secret key\n");
        _machine.Write("home/notes/.env", "secret\n");
        _machine.Write("home/notes/text", "text\n");
        Link($"env/{Site}/{link}", _machine.At("home/" + target));

        var run = _machine.Run(prefix, "--json");

        var document = _machine.Document(System.Text.Json.JsonDocument.Parse(run.Output).RootElement);
        Assert.Contains(document.LeftOut, file => file.Path.StartsWith($"{prefix}/{Site}/{link}", StringComparison.Ordinal)
            && file.Reason.Contains("passwords or tokens", StringComparison.Ordinal));
        Assert.DoesNotContain(
            document.Environment.Packages.SelectMany(_machine.Members), path => path.EndsWith("/id", StringComparison.Ordinal) || path.EndsWith(".env", StringComparison.Ordinal) || path.EndsWith("file.txt", StringComparison.Ordinal));
    }

    [SkippableFact]
    public void A_change_behind_a_link_is_archived()
    {
        var prefix = _machine.Environment("env");
        var file = _machine.Write("scratch/own.py", "x = 1\n");
        var inFolder = _machine.Write("scratch/mylib/a.py", "x = 1\n");
        foreach (var path in Directory.EnumerateFiles(_machine.At(string.Empty), "*", SearchOption.AllDirectories))
        {
            File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddHours(-1));
        }

        Link($"env/{Site}/own.py", file);
        Link($"env/{Site}/mylib", _machine.At("scratch/mylib"));
        var first = ArchiveMachine.Package(_machine.Document(_machine.Archive(prefix)), "files");
        File.WriteAllText(file, "x = 2\n");
        var second = ArchiveMachine.Package(_machine.Document(_machine.Archive(prefix)), "files");
        File.WriteAllText(inFolder, "x = 3\n");
        var third = ArchiveMachine.Package(_machine.Document(_machine.Archive(prefix)), "files");

        Assert.Equal("x = 1\n", _machine.Content(first, $"{Site}/own.py"));
        Assert.Equal("x = 2\n", _machine.Content(second, $"{Site}/own.py"));
        Assert.Equal("x = 3\n", _machine.Content(third, $"{Site}/mylib/a.py"));
    }

    private void Link(string path, string target)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_machine.At(path))!);
        File.CreateSymbolicLink(_machine.At(path), target);
    }

    private static void Move(string from, string to)
    {
        if (Directory.Exists(from))
        {
            Directory.Move(from, to);
        }
        else
        {
            File.Move(from, to);
        }
    }
}
