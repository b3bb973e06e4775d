using System.Text;
using Firn.Archives.Secrets;
using Firn.Captures.Documents;
using Firn.Captures.Exports;
using Firn.Common;
using Firn.Runs.Code;
using Firn.Runs.Records;

namespace Firn.Reports.Exports;

/// <summary>Where the files of a run lie in its crate, and the bill of materials that comes along.</summary>
internal sealed class CrateFiles
{
    private const string BillOfMaterialsName = "environment.cdx.json";

    private readonly Dictionary<string, string> _paths = new(StringComparer.Ordinal);
    private readonly List<CrateFile> _all = [];
    private readonly List<string> _leftOut = [];

    private CrateFiles()
    {
    }

    /// <summary>All files, those of the run first.</summary>
    public IReadOnlyList<CrateFile> All => _all;

    /// <summary>Files of the run that may hold secrets: what is published has none of them.</summary>
    public IReadOnlyList<string> LeftOut => _leftOut;

    /// <summary>The environment in CycloneDX, where there is one; the last of the files.</summary>
    public byte[]? BillOfMaterials { get; private set; }

    public static CrateFiles Of(ExportedRun run)
    {
        var files = new CrateFiles();
        var names = run.Record.Resources.Select(static resource => resource.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var resource in run.Record.Resources)
        {
            var path = resource.Name;
            if (SecretFiles.Contains(path))
            {
                files._leftOut.Add(path);
                continue;
            }

            // The crate's own names: an output that has one lies in a folder.
            while (path is CrateDocument.FileName or BillOfMaterialsName || (path != resource.Name && names.Contains(path)))
            {
                path = "outputs/" + path;
            }

            files._paths[resource.Name] = path;
            files._all.Add(new CrateFile(
                path, resource.Name, RunFiles.DescriptionOf(resource.Name), RunFiles.MediaTypeOf(path), resource.Size, resource.Digest));
        }

        files.AddCode(run, names);
        if (run.Capture is { } capture)
        {
            var bytes = Encoding.UTF8.GetBytes(CycloneDxExport.Write(capture));
            files.BillOfMaterials = bytes;
            files._all.Add(new CrateFile(
                BillOfMaterialsName,
                BillOfMaterialsName,
                "The environment as a CycloneDX 1.6 bill of materials",
                "application/vnd.cyclonedx+json",
                bytes.Length,
                Sha256Digest.Of(bytes)));
        }

        return files;
    }

    /// <summary>The files of the code, with where they lie in the crate.</summary>
    public List<(string Path, CodeFile File)> Code { get; } = [];

    /// <summary>The code lies in a folder of its own, and declared inputs are not part of a crate, whoever has them.</summary>
    private void AddCode(ExportedRun run, HashSet<string> names)
    {
        var folder = "source";
        while (names.Any(name => name == folder || name.StartsWith(folder + "/", StringComparison.Ordinal)))
        {
            folder += "-of-run";
        }

        var project = run.Execution?.Code?.Folder is { } inner && inner != "." ? inner + "/" : string.Empty;
        var inputs = new HashSet<string>(StringComparer.Ordinal);
        foreach (var input in run.Execution is { Inputs.IsDefault: false } execution ? execution.Inputs : [])
        {
            inputs.Add(project + input.Path);
        }

        foreach (var file in run.Code?.Files ?? [])
        {
            if (file.Digest is { } digest && !inputs.Contains(file.Path))
            {
                var path = $"{folder}/{file.Path}";
                Code.Add((path, file));
                _all.Add(new CrateFile(path, file.Path, "A file of the code as it was run", RunFiles.MediaTypeOf(path), file.Size, digest));
            }
        }
    }

    /// <summary>Where a file of the run lies in the crate.</summary>
    /// <returns><see langword="null"/> where it is left out.</returns>
    public string? PathOf(string name) => _paths.GetValueOrDefault(name);
}

/// <summary>A file of a crate.</summary>
/// <param name="Path">Where it lies in the crate.</param>
/// <param name="Name">Its name in the run.</param>
/// <param name="Description">What it is, where Firn knows.</param>
/// <param name="MediaType">Where its name tells.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Digest">Of its bytes.</param>
internal sealed record CrateFile(string Path, string Name, string? Description, string? MediaType, long Size, Sha256Digest Digest);

/// <summary>What the files are that Firn puts into a run.</summary>
internal static class RunFiles
{
    /// <summary>What the file is, for people; <see langword="null"/> where it is the analysis's own.</summary>
    public static string? DescriptionOf(string name) => name switch
    {
        RunFileNames.Execution => "What was run: the command, its times, inputs and outputs with their digests",
        RunFileNames.Log => "What the run printed",
        RunFileNames.Observation => "What the run really imported and loaded",
        RunFileNames.Patch => "The changes of the code that no commit holds",
        RunFileNames.Configuration => "The resolved configuration of the analysis",
        Capture.FileName => "The captured environment",
        CaptureFileNames.Pip => "The environment as pip freeze prints it",
        CaptureFileNames.Conda => "The environment as conda list --export prints it",
        CaptureFileNames.CondaExplicit => "The environment's conda packages by URL and digest",
        CaptureFileNames.System => "The system's packages whose libraries are in use",
        _ when name.StartsWith(RunFileNames.CodeFolder + "/", StringComparison.Ordinal) => "Source code that git does not track",
        _ => null,
    };

    /// <summary>Whether Firn put it there.</summary>
    public static bool IsOfFirn(string name) => DescriptionOf(name) is not null;

    /// <summary>The media type that the name tells; <see langword="null"/> where it tells none.</summary>
    public static string? MediaTypeOf(string name) => Path.GetExtension(name).ToLowerInvariant() switch
    {
        ".json" => "application/json",
        ".txt" or ".log" or ".ini" or ".cfg" => "text/plain",
        ".csv" => "text/csv",
        ".tsv" => "text/tab-separated-values",
        ".md" => "text/markdown",
        ".html" => "text/html",
        ".py" => "text/x-python",
        ".patch" or ".diff" => "text/x-diff",
        ".yaml" or ".yml" => "application/yaml",
        ".xml" => "application/xml",
        ".png" => "image/png",
        ".jpg" or ".jpeg" => "image/jpeg",
        ".svg" => "image/svg+xml",
        ".pdf" => "application/pdf",
        ".zip" => "application/zip",
        ".gz" => "application/gzip",
        ".h5" or ".hdf5" => "application/x-hdf5",
        ".npy" or ".npz" or ".pkl" or ".pt" => "application/octet-stream",
        _ => null,
    };
}
