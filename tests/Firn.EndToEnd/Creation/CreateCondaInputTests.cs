using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Firn.EndToEnd.Support;
using Firn.EndToEnd.Support.Conda;

namespace Firn.EndToEnd.Creation;

/// <summary>One environment from each kind of file that names conda packages, by way of each kind of channel.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class CreateCondaInputTests(PublishedFirn firn) : IDisposable, IClassFixture<PublishedFirn>
{
    private readonly CondaCreateFolder _folder = new(firn);

    [SkippableFact]
    public void Every_kind_of_lock_and_channel_gives_the_same_environment()
    {
        var shared = CondaPackages.Shared;
        var channel = shared.Channel;
        CondaPackageFile[] packages = [shared.Python, shared.Native, shared.Pure];
        using var server = new FolderServer(channel.Folder);
        var ids = new Dictionary<string, string>
        {
            ["explicit file, HTTP"] = Id(channel.Explicit(server.Url, packages), "explicit.txt"),
            ["explicit file, paths"] = Id(channel.Explicit(channel.Folder, packages), "paths.txt"),
            ["conda-lock.yml"] = Id(CondaLockFile.Of(channel, server.Url, packages), "conda-lock.yml"),
            ["environment.yml, HTTP"] = Id(EnvironmentFile.Of([server.Url], packages), "http.yml"),
            ["environment.yml, file URL"] = Id(EnvironmentFile.Of([channel.FileUrl], packages), "file.yml"),
            ["environment.yml, folder"] = Id(EnvironmentFile.Of([channel.Folder], packages), "folder.yml"),
        };

        Assert.True(ids.Values.Distinct().Count() == 1, string.Join('\n', ids));
        // Everything else was in the store by then.
        var requests = server.TakeRequests();
        Assert.Equal(packages.Length, requests.Count(path => !path.Contains("repodata", StringComparison.Ordinal)));
        Assert.Contains("/noarch/repodata.json.zst", requests);
    }

    [SkippableTheory]
    [InlineData("repodata.json")]
    [InlineData("repodata.json.zst")]
    public void A_channel_may_have_one_form_of_its_index(string form)
    {
        var channel = new CondaChannel(_folder.PathOf("channel")).Add(CondaPackages.Shared.Python, CondaPackages.Shared.Pure);
        channel.KeepIndex(form);
        using var server = new FolderServer(channel.Folder);
        var spec = _folder.Write("environment.yml", EnvironmentFile.Of([server.Url], CondaPackages.Shared.Python, CondaPackages.Shared.Pure));

        _folder.Create("-f", spec).MustReturn(0);

        Assert.Contains($"/noarch/{form}", server.TakeRequests());
        Assert.Equal("pure 1.0\n", new ProcessRunner { WorkingDirectory = "/" }.Run(Path.Join(_folder.Prefix, "bin", "pure")).MustReturn(0).StandardOutput);
    }

    [SkippableFact]
    public void What_no_channel_has_is_named_with_the_builds_that_there_are()
    {
        var shared = CondaPackages.Shared;
        var wrong = shared.Native with { Build = "h9_9" };
        var missing = new CondaPackageFile("nowhere");
        var spec = _folder.Write("environment.yml", EnvironmentFile.Of([shared.Channel.FileUrl], shared.Python, wrong, missing));

        var refused = _folder.CreateMustFail(1, "-f", spec).StandardError;

        Assert.StartsWith(
            "error: native 2.1 h9_9 is in no channel; native 2.1 has the builds h1_3; nowhere 1.0 0 is in no channel, nor is another nowhere\n",
            refused,
            StringComparison.Ordinal);
    }

    /// <summary>Dependencies that a channel mended after the build count (repodata patches; CEP 32).</summary>
    [SkippableFact]
    public void The_record_has_what_the_index_says_and_not_what_the_package_says()
    {
        var package = new CondaPackageFile("patched") { Depends = ["python", "old-name"] };
        var channel = new CondaChannel(_folder.PathOf("channel")).Add(package, CondaPackages.Shared.Python);
        foreach (var page in Directory.GetFiles(channel.Folder, "repodata.json", SearchOption.AllDirectories))
        {
            File.WriteAllText(page, File.ReadAllText(page).Replace("\"old-name\"", "\"python \\u003E=3\"", StringComparison.Ordinal));
        }

        channel.KeepIndex("repodata.json");
        var spec = _folder.Write("environment.yml", EnvironmentFile.Of([channel.FileUrl], package, CondaPackages.Shared.Python));

        _folder.Create("-f", spec).MustReturn(0);

        var record = JsonNode.Parse(File.ReadAllText(Path.Join(_folder.Prefix, "conda-meta", "patched-1.0-0.json")))!;
        Assert.Equal("""["python","python \u003E=3"]""", record["depends"]!.ToJsonString());
        Assert.Equal("""["patched=1.0=0"]""", record["requested_specs"]!.ToJsonString());
    }

    [SkippableFact]
    public void A_conda_lock_brings_its_wheels_and_the_categories_that_are_asked_for()
    {
        var shared = CondaPackages.Shared;
        var channel = shared.Channel;
        var wheel = new WheelFile("demo", "1.10").WriteTo(_folder.PathOf("wheels"));
        var extra = new WheelFile("extra", "2").WriteTo(_folder.PathOf("wheels"));
        using var server = new FolderServer(_folder.PathOf("wheels"));
        var lockFile = _folder.Write(
            "conda-lock.yml",
            CondaLockFile.Of(channel, channel.FileUrl, shared.Python)
            + CondaLockFile.Conda(channel, channel.FileUrl, shared.Pure, "dev")
            + CondaLockFile.Wheel("demo", "1.10", $"{server.Url}/{Path.GetFileName(wheel)}", Sha256(wheel))
            + CondaLockFile.Wheel("extra", "2", $"{server.Url}/{Path.GetFileName(extra)}", Sha256(extra), "dev"));

        var plain = _folder.Create("-f", lockFile).MustReturn(0);
        Assert.Contains("1 conda package, 1 wheel", plain.StandardOutput, StringComparison.Ordinal);
        Assert.Equal("42\n", CondaCreateFolder.Python(_folder.Prefix, "-c", "import demo; print(demo.answer)").MustReturn(0).StandardOutput);
        _folder.VerifyMustPass(plain, _folder.Prefix);

        var prefix = _folder.PathOf("dev");
        Assert.Contains("2 conda packages, 2 wheels", _folder.CreateAt(prefix, "-f", lockFile, "--category", "dev").MustReturn(0).StandardOutput, StringComparison.Ordinal);
        CondaCreateFolder.Python(prefix, "-c", "import demo, extra, pure").MustReturn(0);
    }

    [SkippableFact]
    public void A_digest_that_is_none_is_refused()
    {
        var shared = CondaPackages.Shared;
        var lockFile = _folder.Write(
            "conda-lock.yml",
            CondaLockFile.Of(shared.Channel, shared.Channel.FileUrl, shared.Python).Replace(shared.Channel.Sha256(shared.Python), "0123", StringComparison.Ordinal));

        Assert.Contains("the sha256 of python-", _folder.CreateMustFail(1, "-f", lockFile).StandardError, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void What_is_not_pinned_needs_a_solver_and_is_said_where_there_is_none()
    {
        var spec = _folder.Write("environment.yml", $"channels: ['{CondaPackages.Shared.Channel.FileUrl}']\ndependencies:\n  - python >=3.8\n  - pure=1.0=py_0\n");

        var refused = _folder.CreateMustFail(1, "-f", spec).StandardError;

        Assert.Contains("'python >=3.8' (environment.yml:3) leaves a choice, and there is no solver on this machine", refused, StringComparison.Ordinal);
        Assert.Contains("micromamba", refused, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.PathOf("cache", "pkgs")));
    }

    /// <summary>The hand-over alone: what a solver is asked, and that what it prints is installed.</summary>
    [SkippableFact]
    public void What_a_solver_chooses_is_installed()
    {
        var shared = CondaPackages.Shared;
        var channel = shared.Channel;
        var link = new JsonArray();
        foreach (var package in new[] { shared.Python, shared.Pure })
        {
            var item = channel.Record(package);
            item["url"] = $"{channel.FileUrl}/{package.Subdir}/{package.FileName}";
            item["channel"] = channel.FileUrl;
            item["fn"] = package.FileName;
            link.Add(item);
        }

        var answer = _folder.Write("answer.json", new JsonObject
        {
            ["success"] = true,
            ["dry_run"] = true,
            ["actions"] = new JsonObject { ["FETCH"] = new JsonArray(), ["LINK"] = link, ["PREFIX"] = "/x" },
        }.ToJsonString());
        var script = _folder.Write(
            "bin/micromamba", $"#!/bin/sh\nprintf '%s\\n' \"$@\" > {_folder.PathOf("asked.txt")}\nls -A \"$CONDA_PKGS_DIRS\" >> {_folder.PathOf("asked.txt")} 2>/dev/null\ncat {answer}\n");
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        _folder.Variables["PATH"] = $"{_folder.PathOf("bin")}:/usr/bin:/bin";
        var spec = _folder.Write("environment.yml", $"channels: ['{channel.FileUrl}', nodefaults]\ndependencies:\n  - python >=3\n  - pure\n");

        var result = _folder.Create("-f", spec).MustReturn(0);

        Assert.Equal("firn: not everything is pinned: micromamba chose the versions; `firn lock` keeps its choice\n", result.StandardError);
        var asked = File.ReadAllLines(_folder.PathOf("asked.txt"));
        Assert.Equal("create", asked[0]);
        Assert.Contains("--dry-run", asked);
        Assert.Contains("--json", asked);
        Assert.Contains("--override-channels", asked);
        Assert.Equal(channel.FileUrl, asked[Array.IndexOf(asked, "--channel") + 1]);
        Assert.Equal(["python >=3", "pure"], asked[^2..]);
        Assert.Equal("pure 1.0\n", new ProcessRunner { WorkingDirectory = "/" }.Run(Path.Join(_folder.Prefix, "bin", "pure")).MustReturn(0).StandardOutput);

        // conda keeps what was asked for, and exports it with --from-history.
        Assert.Equal("[\"pure\"]", Record("pure")["requested_specs"]!.ToJsonString());
        Assert.Equal("python >=3", Record("python")["requested_spec"]!.ToString());
        Assert.Contains("# update specs: [", File.ReadAllText(Path.Join(_folder.Prefix, "conda-meta", "history")), StringComparison.Ordinal);

        File.WriteAllText(answer, """{"success": false, "message": "nothing provides pure >=9\nmore"}""");
        var refused = _folder.Firn("create", "-f", spec, "--to", _folder.PathOf("other"), "--store", _folder.Store).MustReturn(1);
        Assert.Equal("error: micromamba finds no solution: nothing provides pure >=9\nhint: loosen the spec, or add a channel\n", refused.StandardError);
    }

    public void Dispose() => _folder.Dispose();

    private JsonNode Record(string name) =>
        JsonNode.Parse(File.ReadAllBytes(Directory.GetFiles(Path.Join(_folder.Prefix, "conda-meta"), $"{name}-*.json").Single()))!;

    private static string Sha256(string file) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)));

    private string Id(string text, string name) =>
        CondaCreateFolder.IdOf(_folder.CreateAt(_folder.PathOf("env-" + name), "-f", _folder.Write(name, text)).MustReturn(0));
}
