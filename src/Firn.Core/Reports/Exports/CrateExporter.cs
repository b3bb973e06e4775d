using Firn.Common;
using Firn.Common.Files;
using Firn.Common.Native;
using Firn.Runs.Code;
using Firn.Storage;
using Firn.Storage.Layout;
using Firn.Storage.Results;

namespace Firn.Reports.Exports;

/// <summary>Writes a run as an RO-Crate: verified files and the document that describes them, whole or not at all.</summary>
internal sealed class CrateExporter(Store store)
{
    /// <summary>Writes the crate.</summary>
    /// <param name="run">The run.</param>
    /// <param name="folder">Where to; it must not be there, or be empty.</param>
    /// <param name="options">What the run does not know.</param>
    /// <param name="cancellation">Leaves nothing behind.</param>
    /// <exception cref="FirnException">The folder is taken or cannot be written to, or a file of the run is damaged.</exception>
    public CrateFiles Write(ExportedRun run, string folder, CrateOptions options, CancellationToken cancellation)
    {
        CheckFree(folder);
        var files = CrateFiles.Of(run);
        LockedTemporaryFolder.SweepBeside(Path.TrimEndingDirectorySeparator(folder), ".");
        var partial = $"{Path.TrimEndingDirectorySeparator(folder)}.{Guid.NewGuid():N}.tmp";
        try
        {
            Fsync.CreateFolders(partial);
            WriteInto(partial, run, files, options, cancellation);
            _ = Fsync.TrySynchronizeFileSystem(partial);
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder);
            }

            Directory.Move(partial, folder);
            AtomicFile.SynchronizeDirectory(Path.GetDirectoryName(partial)!);
            return files;
        }
        catch (Exception exception) when (StoreFailure.IsExpected(exception))
        {
            throw new FirnException(
                $"cannot write {folder}: {Errno.Reason(exception)}", $"name a place that you may write to: {RequestSetting.Target:DIR}", innerException: exception);
        }
        finally
        {
            Remove(partial);
        }
    }

    private void WriteInto(
        string folder, ExportedRun run, CrateFiles files, CrateOptions options, CancellationToken cancellation)
    {
        var fetcher = new ResultFetcher(store);
        foreach (var resource in run.Record.Resources)
        {
            if (files.PathOf(resource.Name) is not { } path)
            {
                continue;
            }

            var found = new FoundResource(resource with { Name = path }, run.Record.Number);
            fetcher.Fetch(found, ResultFetcher.TargetIn(folder, found), null, overwrites: false, cancellation);
        }

        var code = new ExtractionFolder(folder);
        foreach (var (path, file) in files.Code)
        {
            using var stream = code.Create(path, file.Kind == CodeFileKind.Executable);
            store.Files.CopyTo(file.Digest!, stream.Write, cancellation);
        }

        if (files.BillOfMaterials is { } bill)
        {
            File.WriteAllBytes(Path.Join(folder, files.All[^1].Path), bill);
        }

        File.WriteAllBytes(Path.Join(folder, CrateDocument.FileName), new CrateDocument(run, files, options).Write());
    }

    private static void CheckFree(string folder)
    {
        var isTaken = File.Exists(folder)
            || (Directory.Exists(folder) && DirectoryReader.List(folder, out var status) is var entries
                && (entries.Count > 0 || status != FileReadStatus.Read));
        if (isTaken)
        {
            throw new FirnException($"{folder} is there already", "name a folder that is not there, or is empty");
        }
    }

    private static void Remove(string folder)
    {
        try
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
        catch (Exception exception) when (StoreFailure.IsExpected(exception))
        {
            // The failure that brought us here is the one to report.
        }
    }
}

/// <summary>What a crate says that no run knows.</summary>
/// <param name="License">An SPDX id or a URL.</param>
/// <param name="Author">Who ran it.</param>
internal sealed record CrateOptions(string? License, string? Author);
