using System.IO.Compression;
using Firn.Common;
using Firn.Conda.Packages;

namespace Firn.Tests.Conda.Packages;

/// <summary>Archives that no channel should have: each is refused by one line that names what is wrong.</summary>
public sealed class ArchiveRefusalTests
{
    private const string Escape = "it would leave the prefix or belongs to the installer";

    public static TheoryData<string, string, byte[]> HostileTars()
    {
        TarBytes Tar(params (string, string?)[] paths) => TestPackage.Info(TestPackage.Paths(paths));
        return new()
        {
            { "absolute", "its path is absolute", Tar().File("/etc/passwd", "x").ToArray() },
            { "only a slash", "its path is absolute", Tar().Add("/", '5', "", []).ToArray() },
            { "climbs", "holds `..`", Tar().File("a/../../b", "x").ToArray() },
            { "climbs by backslashes", Escape, Tar().File("a\\..\\b", "x").ToArray() },
            { "drive", Escape, Tar().File("C:/b", "x").ToArray() },
            { "dots inside", "holds `.`", Tar().File("a/./b", "x").ToArray() },
            { "empty part", "an empty name", Tar().File("a//b", "x").ToArray() },
            { "records", Escape, Tar().File("conda-meta/demo-1.0-0.json", "x").ToArray() },
            { "records in capitals", Escape, Tar().File("Conda-Meta/history", "x").ToArray() },
            { "below a link", "lies below lib64, which is a link", Tar().Link("lib64", "lib").File("lib64/x", "x").ToArray() },
            { "below a later link", "lies below lib64, which is a link", Tar().File("lib64/x", "x").Link("lib64", "lib").ToArray() },
            { "a folder below a link", "lies below lib64, which is a link", Tar().Link("lib64", "lib").Folder("lib64/x").ToArray() },
            { "below a file", "lies below a, which is a file", Tar().File("a", "x").File("a/b", "x").ToArray() },
            { "a link for a folder", "stands there twice", Tar().Folder("a").Link("a", "b").ToArray() },
            { "a folder for a link", "stands there twice", Tar().Link("a", "b").Folder("a").ToArray() },
            { "twice", "stands there twice", Tar().File("a", "x").File("a", "y").ToArray() },
            { "twice with another mode", "stands there twice", Tar().File("a", "x").File("a", "x", 0b111_101_101).ToArray() },
            { "two links", "stands there twice", Tar().Link("a", "x").Link("a", "y").ToArray() },
            { "device", "a device or a pipe", Tar().Add("null", '3', "", []).ToArray() },
            { "block device", "a device or a pipe", Tar().Add("disk", '4', "", []).ToArray() },
            { "pipe", "a device or a pipe", Tar().Add("pipe", '6', "", []).ToArray() },
            { "sparse", "of the unknown type 83", Tar().Add("sparse", 'S', "", []).ToArray() },
            { "pax sparse", "GNU.sparse.major", Tar().Pax("GNU.sparse.major=1").File("sparse", "x").ToArray() },
            { "hard link to nothing", "not a file before it", Tar().HardLink("a", "b").ToArray() },
            { "hard link to a later file", "not a file before it", Tar().HardLink("a", "b").File("b", "x").ToArray() },
            { "hard link to a link", "not a file before it", Tar().Link("b", "/etc/passwd").HardLink("a", "b").ToArray() },
            { "hard link out", "not a file before it", Tar().HardLink("a", "../../etc/passwd").ToArray() },
            { "hard link with content", "has a size", Tar().File("b", "x").Add("a", '1', "b", [1, 2]).ToArray() },
            { "link without target", "the archive was made by a program that loses links", Tar().Link("a", "").ToArray() },
            { "no name", "a file without a name", [.. Tar().ToArray(false), .. new TarBytes().Header([], '0', [], "00000000000").ToArray()] },
            { "no UTF-8", "a name that is not UTF-8", [.. Tar().ToArray(false), .. new TarBytes().Header([0x66, 0xFF], '0', [], "00000000000").ToArray()] },
            { "long part", "more than 255", Tar().Pax("path=" + new string('n', 256)).File("x", "x").ToArray() },
            { "deep", "more than 128 parts", Tar().Pax("path=" + string.Concat(Enumerable.Repeat("d/", 200)) + "x").File("x", "x").ToArray() },
            { "checksum", "its checksum is wrong", [.. Tar().ToArray(false), .. Enumerable.Repeat((byte)'x', 512), .. new byte[1024]] },
            { "size", "is not a number", Tar().Add("a", '0', "", [], size: "0000000000z").ToArray() },
            { "negative size", "is not a number", Tar().Add("a", '0', "", [], size: "\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff").ToArray() },
            { "binary size", "the archive may unpack to", Tar().Add("a", '0', "", [], size: "\u0080\0\0\0\0\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff").ToArray() },
            { "binary size beyond numbers", "is not a number", Tar().Add("a", '0', "", [], size: "\u0080\0\0\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff").ToArray() },
            { "binary checksum", "its checksum is wrong", [.. Tar().ToArray(false), .. new byte[148], 0x80, .. new byte[363], .. new byte[1024]] },
            { "size beyond the end", "too early", Tar().Add("a", '0', "", [1], size: "00000007777").ToArray() },
            { "terabytes", "the archive may unpack to", Tar().Pax("size=9999999999999").File("a", "x").ToArray() },
            { "size beyond numbers", "pax header has a size that is refused", Tar().Pax("size=99999999999999999999").File("a", "x").ToArray() },
            { "pax damaged", "a record of its pax header is damaged", Tar().Add("pax", 'x', "", "12 path"u8.ToArray()).File("a", "x").ToArray() },
            { "pax huge", "empty or too long", Tar().Add("pax", 'x', "", [], size: "77777777777").ToArray() },
            { "pax alone", "too early", Tar().Pax("path=a").ToArray() },
            { "pax with NUL", "a path that is refused", Tar().Pax("path=a\0b").File("a", "x").ToArray() },
            { "global path", "a global pax header names a path", Tar().PaxOf('g', "path=a").File("a", "x").ToArray() },
            { "not ended", "too early", Tar().File("a", "x").ToArray(isEnded: false) },
            { "bytes behind the end", "bytes behind the end of its tar", [.. Tar().ToArray(), 1] },
            { "empty", "too early", [] },
            { "no index", "it has no info/index.json", new TarBytes().File("a", "x").ToArray() },
            { "index is a link", "it has no info/index.json", new TarBytes().Link("info/index.json", "/etc/passwd").ToArray() },
        };
    }

    [Theory]
    [MemberData(nameof(HostileTars))]
    public void A_hostile_tar_is_refused_by_name(string name, string reason, byte[] tar)
    {
        var failure = OpenedPackage.Refusal(TestPackage.Bzip2(tar));

        Assert.True(failure.Message.Contains(reason, StringComparison.Ordinal), $"{name}: {failure.Message}");
        Assert.StartsWith("the conda package demo-1.0-0.tar.bz2 is ", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);
        Assert.NotEmpty(failure.Hint.ToString());
    }

    [Theory]
    [InlineData("""{"paths_version": 2, "paths": []}""", "has version 2")]
    [InlineData("""{"paths": []}""", "has version unknown")]
    [InlineData("""{"paths_version": 1}""", "has no paths")]
    [InlineData("""{"paths_version": 1, "paths": {}}""", "is not a list")]
    [InlineData("""{"paths_version": 1, "paths": [1]}""", "lists what is not a path")]
    [InlineData("""{"paths_version": 1, "paths": [{}]}""", "an entry without a path")]
    [InlineData("""{"paths_version": 1, "paths": [{"_path": "../a"}]}""", "lists ../a, which would leave the prefix")]
    [InlineData("""{"paths_version": 1, "paths": [{"_path": "/a"}]}""", "lists /a, which would leave the prefix")]
    [InlineData("""{"paths_version": 1, "paths": [{"_path": "conda-meta/x", "path_type": "directory"}]}""", "belongs to the installer")]
    [InlineData("""{"paths_version": 1, "paths": [{"_path": "a"}, {"_path": "a"}]}""", "lists a twice")]
    [InlineData("""{"paths_version": 1, "paths": [{"_path": "gone"}]}""", "lists gone, which the archive does not have")]
    [InlineData("""{"paths_version": 1, "paths": [{"_path": "folder"}]}""", "lists folder, which the archive does not have")]
    [InlineData("""{"paths_version": 1, "paths": [{"_path": "a", "path_type": "directory"}]}""", "is listed as a folder and is none")]
    [InlineData("""{"paths_version": 1, "paths": [{"_path": "a", "path_type": "reflink"}]}""", "unknown type reflink")]
    [InlineData("""{"paths_version": 1, "paths": [{"_path": "a", "file_mode": "x", "prefix_placeholder": "/o"}]}""", "unknown mode x")]
    [InlineData("""{"paths_version": 1, "paths": [{"_path": "a", "sha256": "abc"}]}""", "the digest of a is none")]
    [InlineData("""{"paths_version": 1, "paths": [{"_path": "a", "size_in_bytes": 2}]}""", "a has 1 bytes, and paths.json says 2")]
    [InlineData("""{"paths_version": 1, "paths": [{"_path": "a", "path_type": "softlink", "size_in_bytes": 70}]}""", "a program that loses links")]
    [InlineData("""{"paths_version": 1, "paths": [{"_path": "empty", "path_type": "softlink"}]}""", "a program that loses links")]
    [InlineData("""{"paths_version": 1, "paths": [""", "is not valid JSON")]
    [InlineData("""[]""", "is not a JSON object")]
    public void A_list_of_paths_that_does_not_hold_is_refused(string paths, string reason)
    {
        var tar = TestPackage.Info(paths).File("a", "x").File("empty", "").Folder("folder").ToArray();

        Assert.Contains(reason, OpenedPackage.Refusal(TestPackage.Bzip2(tar)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_the_published_one_is_refused_when_it_is_written()
    {
        var paths = TestPackage.Paths(("lib/a.txt", "right"));
        using var package = new OpenedPackage(TestPackage.Bzip2(TestPackage.Info(paths).File("lib/a.txt", "wrong").ToArray()));

        var failure = Assert.Throws<FirnException>(() => package.Store());

        Assert.Contains("demo-1.0-0.tar.bz2 is damaged: lib/a.txt has sha256:", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../x", "1.0", "0", "its name")]
    [InlineData("a/b", "1.0", "0", "its name")]
    [InlineData("", "1.0", "0", "its name")]
    [InlineData("__glibc", "1.0", "0", "its name")]
    [InlineData("a--b", "1.0", "0", "its name")]
    [InlineData("demo", "1.0/..", "0", "its version")]
    [InlineData("demo", "1-0", "0", "its version")]
    [InlineData("demo", "1.0", "0/0", "its build")]
    [InlineData("demo", "1.0", "\\u0000", "its build")]
    public void Names_that_would_be_paths_are_refused(string name, string version, string build, string reason)
    {
        var tar = TestPackage.Info(TestPackage.Paths(), TestPackage.Index(name, version, build)).ToArray();

        Assert.Contains(reason, OpenedPackage.Refusal(TestPackage.Bzip2(tar)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(", \"noarch\": \"rust\"", null, "noarch: rust")]
    [InlineData(", \"noarch\": 7", null, "a kind that Firn does not know")]
    [InlineData("", """{"package_metadata_version": 2}""", "info/link.json has a version")]
    [InlineData("", """{"package_metadata_version": 1, "noarch": {"type": "lisp"}}""", "noarch: lisp")]
    [InlineData("", """{"package_metadata_version": 1, "noarch": {"type": "python", "entry_points": ["../x = a:b"]}}""", "the entry point")]
    [InlineData("", """{"package_metadata_version": 1, "noarch": {"type": "python", "entry_points": ["x = a:b; import os"]}}""", "the entry point")]
    [InlineData("", """{"package_metadata_version": 1, "noarch": {"type": "python", "entry_points": ["x = a"]}}""", "the entry point")]
    [InlineData("", """{"package_metadata_version": 1, "noarch": {"type": "python", "entry_points": [1]}}""", "holds what is not text")]
    [InlineData(", \"python_site_packages_path\": \"../x\"", null, "its site-packages")]
    [InlineData(", \"depends\": {}", null, "depends of info/index.json is not a list")]
    public void Facts_that_do_not_hold_are_refused(string more, string? link, string reason)
    {
        var tar = TestPackage.Info(TestPackage.Paths(), TestPackage.Index(more: more), link).ToArray();

        Assert.Contains(reason, OpenedPackage.Refusal(TestPackage.Bzip2(tar)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_zip_that_is_no_package_is_refused()
    {
        var info = TestPackage.Zstandard(TestPackage.Info(TestPackage.Paths()).ToArray());
        var none = TestPackage.Zstandard(new TarBytes().ToArray());
        var version = """{"conda_pkg_format_version": 2}"""u8.ToArray();
        void Refuses(string reason, byte[] zip) => Assert.Contains(
            reason, OpenedPackage.Refusal(zip, "demo-1.0-0.conda").Message, StringComparison.Ordinal);

        Refuses("is damaged", "no zip at all"u8.ToArray());
        Refuses("no member metadata.json", TestPackage.Zip(("info-demo-1.0-0.tar.zst", info), ("pkg-demo-1.0-0.tar.zst", none)));
        Refuses("no member pkg-", TestPackage.Zip(("metadata.json", version), ("info-demo-1.0-0.tar.zst", info)));
        Refuses("no member info-", TestPackage.Zip(("metadata.json", version), ("pkg-demo-1.0-0.tar.zst", none)));
        Refuses("several members info-", TestPackage.Zip(
            ("metadata.json", version), ("info-a.tar.zst", info), ("info-b.tar.zst", info), ("pkg-a.tar.zst", none)));
        Refuses("has version 3", TestPackage.Conda([], [], """{"conda_pkg_format_version": 3}"""));
        Refuses("does not tell the version", TestPackage.Conda([], [], "{}"));
        Refuses("not valid JSON", TestPackage.Conda([], [], "{"));
        Refuses("metadata.json has 70000 bytes", TestPackage.Conda([], [], new string(' ', 70000)));
        Refuses("is compressed in the zip", TestPackage.Zip(
            CompressionLevel.SmallestSize,
            ("metadata.json", version), ("pkg-a.tar.zst", TestPackage.Zstandard(new byte[100_000_000])), ("info-a.tar.zst", info)));
        Refuses("a zip of 1500 members", TestPackage.Zip([.. Enumerable.Range(0, 1500).Select(i => ($"m{i}", Array.Empty<byte>()))]));
    }

    [Fact]
    public void A_zip_with_changed_bytes_is_refused()
    {
        var archive = TestPackage.Conda(new TarBytes().ToArray(), TestPackage.Info(TestPackage.Paths()).ToArray());
        var blank = archive.AsSpan().IndexOf(": 2}"u8) + 1;
        archive[blank] = (byte)'\t';

        Assert.Contains("the checksum of a member of the zip is wrong", OpenedPackage.Refusal(archive, "demo-1.0-0.conda").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bombs_end_early()
    {
        // A gigabyte of zeros in some kilobytes.
        var head = TestPackage.Info(TestPackage.Paths()).Header("zeros"u8.ToArray(), '0', [], "10000000000").ToArray(false);
        var frames = new MemoryStream();
        frames.Write(TestPackage.Zstandard(head));
        var zeros = TestPackage.Zstandard(new byte[64 << 20]);
        for (var i = 0; i < 16; i++)
        {
            frames.Write(zeros);
        }

        frames.Write(TestPackage.Zstandard(new byte[1024]));
        var bomb = TestPackage.Zip(
            ("metadata.json", """{"conda_pkg_format_version": 2}"""u8.ToArray()),
            ("pkg-a.tar.zst", frames.ToArray()),
            ("info-a.tar.zst", TestPackage.Zstandard(TestPackage.Info(TestPackage.Paths()).ToArray())));

        Assert.Contains("may unpack to 256 MiB", OpenedPackage.Refusal(bomb, "demo-1.0-0.conda").Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("demo-1.0-0.zip")]
    [InlineData(".conda")]
    [InlineData("a/demo-1.0-0.conda")]
    [InlineData("demo\n-1.0-0.txt")]
    public void Other_files_are_no_packages(string fileName)
    {
        var failure = OpenedPackage.Refusal([], fileName);

        Assert.Contains("is not a conda package", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);
    }

    [Fact]
    public void A_missing_archive_is_named()
    {
        var failure = Assert.Throws<FirnException>(
            () => CondaArchive.Open("/nowhere/demo-1.0-0.conda", "demo-1.0-0.conda", "/tmp", CancellationToken.None));

        Assert.Contains("/nowhere/demo-1.0-0.conda", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cancelled_reading_ends()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("demo", TestPackage.Bzip2(TestPackage.Info(TestPackage.Paths()).ToArray()));

        Assert.Throws<OperationCanceledException>(
            () => CondaArchive.Open(path, "demo-1.0-0.tar.bz2", folder.Path, new CancellationToken(canceled: true)));
    }

    [Fact]
    public void A_python_package_without_a_python_and_paths_that_meet_are_refused()
    {
        static string Refusal(CondaInstallTarget target, params (string, string?)[] paths)
        {
            var tar = TestPackage.Info(TestPackage.Paths(paths), TestPackage.Index(more: ", \"noarch\": \"python\""));
            foreach (var (path, content) in paths)
            {
                tar.File(path, content!);
            }

            using var package = new OpenedPackage(TestPackage.Bzip2(tar.ToArray()));
            return Assert.Throws<FirnException>(() => package.Install(target)).Message;
        }

        Assert.Contains("needs a Python", Refusal(new CondaInstallTarget(), ("site-packages/a.py", "")), StringComparison.Ordinal);
        Assert.Contains(
            "would leave the prefix",
            Refusal(new CondaInstallTarget { SitePackages = "../lib" }, ("site-packages/a.py", "")),
            StringComparison.Ordinal);
        Assert.Contains(
            "two of its files go to bin/x",
            Refusal(OpenedPackage.Python311, ("python-scripts/x", ""), ("bin/x", "")),
            StringComparison.Ordinal);
        Assert.Contains(
            "two of its files",
            Refusal(OpenedPackage.Python311, ("site-packages/x", ""), ("lib/python3.11/site-packages/x", "")),
            StringComparison.Ordinal);
    }
}
