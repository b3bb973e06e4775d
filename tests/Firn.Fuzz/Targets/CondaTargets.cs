using System.Text;
using Firn.Common;
using Firn.Common.Yaml;
using Firn.Conda;
using Firn.Conda.Listings;
using Firn.Conda.Prefixes;

namespace Firn.Fuzz.Targets;

/// <summary>What conda writes into a prefix.</summary>
internal static class CondaTargets
{
    /// <summary>Each is an input of its own to a dozen parsers; what is left over is one long spec.</summary>
    private const int MaxSpecs = 1000;

    public static IEnumerable<FuzzTarget> Create(ScratchFolder scratch)
    {
        yield return new FuzzTarget
        {
            Name = "conda-record",
            Seeds = SeedFolder.Load("conda-record"),
            Tokens = Tokens.CondaRecord,
            Run = ReadRecord,
        };
        yield return new FuzzTarget
        {
            Name = "conda-history",
            Seeds = SeedFolder.Load("conda-history"),
            Tokens = Tokens.CondaText.AddRange(Tokens.Versions),
            Run = input => _ = CondaHistory.ReadRequestedSpecs(scratch.Write("history", input), []),
        };
        yield return new FuzzTarget
        {
            Name = "conda-settings",
            Seeds = SeedFolder.Load("conda-settings"),
            Tokens = Tokens.Json.AddRange(Tokens.Settings),
            Run = input =>
            {
                var path = scratch.Write("settings", input);
                _ = CondaStateFiles.ReadPinned(path);
                _ = CondaStateFiles.ReadVariableNames(path, []);
            },
        };
        yield return new FuzzTarget
        {
            Name = "conda-specs",
            Seeds = SeedFolder.Load("conda-specs", "versions"),
            Tokens = Tokens.Versions,
            Run = ReadSpecs,
        };
        yield return new FuzzTarget
        {
            Name = "conda-graph",
            Seeds = SeedFolder.Load("conda-specs"),
            Tokens = [.. Tokens.Versions, [.. "python"u8], [.. "menuinst"u8], [.. "pip"u8], [.. "numpy"u8]],
            Run = SortGraph,
        };
        yield return new FuzzTarget
        {
            Name = "conda-python-metadata",
            Seeds = SeedFolder.Load("metadata"),
            Tokens = Tokens.Metadata,
            Run = input =>
            {
                _ = CondaPythonMetadata.Parse(input);
                _ = CondaEggLink.Read(scratch.Write("y.egg-link", input), []);
            },
        };
    }

    private static void ReadRecord(byte[] input)
    {
        if (CondaRecordReader.Read(input, out _) is { } package)
        {
            _ = package.DistributionString;
            _ = CondaExplicit.Line(package, CondaRelease.Newest, ExplicitHashes.Sha256OrMd5);
            _ = package.Files.FindMissing("/nowhere");
            _ = new CondaPrefixGraph([package]).Sorted(menuinstFirst: true);
        }
    }

    private static void ReadSpecs(byte[] input)
    {
        var lines = Encoding.UTF8.GetString(input).Split('\n', MaxSpecs);
        for (var i = 0; i < lines.Length; i++)
        {
            var dependency = CondaDependency.Parse(lines[i]);
            _ = CondaVersion.Parse(lines[i])?.WithoutLastPart();
            _ = CondaVersionSpec.Matches(lines[i], "1.26.4");
            _ = CondaVersionSpec.Matches(dependency.Version ?? "1", lines[i / 2]);
            _ = CondaGlob.Matches(lines[i], lines[i / 2]);
            _ = YamlScalar.Of(lines[i]);
            _ = CondaChannel.Parse(lines[i]);
            _ = CondaUrl.Normalize(lines[i]);
            _ = CondaUrl.RemoveCredentials(lines[i]);
            _ = CondaUrl.ArchiveName(lines[i]);
            _ = CondaRelease.TryParse(lines[i]);
            _ = Credentials.Remove(lines[i]);
        }
    }

    /// <summary>Each line is a package that depends on what the lines around it name.</summary>
    private static void SortGraph(byte[] input)
    {
        var lines = Encoding.UTF8.GetString(input).Split('\n', 2000);
        var packages = new List<CondaPackage>();
        for (var i = 0; i < lines.Length; i++)
        {
            packages.Add(new CondaPackage
            {
                Name = CondaDependency.Parse(lines[i]).Name,
                Version = "1.0",
                Build = "0",
                ChannelName = "defaults",
                FileName = "x",
                Depends = [lines[i], lines[(i + 1) % lines.Length], lines[i / 2]],
            });
        }

        var graph = new CondaPrefixGraph(packages);
        _ = graph.Sorted(menuinstFirst: false);
        _ = graph.DescendantsOf(packages[0]);
    }
}
