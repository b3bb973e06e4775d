using Firn.Archives.Documents;
using Firn.Common;
using Firn.Storage;
using Firn.Storage.Layout;
using Firn.Storage.Records;

namespace Firn.Runs.Running;

/// <summary>
/// Reads and writes small documents of the kinds that each run meets, on a thread of its own, while the command line is
/// read: in a short run most of the time goes into loading the types of which nothing was used yet, and a second
/// processor is idle then. No file is touched, and nothing comes of it.
/// </summary>
internal static class RunRehearsal
{
    private const string Path = "rehearsal";

    /// <summary>Begins it, where there is a processor for it.</summary>
    public static void Start()
    {
        if (Environment.ProcessorCount > 1)
        {
            new Thread(static () => Rehearsal.Try(Rehearse)) { IsBackground = true, Name = "firn rehearsal" }.Start();
        }
    }

    /// <summary>In the order in which a run needs it.</summary>
    internal static void Rehearse()
    {
        var time = DateTimeOffset.UnixEpoch;
        _ = StoreDescriptionJson.Read(StoreDescriptionJson.Write(new StoreDescription(Path, Path, time)), Path);
        var digest = Sha256Digest.Of([]);
        var id = EnvironmentIdText.Start + digest.Hex;
        _ = ArchiveReader.Read(ArchiveWriter.Write(Archive(id, digest)));
        _ = ArchivedRecordJson.Read(
            ArchivedRecordJson.Write(new ArchivedRecord
            {
                EnvironmentId = id,
                Number = 1,
                Created = time,
                Archive = digest,
                Capture = digest,
                Prefix = "/",
            }),
            Path);
    }

    private static ArchiveDocument Archive(string id, Sha256Digest digest) => new()
    {
        EnvironmentId = id,
        Platform = Path,
        Environment = new ArchivedTree
        {
            Kind = ArchivedTreeKind.VirtualEnvironment,
            Prefix = "/",
            PythonVersion = Path,
            PythonFolder = Path,
            SitePackages = Path,
            CacheTag = Path,
            Executable = Path,
            Packages =
            [
                new ArchivedPackage
                {
                    Kind = ArchivedPackageKind.Distribution,
                    Name = Path,
                    Bundle = digest,
                    Distribution = new ArchivedDistribution
                    {
                        Metadata = Path,
                        Launchers = [new ArchivedLauncher(Path, null, Path)],
                    },
                },
            ],
            Texts = [new ArchivedText(Path, Path, false)],
            Links = [new ArchivedLink(Path, Path)],
        },
    };
}

/// <summary>Work that is done once for nothing, so that its code is loaded when it counts.</summary>
internal static class Rehearsal
{
    /// <summary>Does it; what goes wrong is said by whoever does it in earnest.</summary>
    public static void Try(Action work)
    {
        try
        {
            work();
        }
#pragma warning disable CA1031 // No rehearsal may end a run.
        catch
#pragma warning restore CA1031
        {
        }
    }
}
