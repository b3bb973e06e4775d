using Firn.Storage.Contents;
using Firn.Storage.Sources;

namespace Firn.Storage.Checks;

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
