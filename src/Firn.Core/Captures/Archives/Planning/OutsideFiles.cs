using Firn.Common;
using Firn.Common.Files;

namespace Firn.Captures.Archives.Planning;

/// <summary>Names what lies in a prefix and is not looked into: it is left out, and never without a word.</summary>
internal static class OutsideFiles
{
    /// <summary>Where a restore keeps its note and the interpreter under a virtual environment.</summary>
    public const string OwnFolder = ".firn";

    // What uv and virtualenv write beside the folders; it says nothing of the environment.
    private static readonly string[] Markers = [OwnFolder, ".gitignore", ".lock", "CACHEDIR.TAG"];

    /// <summary>The files and folders right below the prefix of a virtual environment, and conda's variables.</summary>
    public static List<LeftOutFile> Of(TreeSource source) => source.Kind switch
    {
        ArchivedTreeKind.VirtualEnvironment => Beside(source),
        ArchivedTreeKind.Conda => Secret(Path.Join(source.Root, "conda-meta", "state")),
        _ => [],
    };

    private static List<LeftOutFile> Beside(TreeSource source)
    {
        var files = new List<LeftOutFile>();
        foreach (var entry in DirectoryReader.List(source.Root, out _))
        {
            if (!source.Folders.Contains(entry.Name) && !Markers.Contains(entry.Name))
            {
                files.Add(new LeftOutFile(
                    Path.Join(source.Root, entry.Name),
                    SecretFiles.Contains(entry.Name)
                        ? SecretFiles.Reason
                        : "it lies beside the folders of a virtual environment"));
            }
        }

        return files;
    }

    private static List<LeftOutFile> Secret(string path) =>
        FileStatReader.TryRead(path, out var stat) && stat.IsRegularFile
            ? [new LeftOutFile(path, SecretFiles.Reason)]
            : [];
}
