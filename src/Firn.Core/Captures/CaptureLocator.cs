using Firn.Captures.Documents;
using Firn.Common;
using Firn.Common.Files;

namespace Firn.Captures;

/// <summary>Tells captures on disk from environments, where a command takes either.</summary>
internal static class CaptureLocator
{
    private static ReadOnlySpan<byte> SchemaStart => "firn.environment/"u8;

    /// <summary>
    /// The file of the capture that the text names: a file whose first bytes say that it is one, or a folder with such an
    /// <c>environment.json</c>. <see langword="null"/> where it names none, and so must be an environment.
    /// </summary>
    public static string? FindFile(string text, SystemContext systemContext)
    {
        if (text.Length == 0 || text.Contains('\0', StringComparison.Ordinal))
        {
            return null;
        }

        var path = Path.GetFullPath(text, systemContext.CurrentDirectory);
        var file = Directory.Exists(path) ? Path.Join(path, Capture.FileName) : path;
        if (file.EndsWith(".json", StringComparison.OrdinalIgnoreCase) && file == path)
        {
            return file;
        }

        // The writer puts the schema first, so a few bytes tell; an executable is never read whole here.
        return BoundedFile.Read(file, 128).Bytes.IndexOf(SchemaStart) >= 0 ? file : null;
    }

    /// <summary>The capture that the text names, or a new one of the environment that it names.</summary>
    /// <exception cref="FirnException">There is no such capture or environment.</exception>
    public static Capture Load(string? text, string? condaName, SystemContext systemContext)
    {
        if (text is not null && condaName is null && FindFile(text, systemContext) is { } file)
        {
            return CaptureReader.ReadFile(file).Capture;
        }

        var request = new InspectionRequest { Environment = text, CondaName = condaName };
        return new EnvironmentInspector(systemContext).Inspect(request).Capture;
    }
}
