using Firn.Common;
using Firn.Common.Files;

namespace Firn.Storage.Asimov;

/// <summary>
/// Finds the bytes of a manifest's files: by name, where asimov puts them since 0.4, or by uuid, where it put them before.
/// Nothing outside of the store's folder is read, whatever the manifest and its links say.
/// </summary>
/// <param name="root">The asimov store.</param>
internal sealed class ImportSource(string root)
{
    private readonly string _real = RealPath.Of(root);

    /// <summary>The files that may be the resource's, the likeliest first; none where a name is no path.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="problem">Why there is none.</param>
    public IReadOnlyList<string> Find(AsimovResource resource, out string? problem)
    {
        var found = new List<string>();
        problem = null;
        if (!AsimovNames.IsSafePart(resource.Event) || !AsimovNames.IsSafePart(resource.Production))
        {
            problem = "its event or production is no folder's name";
            return found;
        }

        foreach (var name in (ReadOnlySpan<string?>)[resource.Key, resource.Uuid])
        {
            if (name is null || !AsimovNames.IsSafePart(name))
            {
                continue;
            }

            var path = Path.Join(root, resource.Event, resource.Production, name);
            if (!FileStatReader.TryRead(path, out _))
            {
                continue;
            }

            var real = RealPath.Of(path);
            if (!real.StartsWith(_real + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            {
                problem = $"{path} is a link that leaves the store";
            }
            else if (FileStatReader.TryRead(real, out var stat) && stat.IsRegularFile)
            {
                found.Add(real);
            }
            else
            {
                problem = $"{path} is no file";
            }
        }

        problem = found.Count > 0 ? null : problem ?? "there is no file of its name or uuid";
        return found;
    }
}
