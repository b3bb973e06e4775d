using Firn.EndToEnd.Support;

namespace Firn.EndToEnd.Creation;

/// <summary>The ways to say what <c>firn create</c> makes: locks of all kinds, indexes, a store alone, and its options.</summary>
public sealed class CreateOptionTests(PublishedFirn firn) : IClassFixture<PublishedFirn>
{
    [SkippableTheory]
    [InlineData(IndexPages.Html)]
    [InlineData(IndexPages.HtmlWithDigests)]
    [InlineData(IndexPages.Json)]
    public void Create_from_an_index_downloads_once_what_has_a_digest(IndexPages pages)
    {
        using var folder = new CreateFolder(firn);
        using var index = new LoopbackIndex(
            pages, folder.Add(CreateFolder.Speaking("alpha", "1.0")), folder.Add(CreateFolder.Speaking("alpha", "2.0")));
        var requirements = folder.Write("requirements.txt", "alpha==1.0");

        var first = CreateFolder.JsonOf(folder.Create(requirements, folder.PathOf("one"), "--index-url", index.Url, "--json"));
        var second = CreateFolder.JsonOf(folder.Create(requirements, folder.PathOf("two"), "--index-url", index.Url, "--json"));

        MustSpeak(folder.PathOf("one"), "alpha", "1.0");
        MustSpeak(folder.PathOf("two"), "alpha", "1.0");
        Assert.Equal(first.GetProperty("environment_id").GetString(), second.GetProperty("environment_id").GetString());
        Assert.Equal(pages == IndexPages.Html ? 2 : 1, index.Requests.Count(path => path.StartsWith("/files/", StringComparison.Ordinal)));
        Assert.Equal(1, second.GetProperty("were_there").GetInt32());
        Assert.DoesNotContain(index.Requests, path => path.Contains("2.0", StringComparison.Ordinal));
    }

    [SkippableFact]
    public void Create_from_several_files_is_one_environment_of_all()
    {
        using var folder = new CreateFolder(firn);
        folder.Add(CreateFolder.Speaking("alpha", "1.0"));
        var beta = folder.Add(CreateFolder.Speaking("beta", "1.0"));
        folder.Add(CreateFolder.Speaking("gamma", "1.0"));
        folder.Write("more.txt", "gamma==1.0");
        folder.Write("pylock.toml", Pylock("beta", "1.0", beta));

        var made = folder.CreateFromWheels(
            folder.Write("first.txt", "alpha==1.0", "-r more.txt"), folder.PathOf("env"),
            "-f", folder.PathOf("pylock.toml"), "-f", folder.Write("again.txt", "alpha==1.0  # the same"));

        made.MustReturn(0);
        foreach (var name in (string[])["alpha", "beta", "gamma"])
        {
            MustSpeak(folder.PathOf("env"), name, "1.0");
        }
    }

    [SkippableFact]
    public void Create_from_pylock_takes_extras_groups_and_markers()
    {
        using var folder = new CreateFolder(firn);
        var lines = new List<string> { "lock-version = '1.0'", "created-by = 'test'", "extras = ['more']", "dependency-groups = ['dev', 'usual']", "default-groups = ['usual']" };
        foreach (var (name, marker) in (ReadOnlySpan<(string, string)>)
            [("alpha", ""), ("beta", "'more' in extras"), ("gamma", "'dev' in dependency_groups"), ("delta", "'usual' in dependency_groups"),
             ("epsilon", "sys_platform == 'win32'")])
        {
            var wheel = folder.Add(CreateFolder.Speaking(name, "1.0"));
            lines.AddRange(Pylock(name, "1.0", wheel).Skip(2));
            lines.Insert(lines.Count - 1, marker.Length == 0 ? "" : $"marker = \"{marker}\"");
        }

        var pylock = folder.Write("pylock.toml", lines);

        Assert.Equal("alpha delta", Installed(folder, pylock, "one"));
        Assert.Equal("alpha beta delta", Installed(folder, pylock, "two", "--extra", "more"));
        Assert.Equal("alpha gamma", Installed(folder, pylock, "three", "--group", "dev"));
    }

    [SkippableFact]
    public void Create_with_require_hashes_wants_one_for_all_and_takes_any_of_several()
    {
        using var folder = new CreateFolder(firn);
        var alpha = folder.Add(CreateFolder.Speaking("alpha", "1.0"));
        folder.Add(CreateFolder.Speaking("beta", "1.0"));
        var hash = $"--hash=sha256:{LoopbackIndex.DigestOf(alpha)}";
        var other = $"--hash=sha256:{new string('0', 64)}";

        folder.CreateFromWheels(folder.Write("good.txt", "--require-hashes", $"alpha==1.0 {other} \\", $"    {hash}"), folder.PathOf("good")).MustReturn(0);
        var half = folder.CreateFromWheels(folder.Write("half.txt", $"alpha==1.0 {hash}", "beta==1.0"), folder.PathOf("half"));
        var open = folder.CreateFromWheels(folder.Write("open.txt", $"alpha>=1.0 {hash}"), folder.PathOf("open"));

        CleanFailure.Check(half, 1);
        Assert.Contains("beta==1.0 has no hash (", half.StandardError);
        CleanFailure.Check(open, 1);
        CreateFolder.MustBeAbsent(folder.PathOf("half"));
        CreateFolder.MustBeAbsent(folder.PathOf("open"));
    }

    [SkippableFact]
    public void Create_offline_needs_the_store_alone()
    {
        using var folder = new CreateFolder(firn);
        var alpha = folder.Add(CreateFolder.Speaking("alpha", "1.0"));
        var lines = new[] { "alpha==1.0", $"alpha==1.0 --hash=sha256:{LoopbackIndex.DigestOf(alpha)}" };
        string url;
        using (var index = new LoopbackIndex(IndexPages.Html, alpha))
        {
            url = index.Url;
            folder.Create(folder.Write("first.txt", lines[0]), folder.PathOf("first"), "--index-url", url).MustReturn(0);
        }

        Directory.Delete(folder.Wheels, recursive: true);
        var network = Part.Program("unshare");
        foreach (var (i, line) in lines.Index())
        {
            // A network that is not there fails at the first question: no answer is waited for.
            var prefix = folder.PathOf($"offline{i}");
            new ProcessRunner { Variables = folder.Variables, WorkingDirectory = folder.Root }.Run(
                network, "--net", firn.Executable, "create", "-f", folder.Write($"{i}.txt", "--index-url " + url, line), "--to", prefix,
                "--store", folder.Store, "--python", CreateFolder.Python, "--without-pip", "--offline").MustReturn(0);
            MustSpeak(prefix, "alpha", "1.0");
        }

        var missing = folder.Create(folder.Write("more.txt", "alpha==1.0", "beta==1.0", "gamma==2.0"), folder.PathOf("more"), "--offline");
        CleanFailure.Check(missing, 1);
        Assert.Contains("2 packages cannot be had: beta 1.0", missing.StandardError);
        Assert.Contains("gamma 2.0", missing.StandardError);
        CreateFolder.MustBeAbsent(folder.PathOf("more"));
    }

    [SkippableFact]
    public void Create_offline_takes_folders_of_wheels_and_asks_no_index()
    {
        using var folder = new CreateFolder(firn);
        using var index = new LoopbackIndex(IndexPages.Json, folder.Add(CreateFolder.Speaking("alpha", "1.0")));
        folder.Variables["PIP_INDEX_URL"] = index.Url;
        string[] options = ["--offline", "--find-links", folder.Wheels];

        folder.Create(folder.Write("pinned.txt", "alpha==1.0"), folder.PathOf("pinned"), options).MustReturn(0);
        folder.Create(folder.Write("open.txt", "alpha"), folder.PathOf("open"), options).MustReturn(0);
        var missing = folder.Create(folder.Write("missing.txt", "beta==1.0"), folder.PathOf("missing"), options);

        MustSpeak(folder.PathOf("open"), "alpha", "1.0");
        CleanFailure.Check(missing, 1);
        Assert.Contains("beta 1.0", missing.StandardError);
        Assert.Empty(index.Requests);
    }

    [SkippableFact]
    public void Create_update_replaces_an_environment_and_nothing_else()
    {
        using var folder = new CreateFolder(firn);
        folder.Add(CreateFolder.Speaking("alpha", "1.0"));
        folder.Add(CreateFolder.Speaking("alpha", "2.0"));
        var env = folder.PathOf("env");
        var (old, next) = (folder.Write("old.txt", "alpha==1.0"), folder.Write("new.txt", "alpha==2.0"));
        folder.CreateFromWheels(old, env).MustReturn(0);

        CleanFailure.Check(folder.CreateFromWheels(next, env), 1);
        MustSpeak(env, "alpha", "1.0");
        folder.CreateFromWheels(next, env, "--update").MustReturn(0);
        MustSpeak(env, "alpha", "2.0");
        CreateFolder.MustHaveNoLeftovers(env);
        // Where nothing is, there is nothing to replace.
        folder.CreateFromWheels(next, folder.PathOf("fresh"), "--update").MustReturn(0);

        Directory.CreateDirectory(folder.PathOf("documents", "thesis"));
        var refused = folder.CreateFromWheels(next, folder.PathOf("documents"), "--update");
        CleanFailure.Check(refused, 1);
        Assert.Contains("is not an environment", refused.StandardError);
        Assert.True(Directory.Exists(folder.PathOf("documents", "thesis")));
    }

    [SkippableFact]
    public void Create_dry_run_says_what_and_writes_nothing()
    {
        using var folder = new CreateFolder(firn);
        folder.Add(CreateFolder.Speaking("alpha", "1.0"));
        var requirements = folder.Write("requirements.txt", "alpha==1.0");
        var before = Directory.GetFileSystemEntries(folder.Root, "*", SearchOption.AllDirectories);

        var text = folder.CreateFromWheels(requirements, folder.PathOf("env"), "--dry-run").MustReturn(0);
        var json = CreateFolder.JsonOf(folder.CreateFromWheels(requirements, folder.PathOf("env"), "--dry-run", "--json"));

        Assert.Equal(before, Directory.GetFileSystemEntries(folder.Root, "*", SearchOption.AllDirectories));
        Assert.Contains("alpha 1.0 (alpha-1.0-py2.py3-none-any.whl)", text.StandardOutput);
        Assert.Equal("firn.created/1", json.GetProperty("schema").GetString());
        Assert.True(json.GetProperty("dry_run").GetBoolean());
        Assert.Equal("alpha", json.GetProperty("distributions")[0].GetProperty("name").GetString());
    }

    [SkippableFact]
    public void Create_from_a_capture_makes_its_environment_or_none()
    {
        using var folder = new CreateFolder(firn);
        folder.Add(CreateFolder.Speaking("alpha", "1.0"));
        var requirements = folder.Write("requirements.txt", "alpha==1.0");
        // With pip, which no index here has: it is the Python's own.
        string[] options = ["--no-index", "--find-links", folder.Wheels, "--python", CreateFolder.Python];
        var first = folder.Run(["create", "-f", requirements, "--to", folder.PathOf("first"), "--store", folder.Store, "--json", .. options]);
        folder.Run("capture", folder.PathOf("first"), "-o", folder.PathOf("capture")).MustReturn(0);
        Directory.Delete(folder.Store, recursive: true);

        var second = folder.Run(["create", "-f", folder.PathOf("capture"), "--to", folder.PathOf("second"), "--store", folder.Store, "--json", .. options]);

        Assert.Equal(CreateFolder.IdOf(first), CreateFolder.IdOf(second));
        folder.Run("verify", folder.PathOf("capture"), folder.PathOf("second"), "--read-data").MustReturn(0);

        // The same name and version, other contents.
        Directory.Delete(folder.Wheels, recursive: true);
        folder.Add(CreateFolder.Speaking("alpha", "1.0") with { Module = "def main():\n    print('I am another')\n" });
        string[] again = ["create", "-f", folder.PathOf("capture", "environment.json"), "--store", folder.PathOf("other"), .. options];
        var other = folder.Run([.. again, "--to", folder.PathOf("new", "place")]);
        CleanFailure.Check(other, 3);
        Assert.Contains("alpha 1.0 has other files", other.StandardError);
        Assert.False(Path.Exists(folder.PathOf("new")));
        CleanFailure.Check(folder.Run([.. again, "--to", folder.PathOf("first"), "--update"]), 3);
        MustSpeak(folder.PathOf("first"), "alpha", "1.0");
        CreateFolder.MustHaveNoLeftovers(folder.PathOf("first"));
    }

    [SkippableFact]
    public void Create_says_what_dependencies_no_file_names()
    {
        using var folder = new CreateFolder(firn);
        folder.Add(CreateFolder.Speaking("alpha", "1.0", "Requires-Dist: beta>=3\nRequires-Dist: gamma; sys_platform == 'win32'\n"));

        var made = folder.CreateFromWheels(folder.Write("lock.txt", "alpha==1.0"), folder.PathOf("env")).MustReturn(4);

        Assert.Contains("alpha 1.0 needs beta>=3, and no file names it", made.StandardError);
        Assert.DoesNotContain("gamma", made.StandardError);
        MustSpeak(folder.PathOf("env"), "alpha", "1.0");
    }

    private static string Installed(CreateFolder folder, string pylock, string prefix, params string[] options)
    {
        var made = CreateFolder.JsonOf(folder.Create(pylock, folder.PathOf(prefix), ["--offline", "--json", .. options]));
        return string.Join(' ', made.GetProperty("distributions").EnumerateArray().Select(item => item.GetProperty("name").GetString()));
    }

    private static IEnumerable<string> Pylock(string name, string version, string wheel) =>
    [
        "lock-version = '1.0'", "created-by = 'test'", "[[packages]]", $"name = '{name}'", $"version = '{version}'",
        $"wheels = [{{ name = '{Path.GetFileName(wheel)}', path = '{wheel}', hashes = {{ sha256 = '{LoopbackIndex.DigestOf(wheel)}' }} }}]",
    ];

    private static void MustSpeak(string prefix, string name, string version)
    {
        var result = new ProcessRunner { WorkingDirectory = "/" }.Run(Path.Join(prefix, "bin", $"{name}-say")).MustReturn(7);
        Assert.Equal($"{name} {version} speaks\n", result.StandardOutput);
    }
}
