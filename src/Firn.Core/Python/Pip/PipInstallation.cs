using System.Text;
using Firn.Common;
using Firn.Common.Files;

namespace Firn.Python.Pip;

/// <summary>The pip that <c>python -m pip</c> starts.</summary>
/// <param name="Version">Its release, for example <c>24.0</c>.</param>
/// <param name="Folder">The folder of the package <c>pip</c>.</param>
/// <param name="IsDebian">Whether Debian changed it: it then hides pkg-resources too, and <c>--local</c> means another thing.</param>
internal sealed record PipInstallation(string Version, string Folder, bool IsDebian)
{
    private const int Limit = 64 * 1024;

    /// <summary>The first package <c>pip</c> on the search path; <see langword="null"/> where there is none.</summary>
    public static PipInstallation? Find(IReadOnlyList<string> searchPath)
    {
        foreach (var entry in searchPath)
        {
            var folder = Path.Join(entry, "pip");
            if (VersionIn(Path.Join(folder, "__init__.py")) is { } version)
            {
                return new PipInstallation(version, folder, IsDebianIn(folder));
            }
        }

        return null;
    }

    /// <summary>The text behind <c>__version__ =</c>, without quotes.</summary>
    private static string? VersionIn(string path)
    {
        if (BoundedFile.ReadText(path, Limit) is not { } text)
        {
            return null;
        }

        foreach (var line in new TextLines(text))
        {
            if (line.StartsWith("__version__"))
            {
                var value = line[(line.IndexOf('=') + 1)..].Trim().Trim("\"'");
                return value.IsEmpty ? null : value.ToString();
            }
        }

        return null;
    }

    /// <summary>Debian's patch "hands-off-system-packages" and its list of packages that belong to pip.</summary>
    private static bool IsDebianIn(string folder)
    {
        var content = BoundedFile.Read(Path.Join(folder, "_internal", "commands", "freeze.py"), Limit);
        return content.Bytes.IndexOf(Encoding.ASCII.GetBytes("\"pkg-resources\"")) >= 0
            || content.Bytes.IndexOf(Encoding.ASCII.GetBytes("'pkg-resources'")) >= 0;
    }
}
