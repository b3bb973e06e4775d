using Firn.Analyses.Records;
using Firn.Analyses.Running;
using Firn.Common;
using Firn.Storage;

namespace Firn.Analyses.Reruns;

/// <summary>Reads the code of a run out of the store.</summary>
internal static class StoredCode
{
    private const int MostBytes = 100 * 1024 * 1024;

    /// <exception cref="FirnException">A file is missing or damaged.</exception>
    public static CodeState Read(LastRun run, Store store)
    {
        byte[]? patch = null;
        var files = new List<CodeFile>();
        foreach (var resource in run.Record.Resources)
        {
            if (resource.Name == RunFileNames.Patch)
            {
                patch = store.Files.Read(resource.Digest, MostBytes);
            }
            else if (resource.Name.StartsWith(RunFileNames.CodeFolder + "/", StringComparison.Ordinal))
            {
                files.Add(new CodeFile(
                    resource.Name[(RunFileNames.CodeFolder.Length + 1)..], store.Files.Read(resource.Digest, MostBytes)));
            }
        }

        return new CodeState(run.Execution.Code ?? new ExecutionCode(), patch, files, []);
    }

    /// <summary>The output globs that the run declared.</summary>
    /// <exception cref="FirnException">The configuration is missing or damaged.</exception>
    public static IReadOnlyList<string> Outputs(LastRun run, Store store)
    {
        foreach (var resource in run.Record.Resources)
        {
            if (resource.Name == RunFileNames.Configuration)
            {
                using var document = System.Text.Json.JsonDocument.Parse(store.Files.Read(resource.Digest, MostBytes));
                return document.RootElement.Texts("outputs");
            }
        }

        return [.. run.Execution.Outputs.Select(output => output.Path)];
    }
}
