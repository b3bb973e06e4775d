using System.Text;
using Firn.Storage;
using Firn.Storage.Records;

namespace Firn.Fuzz.Targets;

/// <summary>What lies in a store that others write to, too.</summary>
internal static class StorageTargets
{
    public static IEnumerable<FuzzTarget> Create()
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
