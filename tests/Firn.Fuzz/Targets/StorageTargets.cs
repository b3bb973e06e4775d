using System.Text;
using Firn.Common;
using Firn.Storage;
using Firn.Storage.Asimov;
using Firn.Storage.Collection;
using Firn.Storage.Layout;
using Firn.Storage.Records;

namespace Firn.Fuzz.Targets;

/// <summary>What lies in a store that others write to, too.</summary>
internal static class StorageTargets
{
    public static IEnumerable<FuzzTarget> Create(ScratchFolder scratch)
    {
        var seeds = SeedFolder.Load("store");
        yield return new FuzzTarget
        {
            Name = "store-records",
            Seeds = seeds,
            Tokens =
            [
                .. Tokens.Json,
                "\"forgets\""u8.ToArray(), "\"tombstone\""u8.ToArray(), "\"../x\""u8.ToArray(), "\"a/b\""u8.ToArray(),
                "sha256:"u8.ToArray(), "\"previous\""u8.ToArray(), "9223372036854775807"u8.ToArray(),
            ],
            Run = ReadRecord,
        };
        yield return new FuzzTarget
        {
            Name = "store-names",
            Seeds = [new FuzzSeed("encoded", "Gr%C3%BC%C3%9Fe%2E"u8.ToArray()), new FuzzSeed("reference", "GW150914/Prod0@12"u8.ToArray())],
            Tokens = ["%"u8.ToArray(), "@last"u8.ToArray(), "%2F"u8.ToArray(), ".."u8.ToArray()],
            Run = ReadName,
        };
        yield return new FuzzTarget
        {
            Name = "store-lease",
            Seeds =
            [
                new FuzzSeed("lease", Encoding.UTF8.GetBytes(
                    $$"""{"schema":"firn.lease/1","objects":["{{Sha256Digest.Of([])}}","{{Sha256Digest.Of([1])}}"]}""")),
            ],
            Tokens = [.. Tokens.Json, "sha256:"u8.ToArray(), "\"objects\""u8.ToArray()],
            Run = input =>
            {
                scratch.Write("leases/tmp/lease-1.json", input);
                _ = StoreLeaseReader.Read(scratch["leases"], DateTimeOffset.MinValue);
            },
        };
        yield return new FuzzTarget
        {
            Name = "asimov-manifest",
            Seeds =
            [
                new FuzzSeed("block", Encoding.UTF8.GetBytes(
                    "events:\n  GW150914:\n    Prod0:\n      posterior.dat:\n        hash: 1234\n        uuid: abc\n      'a b': {hash: 0x1, uuid: ~}\nname: lab\n")),
                new FuzzSeed("flow", "{events: {190521: {P: {\"f\\u0041\": {hash: 12e3, uuid: null}}}}, name: !!str lab}\n"u8.ToArray()),
            ],
            Tokens =
            [
                "- "u8.ToArray(), ": "u8.ToArray(), "? "u8.ToArray(), "&a "u8.ToArray(), "*a"u8.ToArray(), "!!binary "u8.ToArray(),
                "|\n"u8.ToArray(), ">-\n"u8.ToArray(), "---\n"u8.ToArray(), "..."u8.ToArray(), "{"u8.ToArray(), "["u8.ToArray(),
                "<<: "u8.ToArray(), "%YAML 1.1\n"u8.ToArray(), "\"\\x41"u8.ToArray(),
            ],
            Run = ReadManifest,
        };
    }

    /// <summary>Whatever is read must be written so that it reads again, to the same bytes.</summary>
    private static void ReadManifest(byte[] input)
    {
        var manifest = AsimovManifest.Parse(input, "manifest.yaml");
        foreach (var resource in manifest.Resources())
        {
            _ = AsimovNames.ResourceName(resource.Key, static _ => false);
        }

        var written = manifest.Write();
        MustBeEqual(written, AsimovManifest.Parse(written, "manifest.yaml").Write());
    }

    private static void ReadRecord(byte[] input)
    {
        // Whatever is read must be written so that it reads again, to the same bytes.
        if (input.AsSpan().IndexOf("firn.archived/"u8) >= 0)
        {
            var archived = ArchivedRecordJson.Write(ArchivedRecordJson.Read(input, "record"));
            MustBeEqual(archived, ArchivedRecordJson.Write(ArchivedRecordJson.Read(archived, "record")));
        }
        else if (input.AsSpan().IndexOf("firn.store/"u8) >= 0)
        {
            _ = StoreDescriptionJson.Write(StoreDescriptionJson.Read(input, "firn-store.json"));
        }
        else
        {
            var run = RunRecordJson.Write(RunRecordJson.Read(input, "record"));
            MustBeEqual(run, RunRecordJson.Write(RunRecordJson.Read(run, "record")));
        }
    }

    private static void ReadName(byte[] input)
    {
        var text = Encoding.UTF8.GetString(input);
        if (NameEncoding.Decode(text) is { } name && NameEncoding.Encode(name) != text)
        {
            throw new InvalidOperationException($"{text} decodes to a name that is encoded otherwise");
        }

        var reference = AnalysisReference.Parse(text);
        if (NameEncoding.Decode(NameEncoding.Encode(reference.Name)) != reference.Name)
        {
            throw new InvalidOperationException($"{reference.Name} does not come back");
        }
    }

    private static void MustBeEqual(byte[] first, byte[] second)
    {
        if (!first.AsSpan().SequenceEqual(second))
        {
            throw new InvalidOperationException("what was written reads as something else");
        }
    }
}
