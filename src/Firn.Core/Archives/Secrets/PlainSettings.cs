using System.Text;
using Firn.Common;
using Firn.Common.Files;

namespace Firn.Archives.Secrets;

/// <summary>
/// <c>project.env</c> as <c>firn image init</c> writes it for all users of a project: it has the name of a file of secrets, and its
/// lines say that it is none. Any variable that is not one of these, a commented one too, makes it one.
/// </summary>
internal static class PlainSettings
{
    private const string FileName = "project.env";
    private const int MaxBytes = 64 * 1024;
    private const int MaxValue = 512;

    /// <summary>What Firn writes there, and what its guides say to add.</summary>
    private static readonly HashSet<string> Known = new(StringComparer.Ordinal)
    {
        "PROJECT_NAME", "PACKAGE_NAME", "IMAGE_PLATFORM", "IMAGE_NAME", "COMPOSE_FILE", "LAB_NAME", "PROJECT_ROOT_AT", "ACCELERATION", "DOCKER",
    };

    /// <summary>Whether a path is of such a file, whatever stands in it.</summary>
    public static bool IsNamed(string path) => path.EndsWith(FileName, StringComparison.Ordinal) && Path.GetFileName(path) == FileName;

    /// <summary>Whether a file on disk is one.</summary>
    public static bool IsFile(string path) =>
        IsNamed(path) && BoundedFile.Read(path, MaxBytes) is { IsComplete: true } content && Are(path, content.Bytes);

    /// <summary>Whether these bytes are of one.</summary>
    public static bool Are(string path, ReadOnlySpan<byte> content)
    {
        if (!IsNamed(path) || content.Length > MaxBytes)
        {
            return false;
        }

        foreach (var line in Encoding.UTF8.GetString(content).Split('\n'))
        {
            if (!IsPlain(line.Trim()))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The lines that a section of git's patch takes away, leaves and adds.</summary>
    public static byte[] LinesOf(ReadOnlySpan<byte> section)
    {
        var lines = Encoding.UTF8.GetString(section).Split('\n');
        var start = Array.FindIndex(lines, static line => line.StartsWith("@@ ", StringComparison.Ordinal));
        return start < 0 ? section.ToArray() : Encoding.UTF8.GetBytes(string.Join('\n', lines[start..]
            .Where(static line => line.Length > 0 && line[0] is '+' or '-' or ' ').Select(static line => line[1..])));
    }

    private static bool IsPlain(string line)
    {
        var equals = line.IndexOf('=');
        if (equals < 0)
        {
            return line.Length == 0 || line[0] == '#';
        }

        var (key, value) = (line[..equals], line[(equals + 1)..]);
        return value.Length <= MaxValue && Credentials.Remove(value) == value
            && (Known.Contains(key) || key.StartsWith("REGISTRY_", StringComparison.Ordinal));
    }
}
