using Firn.Common;

namespace Firn.Host;

/// <summary>
/// Turns <c>DT_RPATH</c> and <c>DT_RUNPATH</c> into folders: <c>$ORIGIN</c>, <c>$LIB</c> and <c>$PLATFORM</c> expanded
/// as ld.so(8) has it. Each pair of value and origin is expanded once.
/// </summary>
internal sealed class RunPathExpander(LoaderSettings settings)
{
    private const int MostFolders = 256;
    private readonly Dictionary<string, string[]> _known = new(StringComparer.Ordinal);

    /// <summary>The folders in the order of the search; relative ones are left out.</summary>
    public string[] Folders(string runPath, string origin)
    {
        var key = string.Concat(runPath, "\0", origin);
        if (_known.TryGetValue(key, out var known))
        {
            return known;
        }

        var folders = new List<string>();
        foreach (var part in runPath.Split(':'))
        {
            if (folders.Count < MostFolders && Expand(part, origin) is { } folder)
            {
                folders.Add(folder);
            }
        }

        var expanded = folders.ToArray();
        _known.Add(key, expanded);
        return expanded;
    }

    /// <summary>The absolute path; <see langword="null"/> where the text is relative or holds a token unknown here.</summary>
    public string? Expand(string text, string origin)
    {
        if (text.Contains('$', StringComparison.Ordinal))
        {
            text = Replace(text, "ORIGIN", origin);
            text = Replace(text, "LIB", settings.Library);
            text = Replace(text, "PLATFORM", ElfMachine.Platform(settings.Program) ?? "$PLATFORM");
        }

        // The origin is a real path, so that removing ".." from the text gives what the kernel would find.
        var path = text.StartsWith('/') ? Path.GetFullPath(text) : null;
        return path is null || IsOfTheKernel(path) ? null : settings.Physical(path);
    }

    /// <summary>No library lies there, and opening a device can do things. The memory file system in <c>/dev</c> holds files.</summary>
    private static bool IsOfTheKernel(string path) =>
        (RealPath.IsWithin(path, "/dev") && !RealPath.IsWithin(path, "/dev/shm")) || RealPath.IsWithin(path, "/proc") || RealPath.IsWithin(path, "/sys");

    private static string Replace(string text, string token, string value) => text
        .Replace("${" + token + "}", value, StringComparison.Ordinal)
        .Replace("$" + token, value, StringComparison.Ordinal);
}
