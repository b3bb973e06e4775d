using Firn.Common;

namespace Firn.Analyses.Observation;

/// <summary>The folder with the Python source that makes each Python process of a run report.</summary>
internal static class ObserverShim
{
    private const string FileName = "sitecustomize.py";
    private const string PythonPath = "PYTHONPATH";

    /// <summary>Where the source lies in the folder of the reports.</summary>
    public static string FolderIn(string reportFolder) => Path.Join(reportFolder, "shim");

    /// <summary>Writes the source.</summary>
    /// <exception cref="FirnException">The folder cannot be written to.</exception>
    public static void Write(string reportFolder)
    {
        var folder = FolderIn(reportFolder);
        try
        {
            MakePrivate(reportFolder);
            Directory.CreateDirectory(folder);
            using var source = typeof(ObserverShim).Assembly.GetManifestResourceStream(FileName)!;
            using var file = File.Create(Path.Join(folder, FileName));
            source.CopyTo(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FirnException(
                $"cannot write {folder}: {exception.Message.TrimEnd('.')}",
                "make room or make it yours to write to, or run with --no-observe",
                innerException: exception);
        }
    }

    /// <summary>What a run imports, and who could put code into it, is nobody else's business.</summary>
    private static void MakePrivate(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <summary>The value of PYTHONPATH with the shim in front; an empty part would be the current folder, and is not made.</summary>
    public static (string Name, string Value) Variable(string reportFolder, IReadOnlyDictionary<string, string?> variables)
    {
        var folder = FolderIn(reportFolder);
        return variables.TryGetValue(PythonPath, out var before) && !string.IsNullOrEmpty(before)
            ? (PythonPath, folder + Path.PathSeparator + before)
            : (PythonPath, folder);
    }
}
