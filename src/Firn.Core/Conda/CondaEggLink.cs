using System.Text;
using Firn.Common;

namespace Firn.Conda;

/// <summary>An <c>.egg-link</c> of <c>setup.py develop</c>: a file that names the project's folder.</summary>
internal static class CondaEggLink
{
    private const int Limit = 64 * 1024;

    /// <summary>
    /// The metadata of the one <c>.egg-info</c> in the folder that the first line names
    /// (<c>get_dist_file_from_egg_link</c>; several make conda fail). A relative line means the current folder to conda,
    /// so it means nothing here.
    /// </summary>
    public static CondaPythonMetadata Read(string path, List<Problem> problems)
    {
        var content = BoundedFile.Read(path, Limit);
        var line = content.Bytes.IndexOfAny((byte)'\n', (byte)'\r') is >= 0 and var end
            ? content.Bytes[..end]
            : content.Bytes;
        var folder = Encoding.UTF8.GetString(line).Trim();
        if (!content.IsComplete || !Path.IsPathRooted(folder))
        {
            return default;
        }

        string? found = null;
        foreach (var entry in DirectoryReader.List(folder, out _))
        {
            if (!entry.Name.EndsWith(".egg-info", StringComparison.Ordinal))
            {
                continue;
            }

            if (found is not null)
            {
                problems.Add(new Problem("conda-egg-link-ambiguous", path, "the linked folder holds several .egg-info"));
                return default;
            }

            found = Path.Join(folder, entry.Name);
        }

        if (found is null)
        {
            return default;
        }

        return CondaPythonMetadata.ReadFile(Directory.Exists(found) ? Path.Join(found, "PKG-INFO") : found);
    }
}
