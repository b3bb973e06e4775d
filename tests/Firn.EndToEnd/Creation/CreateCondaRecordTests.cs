using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using Firn.EndToEnd.Support.Conda;

namespace Firn.EndToEnd.Creation;

/// <summary>
/// What <c>firn create</c> writes into <c>conda-meta</c>, field by field as CEP 32 demands it, so that conda, mamba and
/// pixi take the environment for one of theirs.
/// </summary>
[UnsupportedOSPlatform("windows")]
public sealed partial class CreateCondaRecordTests(CreatedCondaEnvironment environment) : IClassFixture<CreatedCondaEnvironment>
{
    [SkippableFact]
    public void Each_package_has_a_record_by_its_name()
    {
        var names = Directory.GetFiles(environment.PathOf("conda-meta")).Select(Path.GetFileName).Order(StringComparer.Ordinal);

        Assert.Equal(
            CreatedCondaEnvironment.Packages.Select(package => $"{package.Name}-{package.Version}-{package.Build}.json")
                .Append("history").Append("firn.json").Where(name => name != "firn.json" || File.Exists(environment.PathOf("conda-meta", name)))
                .Order(StringComparer.Ordinal),
            names);
    }

    [SkippableFact]
    public void A_record_says_what_the_archive_is_and_where_it_is_from()
    {
        var channel = CondaPackages.Shared.Channel;
        foreach (var package in CreatedCondaEnvironment.Packages)
        {
            var record = Record(package);
            var root = $"{environment.ChannelUrl}/{package.Subdir}";
            Assert.Equal(package.Name, record.GetProperty("name").GetString());
            Assert.Equal(package.Version, record.GetProperty("version").GetString());
            Assert.Equal(package.Build, record.GetProperty("build").GetString());
            Assert.Equal(package.Index()["build_number"]!.GetValue<int>(), record.GetProperty("build_number").GetInt32());
            Assert.Equal(package.Subdir, record.GetProperty("subdir").GetString());
            Assert.Equal(package.FileName, record.GetProperty("fn").GetString());
            Assert.Equal($"{root}/{package.FileName}", record.GetProperty("url").GetString());
            Assert.Equal(environment.ChannelUrl, record.GetProperty("channel").GetString());
            Assert.Equal(channel.Sha256(package), record.GetProperty("sha256").GetString());
            Assert.Equal(channel.Md5(package), record.GetProperty("md5").GetString());
            Assert.Equal(new FileInfo(channel.PathOf(package)).Length, record.GetProperty("size").GetInt64());
            Assert.Equal(package.Depends, Texts(record, "depends"));
            Assert.Empty(Texts(record, "constrains"));
            Assert.Equal("MIT", record.GetProperty("license").GetString());
            Assert.Equal(1_700_000_000_000, record.GetProperty("timestamp").GetInt64());
            Assert.Equal(package.Noarch, record.TryGetProperty("noarch", out var noarch) ? noarch.GetString() : null);
            // Strings that conda's reader demands, of what is not on this machine.
            Assert.Equal(JsonValueKind.String, record.GetProperty("extracted_package_dir").ValueKind);
            Assert.Equal(JsonValueKind.String, record.GetProperty("package_tarball_full_path").ValueKind);
            Assert.Equal(3, record.GetProperty("link").GetProperty("type").GetInt32());
            Assert.Equal(JsonValueKind.String, record.GetProperty("link").GetProperty("source").ValueKind);
        }
    }

    [SkippableFact]
    public void A_record_lists_what_is_at_the_prefix_with_its_digests()
    {
        foreach (var package in CreatedCondaEnvironment.Packages)
        {
            var record = Record(package);
            var data = record.GetProperty("paths_data");
            Assert.Equal(1, data.GetProperty("paths_version").GetInt32());
            var paths = data.GetProperty("paths").EnumerateArray().ToList();
            Assert.Equal(
                Texts(record, "files").Order(StringComparer.Ordinal),
                paths.Where(path => path.GetProperty("path_type").GetString() != "directory")
                    .Select(path => path.GetProperty("_path").GetString()!).Order(StringComparer.Ordinal));
            Assert.Equal(package.Members.Count + package.EntryPoints.Count, paths.Count);
            foreach (var path in paths)
            {
                MustBeTrue(package, path);
            }
        }
    }

    [SkippableFact]
    public void Placeholders_and_no_link_are_recorded()
    {
        var paths = Record(CondaPackages.Shared.Native).GetProperty("paths_data").GetProperty("paths").EnumerateArray()
            .ToDictionary(path => path.GetProperty("_path").GetString()!);

        Assert.Equal("binary", paths["bin/where"].GetProperty("file_mode").GetString());
        Assert.Equal(CondaPackageFile.Padded, paths["bin/where"].GetProperty("prefix_placeholder").GetString());
        Assert.Equal("text", paths["bin/tool"].GetProperty("file_mode").GetString());
        Assert.NotEqual(
            paths["bin/tool"].GetProperty("sha256").GetString(), paths["bin/tool"].GetProperty("sha256_in_prefix").GetString());
        Assert.True(paths["etc/native/user.conf"].GetProperty("no_link").GetBoolean());
    }

    /// <summary>conda history.py: <c>==> DATE &lt;==</c>, comments, <c>+CHANNEL/SUBDIR::NAME-VERSION-BUILD</c>.</summary>
    [SkippableFact]
    public void The_history_has_one_revision_of_all_packages()
    {
        var lines = File.ReadAllLines(environment.PathOf("conda-meta", "history"));

        Assert.Matches(Revision(), lines[0]);
        Assert.Equal("# cmd: firn create", lines[1]);
        Assert.Equal(
            CreatedCondaEnvironment.Packages.OrderBy(package => package.Name, StringComparer.Ordinal).Select(package =>
                $"+{environment.ChannelUrl}/{package.Subdir}::{package.Name}-{package.Version}-{package.Build}"),
            lines.Where(line => line.StartsWith('+')));
    }

    private void MustBeTrue(CondaPackageFile package, JsonElement path)
    {
        var name = path.GetProperty("_path").GetString()!;
        var file = environment.PathOf(name);
        switch (path.GetProperty("path_type").GetString())
        {
            case "hardlink":
                var bytes = File.ReadAllBytes(file);
                Assert.Null(new FileInfo(file).LinkTarget);
                Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), path.GetProperty("sha256_in_prefix").GetString());
                Assert.Equal(bytes.Length, path.GetProperty("size_in_bytes").GetInt64());
                var shipped = package.Members.Single(member => name.EndsWith(member.Path.Replace("python-scripts/", "bin/", StringComparison.Ordinal), StringComparison.Ordinal));
                Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(shipped.Content!)), path.GetProperty("sha256").GetString());
                break;
            case "softlink":
                Assert.NotNull(new FileInfo(file).LinkTarget);
                break;
            case "directory":
                Assert.True(Directory.Exists(file), name);
                break;
            default:
                Assert.Equal("unix_python_entry_point", path.GetProperty("path_type").GetString());
                Assert.True(File.GetUnixFileMode(file).HasFlag(UnixFileMode.UserExecute), name);
                break;
        }
    }

    private JsonElement Record(CondaPackageFile package)
    {
        var path = environment.PathOf("conda-meta", $"{package.Name}-{package.Version}-{package.Build}.json");
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        return document.RootElement.Clone();
    }

    private static IEnumerable<string> Texts(JsonElement record, string name) =>
        record.GetProperty(name).EnumerateArray().Select(item => item.GetString()!);

    [GeneratedRegex(@"^==> \d{4}-\d\d-\d\d \d\d:\d\d:\d\d <==$")]
    private static partial Regex Revision();
}
