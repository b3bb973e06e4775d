using System.Text;
using Firn.Captures.Documents;
using Firn.Captures.Exports;
using Firn.Common;
using Firn.Common.Files;
using Firn.Common.Native;
using Firn.Conda.Listings;

namespace Firn.Captures;

/// <summary>Makes the files of a capture and writes them into a folder.</summary>
public static class CaptureFiles
{
    private static readonly string[] AllNames =
    [
        CaptureFileNames.Pip, CaptureFileNames.Conda, CaptureFileNames.CondaExplicit, CaptureFileNames.System,
        Capture.FileName,
    ];

    /// <summary>The files that belong to the capture, <c>environment.json</c> last.</summary>
    public static IReadOnlyList<CaptureFile> Create(Capture capture)
    {
        var files = new List<CaptureFile>();
        if (capture.Environment.HasPython)
        {
            files.Add(File(CaptureFileNames.Pip, capture.Freeze.ToText()));
        }

        if (capture.Conda is { } conda)
        {
            var export = CondaExport.OfCapture(conda, capture.Environment.Prefix, CondaRelease.Parse(conda.Release));
            files.Add(File(CaptureFileNames.Conda, export.List()));
            files.Add(File(CaptureFileNames.CondaExplicit, export.Explicit(ExplicitHashes.Sha256OrMd5)));
        }

        files.Add(File(CaptureFileNames.System, SystemPackages(capture)));
        files.Add(new CaptureFile(Capture.FileName, CaptureWriter.Write(capture)));
        return files;
    }

    /// <summary>
    /// Writes the files into the folder, which is made if needed, each so that a reader sees the old one or the new one.
    /// All are written before the first is put in place: a full disk changes none of them.
    /// <c>environment.json</c> comes last: where it is new, the others are too. A file of an earlier capture that this
    /// one does not have is removed.
    /// </summary>
    /// <exception cref="FirnException">The folder cannot be made or written to.</exception>
    public static void Write(IReadOnlyList<CaptureFile> files, string folder)
    {
        MakeFolder(folder);
        var staged = new List<AtomicFile>(files.Count);
        try
        {
            foreach (var file in files)
            {
                staged.Add(AtomicFile.Stage(Path.Join(folder, file.Name), file.Content.Span));
            }

            foreach (var file in staged)
            {
                file.Place();
            }
        }
        finally
        {
            foreach (var file in staged)
            {
                file.Dispose();
            }
        }

        foreach (var name in AllNames)
        {
            if (files.All(file => file.Name != name))
            {
                Remove(Path.Join(folder, name));
            }
        }

        try
        {
            AtomicFile.SynchronizeDirectory(folder);
        }
        catch (IOException exception)
        {
            throw new FirnException($"cannot write {folder}: {Errno.Reason(exception)}", "check its disk", innerException: exception);
        }
    }

    /// <summary>Reads a capture that was written.</summary>
    /// <param name="path">Its <c>environment.json</c>, or the folder that holds it.</param>
    /// <exception cref="FirnException">There is none, or it is of a schema that this version does not know.</exception>
    public static Capture Read(string path) =>
        CaptureReader.ReadFile(Directory.Exists(path) ? Path.Join(path, Capture.FileName) : path).Capture;

    private static void MakeFolder(string folder)
    {
        try
        {
            Fsync.CreateFolders(folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FirnException(
                $"cannot make the folder {folder}",
                "name a folder that is yours to write to, and no file",
                innerException: exception);
        }
    }

    private static void Remove(string path)
    {
        try
        {
            System.IO.File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FirnException(
                $"cannot remove {path}, which is of another capture", "remove it, or name another folder",
                innerException: exception);
        }
    }

    private static string SystemPackages(Capture capture)
    {
        var lines = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var library in capture.NativeLibraries.Libraries)
        {
            if (library.SystemPackage is { } package)
            {
                lines.Add($"{package.Name}={package.Version}\n");
            }
        }

        foreach (var distribution in capture.Distributions)
        {
            if (distribution.SystemPackage is { } package)
            {
                lines.Add(package + "\n");
            }
        }

        return string.Concat(lines);
    }

    private static CaptureFile File(string name, string text) => new(name, Encoding.UTF8.GetBytes(text));
}

/// <summary>One file of a capture before it is written.</summary>
/// <param name="Name">The file's name.</param>
/// <param name="Content">Its bytes.</param>
public sealed record CaptureFile(string Name, ReadOnlyMemory<byte> Content);
