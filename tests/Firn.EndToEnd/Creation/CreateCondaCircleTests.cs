using System.Runtime.Versioning;
using System.Text.Json;
using Firn.EndToEnd.Support;
using Firn.EndToEnd.Support.Conda;

namespace Firn.EndToEnd.Creation;

/// <summary>What <c>firn create</c> makes is an environment like any other: captured, exported, archived, made again, replaced.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class CreateCondaCircleTests(PublishedFirn firn) : IDisposable, IClassFixture<PublishedFirn>
{
    private readonly CondaCreateFolder _folder = new(firn);

    [SkippableFact]
    public void An_exported_environment_is_made_again_in_another_store()
    {
        var channel = CondaPackages.Shared.Channel;
        using var server = new FolderServer(channel.Folder);
        var created = CreateFirst(server.Url);

        var bare = CreateInOtherStore("bare", "-f", Export(_folder.Prefix, "explicit"));
        Assert.Equal(CondaCreateFolder.IdOf(created), CondaCreateFolder.IdOf(bare));
        Assert.Contains("no digest proves native-2.1-h1_3.conda", bare.StandardError, StringComparison.Ordinal);

        var explicitFile = Export(_folder.Prefix, "explicit", "--sha256");
        var again = CreateInOtherStore("again", "-f", explicitFile);
        Assert.Equal(CondaCreateFolder.IdOf(created), CondaCreateFolder.IdOf(again));
        Assert.Equal(string.Empty, again.StandardError);

        // The capture's files and the capture itself, the wheel from an index of one folder.
        var capture = _folder.PathOf("capture");
        _folder.Firn("capture", _folder.Prefix, "-o", capture).MustReturn(0);
        new WheelFile("demo", "1.0").WriteTo(_folder.PathOf("wheels"));
        string[] index = ["--no-index", "--find-links", _folder.PathOf("wheels")];
        var withWheel = _folder.CreateAt(_folder.PathOf("wheel"), ["-f", explicitFile, "-f", _folder.Write("demo.txt", "demo==1.0\n"), .. index]).MustReturn(0);
        _folder.Firn("capture", _folder.PathOf("wheel"), "-o", _folder.PathOf("second")).MustReturn(0);
        var second = CreateInOtherStore(
            "second-again",
            ["-f", _folder.PathOf("second", "environment-conda-explicit.txt"), "-f", _folder.PathOf("second", "environment-pip.txt"), .. index]);
        Assert.Equal(CondaCreateFolder.IdOf(withWheel), CondaCreateFolder.IdOf(second));

        var third = CreateInOtherStore("third", ["-f", _folder.PathOf("second"), .. index]);
        Assert.Equal(CondaCreateFolder.IdOf(withWheel), CondaCreateFolder.IdOf(third));
        _folder.Firn("verify", _folder.PathOf("second", "environment.json"), _folder.PathOf("third"), "--read-data", "--store", _folder.Store).MustReturn(0);
    }

    [SkippableFact]
    public void An_archive_of_what_was_made_finds_every_bundle_in_the_store()
    {
        CreateFirst(CondaPackages.Shared.Channel.FileUrl);

        var archived = _folder.Firn("capture", _folder.Prefix, "--archive", "--yes", "--store", _folder.Store, "--json").MustReturn(0);

        using var report = JsonDocument.Parse(archived.StandardOutput);
        var bytes = report.RootElement.GetProperty("bytes");
        Assert.Equal(0, bytes.GetProperty("stored").GetInt64());
        Assert.True(bytes.GetProperty("there").GetInt64() > 1_000_000, archived.StandardOutput);
        Assert.DoesNotContain("warning", archived.StandardError, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_store_makes_the_environment_without_a_network()
    {
        var channel = CondaPackages.Shared.Channel;
        ProcessResult created;
        string lockFile;
        using (var server = new FolderServer(channel.Folder))
        {
            created = CreateFirst(server.Url);
            lockFile = _folder.PathOf("lock.txt");
            server.TakeRequests();
            var online = _folder.CreateAt(_folder.PathOf("online"), "-f", lockFile).MustReturn(0);
            Assert.Contains("4 of them in the store already", online.StandardOutput, StringComparison.Ordinal);
            Assert.Empty(server.TakeRequests());
        }

        var offline = _folder.CreateAt(_folder.PathOf("offline"), "-f", lockFile, "--offline").MustReturn(0);
        Assert.Equal(CondaCreateFolder.IdOf(created), CondaCreateFolder.IdOf(offline));
        _folder.VerifyMustPass(offline, _folder.PathOf("offline"));

        var refused = _folder.Firn("create", "-f", lockFile, "--to", _folder.PathOf("x"), "--offline", "--store", _folder.PathOf("empty")).MustReturn(1);
        Assert.Contains("native-2.1-h1_3.conda (lock.txt:", refused.StandardError, StringComparison.Ordinal);
        Assert.Contains("pure-1.0-py_0.conda (lock.txt:", refused.StandardError, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Offline_a_spec_without_urls_is_refused_with_what_helps()
    {
        var spec = _folder.Write("environment.yml", EnvironmentFile.Of(["conda-forge"], CondaPackages.Shared.Python));

        var refused = _folder.CreateMustFail(1, "-f", spec, "--offline").StandardError;

        Assert.Contains("is looked up in the index of https://conda.anaconda.org/conda-forge, and there is no network", refused, StringComparison.Ordinal);
        Assert.Contains("firn lock", refused, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Files_are_links_to_the_cache_but_for_those_that_hold_the_prefix_or_are_no_link()
    {
        CreateFirst(CondaPackages.Shared.Channel.FileUrl, "--link");
        var other = _folder.PathOf("other");
        _folder.CreateAt(other, "-f", _folder.PathOf("lock.txt"), "--link").MustReturn(0);
        var one = _folder.Prefix;

        Assert.True(AreOneFile("lib/libreal.so.1.2"), "an ordinary file is copied");
        Assert.True(AreOneFile($"bin/{CondaPython.Folder}"), "the interpreter is copied");
        Assert.False(AreOneFile("bin/tool"), "a file with the prefix is shared");
        Assert.False(AreOneFile("bin/where"), "a program with the prefix is shared");
        Assert.False(AreOneFile("etc/native/user.conf"), "a file that must not be linked is shared");
        Assert.StartsWith($"{other}\n", new ProcessRunner { WorkingDirectory = "/" }.Run(Path.Join(other, "bin", "where")).MustReturn(0).StandardOutput, StringComparison.Ordinal);
        Assert.StartsWith($"{one}\n", new ProcessRunner { WorkingDirectory = "/" }.Run(Path.Join(one, "bin", "where")).MustReturn(0).StandardOutput, StringComparison.Ordinal);
        using var record = JsonDocument.Parse(File.ReadAllBytes(Path.Join(one, "conda-meta", "native-2.1-h1_3.json")));
        Assert.Equal("native", record.RootElement.GetProperty("name").GetString());

        bool AreOneFile(string path) => new ProcessRunner()
            .Run("/usr/bin/stat", "-c", "%d:%i", Path.Join(one, path), Path.Join(other, path)).MustReturn(0)
            .StandardOutput.Split('\n', StringSplitOptions.RemoveEmptyEntries).Distinct().Count() == 1;
    }

    [SkippableFact]
    public void A_named_environment_is_where_conda_looks_for_names()
    {
        var shared = CondaPackages.Shared;
        var envs = _folder.PathOf("envs");
        Directory.CreateDirectory(envs);
        _folder.Variables["CONDA_ENVS_PATH"] = envs;
        var lockFile = _folder.Write("lock.txt", shared.Channel.Explicit(shared.Channel.FileUrl, shared.Python));

        _folder.Firn("create", "-f", lockFile, "-n", "study", "--store", _folder.Store).MustReturn(0);

        Assert.True(File.Exists(Path.Join(envs, "study", "conda-meta", "history")));
        Assert.Contains(Path.Join(envs, "study"), _folder.Firn("capture", "-n", "study").MustReturn(0).StandardOutput, StringComparison.Ordinal);
        Assert.Contains("exists and is not empty", _folder.Firn("create", "-f", lockFile, "-n", "study", "--store", _folder.Store).MustReturn(1).StandardError, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void An_environment_is_replaced_by_update_alone_and_stays_where_the_new_one_fails()
    {
        var shared = CondaPackages.Shared;
        var channel = shared.Channel;
        CreateFirst(channel.FileUrl);
        File.WriteAllText(Path.Join(_folder.Prefix, "mine.txt"), "mine\n");
        var smaller = _folder.Write("smaller.txt", channel.Explicit(channel.FileUrl, shared.Python));
        var wrong = _folder.Write("wrong.txt", $"@EXPLICIT\n{channel.PathOf(shared.Python)}#{new string('0', 64)}\n");

        Assert.Contains("exists and is not empty", _folder.Create("-f", smaller).MustReturn(1).StandardError, StringComparison.Ordinal);
        _folder.Create("-f", wrong, "--update").MustReturn(3);
        Assert.True(File.Exists(Path.Join(_folder.Prefix, "bin", "tool")));

        var updated = _folder.Create("-f", smaller, "--update").MustReturn(0);
        Assert.False(File.Exists(Path.Join(_folder.Prefix, "bin", "tool")));
        _folder.VerifyMustPass(updated, _folder.Prefix);
        CreateFolder.MustHaveNoLeftovers(_folder.Prefix);
    }

    public void Dispose() => _folder.Dispose();

    private ProcessResult CreateFirst(string root, params IEnumerable<string> options)
    {
        var shared = CondaPackages.Shared;
        var lockFile = _folder.Write("lock.txt", shared.Channel.Explicit(root, shared.Python, shared.Native, shared.Pure, shared.Abi3));
        return _folder.Create(["-f", lockFile, .. options]).MustReturn(0);
    }

    private ProcessResult CreateInOtherStore(string name, params IEnumerable<string> arguments)
    {
        var result = _folder.Firn(["create", "--to", _folder.PathOf(name), "--store", _folder.PathOf(name + "-store"), .. arguments]).MustReturn(0);
        _folder.Firn("verify", CondaCreateFolder.IdOf(result), _folder.PathOf(name), "--read-data", "--store", _folder.PathOf(name + "-store")).MustReturn(0);
        return result;
    }

    private string Export(string prefix, string format, params IEnumerable<string> options) =>
        _folder.Write($"{Guid.NewGuid():N}.txt", _folder.Firn(["export", prefix, "--format", format, .. options]).MustReturn(0).StandardOutput);
}
