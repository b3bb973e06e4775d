using Firn.Common.Bundles;
using Firn.Common.Tar;
using Firn.Storage.Bundles;
using Firn.Tests.Host.Binaries;
using FsCheck;
using FsCheck.Fluent;

namespace Firn.Tests.Storage.Bundles;

/// <summary>Bundles beside the tools of others: GNU tar, Python's tarfile, zstd, and the script in the docs.</summary>
public sealed class BundleTruthTests
{
    private const string Lister = """
        import json, sys, tarfile
        for m in tarfile.open(sys.argv[1]):
            assert (m.uid, m.gid, m.uname, m.gname, m.mtime) == (0, 0, "", "", 315532800), m
            print(m.name, m.type.decode(), oct(m.mode), m.size, m.linkname)
        """;

    [SkippableFact]
    public void Tar_and_Python_read_what_was_written()
    {
        using var folder = new TemporaryFolder();
        var tar = Unpack(folder, SampleMembers.Of(), out var stored);
        folder.Write("list.py", Lister);

        var expected = stored.SortedMembers.Select(member =>
            $"{member.Path} {(member.Kind == TarEntryKind.Link ? "2 0o777" : member.Kind == TarEntryKind.Directory ? "5 0o755" : member.IsExecutable ? "0 0o755" : "0 0o644")} {member.Content?.Length ?? 0} {member.LinkTarget}");
        Assert.Equal(expected, Lines(RealTool.Run("python3", "-X", "utf8", folder["list.py"], tar)));
        Assert.Equal(
            stored.SortedMembers.Select(member => member.Path),
            Lines(RealTool.Run("tar", "--quoting-style=literal", "--show-transformed-names", "-tf", tar)));
        Directory.CreateDirectory(folder["out"]);
        RealTool.Run("tar", "-xf", tar, "-C", folder["out"]);
        Assert.Equal("über", File.ReadAllText(folder["out/lib/zürich/naïve 文.txt"]));
        Assert.Equal(stored.Digest.Hex, RealTool.Run("sha256sum", tar)[..64]);
    }

    [SkippableFact]
    public void The_script_in_the_docs_finds_the_id_from_the_unpacked_files()
    {
        using var folder = new TemporaryFolder();
        var tar = Unpack(folder, SampleMembers.Of(), out var stored);
        Directory.CreateDirectory(folder["out"]);
        RealTool.Run("tar", "-xf", tar, "-C", folder["out"]);
        var page = File.ReadAllText(Path.Join(RepositoryFolder.Path, "docs", "formats", "bundle.md"));
        var script = page.Split("```python\n")[1].Split("```")[0];
        folder.Write("bundle_id.py", script);
        var index = Directory.GetFiles(folder["store/bundles"], "*.json", SearchOption.AllDirectories).Single();

        Assert.Equal($"{stored.Digest}\n", RealTool.Run("python3", "-X", "utf8", folder["bundle_id.py"], folder["out"], index));
    }

    [Fact]
    public void The_same_members_give_the_same_bundle_whatever_their_order_and_the_mode_and_time_of_their_files()
    {
        using var folder = new TemporaryFolder();
        var bundles = new BundleObjects(folder["store"]);
        Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            var members = Enumerable.Range(0, random.Next(1, 12)).Select(i => Names(random) + i).Distinct()
                .Select(path => (Path: path, Content: Bytes(random))).ToList();
            var first = bundles.Add([.. members.Select(member => SampleMembers.File(member.Path, member.Content))], BundleAddOptions.Default, default);
            var fromFiles = members.OrderBy(_ => random.Next()).Select(member =>
            {
                var path = folder.Write($"files/{Guid.NewGuid():N}", member.Content);
                File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch.AddSeconds(random.Next()));
                return new BundleMember { Path = member.Path, Content = BundleContent.OfFile(path, member.Content.Length) };
            }).ToList();
            var second = bundles.Add(fromFiles, BundleAddOptions.Default, default);
            using var reader = bundles.Open(first.Digest);

            Assert.Equal(first.Digest, second.Digest);
            Assert.Equal(SampleMembers.Describe(first.SortedMembers), SampleMembers.ReadAll(reader));
        }).QuickCheckThrowOnFailure();
    }

    private static string Unpack(TemporaryFolder folder, IReadOnlyList<BundleMember> members, out StoredBundle stored)
    {
        var bundles = new BundleObjects(folder["store"]);
        stored = bundles.Add(members, BundleAddOptions.Default, CancellationToken.None);
        RealTool.Run("zstd", "-q", "-d", bundles.Files.Find(new BundleName(stored.Digest))!, "-o", folder["bundle.tar"]);
        return folder["bundle.tar"];
    }

    /// <summary>Names of characters of one to four bytes, around the 100 bytes that ustar has room for.</summary>
    private static string Names(Random random)
    {
        string[] letters = ["a", "b", ".", "-", "é", "文", "\uE000", "\U0001F40D", " ", "\n", "=", "\\"];
        var name = string.Concat(Enumerable.Range(0, random.Next(1, 60)).Select(_ => letters[random.Next(letters.Length)]));
        return $"lib/{name}x";
    }

    private static byte[] Bytes(Random random)
    {
        var bytes = new byte[random.Next(0, 3) * random.Next(0, 700)];
        random.NextBytes(bytes);
        return bytes;
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
