using System.Text;
using Firn.Common;
using Firn.Common.Files;
using Firn.Python;
using Firn.Python.Discovery;
using Firn.Python.Metadata;
using Firn.Python.Pip;
using Firn.Python.Records;
using Firn.Python.Versions;

namespace Firn.Fuzz.Targets;

/// <summary>What installers write beside a distribution.</summary>
internal static class PythonTargets
{
    /// <summary>Each is an input of its own to a dozen parsers; what is left over is one long version.</summary>
    private const int MaxVersions = 1000;

    private static readonly string[] Headers = ["Name", "Version", "Requires-Dist", "Summary", "License", "Description"];

    private static readonly string[] Launchers = ["snow", "pip"];

    public static IEnumerable<FuzzTarget> Create(ScratchFolder scratch)
    {
        yield return new FuzzTarget
        {
            Name = "metadata",
            Seeds = SeedFolder.Load("metadata"),
            Tokens = Tokens.Metadata,
            Run = ReadHeaders,
        };
        yield return new FuzzTarget
        {
            Name = "metadata-file",
            Seeds = SeedFolder.Load("metadata"),
            Tokens = Tokens.Metadata,
            Run = input => _ = MetadataHeaders.Read(scratch.Write("METADATA", input), out _)?.FirstRedented("Summary"),
        };
        yield return new FuzzTarget
        {
            Name = "record",
            Seeds = SeedFolder.Load("record"),
            Tokens = Tokens.Record,
            Run = ReadRecord,
        };
        yield return new FuzzTarget
        {
            Name = "entry-points",
            Seeds = SeedFolder.Load("entry-points"),
            Tokens = Tokens.Settings,
            Run = input => _ = LauncherNames.Read(input),
        };
        yield return new FuzzTarget
        {
            Name = "direct-url",
            Seeds = SeedFolder.Load("direct-url"),
            Tokens = Tokens.DirectUrl,
            Run = ReadDirectUrl,
        };
        yield return new FuzzTarget
        {
            Name = "versions",
            Seeds = SeedFolder.Load("versions"),
            Tokens = Tokens.Versions,
            Run = ReadVersions,
        };
        yield return new FuzzTarget
        {
            Name = "egg",
            Seeds = SeedFolder.Load("egg"),
            Tokens = [[.. "PK\u0001\u0002"u8], [.. "PK\u0003\u0004"u8], [.. "PK\u0005\u0006"u8], [.. "EGG-INFO/PKG-INFO"u8], [0x55, 0x54]],
            Run = input => ReadZip(scratch.Write("egg.zip", input)),
        };
        yield return new FuzzTarget
        {
            Name = "egg-link",
            Seeds = SeedFolder.Load("egg-link"),
            Tokens = Tokens.Settings,
            Run = input =>
            {
                scratch.Write("x.egg-link", input);
                _ = EggLink.Target(scratch.Path, "x.egg-link");
            },
        };
    }

    private static void ReadHeaders(byte[] input)
    {
        var headers = MetadataHeaders.Parse(input);
        _ = headers.IsUtf8;
        foreach (var name in Headers)
        {
            _ = headers.FirstRedented(name);
            _ = headers.All(name);
        }
    }

    private static void ReadRecord(byte[] input)
    {
        var launchers = new LauncherNames(new HashSet<string>(Launchers, StringComparer.Ordinal));
        const string Metadata = "/opt/env/lib/python3.11/site-packages/Snow_Depth-1.2.post3.dist-info";
        foreach (var isEditable in new[] { false, true })
        {
            // The bytes are unquoted in place, so each reader needs its own.
            _ = new RecordedContentReader(Metadata, launchers, isEditable).Build(input.ToArray(), new ReusableBuffer());
        }
    }

    private static void ReadDirectUrl(byte[] input)
    {
        foreach (var rules in Enum.GetValues<DirectUrlRules>())
        {
            if (DirectUrlReader.Read(input, rules, out _) is { } found)
            {
                _ = Firn.Python.Pip.DirectUrlRequirement.Format("snow", Credentials.Remove(found.Url), found, rules);
                _ = FileUrl.ToPath(found.Url);
            }
        }
    }

    private static void ReadVersions(byte[] input)
    {
        Pep440Version? before = null;
        LegacyVersion? legacyBefore = null;
        foreach (var line in Encoding.UTF8.GetString(input).Split('\n', MaxVersions))
        {
            var version = Pep440Version.Parse(line);
            _ = version?.CompareTo(before);
            _ = version?.GetHashCode();
            _ = Pep440Version.Normalize(line);
            before = version ?? before;
            var legacy = LegacyVersion.Parse(line);
            _ = legacy.CompareTo(legacyBefore);
            legacyBefore = legacy;
            _ = EggName.Parse(line);
            _ = EggName.SafeVersion(line);
            _ = WheelName.IsValid(line);
            _ = CanonicalName.Of(line);
            _ = CanonicalName.IsValid(line);
            _ = PythonText.SafeName(line);
            _ = PipRules.For(line, 3, 11);
        }
    }

    private static void ReadZip(string path)
    {
        if (ZipFiles.Open(path) is { } zip)
        {
            foreach (var entry in zip.TopLevel())
            {
                _ = zip.Read(entry.Name + "/PKG-INFO", MetadataHeaders.Limit);
            }

            foreach (var name in zip.Names.Take(8))
            {
                _ = zip.Read(name, MetadataHeaders.Limit);
            }
        }
    }
}
