using System.Text;
using Firn.Common;
using Firn.Common.Files;
using Firn.Storage.Contents;
using Firn.Storage.Layout;
using Firn.Storage.Records;

namespace Firn.Storage.Checks;

/// <summary>Checks the records of a store, each chain from its first on, and gathers what they need.</summary>
/// <param name="store">The store's folder.</param>
/// <param name="findings">Takes what is wrong.</param>
/// <param name="references">Takes what the records need.</param>
internal sealed class RecordCheck(string store, FindingList findings, References references)
{
    private readonly ReusableBuffer _buffer = new();

    /// <summary>How many records were read.</summary>
    public int Records { get; private set; }

    /// <summary>The archive documents that records name, with who names them.</summary>
    public Dictionary<string, string> Archives { get; } = new(StringComparer.Ordinal);

    public void Check(ChainFiles chain, CancellationToken cancellation)
    {
        var facts = new List<RecordSummary>();
        Link? before = null;
        var last = chain.LastNumber;
        for (var number = 1; number <= last; number++)
        {
            cancellation.ThrowIfCancellationRequested();
            before = CheckRecord(chain, number, before, facts);
        }

        CheckHint(chain, last);
        AddLost(chain, facts);
        foreach (var (archive, neededBy) in references.AddChain(chain.Title, facts))
        {
            Archives.TryAdd(archive.Hex, neededBy);
        }
    }

    private Link? CheckRecord(ChainFiles chain, int number, Link? before, List<RecordSummary> facts)
    {
        var path = chain.PathOf(number);
        // A folder's listing may miss a record that came meanwhile: the file itself is asked.
        var content = BoundedFile.Read(Path.Join(store, path), RecordChain.Limit, _buffer);
        if (content.Status == FileReadStatus.Missing)
        {
            findings.Add(new Finding(FindingKinds.RecordMissing, path, $"the record {number} of {chain.Title} is missing") { Number = number });
            return null;
        }

        Records++;
        CheckMode(path);
        if (!content.IsComplete)
        {
            findings.Add(new Finding(FindingKinds.Unreadable, path, $"the record cannot be read: {content.Reason}") { Number = number });
            return null;
        }

        var record = Parse(chain, path, number, content);
        if (record is null)
        {
            return null;
        }

        CheckPlace(chain, path, number, record);
        CheckPrevious(path, number, record, before);
        facts.Add(record);
        return new Link(Sha256Digest.Of(content.Bytes), record.Lost);
    }

    private RecordSummary? Parse(ChainFiles chain, string path, int number, FileContent content)
    {
        try
        {
            var facts = RecordSummary.Read(content.Memory);
            if (RecordChecksum.IsIntact(content.Bytes))
            {
                return facts;
            }

            Damaged("its bytes do not have the sum that it states");
        }
        catch (RecordSchemaException exception) when (exception.Schema.StartsWith("firn.", StringComparison.Ordinal)
            && RecordChecksum.IsIntact(content.Bytes))
        {
            findings.Add(new Finding(
                FindingKinds.RecordSchema, path, $"{exception.Message}, which this firn does not know")
            { Number = number });
        }
        catch (FormatException exception)
        {
            Damaged(exception.Message);
        }

        return null;

        void Damaged(string why) => findings.Add(new Finding(
            FindingKinds.RecordDamaged, path, $"the record {number} of {chain.Title} is damaged: {why}")
        { Number = number });
    }

    private void CheckPlace(ChainFiles chain, string path, int number, RecordSummary record)
    {
        if (record.Number != number)
        {
            findings.Add(new Finding(
                FindingKinds.RecordNumber, path, $"the record says that it is number {record.Number}")
            { Number = number });
        }

        var owner = record.EnvironmentId ?? $"{record.Subject}/{record.Name}";
        if (owner != chain.Title)
        {
            findings.Add(new Finding(
                FindingKinds.RecordName, path, $"the record is of {owner}, and lies with those of {chain.Title}")
            { Number = number });
        }
    }

    private void CheckPrevious(string path, int number, RecordSummary record, Link? before)
    {
        var fits = number == 1
            ? record.Previous is null
            : record.Previous is { } previous && (before is null || previous == before.Digest || previous == before.Lost);
        if (!fits)
        {
            findings.Add(new Finding(
                FindingKinds.ChainBroken, path, number == 1
                    ? "the first record names one before it"
                    : $"the record names another one before it than number {number - 1}, which was exchanged")
            { Number = number });
        }
    }

    private void AddLost(ChainFiles chain, List<RecordSummary> facts)
    {
        foreach (var record in facts)
        {
            if (record.IsLost)
            {
                findings.Add(new Finding(
                    FindingKinds.RecordLost,
                    chain.PathOf(record.Number),
                    $"the record {record.Number} of {chain.Title} was lost; gc keeps every object, since one may be its")
                {
                    Number = record.Number,
                });
            }
        }
    }

    private void CheckHint(ChainFiles chain, int last)
    {
        if (chain.Hint is not { } hint)
        {
            return;
        }

        var text = Encoding.ASCII.GetString(BoundedFile.Read(Path.Join(store, hint.Path), ChainLock.HintLimit).Bytes);
        var folder = Path.Join(store, chain.Folder);
        if (ChainLock.FindLost(folder, last) is > 0 and var lost)
        {
            for (var missing = last + 1; missing <= lost; missing++)
            {
                findings.Add(new Finding(
                    FindingKinds.RecordMissing, chain.PathOf(missing), $"the record {missing} of {chain.Title} is missing: {lost} were written")
                { Number = missing });
            }

            return;
        }

        var number = ChainLock.ReadHint(folder);
        // Beside a writer the hint may be ahead of the listing.
        var isAhead = number > last && File.Exists(Path.Join(store, chain.PathOf(number)));
        if (hint.Stat.Size > 0 && (text != ChainLock.Text(number) || (number != last && !isAhead)))
        {
            findings.Add(new Finding(
                FindingKinds.HintWrong, hint.Path, $"the hint is not the number of the last record, {last}; appending only takes longer"));
        }
    }

    private void CheckMode(string path)
    {
        if (FileStatReader.TryRead(Path.Join(store, path), out var stat) && FileModes.Problem(stat) is { } problem)
        {
            findings.Add(new Finding(FindingKinds.WrongMode, path, problem));
        }
    }

    /// <summary>What the next record may name.</summary>
    private sealed record Link(Sha256Digest Digest, Sha256Digest? Lost);
}
