using System.Globalization;
using Firn.Archives.Documents;
using Firn.Captures.Documents;
using Firn.Common;
using Firn.Common.Files;
using Firn.Storage;
using Firn.Storage.Layout;
using Firn.Storage.Records;

namespace Firn.Archives;

/// <summary>Finds the archive that the user means: by a capture's file, an environment id, or a run.</summary>
internal sealed class ArchiveLocator(Store store, SystemContext systemContext)
{
    /// <summary>What every environment id begins with.</summary>
    public const string IdStart = EnvironmentIdText.Start;

    private const int FewestDigits = 8;

    /// <summary>As much of an id as messages show.</summary>
    private const int ShownId = 25;

    /// <summary>Finds the archive.</summary>
    /// <param name="text">A capture's file or folder, an environment id or the start of its digits, with <c>@N</c> or not, or <c>SUBJECT/NAME[@N]</c>.</param>
    /// <exception cref="FirnException">There is none in the store, or the text names several.</exception>
    public LocatedArchive Locate(string text)
    {
        var (id, number) = Numbered(text);
        if (IdStartOf(id) is { } hex)
        {
            return OfEnvironment(hex.Length == 64 ? IdStart + hex : FullId(hex), null, number);
        }

        if (id.StartsWith(IdStart, StringComparison.Ordinal))
        {
            throw new FirnException(
                $"'{text}' is not an environment id",
                $"give at least {FewestDigits} of its 64 digits behind {IdStart}, each of 0-9 and a-f");
        }

        var path = Path.GetFullPath(text, systemContext.CurrentDirectory);
        if (File.Exists(path) || File.Exists(Path.Join(path, Capture.FileName)))
        {
            return OfCapture(Directory.Exists(path) ? Path.Join(path, Capture.FileName) : path);
        }

        return text.Split('/') is [{ Length: > 0 }, { Length: > 0 }]
            ? OfRun(AnalysisReference.Parse(text))
            : throw new FirnException(
                $"there is no capture at {path}",
                "name a capture's environment.json or its folder, an environment id, or SUBJECT/NAME of a run");
    }

    /// <summary>The archive of a capture's file; <see langword="null"/> where the store has none.</summary>
    public LocatedArchive? Find(string file)
    {
        var capture = CaptureReader.ReadFile(file, out var digest);
        return FindOfEnvironment(capture.EnvironmentId, digest) is { } found ? WithCapture(found, capture, digest) : null;
    }

    private LocatedArchive OfCapture(string file)
    {
        var capture = CaptureReader.ReadFile(file, out var digest);
        return WithCapture(OfEnvironment(capture.EnvironmentId, digest), capture, digest);
    }

    private static LocatedArchive WithCapture(LocatedArchive archive, Capture capture, Sha256Digest digest) =>
        archive.Capture == digest ? archive with { Content = capture } : archive;

    /// <summary>The newest archive of an environment, or the one of this very capture where it has one.</summary>
    private LocatedArchive OfEnvironment(string environmentId, Sha256Digest? capture, int? number = null) =>
        FindOfEnvironment(environmentId, capture, number)
        ?? throw NotArchived(number is null ? environmentId : string.Create(CultureInfo.InvariantCulture, $"{environmentId}@{number}"));

    private LocatedArchive? FindOfEnvironment(string environmentId, Sha256Digest? capture, int? number = null)
    {
        ArchivedRecord? newest = null;
        foreach (var record in store.Archives(environmentId).NewestFirst())
        {
            if (number is not null && record.Number != number)
            {
                continue;
            }

            newest ??= record;
            if (capture is null || record.Capture == capture)
            {
                newest = record;
                break;
            }
        }

        return newest is { Archive: { } archive }
            ? Load(archive, newest.Capture, string.Create(
                CultureInfo.InvariantCulture, $"{environmentId[..Math.Min(environmentId.Length, ShownId)]}@{newest.Number}"))
            : null;
    }

    private LocatedArchive OfRun(AnalysisReference reference)
    {
        var runs = store.Runs(reference.Subject, reference.Name);
        // A run that is forgotten has its environment until `firn store gc` is run.
        var run = reference.Number is { } number ? runs.GetRecord(number) : runs.Get(null);
        var found = run.Record.RanIn ?? run.Record.Environments.FirstOrDefault();
        return found switch
        {
            { Archive: { } archive } => Load(archive, found.Capture, $"the environment of {runs.Reference}@{run.Record.Number}"),
            not null => OfEnvironment(found.EnvironmentId, found.Capture),
            null => throw new FirnException(
                $"the run {runs.Reference}@{run.Record.Number} has no environment", "`firn capture ENVIRONMENT --archive` archives one"),
        };
    }

    private LocatedArchive Load(Sha256Digest digest, Sha256Digest? capture, string description)
    {
        var bytes = store.Files.Read(digest, ArchiveReader.Limit);
        try
        {
            return new LocatedArchive(ArchiveReader.Read(bytes), digest, capture, description);
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
        $"`firn capture ENVIRONMENT --archive` archives it; {RequestSetting.Store:DIR} or FIRN_STORE names another store");

    /// <summary>What stands before <c>@N</c>, as summaries print an archive, and N.</summary>
    private static (string Id, int? Number) Numbered(string text)
    {
        var at = text.LastIndexOf('@');
        return at > 0 && int.TryParse(text.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? (text[..at], number)
            : (text, null);
    }

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

/// <summary>An archive in a store.</summary>
/// <param name="Document">What it says.</param>
/// <param name="Digest">The object that is the document; <see langword="null"/> where the environment is made for the first time.</param>
/// <param name="Capture">The object that is the capture it belongs to; <see langword="null"/> where none is recorded.</param>
/// <param name="Description">How messages name it, for example <c>archive 2 of firn1:sha256:...</c>.</param>
internal sealed record LocatedArchive(
    ArchiveDocument Document, Sha256Digest? Digest, Sha256Digest? Capture, string Description)
{
    /// <summary><see cref="Capture"/> as it was read already, from the file that the user named.</summary>
    public Firn.Captures.Documents.Capture? Content { get; init; }
}
