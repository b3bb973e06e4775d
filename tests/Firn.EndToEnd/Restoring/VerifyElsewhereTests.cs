using System.Runtime.Versioning;
using Firn.EndToEnd.Support;

namespace Firn.EndToEnd.Restoring;

/// <summary>Verify of files that lie elsewhere now, behind links, and of projects at another commit.</summary>
[SupportedOSPlatform("linux")]
public sealed class VerifyElsewhereTests(PublishedFirn firn) : IClassFixture<PublishedFirn>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Prefix => _folder.PathOf("env");

    private string Site => Directory.GetDirectories(Path.Join(Prefix, "lib"))[0] + "/site-packages";

    [SkippableTheory]
    [InlineData("demo.py", "demo.py")]
    [InlineData("demo", "demo/code.py")]
    [InlineData("../../../bin/tool", "../../../bin/tool")]
    public void An_equal_file_behind_a_link_that_leads_out_is_named(string moved, string named)
    {
        Environment();
        Archive();
        Assert.DoesNotContain("does not hold itself", Verify("store").MustReturn(0).StandardOutput, StringComparison.Ordinal);
        var target = _folder.PathOf("elsewhere");
        Directory.Move(Path.Join(Site, moved), target);
        File.CreateSymbolicLink(Path.Join(Site, moved), target);
        var path = Path.GetFullPath(Path.Join(Site, named));

        foreach (var store in (string[])["store", "none"])
        {
            Assert.Contains(
                $"1 file that the environment does not hold itself: equal now, behind links that lead out of it: {path} -> {target}{(moved == named ? string.Empty : "/code.py")}",
                Verify(store).MustReturn(0).StandardOutput,
                StringComparison.Ordinal);
        }

        File.AppendAllText(Directory.Exists(target) ? target + "/code.py" : target, "# more\n");
        foreach (var store in (string[])["store", "none"])
        {
            Assert.Contains($"  {path}\n", Verify(store).MustReturn(3).StandardOutput, StringComparison.Ordinal);
        }
    }

    [SkippableTheory]
    [InlineData("commit")]
    [InlineData("amend")]
    [InlineData("gc")]
    public void What_a_repository_keeps_for_itself_is_no_code_and_diff_says_what_its_exit_code_says(string what)
    {
        Environment();
        var project = Directory.CreateDirectory(_folder.PathOf("project")).FullName;
        File.WriteAllText(project + "/editable.py", "V = 1\n");
        Git("init", "-q");
        Git("add", ".");
        Git("commit", "-q", "-m", "one");
        Write("editable-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: editable\nVersion: 1.0\n");
        Write("editable-1.0.dist-info/direct_url.json", "{\"url\":\"file://" + project + "\",\"dir_info\":{\"editable\":true}}");
        Write("editable-1.0.dist-info/RECORD", "__editable__.editable-1.0.pth,,\neditable-1.0.dist-info/METADATA,,\neditable-1.0.dist-info/RECORD,,\n");
        Write("__editable__.editable-1.0.pth", project + "\n");
        Archive();
        if (what == "commit")
        {
            File.WriteAllText(project + "/editable.py", "V = 2\n");
        }

        Git(what switch
        {
            "commit" => ["commit", "-q", "-a", "-m", "two"],
            "amend" => ["commit", "-q", "--amend", "-m", "other"],
            _ => ["gc", "-q"],
        });

        var isSame = what == "gc";
        var verified = Verify("store").MustReturn(isSame ? 0 : 3).StandardOutput;
        Assert.DoesNotContain("/.git/", verified, StringComparison.Ordinal);
        Assert.Equal(what == "commit", verified.Contains($"edited      editable  {project}/editable.py", StringComparison.Ordinal));
        var diff = Firn("diff", _folder.PathOf("capture"), Prefix).MustReturn(isSame ? 0 : 3).StandardOutput;
        Assert.Equal(isSame, diff.Contains("qual as recorded", StringComparison.Ordinal));
        Assert.Equal(!isSame, diff.Contains("The environments differ, though their ids are the same", StringComparison.Ordinal));

        void Git(params string[] arguments) => new ProcessRunner { WorkingDirectory = project }
            .Run(Part.Program("git"), ["-c", "user.name=x", "-c", "user.email=x@example.org", .. arguments]).MustReturn(0);
    }

    public void Dispose() => _folder.Dispose();

    private void Environment()
    {
        _ = new PythonRunner(RealPython.Of("system")).MakeEnvironment(Prefix, ["--without-pip"]);
        Write("demo.py", "V = 1\n");
        Write("demo/code.py", "V = 1\n");
        Write("../../../bin/tool", "#!/bin/sh\n");
        Write("demo-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: demo\nVersion: 1.0\n");
        Write(
            "demo-1.0.dist-info/RECORD",
            string.Concat(((string[])["demo.py", "demo/code.py", "../../../bin/tool"]).Select(path => $"{path},{Hash(path)},\n"))
            + "demo-1.0.dist-info/METADATA,,\ndemo-1.0.dist-info/RECORD,,\n");
    }

    private string Hash(string path) => "sha256=" + Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(Path.Join(Site, path))))
        .TrimEnd('=').Replace('+', '-').Replace('/', '_');

    private void Archive() => Firn("capture", Prefix, "--archive", "--yes", "-o", _folder.PathOf("capture")).MustReturn(0);

    private ProcessResult Verify(string store) =>
        firn.Run("verify", _folder.PathOf("capture"), Prefix, "--read-data", "--store", _folder.PathOf(store));

    private ProcessResult Firn(params string[] arguments) => firn.Run([.. arguments, "--store", _folder.PathOf("store")]);

    private void Write(string path, string text)
    {
        var file = Path.Join(Site, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }
}
