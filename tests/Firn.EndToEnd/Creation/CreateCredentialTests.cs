using System.Text;
using Firn.EndToEnd.Support;

namespace Firn.EndToEnd.Creation;

/// <summary>Passwords of indexes: they open what they are for, and nothing that firn writes or says holds one.</summary>
public sealed class CreateCredentialTests(PublishedFirn firn) : IClassFixture<PublishedFirn>
{
    private const string Secret = "hunter2";

    [SkippableFact]
    public void Credentials_of_indexes_are_used_and_never_written()
    {
        using var folder = new CreateFolder(firn);
        var alpha = folder.Add(CreateFolder.Speaking("alpha", "1.0"));
        var beta = folder.Add(CreateFolder.Speaking("beta", "1.0"));
        using var index = new LoopbackIndex(IndexPages.Json, alpha, beta) { Credentials = "reader:" + Secret };
        var url = $"http://reader:{Secret}@{index.Host}";
        var said = new List<ProcessResult>();
        ProcessResult Keep(ProcessResult result, int exitCode)
        {
            said.Add(result.MustReturn(exitCode));
            return result;
        }

        var direct = folder.Write("direct.txt", $"--extra-index-url {url}/simple", "alpha==1.0", $"beta @ {url}/files/{Path.GetFileName(beta)}");
        Keep(folder.Create(direct, folder.PathOf("one"), "--no-index"), 1);
        Keep(folder.Create(direct, folder.PathOf("one"), "--index-url", url + "/simple"), 0);
        Keep(folder.Create(direct, folder.PathOf("two"), "--index-url", url + "/simple", "--json"), 0);
        var open = folder.Write("open.txt", "alpha", "beta");
        Keep(folder.Create(open, folder.PathOf("three"), "--index-url", url + "/simple"), 0);
        Keep(folder.Create(open, folder.PathOf("four"), "--index-url", url + "/simple", "--dry-run", "--json"), 0);
        Keep(folder.Run("lock", "-f", open, "-o", folder.PathOf("locked.txt"), "--python", CreateFolder.Python, "--index-url", url + "/simple"), 0);
        Keep(folder.Create(folder.Write("none.txt", "gamma"), folder.PathOf("five"), "--index-url", url + "/simple"), 1);
        Keep(folder.Create(folder.Write("wrong.txt", "alpha==2.0"), folder.PathOf("six"), "--index-url", url.Replace(Secret, Secret + "x") + "/simple"), 1);
        Keep(folder.Create(folder.Write("git.txt", $"gamma @ git+{url}/files/gamma.git"), folder.PathOf("seven")), 1);

        Assert.All(said, result => Assert.DoesNotContain(Secret, result.StandardOutput + result.StandardError));
        var written = new List<string> { folder.PathOf("locked.txt") };
        foreach (var name in (string[])["store", "one", "two", "three"])
        {
            written.AddRange(Directory.GetFiles(folder.PathOf(name), "*", SearchOption.AllDirectories));
        }

        Assert.All(written, file => Assert.DoesNotContain(Secret, Unpacked(file)));
        Assert.Contains("beta @ http://" + index.Host, new PythonRunner(CreateFolder.Python)
            .Pip("--python", folder.PathOf("one", "bin", "python"), "freeze").StandardOutput);
    }

    /// <summary>The text of a file, or of what is in a compressed one.</summary>
    private static string Unpacked(string file) => file.EndsWith(".zst", StringComparison.Ordinal)
        ? new ProcessRunner { Encoding = Encoding.Latin1 }.Run(Part.Program("zstd"), "-dcq", file).MustReturn(0).StandardOutput
        : Encoding.Latin1.GetString(File.ReadAllBytes(file));
}
