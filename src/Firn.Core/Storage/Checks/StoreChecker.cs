using Firn.Common;
using Firn.Storage.Contents;
using Firn.Storage.Layout;

namespace Firn.Storage.Checks;

/// <summary>
/// Finds what is wrong with a store, beside writers and without changing anything: names, modes, records and what they
/// need, and where asked for every byte.
/// </summary>
internal static class StoreChecker
{
    /// <summary>Checks a store.</summary>
    /// <param name="store">Its folder, absolute.</param>
    /// <param name="options">How.</param>
    /// <param name="cancellation">Ends the check.</param>
    /// <exception cref="FirnException">There is no store.</exception>
    public static CheckReport Check(string store, CheckOptions options, CancellationToken cancellation)
    {
        MustBeStore(store);
        var findings = new FindingList();
        DescriptionCheck.Check(store, findings);
        var contents = StoreContentsReader.ReadWithAside(store);
        var references = new References();
        var records = new RecordCheck(store, findings, references);
        foreach (var chain in contents.Chains)
        {
            records.Check(chain, cancellation);
        }

        var needs = new ReferenceCheck(store, contents, references, findings);
        needs.AddArchives(records.Archives, cancellation);
        needs.Check();
        new StrayCheck(store, contents, references, findings, options.Clock.GetUtcNow() - options.Grace).Check();
        SourceCheck.Check(store, contents, findings, cancellation);
        if (options.ReadData)
        {
            new DataCheck(store, findings, options).Check(contents, cancellation);
        }
        else
        {
            CheckIndexes(store, contents, findings, cancellation);
        }

        return new CheckReport
        {
            Store = store,
            Findings = [.. WithoutRepeats(findings.Sorted())],
            ReadData = options.ReadData,
            Objects = contents.Files.Count,
            Bundles = contents.Bundles.Count,
            Records = records.Records,
            BytesRead = options.Progress.Bytes,
            QuarantinedFiles = contents.QuarantinedFiles,
        };
    }

    /// <summary>A folder is a store by its description, or, where that is lost, by what else is in it.</summary>
    /// <exception cref="FirnException">It is none.</exception>
    public static void MustBeStore(string store)
    {
        if (!File.Exists(Path.Join(store, StoreLayout.Description))
            && !(Directory.Exists(Path.Join(store, StoreLayout.Files)) && Directory.Exists(Path.Join(store, StoreLayout.Temporary))))
        {
            // Throws: it says what there is instead.
            _ = Store.Open(store);
        }
    }

    private static void CheckIndexes(
        string store, StoreContents contents, FindingList findings, CancellationToken cancellation)
    {
        var check = new BundleCheck(store, findings);
        foreach (var bundle in contents.Bundles.Values)
        {
            cancellation.ThrowIfCancellationRequested();
            check.Check(bundle);
        }
    }

    /// <summary>An archive document is looked at for what it needs, and once more with all data: one finding is enough.</summary>
    private static IEnumerable<Finding> WithoutRepeats(List<Finding> findings)
    {
        Finding? before = null;
        foreach (var finding in findings)
        {
            if (before is null || before.Path != finding.Path || before.Kind != finding.Kind)
            {
                yield return finding;
            }

            before = finding;
        }
    }
}

/// <summary>How a store is checked.</summary>
internal sealed record CheckOptions
{
    /// <summary>Whether every byte is read, or names, sizes, records and references alone.</summary>
    public bool ReadData { get; init; }

    /// <summary>How old a leftover must be to be one: a younger one may be a writer's that works just now.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromDays(14);

    /// <summary>How many threads read; as many as the machine has processors where it is 0.</summary>
    public int Threads { get; init; }

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Is told how far the reading is.</summary>
    public CheckProgress Progress { get; init; } = new();

    /// <summary>Is called when it is known how much there is to read; what it returns is disposed when all is read.</summary>
    public Func<CheckProgress, IDisposable?>? Begin { get; init; }
}

/// <summary>How far a check is; whoever shows it asks now and then.</summary>
internal sealed class CheckProgress
{
    private long _files;
    private long _bytes;

    /// <summary>How many files will be read.</summary>
    public long TotalFiles { get; private set; }

    /// <summary>How many bytes they have.</summary>
    public long TotalBytes { get; private set; }

    public long Files => Interlocked.Read(ref _files);

    public long Bytes => Interlocked.Read(ref _bytes);

    public void Expect(long files, long bytes)
    {
        TotalFiles = files;
        TotalBytes = bytes;
    }

    public void FinishFile(long bytes)
    {
        Interlocked.Increment(ref _files);
        Interlocked.Add(ref _bytes, bytes);
    }
}
