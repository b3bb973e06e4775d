using System.Text.Json;
using System.Text.Json.Nodes;
using Firn.Common;
using Firn.Common.Bundles;
using Firn.Conda.Linking;
using Firn.Conda.Packages;
using Firn.Conda.Prefixes;
using Firn.Storage.Bundles;
using Firn.Tests.Conda.Linking;

namespace Firn.Tests.Conda.Packages;

/// <summary>Packages of conda-package-handling, beside what linker.py makes of them by the rules of conda, mamba and rattler.</summary>
public sealed class CondaArchiveTests(LinkedPrefixes prefixes) : IClassFixture<LinkedPrefixes>
{
    private static readonly string[] Packages = ["python", "edges", "pure"];

    public static TheoryData<string, string> Kinds() => new()
    {
        { "conda", ".conda" }, { "conda", ".tar.bz2" }, { "rattler", ".conda" }, { "mamba", ".tar.bz2" },
    };

    [SkippableTheory]
    [MemberData(nameof(Kinds))]
    public void A_package_gives_the_bundle_that_an_archive_of_its_installation_gives(string tool, string extension)
    {
        var prefix = prefixes.Install(tool, prefixes.NewPath("a place"));
        Assert.All(Packages, name =>
        {
            using var package = new OpenedPackage(prefixes.Archive(name, extension));
            var installed = CondaPackageMembers.Read(LinkedPrefixes.Record(prefix, name), prefix, [prefix], CancellationToken.None);

            var expected = package.Bundles.Add(installed.ToBundle(), BundleAddOptions.Default, CancellationToken.None);

            Assert.Empty(package.Archive.Problems);
            Assert.NotEmpty(expected.SortedMembers);
            Assert.Equal(expected.Digest, package.Store().Digest);
        });
    }

    [SkippableFact]
    public void The_record_is_the_one_that_conda_writes()
    {
        var prefix = prefixes.Install("conda", prefixes.NewPath("records"));
        foreach (var name in Packages)
        {
            using var package = new OpenedPackage(prefixes.Archive(name, ".conda"));

            var record = JsonNode.Parse(package.Install(Target(name)).Record)!.AsObject();

            var expected = JsonNode.Parse(File.ReadAllBytes(Path.Join(prefix, "conda-meta", $"{name}-1.0-0.json")))!.AsObject();
            Assert.Equal(Rows(expected), Rows(record));
            Assert.Equal(
                expected["files"]!.AsArray().Select(file => file!.ToString())
                    .Where(file => !file.Contains("__pycache__", StringComparison.Ordinal) || name == "edges")
                    .Where(file => file != "var/empty"),
                record["files"]!.AsArray().Select(file => file!.ToString()));
            foreach (var member in (string[])["build", "build_number", "depends", "fn", "license", "name", "noarch", "subdir", "version"])
            {
                Assert.Equal(expected[member]?.ToJsonString(), record[member]?.ToJsonString());
            }

            Assert.Equal("https://conda.example/channel/linux-64", record["channel"]!.ToString());
            Assert.Equal($"https://conda.example/channel/linux-64/{name}-1.0-0.conda", record["url"]!.ToString());
            Assert.DoesNotContain("secret", record.ToJsonString(), StringComparison.Ordinal);
            Assert.Equal("[\"python\"]", record["requested_specs"]!.ToJsonString());
            Assert.Equal(1700000000123, record["timestamp"]!.GetValue<long>());
        }
    }

    [SkippableTheory]
    [InlineData("restored")]
    [InlineData("with a blank")]
    public void A_bundle_and_a_record_become_the_prefix_that_conda_makes(string name)
    {
        var target = prefixes.NewPath(name);
        foreach (var one in Packages)
        {
            using var package = new OpenedPackage(prefixes.Archive(one, ".conda"));
            var installation = package.Install();
            var record = CondaFileRecordReader.Read(installation.Record, out _)!;
            Assert.Empty(record.RefusedPaths);
            using var bundle = package.Bundles.Open(package.Store().Digest);
            RestoredPackage.Write(bundle, record, target);
            foreach (var (path, text, isExecutable) in installation.EntryPointScripts)
            {
                Assert.True(isExecutable);
                File.WriteAllText(Path.Join(target, path), CondaEntryPoint.Parse(text, BundleFormat.PrefixToken)!.Script(target));
            }
        }

        RecordsMustBeTrue(target);
        Directory.Move(target, target + "-by-firn");
        prefixes.Install("conda", target);
        var count = 0;
        foreach (var file in Directory.EnumerateFiles(target, "*", SearchOption.AllDirectories))
        {
            var relative = Path.GetRelativePath(target, file);
            var made = new FileInfo(Path.Join(target + "-by-firn", relative));
            // conda's first lines need an activated environment where the prefix has a blank.
            var differs = relative.StartsWith("conda-meta", StringComparison.Ordinal) || relative.Contains("pure/__pycache__", StringComparison.Ordinal)
                || (name.Contains(' ', StringComparison.Ordinal) && relative is "bin/plain" or "bin/blank" or "bin/other" or "bin/crlf" or "bin/one-line" or "bin/pure-script");
            if (!differs)
            {
                Assert.Equal(new FileInfo(file).LinkTarget, made.LinkTarget);
                if (made.LinkTarget is null)
                {
                    Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(made.FullName));
                    count++;
                }
            }
        }

        Assert.True(count > 20, $"{count} files compared");
    }

    [SkippableFact]
    public void A_package_tells_its_facts()
    {
        using var edges = new OpenedPackage(prefixes.Archive("edges", ".tar.bz2"));
        using var pure = new OpenedPackage(prefixes.Archive("pure", ".conda"));

        Assert.Equal(("edges", "1.0", "0", "linux-64", null, "MIT"),
            (edges.Archive.Info.Name, edges.Archive.Info.Version, edges.Archive.Info.Build, edges.Archive.Info.Subdir,
             edges.Archive.Info.Noarch, edges.Archive.Info.License));
        Assert.Equal("bin/.edges-post-link.sh", Assert.Single(edges.Archive.Info.LinkScripts));
        Assert.Equal(Sha256Digest.Of("#!/bin/sh\nexit 0\n"u8), Assert.Single(edges.Archive.Info.LinkScriptDigests));
        Assert.False(edges.Archive.Info.HasMenu);
        Assert.Equal("python", pure.Archive.Info.Noarch);
        Assert.Equal("python", Assert.Single(pure.Archive.Info.Depends));
        Assert.Equal("pure = pure.cli:main, pure-sub = pure.cli:main.real", string.Join(", ", pure.Archive.Info.EntryPoints));
    }

    private static CondaInstallTarget Target(string name) => OpenedPackage.Python311 with
    {
        Locked = OpenedPackage.Locked($"https://user:secret@conda.example/t/tk-secret/channel/linux-64/{name}-1.0-0.conda") with
        {
            Sha256 = new string('a', 64),
            RequestedSpec = "python",
            Timestamp = 1700000000123,
        },
    };

    /// <summary>Rows without what only the prefix tells, and without bytecode.</summary>
    private static string Rows(JsonObject record)
    {
        var rows = new SortedSet<string>(StringComparer.Ordinal);
        var layout = new CondaPythonLayout("lib/python3.11/site-packages");
        foreach (var row in record["paths_data"]!["paths"]!.AsArray())
        {
            var entry = row!.AsObject();
            if (entry["path_type"]!.ToString() != "pyc_file")
            {
                if (entry["prefix_placeholder"] is not null)
                {
                    entry.Remove("sha256_in_prefix");
                }

                // conda leaves these as they were packaged; mamba and rattler, and Firn, say where the file is.
                entry["_path"] = layout.Target(entry["_path"]!.ToString());
                rows.Add(string.Join(' ', entry.OrderBy(member => member.Key, StringComparer.Ordinal).Select(member => member.ToString())));
            }
        }

        return string.Join('\n', rows);
    }

    private static void RecordsMustBeTrue(string prefix)
    {
        foreach (var file in Directory.EnumerateFiles(Path.Join(prefix, "conda-meta"), "*.json"))
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(file));
            foreach (var entry in document.RootElement.GetProperty("paths_data").GetProperty("paths").EnumerateArray())
            {
                if (entry.GetProperty("path_type").GetString() == "hardlink")
                {
                    var content = File.ReadAllBytes(Path.Join(prefix, entry.GetProperty("_path").GetString()));
                    Assert.Equal(Sha256Digest.Of(content).Hex, entry.GetProperty("sha256_in_prefix").GetString());
                }
            }
        }
    }
}
