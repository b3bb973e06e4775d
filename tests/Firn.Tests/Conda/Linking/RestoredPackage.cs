using Firn.Common.Bundles;
using Firn.Common.Files;
using Firn.Common.Tar;
using Firn.Conda.Linking;
using Firn.Conda.Prefixes;
using Firn.Storage.Bundles;
using Firn.Tests.Conda.Relocation;

namespace Firn.Tests.Conda.Linking;

/// <summary>Writes a bundle of a conda package to a prefix, as simply as it can be done.</summary>
internal static class RestoredPackage
{
    public static Dictionary<string, CondaRestoredFile> Write(
        BundleReader bundle, CondaFileRecord record, string prefix)
    {
        var members = CondaPackageRelocation.Create(record, prefix);
        var written = new Dictionary<string, CondaRestoredFile>();
        while (bundle.MoveNext())
        {
            var entry = bundle.Current;
            var target = members.TargetOf(entry);
            var path = Path.Join(prefix, target);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            switch (entry.Kind)
            {
                case TarEntryKind.Directory:
                    Directory.CreateDirectory(path);
                    break;
                case TarEntryKind.Link:
                    File.CreateSymbolicLink(path, entry.LinkTarget!);
                    break;
                default:
                    WriteFile(members, entry, target, path, bundle, written);
                    break;
            }
        }

        var recordPath = Path.Join(prefix, members.RecordPath);
        Directory.CreateDirectory(Path.GetDirectoryName(recordPath)!);
        File.WriteAllBytes(recordPath, members.WriteRecord(written, isLinked: false));
        return written;
    }

    private static void WriteFile(
        CondaPackageRelocation members, BundleEntry entry, string target, string path, BundleReader bundle,
        Dictionary<string, CondaRestoredFile> written)
    {
        var content = new byte[entry.Size];
        var length = 0;
        while (length < content.Length)
        {
            length += bundle.Read(content.AsSpan(length));
        }

        using ByteSource source = new MemoryByteSource(content);
        var result = entry.Placeholder is { } placeholder ? members.Replace(source, placeholder, target) : source;
        File.WriteAllBytes(path, ReplacementVectors.Bytes(result));
        if (entry.IsExecutable && !OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, (UnixFileMode)0b111_101_101);
        }

        if (entry.Placeholder is not null || !members.IsDescribed(entry, result.Digest()))
        {
            written[target] = new CondaRestoredFile(result.Digest(), result.Length);
        }
    }
}
