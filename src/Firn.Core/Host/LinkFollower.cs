using Firn.Common;

namespace Firn.Host;

/// <summary>
/// <see cref="RealPath"/> for many files of few folders: each folder's links are followed once.
/// </summary>
internal sealed class LinkFollower
{
    private readonly Dictionary<string, string> _folders = new(StringComparer.Ordinal);

    /// <summary>The absolute path with every link followed; the path must be absolute and clean.</summary>
    public string Of(string path)
    {
        var slash = path.LastIndexOf('/');
        return slash <= 0 ? RealPath.Of(path) : Join(Folder(path[..slash]), path.AsSpan(slash + 1));
    }

    private string Folder(string folder)
    {
        var known = folder;
        var pending = new Stack<string>();
        string? real;
        while (!_folders.TryGetValue(known, out real))
        {
            pending.Push(known);
            var slash = known.LastIndexOf('/');
            if (slash <= 0)
            {
                real = "/";
                break;
            }

            known = known[..slash];
        }

        while (pending.TryPop(out var next))
        {
            real = Join(real, next.AsSpan(next.LastIndexOf('/') + 1));
            _folders[next] = real;
        }

        return real;
    }

    private static string Join(string realFolder, ReadOnlySpan<char> name)
    {
        var path = realFolder == "/" ? string.Concat("/", name) : string.Concat(realFolder, "/", name);
        return RealPath.LinkTarget(path) is null ? path : RealPath.Of(path);
    }
}
