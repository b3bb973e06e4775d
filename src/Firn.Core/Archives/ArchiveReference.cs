using Firn.Captures;
using Firn.Captures.Documents;
using Firn.Common;
using Firn.Storage;
using Firn.Storage.Layout;
using Firn.Storage.Records;

namespace Firn.Archives;

/// <summary>
/// Resolves what command lines call CAPTURE: a capture's file or folder, an environment id or the start of its digits,
/// or <c>SUBJECT/NAME[@N]</c> of a run in the store.
/// </summary>
internal static class ArchiveReference
{
    /// <summary>Finds the capture, and its archive where the store has it.</summary>
    /// <param name="text">What the user wrote.</param>
    /// <param name="store">The store's folder; for a capture in a file it need not exist.</param>
    /// <param name="systemContext">The current folder.</param>
    /// <param name="project">The project whose runs are meant where no number is named; <see langword="null"/> for all.</param>
    /// <exception cref="FirnException">There is no such capture.</exception>
    public static LocatedCapture Locate(string text, string store, SystemContext systemContext, RunProject? project = null)
    {
        if (CaptureLocator.FindFile(text, systemContext) is { } file)
        {
            return OfFile(file, store, systemContext);
        }

        var opened = Store.Open(store).InProject(project);
        var archive = new ArchiveLocator(opened, systemContext).Locate(text);
        return new LocatedCapture(CaptureOf(archive, opened), archive, opened);
    }

    /// <summary>The capture that the text names, or a new one of the environment that it names.</summary>
    /// <exception cref="FirnException">There is no such capture or environment.</exception>
    public static Capture Load(string text, string store, SystemContext systemContext, RunProject? project = null)
    {
        var isReference = (IsReference(text) && !Path.Exists(Path.GetFullPath(text, systemContext.CurrentDirectory)))
            || NamesRun(text, store, systemContext);
        return isReference ? Locate(text, store, systemContext, project).Capture : CaptureLocator.Load(text, null, systemContext);
    }

    /// <summary>The capture that an archive was made of.</summary>
    /// <exception cref="FirnException">The store does not have it, or it is damaged.</exception>
    public static Capture CaptureOf(LocatedArchive archive, Store store)
    {
        if (archive.Capture is not { } digest)
        {
            throw new FirnException(
                $"{archive.Description} names no capture", "archive the environment again with `firn capture ENVIRONMENT --archive`");
        }

        return CaptureReader.Read(store, digest).Capture;
    }

    /// <summary>Whether the text can only be in a store: an environment id, or a run by its number.</summary>
    public static bool IsReference(string text) =>
        text.StartsWith(ArchiveLocator.IdStart, StringComparison.Ordinal)
        || (text.Contains('/', StringComparison.Ordinal) && text.Contains('@', StringComparison.Ordinal)
            && !text.StartsWith('/') && !text.StartsWith('.'));

    /// <summary>Whether the text names an analysis that the store has runs of, and neither a capture nor an environment here.</summary>
    public static bool NamesRun(string text, string store, SystemContext systemContext)
    {
        if (text.Split('/') is not [{ Length: > 0 }, { Length: > 0 }] || text[0] is '.' or '~'
            || IsThere(Path.GetFullPath(text, systemContext.CurrentDirectory)) || !File.Exists(Path.Join(store, StoreLayout.Description)))
        {
            return false;
        }

        try
        {
            var reference = AnalysisReference.Parse(text);
            return Store.Open(store).Runs(reference.Subject, reference.Name).FindLast() > 0;
        }
        catch (FirnException)
        {
            // No analysis can have that name, or the store cannot be read: whoever needs it says so.
            return false;
        }
    }

    /// <summary>A folder of results may well have the name of its analysis: only what could be meant counts.</summary>
    private static bool IsThere(string path) =>
        File.Exists(path) || File.Exists(Path.Join(path, Capture.FileName)) || File.Exists(Path.Join(path, "pyvenv.cfg"))
        || Directory.Exists(Path.Join(path, "bin")) || Directory.Exists(Path.Join(path, "conda-meta"));

    private static LocatedCapture OfFile(string file, string store, SystemContext systemContext)
    {
        var capture = CaptureReader.ReadFile(file).Capture;
        if (!File.Exists(Path.Join(store, StoreLayout.Description)))
        {
            return new LocatedCapture(capture, null, null);
        }

        var opened = Store.Open(store);
        return new LocatedCapture(capture, new ArchiveLocator(opened, systemContext).Find(file), opened);
    }
}

/// <summary>A capture that the user named, and its archive where a store has one.</summary>
/// <param name="Capture">The capture.</param>
/// <param name="Archive">The archive; <see langword="null"/> where none was found.</param>
/// <param name="Store">The store that it is in.</param>
internal sealed record LocatedCapture(Capture Capture, LocatedArchive? Archive, Store? Store);
