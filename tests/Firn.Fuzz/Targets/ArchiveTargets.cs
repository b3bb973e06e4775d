using System.Collections.Immutable;
using System.Text;
using Firn.Archives.Bundling;
using Firn.Archives.Documents;
using Firn.Common;
using Firn.Python.Installation;

namespace Firn.Fuzz.Targets;

/// <summary>What an archive reads of an installation, and its own cache.</summary>
internal static class ArchiveTargets
{
    private static readonly ShebangReader Interpreters = new(["/opt/env/bin"]);

    private static readonly PrefixToken[] Prefixes = [new("/opt/env", "/@firn-prefix@"), new("/opt", "/@firn-base@")];

    public static IEnumerable<FuzzTarget> Create()
    {
        yield return new FuzzTarget
        {
            Name = "script",
            Seeds = Seeds(
                "#!/opt/env/bin/python3.11 -E\nimport sys\n",
                "#!/bin/sh\n'''exec' '/opt/env/bin/python' \"$0\" \"$@\"\n' '''\nimport sys\n",
                "#!/bin/sh\n'''exec' \"$(dirname -- \"$(realpath -- \"$0\")\")\"/'python' \"$0\" \"$@\"\n' '''\n",
                "#!/bin/sh\n'''exec' \"/opt/env/bin/python\" \"$0\" \"$@\" #'''\n"),
            Tokens = Tokens("#!", "/opt/env/bin/", "'''exec' ", "\n' '''\n", " \"$0\" \"$@\"", "python", "'", "\""),
            Run = input => _ = WheelDataScript.Restore(input, Interpreters),
        };
        yield return new FuzzTarget
        {
            Name = "prefix-text",
            Seeds = Seeds("prefix=/opt/env\nlibs=-L/opt/env/lib file:///opt/env/x:/opt/other\n"),
            Tokens = Tokens("/opt/env", "/opt", "/", ".", "-L", "//", "/@firn-prefix@"),
            Run = input => _ = PrefixText.Replace(input, Prefixes),
        };
        yield return new FuzzTarget
        {
            Name = "unchanged-index",
            Seeds =
            [
                new FuzzSeed("made", BundleFactsBytes.Write(new BundleFacts(Describe(Sha256Digest.Of([]), null) with { Size = 5, FileCount = 1 })
                {
                    RunPathFiles = ["bin/python"],
                })),
            ],
            Run = ReadMade,
        };
        yield return new FuzzTarget
        {
            Name = "archive-document",
            Seeds = SeedFolder.Load("archive"),
            Tokens =
            [
                .. Firn.Fuzz.Targets.Tokens.Json, .. Tokens("\"../x\"", "\"/x\"", "\"a/b\"", "\"conda\"", "sha256:", "/@firn-prefix@", "\"edited\""),
            ],
            Run = ReadDocument,
        };
    }

    /// <summary>Whatever is read must be written so that it reads again, to the same bytes.</summary>
    private static void ReadDocument(byte[] input)
    {
        ArchiveDocument document;
        try
        {
            document = ArchiveReader.Read(input);
        }
        catch (FormatException)
        {
            return;
        }

        var written = ArchiveWriter.Write(document);
        if (!ArchiveWriter.Write(ArchiveReader.Read(written)).AsSpan().SequenceEqual(written))
        {
            throw new InvalidOperationException("what was written reads as something else");
        }
    }

    private static ArchivedPackage Describe(Sha256Digest bundle, Sha256Digest? record) => new()
    {
        Kind = record is null ? ArchivedPackageKind.Rest : ArchivedPackageKind.Conda,
        Name = "demo",
        Bundle = bundle,
        Conda = record is null ? null : new ArchivedCondaPackage { Build = "0", Record = record },
    };

    private static void ReadMade(byte[] input)
    {
        try
        {
            _ = BundleFactsBytes.Read(input, Describe);
        }
        catch (FormatException)
        {
            // What it throws for anything else.
        }
    }

    private static ImmutableArray<FuzzSeed> Seeds(params string[] texts) =>
        [.. texts.Select((text, i) => new FuzzSeed($"seed {i}", Encoding.UTF8.GetBytes(text)))];

    private static ImmutableArray<byte[]> Tokens(params string[] texts) => [.. texts.Select(Encoding.UTF8.GetBytes)];
}
