using Firn.Common;
using Firn.Storage.Checks;
using Firn.Storage.Layout;

namespace Firn.Tests.Storage.Checks;

/// <summary>
/// The corpus of damaged stores: each damage is done to a sample store, found under its code with a command that mends it,
/// and then mended or put aside.
/// </summary>
public sealed class DamagedStoreTests
{
    private const string Chain = "analyses/GW150914/Prod0";

    /// <summary>A damage: what is done, the code, whether the rest of the damage can be mended without the user.</summary>
    public static TheoryData<string, string, bool> Corpus { get; } = new()
    {
        { "bit in an object", "object-damaged", true },
        { "two bits in an object", "object-damaged", false },
        { "object cut short", "object-damaged", false },
        { "missing object", "object-missing", false },
        { "missing capture", "object-missing", false },
        { "missing archive document", "object-missing", false },
        { "object in another folder", "object-misplaced", true },
        { "object under another name", "object-damaged", false },
        { "bit in a bundle", "bundle-damaged", false },
        { "bundle cut short", "bundle-damaged", false },
        { "missing bundle", "bundle-missing", false },
        { "missing index", "index-missing", true },
        { "bit in an index", "index-damaged", true },
        { "index of another bundle", "index-damaged", true },
        { "bit in bytecode", "bytecode-damaged", true },
        { "bit in the index of bytecode", "index-damaged", true },
        { "bit in a record", "record-damaged", true },
        { "bit in the last record", "record-damaged", true },
        { "damaged record", "record-damaged", true },
        { "truncated last record", "record-damaged", true },
        { "truncated first record", "record-damaged", true },
        { "missing record", "record-missing", true },
        { "missing first record", "record-missing", true },
        { "missing archive record of two", "record-missing", true },
        { "newest record lost", "record-missing", true },
        { "newest archive record lost", "record-missing", true },
        { "record exchanged", "chain-broken", false },
        { "record of another schema", "record-schema", false },
        { "record of another analysis", "record-name", true },
        { "duplicate number", "record-number", true },
        { "number of another record", "record-number", true },
        { "bit in the description", "store-description", true },
        { "missing description", "store-description", true },
        { "description of a newer firn", "store-schema", false },
        { "writable object", "wrong-mode", true },
        { "writable record", "wrong-mode", true },
        { "unreadable object", "wrong-mode", true },
        { "old leftover", "leftover-temporary", true },
        { "archive without index", "bundle-incomplete", true },
        { "index without archive", "bundle-incomplete", true },
        { "collection that was killed", "collection-unfinished", true },
        { "needed file of a collection that was killed", "collection-unfinished", true },
        { "damaged file of a collection that was killed", "object-damaged", false },
        { "needed bundle of a collection that was killed", "collection-unfinished", true },
        { "foreign file", "foreign-file", true },
        { "foreign folder among records", "foreign-file", true },
        { "wrong hint", "hint-wrong", true },
    };

    [Fact]
    public void Pristine_store_is_clean()
    {
        using var store = new SampleStore();

        var report = store.Check();

        Assert.Empty(report.Findings);
        Assert.Equal(6, report.Records);
        Assert.True(report.BytesRead > 50_000);
        Assert.Empty(store.Check(readData: false).Findings);
    }

    [Theory]
    [MemberData(nameof(Corpus))]
    public void Damage_is_found_named_and_mended_or_put_aside(string damage, string code, bool isMended)
    {
        using var store = new SampleStore();
        var before = store.Files();
        Do(damage, store);
        var damaged = store.Files();

        var found = store.Check();

        var finding = Assert.Single(found.Findings, finding => finding.Kind.Code == code);
        Assert.NotEqual(string.Empty, finding.Message);
        Assert.Contains(finding.Kind.Level == FindingLevel.Damage, (bool[])[found.HasDamage]);
        Assert.Matches("^(firn |install |put )", finding.Repair(store.Store.Path));
        Assert.DoesNotContain("STORE", finding.Repair(store.Store.Path), StringComparison.Ordinal);

        Assert.Equal(damaged, Same(store, () => store.Repair(isDryRun: true)));
        var repair = store.Repair();
        var after = store.Check();

        Assert.True(isMended == !after.HasDamage, string.Join('\n', after.Findings) + "\n--\n" + string.Join('\n', repair.Actions));
        Assert.Equal(isMended, repair.Remaining == 0);
        Assert.All(after.Findings, left => Assert.True(
            !isMended || left.Kind == FindingKinds.RecordLost, $"left: {left}"));
        // Whatever was there is there, in its place or in quarantine; only leftovers of killed processes are gone.
        var quarantined = store.Files().Count(path => path.StartsWith("quarantine/", StringComparison.Ordinal));
        var kept = damaged.Count(path => !path.StartsWith("tmp/", StringComparison.Ordinal));
        Assert.True(store.Files().Count + 1 >= kept, $"{kept} files before, {store.Files().Count} after, {quarantined} in quarantine");
        // Chains can be read and appended to again.
        if (code is not ("record-schema" or "store-schema"))
        {
            Assert.True(store.Add("GW150914", "Prod0", ("more.txt", "more"u8.ToArray())).Record.Number >= 4);
            Assert.Equal(isMended, !store.Check().HasDamage);
        }

        Assert.NotEmpty(before);
    }

    /// <summary>JSON that is well-formed but for a text that is not UTF-8 is found out only when the text is taken.</summary>
    [Fact]
    public void Description_that_is_no_UTF_8_is_damaged()
    {
        using var store = new SampleStore();
        store.FlipBit("firn-store.json", "{\n  \"schema\": \"".Length, 7);

        Assert.Contains(store.Check().Findings, finding => finding.Kind == FindingKinds.StoreDescription);
    }

    [Fact]
    public void Structure_alone_finds_what_can_be_seen_without_reading()
    {
        foreach (var damage in (string[])["missing object", "object cut short", "missing bundle", "bundle cut short", "missing index",
            "truncated last record", "missing record", "newest record lost", "record exchanged", "writable object", "foreign file", "bit in the last record"])
        {
            using var store = new SampleStore();
            Do(damage, store);

            Assert.NotEmpty(store.Check(readData: false).Findings);
        }
    }

    private static List<string> Same(SampleStore store, Action act)
    {
        act();
        return store.Files();
    }

    private static void Do(string damage, SampleStore store)
    {
        var posterior = store.PathOf(Sha256Digest.Of(SampleStore.Bytes(1, 9_000)));
        var large = store.PathOf(Sha256Digest.Of(SampleStore.Bytes(2, 40_000)));
        switch (damage)
        {
            case "bit in an object":
                store.FlipBit(posterior, 4_321, 5);
                break;
            case "two bits in an object":
                store.FlipBit(posterior, 4_321, 5);
                store.FlipBit(posterior, 1, 1);
                break;
            case "object cut short":
                store.Overwrite(posterior, SampleStore.Bytes(1, 9_000)[..4_000]);
                break;
            case "missing object":
                File.Delete(store[posterior]);
                break;
            case "missing capture":
                File.Delete(store[store.PathOf(store.Capture)]);
                break;
            case "missing archive document":
                File.Delete(store[store.PathOf(store.Document)]);
                break;
            case "object in another folder":
                Directory.CreateDirectory(store["files/sha256/zz".Replace("zz", Other(posterior), StringComparison.Ordinal)]);
                File.Move(store[posterior], store[$"files/sha256/{Other(posterior)}/{Path.GetFileName(posterior)}"]);
                store.Add("x", "y", ("p", SampleStore.Bytes(1, 9_000)));
                File.Delete(store[posterior]);
                break;
            case "object under another name":
                store.Overwrite(large, SampleStore.Bytes(9, 40_000));
                break;
            case "bit in a bundle":
                store.FlipBit(store.ArchiveOf(store.Bundle), 40);
                break;
            case "bundle cut short":
                store.Overwrite(store.ArchiveOf(store.Bundle), File.ReadAllBytes(store[store.ArchiveOf(store.Bundle)])[..^9]);
                break;
            case "missing bundle":
                File.Delete(store[store.ArchiveOf(store.Bundle)]);
                File.Delete(store[SampleStore.IndexOf(store.Bundle)]);
                File.Delete(store[store.ArchiveOf(store.Bundle, "cpython-311")]);
                File.Delete(store[SampleStore.IndexOf(store.Bundle, "cpython-311")]);
                break;
            case "missing index":
                File.Delete(store[SampleStore.IndexOf(store.Bundle)]);
                break;
            case "bit in an index":
                store.FlipBit(SampleStore.IndexOf(store.Bundle), 200, 3);
                break;
            case "index of another bundle":
                store.Overwrite(SampleStore.IndexOf(store.Bundle), File.ReadAllBytes(store[SampleStore.IndexOf(store.OtherBundle)]));
                break;
            case "bit in bytecode":
                store.FlipBit(store.ArchiveOf(store.Bundle, "cpython-311"), 40);
                break;
            case "bit in the index of bytecode":
                store.FlipBit(SampleStore.IndexOf(store.Bundle, "cpython-311"), 2);
                break;
            default:
                DoToRecords(damage, store);
                break;
        }
    }

    private static void DoToRecords(string damage, SampleStore store)
    {
        var first = $"{Chain}/000001.json";
        var second = $"{Chain}/000002.json";
        var last = $"{Chain}/000003.json";
        switch (damage)
        {
            case "bit in a record":
                store.FlipBit(second, 150, 2);
                break;
            case "bit in the last record":
                store.FlipBit(last, 150, 2);
                break;
            case "damaged record":
                store.Overwrite(second, SampleStore.Bytes(5, 600));
                break;
            case "truncated last record":
                store.Overwrite(last, File.ReadAllBytes(store[last])[..100]);
                break;
            case "truncated first record":
                store.Overwrite(first, []);
                break;
            case "missing record":
                File.Delete(store[second]);
                break;
            case "missing first record":
                File.Delete(store[first]);
                break;
            case "missing archive record of two":
                var chain = store.Store.Environment(SampleStore.EnvironmentId);
                store.Store.Archives(SampleStore.EnvironmentId).Append(
                    new Firn.Storage.Records.ArchivedRecord
                    {
                        EnvironmentId = SampleStore.EnvironmentId,
                        Number = 0,
                        Created = DateTimeOffset.UnixEpoch,
                        Archive = store.Document,
                        Capture = store.Capture,
                        Prefix = "/opt/two",
                    },
                    CancellationToken.None);
                File.Delete(chain.PathOf(1));
                break;
            case "record exchanged":
                // Another writer's record, whole in itself.
                var text = File.ReadAllText(store[second]).Replace("\"succeeded\"", "\"failed\"", StringComparison.Ordinal);
                store.Overwrite(second, RecordChecksum.Add(System.Text.Encoding.UTF8.GetBytes(text)));
                break;
            case "record of another schema":
                text = File.ReadAllText(store[last]).Replace("firn.run/1", "firn.run/7", StringComparison.Ordinal);
                store.Overwrite(last, RecordChecksum.Add(System.Text.Encoding.UTF8.GetBytes(text)));
                break;
            case "record of another analysis":
                text = File.ReadAllText(store[last]).Replace("\"Prod0\"", "\"Prod9\"", StringComparison.Ordinal);
                store.Overwrite(last, RecordChecksum.Add(System.Text.Encoding.UTF8.GetBytes(text)));
                break;
            case "duplicate number":
                File.Copy(store[last], store[$"{Chain}/3.json"]);
                break;
            case "number of another record":
                text = File.ReadAllText(store[last]).Replace("\"number\": 3", "\"number\": 4", StringComparison.Ordinal);
                store.Overwrite(last, RecordChecksum.Add(System.Text.Encoding.UTF8.GetBytes(text)));
                break;
            case "bit in the description":
                store.FlipBit("firn-store.json", 60, 1);
                break;
            case "missing description":
                File.Delete(store["firn-store.json"]);
                break;
            case "description of a newer firn":
                text = File.ReadAllText(store["firn-store.json"]).Replace("firn.store/1", "firn.store/2", StringComparison.Ordinal);
                store.Overwrite("firn-store.json", RecordChecksum.Add(System.Text.Encoding.UTF8.GetBytes(text)));
                break;
            default:
                DoToFolders(damage, store);
                break;
        }
    }

    private static void DoToFolders(string damage, SampleStore store)
    {
        var posterior = store.PathOf(Sha256Digest.Of(SampleStore.Bytes(1, 9_000)));
        switch (damage)
        {
            case "writable object":
                store.SetMode(posterior, SampleStore.Readable | UnixFileMode.UserWrite);
                break;
            case "writable record":
                store.SetMode($"{Chain}/000001.json", SampleStore.Readable | UnixFileMode.GroupWrite);
                break;
            case "unreadable object":
                store.SetMode(posterior, UnixFileMode.None);
                break;
            case "old leftover":
                File.WriteAllText(store["tmp/object-0123"], "half");
                File.SetLastWriteTimeUtc(store["tmp/object-0123"], DateTime.UtcNow.AddDays(-20));
                break;
            case "archive without index":
                File.Delete(store[SampleStore.IndexOf(store.AddBundle("lonely", 2))]);
                break;
            case "index without archive":
                File.Delete(store[store.ArchiveOf(store.AddBundle("lonely", 2))]);
                break;
            case "collection that was killed":
                var unneeded = store.Store.Files.Add("nobody needs this"u8);
                Move(store, store.PathOf(unneeded));
                break;
            case "needed file of a collection that was killed":
                Move(store, posterior);
                break;
            case "damaged file of a collection that was killed":
                Move(store, posterior);
                File.Delete(store[$"tmp/gc-0123456789abcdef/{posterior}"]);
                File.WriteAllBytes(store[$"tmp/gc-0123456789abcdef/{posterior}"], new byte[9_000]);
                break;
            case "needed bundle of a collection that was killed":
                // Killed between the bundle's two files.
                Move(store, Directory.GetFiles(store["bundles"], "*.json", SearchOption.AllDirectories)
                    .Select(file => Path.GetRelativePath(store.Store.Path, file)).Min()!);
                break;
            case "foreign file":
                File.WriteAllText(store["files/sha256/README.txt"], "hello");
                break;
            case "foreign folder among records":
                Directory.CreateDirectory(store["analyses/GW150914/Prod0/old"]);
                File.WriteAllText(store["analyses/GW150914/Prod0/old/000001.json"], "{}");
                break;
            case "newest record lost":
                File.Delete(store[$"{Chain}/000003.json"]);
                break;
            case "newest archive record lost":
                File.Delete(store[$"environments/00/{SampleStore.EnvironmentId[13..]}/000001.json"]);
                break;
            case "wrong hint":
                File.WriteAllText(store[$"{Chain}/.last"], "000001\n");
                break;
            default:
                throw new ArgumentException(damage, nameof(damage));
        }
    }

    private static void Move(SampleStore store, string path)
    {
        var target = store[$"tmp/gc-0123456789abcdef/{path}"];
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        File.Move(store[path], target);
    }

    private static string Other(string path) => Path.GetFileName(path)[..2] == "00" ? "01" : "00";
}
