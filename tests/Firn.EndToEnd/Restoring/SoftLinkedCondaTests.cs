using System.Runtime.Versioning;
using System.Text.Json;
using System.Text.Json.Nodes;
using Firn.EndToEnd.Support;
using Firn.EndToEnd.Support.Conda;

namespace Firn.EndToEnd.Restoring;

/// <summary>A conda environment of links into the package cache (<c>always_softlink</c>): it is what the cache holds.</summary>
[SupportedOSPlatform("linux")]
public sealed class SoftLinkedCondaTests(PublishedFirn firn) : IClassFixture<PublishedFirn>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Prefix => _folder.PathOf("env");

    private string Cache => _folder.PathOf("pkgs", "tools-1.0-0");

    [SkippableTheory]
    [InlineData("bin/tool", "edited")]
    [InlineData("share/data.txt", "edited")]
    [InlineData("share/data.txt", "deleted")]
    [InlineData("share/data.txt", "restored")]
    [InlineData("share/data.txt", "led elsewhere")]
    public void A_package_folder_that_was_changed_is_named_without_the_store(string path, string what)
    {
        Environment();
        firn.Run("capture", Prefix, "-o", _folder.PathOf("capture")).MustReturn(0);
        Verify().MustReturn(0);
        var cached = Path.Join(Cache, path);
        switch (what)
        {
            case "deleted":
                File.Delete(cached);
                break;
            case "led elsewhere":
                File.Delete(Path.Join(Prefix, path));
                File.CreateSymbolicLink(Path.Join(Prefix, path), _folder.PathOf("other"));
                File.WriteAllText(_folder.PathOf("other"), "other\n");
                break;
            default:
                // Not even the time says so.
                var time = File.GetLastWriteTimeUtc(cached);
                var text = File.ReadAllText(cached);
                File.WriteAllText(cached, text.ToUpperInvariant());
                File.WriteAllText(cached, what == "restored" ? text : text.ToUpperInvariant());
                File.SetLastWriteTimeUtc(cached, time);
                break;
        }

        var result = Verify();

        if (what == "restored")
        {
            Assert.Contains("2 files that the environment does not hold itself", result.MustReturn(0).StandardOutput, StringComparison.Ordinal);
        }
        else if (what == "led elsewhere")
        {
            // No record says where a link has to lead.
            Assert.Contains("where 1 link of conda packages lead", result.MustReturn(0).StandardOutput, StringComparison.Ordinal);
        }
        else
        {
            Assert.Contains(Path.Join(Prefix, path), result.MustReturn(3).StandardOutput, StringComparison.Ordinal);
        }
    }

    public void Dispose() => _folder.Dispose();

    private ProcessResult Verify() =>
        firn.Run("verify", _folder.PathOf("capture"), Prefix, "--read-data", "--store", _folder.PathOf("none"));

    /// <summary>As conda links it softly: every file but those that hold the prefix.</summary>
    private void Environment()
    {
        Part.MustBePresent(!OperatingSystem.IsWindows(), "an environment of POSIX");
        _ = new LinkedCondaPrefix(Prefix).Add("tools", "1.0", new Dictionary<string, string>
        {
            ["bin/tool"] = "#!/bin/sh\necho tool\n",
            ["share/data.txt"] = "data\n",
            ["etc/tools.conf"] = "{prefix}\n",
        });
        var file = Path.Join(Prefix, "conda-meta", "tools-1.0-0.json");
        var record = JsonNode.Parse(File.ReadAllText(file))!;
        record["link"] = new JsonObject { ["source"] = Cache, ["type"] = 3 };
        foreach (var entry in record["paths_data"]!["paths"]!.AsArray())
        {
            var path = entry!["_path"]!.GetValue<string>();
            if (path != "etc/tools.conf")
            {
                entry["path_type"] = "softlink";
                Directory.CreateDirectory(Path.GetDirectoryName(Path.Join(Cache, path))!);
                File.Move(Path.Join(Prefix, path), Path.Join(Cache, path));
                File.CreateSymbolicLink(Path.Join(Prefix, path), Path.Join(Cache, path));
            }
        }

        File.WriteAllText(file, record.ToJsonString(JsonSerializerOptions.Default));
    }
}
