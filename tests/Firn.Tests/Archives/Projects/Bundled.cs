using Firn.Archives.Projects;
using Firn.Common.Tar;
using Firn.Storage.Bundles;

namespace Firn.Tests.Archives.Projects;

/// <summary>Takes a project through a real bundle and lays it out again, as a restore does.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
internal static class Bundled
{
    public static StoredBundle RoundTrip(ProjectArchive archive, string store, string target)
    {
        var bundles = new BundleObjects(store);
        var stored = bundles.Add(archive.Members, BundleAddOptions.Default, CancellationToken.None);
        using var reader = bundles.Open(stored.Digest);
        while (reader.MoveNext())
        {
            Place(reader, Path.Join(target, reader.Current.Path));
        }

        return stored;
    }

    private static void Place(BundleReader reader, string path)
    {
        var entry = reader.Current;
        if (entry.Kind == TarEntryKind.Directory)
        {
            Directory.CreateDirectory(path);
            return;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (entry.Kind == TarEntryKind.Link)
        {
            File.CreateSymbolicLink(path, entry.LinkTarget!);
            return;
        }

        using (var file = File.Create(path))
        {
            while (reader.ReadPiece() is { IsEmpty: false } piece)
            {
                file.Write(piece);
            }
        }

        if (entry.IsExecutable)
        {
            File.SetUnixFileMode(path, (UnixFileMode)0x1ED);
        }
    }
}
