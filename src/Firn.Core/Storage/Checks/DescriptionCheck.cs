using Firn.Common;
using Firn.Common.Files;
using Firn.Common.Json;
using Firn.Storage.Contents;
using Firn.Storage.Layout;
using Firn.Storage.Objects;

namespace Firn.Storage.Checks;

/// <summary>Checks <c>firn-store.json</c>.</summary>
internal static class DescriptionCheck
{
    public static void Check(string store, FindingList findings)
    {
        var path = Path.Join(store, StoreLayout.Description);
        if (RealPath.LinkTarget(path) is { } target)
        {
            findings.Add(Damaged($"the store's description is a link to {target}"));
            return;
        }

        var content = BoundedFile.Read(path, StoreDescriptionJson.Limit);
        if (!content.IsComplete)
        {
            findings.Add(Damaged($"the store's description cannot be read: {content.Reason}"));
            return;
        }

        if (FileStatReader.TryRead(path, out var stat) && FileModes.Problem(stat) is { } problem)
        {
            findings.Add(new Finding(FindingKinds.WrongMode, StoreLayout.Description, problem));
        }

        if (NewerSchema(content.Memory) is { } schema && RecordChecksum.IsIntact(content.Bytes))
        {
            findings.Add(new Finding(
                FindingKinds.StoreSchema, StoreLayout.Description, $"the store is of the format {schema}, this firn knows {StoreDescriptionJson.Schema}"));
            return;
        }

        try
        {
            _ = StoreDescriptionJson.Read(content.Memory, path);
            if (!RecordChecksum.IsIntact(content.Bytes))
            {
                findings.Add(Damaged("the store's description does not have the sum that it states"));
            }
        }
        catch (FirnException exception)
        {
            findings.Add(Damaged($"the store's description is damaged: {exception.Message}"));
        }
    }

    private static string? NewerSchema(ReadOnlyMemory<byte> json) =>
        JsonFields.TryRead(json, static root => root.Text("schema")) is { } schema
        && schema != StoreDescriptionJson.Schema && schema.StartsWith(StoreDescriptionJson.Family, StringComparison.Ordinal)
            ? schema
            : null;

    private static Finding Damaged(string message) => new(FindingKinds.StoreDescription, StoreLayout.Description, message);
}

/// <summary>Checks the source documents: each vouches for itself by its seal.</summary>
internal static class SourceCheck
{
    public static void Check(string store, StoreContents contents, FindingList findings, CancellationToken cancellation)
    {
        foreach (var file in contents.Sources)
        {
            cancellation.ThrowIfCancellationRequested();
            if (FileModes.Problem(file.Stat) is { } problem)
            {
                findings.Add(new Finding(FindingKinds.WrongMode, file.Path, problem));
            }

            if (!SourceDocuments.IsWhole(Path.Join(store, file.Path)) && File.Exists(Path.Join(store, file.Path)))
            {
                findings.Add(new Finding(
                    FindingKinds.SourceDamaged, file.Path, "its bytes are not those that were written: it counts as absent"));
            }
        }
    }
}
