using Firn.Restore.Writing;

namespace Firn.Tests.Restore;

/// <summary>What can happen to an unpacked bundle in the cache.</summary>
internal static class CachedBundleDamage
{
    /// <summary>Damages the bundle of that folder.</summary>
    /// <param name="folder">The bundle's folder in the cache.</param>
    /// <param name="path">One of its files.</param>
    /// <param name="kind">What is damaged.</param>
    public static void Do(string folder, string path, string kind)
    {
        var file = Path.Join(folder, "files", path);
        var listing = Path.Join(folder, "listing");
        switch (kind)
        {
            case "content":
                File.SetAttributes(file, FileAttributes.Normal);
                File.WriteAllText(file, "wrong");
                break;
            case "removed":
                File.Delete(file);
                break;
            case "listing":
                var bytes = File.ReadAllBytes(listing);
                bytes[30] ^= 1;
                File.WriteAllBytes(listing, bytes);
                break;
            case "listing-cut":
                File.WriteAllBytes(listing, File.ReadAllBytes(listing)[..20]);
                break;
            case "all":
                TreeRemoval.TryRemove(folder);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(kind), kind, null);
        }
    }
}
