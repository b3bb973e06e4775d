using System.Globalization;
using Firn.Captures;
using Firn.Captures.Archives;
using Firn.Captures.Json;
using Firn.Common;
using Firn.Storage;

namespace Firn.Restore.Locating;

/// <summary>Finds the archive that the user means: by a capture's file, an environment id, or a run.</summary>
internal sealed class ArchiveLocator(Store store, Surroundings surroundings)
{
    private const string IdStart = "firn1:sha256:";
    private const int FewestDigits = 8;

    /// <summary>Finds the archive.</summary>
    /// <param name="text">A capture's file or folder, an environment id or the start of its digits, or <c>SUBJECT/NAME[@N]</c>.</param>
    /// <exception cref="FirnException">There is none in the store, or the text names several.</exception>
    public LocatedArchive Locate(string text)
    {
        if (IdStartOf(text) is { } hex)
        {
            return hex.Length == 64 ? OfEnvironment(IdStart + hex, null) : OfEnvironment(FullId(hex), null);
        }

        var path = Path.GetFullPath(text, surroundings.CurrentDirectory);
        if (File.Exists(path) || File.Exists(Path.Join(path, Capture.FileName)))
        {
            return OfCapture(Directory.Exists(path) ? Path.Join(path, Capture.FileName) : path);
        }

        return RunReference.TryParse(text, out var reference)
            ? OfRun(reference)
            : throw new FirnException(
                $"there is no capture at {path}",
                "name a capture's environment.json or its folder, an environment id, or SUBJECT/NAME of a run");
    }

    private LocatedArchive OfCapture(string file)
    {
        var document = CaptureReader.ReadFile(file);
        var content = BoundedFile.Read(file, ArchiveReader.Limit);
        return OfEnvironment(document.Capture.EnvironmentId, Sha256Digest.Of(content.Bytes));
    }

    /// <summary>The newest archive of an environment, or the one of this very capture where it has one.</summary>
    private LocatedArchive OfEnvironment(string environmentId, Sha256Digest? capture)
    {
        var chain = store.Environment(environmentId);
        ArchiveRecord? newest = null;
        var forgotten = new HashSet<int>();
        for (var number = chain.FindLast(); number > 0; number--)
        {
            if (chain.Read(number) is not { } entry)
            {
                continue;
            }

            var record = ArchiveRecord.Read(entry.Bytes, chain.PathOf(number));
            if (record.Forgets is { } other)
            {
                forgotten.Add(other);
            }
            else if (!forgotten.Contains(number))
            {
                newest ??= record;
                if (capture is null || record.Capture == capture)
                {
                    return Load(record, environmentId);
                }
            }
        }

        return newest is not null ? Load(newest, environmentId) : throw NotArchived(environmentId);
    }

    private LocatedArchive OfRun(RunReference reference)
    {
        var chain = store.Analysis(reference.Subject, reference.Name);
        var number = reference.Number ?? chain.FindLast();
        if (number < 1 || chain.Read(number) is not { } entry)
        {
            throw new FirnException(
                $"there is no run {reference.Subject}/{reference.Name}{(reference.Number is { } n ? $"@{n}" : string.Empty)} in {store.Path}",
                "`firn results list` shows the runs; a capture is named by its environment.json or its folder");
        }

        foreach (var (archive, id) in ArchiveRecord.EnvironmentsOfRun(entry.Bytes, chain.PathOf(number)))
        {
            if (archive is { } digest)
            {
                return Load(new ArchiveRecord(number, digest, null, null), id ?? digest.ToString());
            }

            if (id is not null)
            {
                return OfEnvironment(id, null);
            }
        }

        throw new FirnException(
            $"the run {reference.Subject}/{reference.Name}@{number} has no archived environment",
            "`firn capture ENVIRONMENT --archive` archives one");
    }

    private LocatedArchive Load(ArchiveRecord record, string environmentId)
    {
        var digest = record.Archive!.Value;
        var bytes = store.Files.Read(digest, ArchiveReader.Limit);
        try
        {
            return new LocatedArchive(
                ArchiveReader.Read(bytes),
                digest,
                record.Capture,
                string.Create(CultureInfo.InvariantCulture, $"archive {record.Number} of {environmentId}"));
        }
        catch (FormatException exception)
        {
            throw new FirnException(
                $"the archive {digest} in {store.Path} is refused: {exception.Message}",
                "it was not made by firn, or by a newer one: archive the environment again",
                innerException: exception);
        }
    }

    /// <summary>The one environment in the store whose digits begin so.</summary>
    private string FullId(string start)
    {
        var folder = Path.Join(store.Path, StoreLayout.Environments, start[..2]);
        var found = new List<string>();
        foreach (var entry in DirectoryReader.List(folder, out _))
        {
            if (entry.Name.StartsWith(start, StringComparison.Ordinal) && entry.Name.Length == 64)
            {
                found.Add(entry.Name);
            }
        }

        return found.Count switch
        {
            1 => IdStart + found[0],
            0 => throw NotArchived(IdStart + start),
            _ => throw new FirnException(
                $"{found.Count} archived environments have an id that begins with {start}", "give more of its digits"),
        };
    }

    private FirnException NotArchived(string environmentId) => new(
        $"the environment {environmentId} is not archived in {store.Path}",
        "`firn capture ENVIRONMENT --archive` archives it; --store DIR or FIRN_STORE names another store");

    /// <summary>The digits of an id, whole or their start; <see langword="null"/> where the text is something else.</summary>
    private static string? IdStartOf(string text)
    {
        var isNamed = text.StartsWith(IdStart, StringComparison.Ordinal);
        var digits = isNamed ? text[IdStart.Length..] : text;
        if (digits.Length is < FewestDigits or > 64)
        {
            return null;
        }

        foreach (var c in digits)
        {
            if (!char.IsAsciiHexDigit(c))
            {
                return null;
            }
        }

        return digits.ToLowerInvariant();
    }
}
