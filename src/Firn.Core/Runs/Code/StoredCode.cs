using System.Collections.Immutable;
using Firn.Common;
using Firn.Common.Json;
using Firn.Runs.Records;
using Firn.Storage;

namespace Firn.Runs.Code;

/// <summary>Reads the code of a run out of the store.</summary>
internal static class StoredCode
{
    private const int MaxBytes = 100 * 1024 * 1024;

    /// <exception cref="FirnException">A file is missing or damaged.</exception>
    public static RunCode Read(RecordedRun run, Store store)
    {
        byte[]? patch = null;
        var files = new List<UntrackedFile>();
        foreach (var resource in run.Record.Resources)
        {
            if (resource.Name == RunFileNames.Patch)
            {
                patch = store.Files.Read(resource.Digest, MaxBytes);
            }
            else if (resource.Name.StartsWith(RunFileNames.CodeFolder + "/", StringComparison.Ordinal))
            {
                files.Add(new UntrackedFile(
                    resource.Name[(RunFileNames.CodeFolder.Length + 1)..], store.Files.Read(resource.Digest, MaxBytes)));
            }
        }

        return new RunCode(run.Execution.Code ?? new ExecutionCode(), patch, files, [])
        {
            Document = run.Record.Code,
            Kept = run.Record.Code is { } document
                ? CodeDocument.Read(store.Files.Read(document, CodeDocument.Limit), store.Files.PathOf(document))
                : null,
        };
    }

    /// <summary>The output globs that the run declared.</summary>
    /// <exception cref="FirnException">The configuration is missing or damaged.</exception>
    public static IReadOnlyList<string> Outputs(RecordedRun run, Store store)
    {
        foreach (var resource in run.Record.Resources)
        {
            if (resource.Name == RunFileNames.Configuration)
            {
                return ReadOutputs(store.Files.Read(resource.Digest, MaxBytes), store.Files.PathOf(resource.Digest));
            }
        }

        return [.. run.Execution.Outputs.Select(output => output.Path)];
    }

    private static ImmutableArray<string> ReadOutputs(byte[] configuration, string path) => JsonFields.Read(
        configuration,
        static root => root.Texts(
            "outputs",
            static text => text.Length > 0 && !text.Contains('\0', StringComparison.Ordinal)
                ? text
                : throw new FormatException("`outputs` holds what is not a path")),
        (reason, exception) => new FirnException(
            $"{path} is damaged: {reason}", "`firn store check` finds what is damaged", FailureKind.Different, exception));
}
