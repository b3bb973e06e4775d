using System.Text;
using Firn.Common;
using Firn.Common.Files;
using Firn.Common.Json;
using Firn.Storage.Checks;
using Firn.Storage.Contents;
using Firn.Storage.Layout;
using Firn.Storage.Records;

namespace Firn.Storage.Repairs;

/// <summary>
/// Makes chains whole again, so that they can be read and appended to. A record is mended where one bit was flipped;
/// else a tombstone takes its place, which forgets itself and keeps the digest that the record behind it names.
/// </summary>
internal sealed class RecordRepair(string store, QuarantineFolder quarantine, TimeProvider clock)
{
    public string? Repair(Finding finding)
    {
        if (finding.Number == 0)
        {
            // Not even a record's name.
            return quarantine.Describe(finding.Path);
        }

        if (finding.Kind == FindingKinds.RecordDamaged && TryMend(finding.Path))
        {
            return "flipped the wrong bit back";
        }

        if (FindChain(finding.Path) is not { } chain)
        {
            return null;
        }

        var moved = finding.Kind == FindingKinds.RecordMissing ? null : quarantine.Take(finding.Path);
        WriteTombstone(chain, finding.Number);
        const string instead = "put a tombstone in its place";
        return moved is null ? instead : $"moved to {ShellQuoting.Quote(moved)}, and {instead}";
    }

    public string? RepairHint(Finding finding)
    {
        var folder = finding.Path[..finding.Path.LastIndexOf('/')];
        if (FindChain(finding.Path) is not { } chain)
        {
            return null;
        }

        var hint = Path.Join(store, folder, StoreLayout.Hint);
        try
        {
            StoreTree.Delete(store, hint);
            using var file = StoreTree.CreateFile(store, hint);
            RandomAccess.Write(file, Encoding.ASCII.GetBytes(ChainLock.Text(chain.LastNumber)), 0);
            return $"wrote the number of the last record, {chain.LastNumber}";
        }
        catch (Exception exception) when (StoreFailure.IsExpected(exception))
        {
            throw StoreFailure.OfWriting(store, hint, exception);
        }
    }

    private bool TryMend(string path)
    {
        var content = BoundedFile.Read(Path.Join(store, path), BitMender.MaxContentLength);
        if (!content.IsComplete)
        {
            return false;
        }

        var bytes = content.Bytes.ToArray();
        if (!BitMender.TryMend(bytes, candidate => RecordChecksum.IsIntact(candidate)))
        {
            return false;
        }

        quarantine.Take(path);
        Place(path, bytes);
        return true;
    }

    private void WriteTombstone(ChainFiles chain, int number)
    {
        var json = new CanonicalJsonWriter();
        var isRun = chain.EnvironmentId is null;
        json.StartObject();
        json.String("schema", isRun ? RunRecord.Schema : ArchivedRecord.Schema);
        json.String("created", TimeText.Of(clock.GetUtcNow()));
        json.String("environment_id", chain.EnvironmentId);
        json.Number("forgets", number);
        json.String("kind", isRun ? RunKinds.Tombstone : null);
        json.String("lost", NamedBehind(chain, number)?.ToString());
        json.String("name", chain.Name);
        json.Number("number", number);
        json.String("previous", number == 1 ? null : DigestOf(chain, number - 1)?.ToString());
        json.String("subject", chain.Subject);
        json.EndObject();
        Place(chain.PathOf(number), RecordChecksum.Add(json.WrittenDocument.ToArray()));
    }

    private void Place(string path, byte[] bytes)
    {
        using var staged = StagedFile.Create(store, "record");
        staged.Write(bytes);
        staged.Seal(durably: true);
        staged.TryPlace(Path.Join(store, path));
        StoreTree.Synchronize(store, Path.GetDirectoryName(Path.Join(store, path))!);
    }

    /// <summary>The digest of the lost record, which the one behind it names.</summary>
    private Sha256Digest? NamedBehind(ChainFiles chain, int number)
    {
        var content = BoundedFile.Read(Path.Join(store, chain.PathOf(number + 1)), RecordChain.Limit);
        if (!content.IsComplete || !RecordChecksum.IsIntact(content.Bytes))
        {
            return null;
        }

        try
        {
            return RecordSummary.Read(content.Memory).Previous;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private Sha256Digest? DigestOf(ChainFiles chain, int number)
    {
        var content = BoundedFile.Read(Path.Join(store, chain.PathOf(number)), RecordChain.Limit);
        return content.IsComplete ? Sha256Digest.Of(content.Bytes) : null;
    }

    private ChainFiles? FindChain(string path)
    {
        var folder = path[..path.LastIndexOf('/')];
        foreach (var chain in StoreContentsReader.ReadChains(store))
        {
            if (chain.Folder == folder)
            {
                return chain;
            }
        }

        return null;
    }
}
