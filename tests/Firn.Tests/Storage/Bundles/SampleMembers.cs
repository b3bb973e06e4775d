using System.Text;
using Firn.Common.Bundles;
using Firn.Common.Tar;
using Firn.Storage.Bundles;

namespace Firn.Tests.Storage.Bundles;

/// <summary>Members of every kind, and bundles read back in one text a member.</summary>
internal static class SampleMembers
{
    public static BundleMember File(string path, string content) => File(path, Encoding.UTF8.GetBytes(content));

    public static BundleMember File(string path, byte[] content) =>
        new() { Path = path, Content = BundleContent.OfBytes(content) };

    public static BundleMember Link(string path, string target) =>
        new() { Path = path, Kind = TarEntryKind.Link, LinkTarget = target };

    public static IReadOnlyList<BundleMember> Of(string? large = null)
    {
        var longName = new string('n', 150);
        var members = new List<BundleMember>
        {
            File("lib/python3.11/site-packages/demo/__init__.py", "answer = 42\n"),
            File("lib/python3.11/site-packages/demo/empty.py", string.Empty),
            File("bin/demo", "#!python\nprint()\n") with { IsExecutable = true },
            File($"lib/{longName}/{longName}", "long"),
            File("lib/zürich/naïve 文.txt", "über"),
            File("lib/demo.pth", "/@firn-prefix@/src\n/@firn-prefix@/lib\n") with { PrefixOffsets = [0, 19] },
            File("etc/demo.conf", "/opt/placehold/share") with { Placeholder = new PrefixPlaceholder(false, "/opt/placehold") },
            Link("lib/libdemo.so", "libdemo.so.1.2"),
            Link("lib/libdemo.so.1", new string('t', 120)),
            new() { Path = "share/empty", Kind = TarEntryKind.Directory },
        };
        if (large is not null)
        {
            members.Add(new() { Path = "lib/large", Content = BundleContent.OfFile(large, new FileInfo(large).Length) });
        }

        return members;
    }

    /// <summary>One text for each member that says all there is about it.</summary>
    public static List<string> ReadAll(BundleReader reader)
    {
        var members = new List<string>();
        while (reader.MoveNext())
        {
            var entry = reader.Current;
            using var content = new MemoryStream();
            while (reader.ReadPiece() is { Length: > 0 } piece)
            {
                content.Write(piece);
            }

            members.Add(Describe(
                entry.Path, entry.Kind, entry.IsExecutable, entry.LinkTarget, entry.PrefixOffsets, entry.Placeholder, content.ToArray()));
        }

        return members;
    }

    public static List<string> Describe(IEnumerable<BundleMember> members) =>
        [.. members.Select(member => Describe(
            member.Path, member.Kind, member.IsExecutable, member.LinkTarget, member.PrefixOffsets, member.Placeholder, ContentOf(member)))];

    private static byte[] ContentOf(BundleMember member)
    {
        if (member.Content is null)
        {
            return [];
        }

        var buffer = new byte[member.Content.Length + 1];
        var output = new Firn.Common.OutputBuffer(buffer, null);
        using var sink = new BundleSink(output);
        sink.Start(member.Content.Length);
        member.Content.WriteTo(sink);
        return output.Pending.ToArray();
    }

    private static string Describe(
        string path,
        TarEntryKind kind,
        bool isExecutable,
        string? target,
        IEnumerable<long> offsets,
        PrefixPlaceholder? placeholder,
        byte[] content) =>
        $"{path} {kind} {isExecutable} {target} [{string.Join(',', offsets)}] {placeholder} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(content))}";
}
