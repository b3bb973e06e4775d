using Firn.Storage.Contents;

namespace Firn.Storage.Collection;

/// <summary>An object or a bundle that nothing needs.</summary>
/// <param name="Hex">The digits that a record or a lease would name.</param>
/// <param name="IsBundle">Whether it is a bundle or the bytecode of one.</param>
/// <param name="Files">Its files, in the order in which they are taken away.</param>
internal sealed record Candidate(string Hex, bool IsBundle, IReadOnlyList<ContentFile> Files)
{
    public long Bytes
    {
        get
        {
            long bytes = 0;
            foreach (var file in Files)
            {
                bytes += file.Stat.Size;
            }

            return bytes;
        }
    }

    /// <summary>Whether no file of it was written or refreshed since.</summary>
    public bool IsOlderThan(DateTimeOffset time)
    {
        foreach (var file in Files)
        {
            if (file.Time >= time)
            {
                return false;
            }
        }

        return true;
    }

    public bool IsNeeded(References needed, HashSet<string> leased) =>
        leased.Contains(Hex) || (IsBundle ? needed.Bundles : needed.Files).ContainsKey(Hex);
}
