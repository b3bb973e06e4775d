using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Firn.Archives.Documents;
using Firn.Common;
using Firn.Common.Bundles;
using Firn.Restore;
using static Firn.Tests.Restore.RestoreMachine;

namespace Firn.Tests.Restore;

public sealed class RestorerTests : IDisposable
{
    private const string DistInfo = SitePackages + "/tool-1.0.dist-info";
    private readonly RestoreMachine _machine = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_distribution_comes_back_with_launchers_scripts_and_a_true_record(bool links)
    {
        AddTool();

        _machine.Restore(links: links);

        Assert.Equal($"#!{_machine.Prefix}/bin/python3.11\nprint()\n", _machine.ReadRestored("bin/tool"));
        Assert.Equal($"#!{_machine.Prefix}/bin/python3.11\nscript\n", _machine.ReadRestored("bin/script"));
        Assert.Equal("pip\n", _machine.ReadRestored($"{DistInfo}/INSTALLER"));
        var record = File.ReadAllLines(_machine.Restored($"{DistInfo}/RECORD"));
        Assert.Equal(record.Order(StringComparer.Ordinal), record);
        foreach (var row in record)
        {
            var fields = row.Split(',');
            var file = Path.GetFullPath(Path.Join(_machine.Restored(SitePackages), fields[0]));
            Assert.True(File.Exists(file), row);
            if (fields[1].Length > 0)
            {
                Assert.Equal(fields[1], HashOf(File.ReadAllBytes(file)));
                Assert.Equal(fields[2], new FileInfo(file).Length.ToString());
            }
        }

        Assert.Equal(
            ["../../../bin/script", "../../../bin/tool", "../../../include/python3.11/tool/tool.h", "tool-1.0.dist-info/INSTALLER", "tool-1.0.dist-info/RECORD", "tool.py"],
            record.Select(row => row.Split(',')[0]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Equal_source_has_equal_times_and_its_bytecode_names_them(bool links)
    {
        var package = _machine.Add(ArchivedPackageKind.Rest, "files", [Member("lib/a.py", "x = 1\n"), Member("lib/data.txt", "1")]);
        var bytecode = new byte[20];
        bytecode[0] = 0xA7;
        bytecode[12] = 6;
        _machine.AddBytecode(package, [new BundleMember { Path = "lib/__pycache__/a.cpython-311.pyc", Content = BundleContent.OfBytes(bytecode) }]);

        _machine.Restore(links: links);

        var time = new DateTimeOffset(File.GetLastWriteTimeUtc(_machine.Restored("lib/a.py"))).ToUnixTimeSeconds();
        var bits = Convert.ToUInt32(Sha256Digest.Of("x = 1\n"u8).Hex[..8], 16) >> 2;
        Assert.Equal(315532800 + bits, time);
        var header = File.ReadAllBytes(_machine.Restored("lib/__pycache__/a.cpython-311.pyc"));
        Assert.Equal(time, BitConverter.ToUInt32(header, 8));
        Assert.Equal(DateTime.UnixEpoch.AddSeconds(315532800), File.GetLastWriteTimeUtc(_machine.Restored("lib/data.txt")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Bytecode_of_a_Python_before_3_7_has_its_time_where_that_Python_reads_it(bool links)
    {
        var package = _machine.Add(ArchivedPackageKind.Rest, "files", [Member("lib/a.py", "x = 1\n")]);
        // Magic number, time and size; no flags.
        byte[] bytecode = [0x33, 0x0D, (byte)'\r', (byte)'\n', 0, 0, 0, 0, 6, 0, 0, 0, 0xE3, 1, 2, 3, 4, 5, 6, 7];
        _machine.AddBytecode(
            package,
            [new BundleMember { Path = "lib/__pycache__/a.cpython-36.pyc", Content = BundleContent.OfBytes(bytecode) }],
            "cpython-36");

        _machine.Restore(_machine.Document(Tree() with { PythonVersion = "3.6.15", CacheTag = "cpython-36" }), links);

        var time = new DateTimeOffset(File.GetLastWriteTimeUtc(_machine.Restored("lib/a.py"))).ToUnixTimeSeconds();
        BitConverter.GetBytes((uint)time).CopyTo(bytecode, 4);
        Assert.Equal(bytecode, File.ReadAllBytes(_machine.Restored("lib/__pycache__/a.cpython-36.pyc")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_source_gets_the_time_that_bytecode_of_its_conda_package_names_before_3_7_too(bool links)
    {
        byte[] bytecode = [0x33, 0x0D, (byte)'\r', (byte)'\n', 0x40, 0x42, 0x0F, 0x5A, 6, 0, 0, 0, 0xE3, 1, 2, 3];
        _machine.Add(ArchivedPackageKind.Conda, "package",
        [
            Member("lib/a.py", "x = 1\n"),
            new BundleMember { Path = "lib/__pycache__/a.cpython-36.pyc", Content = BundleContent.OfBytes(bytecode) },
        ]);

        _machine.Restore(_machine.Document(Tree() with { PythonVersion = "3.6.15", CacheTag = "cpython-36" }), links);

        Assert.Equal(DateTime.UnixEpoch.AddSeconds(0x5A0F4240), File.GetLastWriteTimeUtc(_machine.Restored("lib/a.py")));
        Assert.Equal(bytecode, File.ReadAllBytes(_machine.Restored("lib/__pycache__/a.cpython-36.pyc")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_source_beside_bytecode_that_its_project_tracks_has_the_time_of_its_contents(bool links)
    {
        byte[] bytecode = [0x33, 0x0D, (byte)'\r', (byte)'\n', 0x40, 0x42, 0x0F, 0x5A, 6, 0, 0, 0, 0xE3, 1, 2, 3];
        _machine.Add(ArchivedPackageKind.Project, "project",
        [
            Member("a.py", "x = 1\n"),
            new BundleMember { Path = "__pycache__/a.cpython-36.pyc", Content = BundleContent.OfBytes(bytecode) },
        ]);

        _machine.Restore(_machine.Document(Tree() with { PythonVersion = "3.6.15", CacheTag = "cpython-36" }), links);

        var bits = Convert.ToUInt32(Sha256Digest.Of("x = 1\n"u8).Hex[..8], 16) >> 2;
        Assert.Equal(DateTime.UnixEpoch.AddSeconds(315532800 + bits), File.GetLastWriteTimeUtc(_machine.Restored("a.py")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Record_of_a_conda_package_has_the_digest_of_an_edited_RECORD(bool links)
    {
        const string Path = DistInfo + "/RECORD";
        var published = Sha256Digest.Of("tool.py,,\n"u8);
        var package = _machine.Add(ArchivedPackageKind.Conda, "tool", [Member(Path, "tool.py,,\nedited.py,,\n")]);
        _machine.AddRecord(
            package,
            $$"""
            {"name":"tool","version":"1.0","build":"0","build_number":0,"subdir":"noarch","fn":"tool-1.0-0.conda","depends":[],
             "files":["{{Path}}"],
             "paths_data":{"paths_version":1,"paths":[{"_path":"{{Path}}","path_type":"hardlink","size_in_bytes":10,
              "sha256":"{{published.Hex}}","sha256_in_prefix":"{{published.Hex}}"} ] } }
            """,
            new EditedFile(Path, published.ToString(), Sha256Digest.Of("tool.py,,\nedited.py,,\n"u8)));

        _machine.Restore(links: links);

        using var record = JsonDocument.Parse(_machine.ReadRestored("conda-meta/tool-1.0-0.json"));
        var path = record.RootElement.GetProperty("paths_data").GetProperty("paths")[0];
        Assert.Equal(Sha256Digest.Of(File.ReadAllBytes(_machine.Restored(Path))).Hex, path.GetProperty("sha256_in_prefix").GetString());
    }

    [Fact]
    public void The_prefix_stands_where_the_bundle_has_spots_and_no_bytecode_of_the_old_prefix_comes_back()
    {
        var package = _machine.Add(ArchivedPackageKind.Interpreter, "python",
        [
            new BundleMember
            {
                Path = "lib/python3.11/_sysconfigdata.py",
                Content = BundleContent.OfBytes("a = '/@firn-prefix@/lib'\nb = '/@firn-prefix@'\n"u8.ToArray()),
                PrefixOffsets = [5, 30],
            },
        ]);
        _machine.AddBytecode(package, [new BundleMember
        {
            Path = "lib/python3.11/__pycache__/_sysconfigdata.cpython-311.pyc", Content = BundleContent.OfBytes(new byte[32]),
        }]);

        _machine.Restore();

        Assert.Equal(
            $"a = '{_machine.Prefix}/lib'\nb = '{_machine.Prefix}'\n", _machine.ReadRestored("lib/python3.11/_sysconfigdata.py"));
        Assert.False(Directory.Exists(_machine.Restored("lib/python3.11/__pycache__")));
    }

    [Fact]
    public void A_link_never_leads_a_file_out_of_the_prefix()
    {
        Directory.CreateDirectory(_machine["outside"]);
        _machine.Add(ArchivedPackageKind.Rest, "one", [Link("lib/evil", _machine["outside"])]);
        _machine.Add(ArchivedPackageKind.Rest, "two", [Member("lib/evil/file", "x")]);

        _machine.Restore();

        Assert.Empty(Directory.EnumerateFileSystemEntries(_machine["outside"]));
        Assert.Equal("x", _machine.ReadRestored("lib/evil/file"));
    }

    [Fact]
    public void Links_behind_links_stay_inside_too()
    {
        Directory.CreateDirectory(_machine["outside"]);
        _machine.Add(ArchivedPackageKind.Rest, "one", [Link("lib/a", _machine["outside"])]);
        _machine.Add(ArchivedPackageKind.Rest, "two", [Link("lib/a/b/c", "x")]);

        _machine.Restore();

        Assert.Empty(Directory.EnumerateFileSystemEntries(_machine["outside"]));
    }

    [Theory]
    [InlineData("../../../etc", "/etc", false)]
    [InlineData("../../../etc", "/etc", true)]
    [InlineData("/no/such/place", "/no/such/place", false)]
    public void A_link_of_an_older_archive_that_leads_out_leads_where_it_led_and_is_named(string target, string made, bool links)
    {
        _machine.Add(ArchivedPackageKind.Rest, "files", [Member("lib/a", "x"), Link("lib/up", target)]);

        var result = _machine.Restore(links: links);

        Assert.Equal(made, new FileInfo(_machine.Restored("lib/up")).LinkTarget);
        var problem = Assert.Single(result.Problems, problem => problem.Code == "link-leads-out");
        Assert.Equal(_machine.Restored("lib/up"), problem.Path);
        Assert.Contains(made, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_restores_write_for_themselves_is_never_written_through_a_link_of_a_bundle()
    {
        Directory.CreateDirectory(_machine["outside"]);
        _machine.Add(ArchivedPackageKind.Distribution, "evil", [Link(".firn", _machine["outside"]), Link("bin", _machine["outside"])]);
        _machine.Add(ArchivedPackageKind.Project, "project", [Link("out", "../../../outside")]);
        AddTool();

        _machine.Restore();

        Assert.Empty(Directory.EnumerateFileSystemEntries(_machine["outside"]));
        Assert.True(File.Exists(_machine.Restored(".firn/restore.json")));
        Assert.True(File.Exists(_machine.Restored("bin/tool")));
    }

    [Fact]
    public void A_file_where_a_folder_must_be_fails_by_name_and_nothing_is_left()
    {
        _machine.Add(ArchivedPackageKind.Rest, "one", [Member("lib/x", "1")]);
        _machine.Add(ArchivedPackageKind.Rest, "two", [Member("lib/x/y", "2")]);

        var failure = Assert.Throws<FirnException>(() => _machine.Restore());

        Assert.Contains("lib/x", failure.Message, StringComparison.Ordinal);
        Assert.Empty(_machine.LeftBeside());
    }

    [Fact]
    public void Of_two_packages_with_one_path_the_later_kind_has_it_whichever_is_written_first()
    {
        for (var i = 0; i < 20; i++)
        {
            using var machine = new RestoreMachine();
            machine.Add(ArchivedPackageKind.Distribution, "first", [Member("lib/same", "first"), Member("lib/pad", new string('x', i * 5000))]);
            machine.Add(ArchivedPackageKind.Distribution, "second", [Member("lib/same", "second")]);

            machine.Restore();

            Assert.Equal("second", machine.ReadRestored("lib/same"));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Bytecode_that_the_store_has_lost_is_named(bool links)
    {
        var package = _machine.Add(ArchivedPackageKind.Rest, "files", [Member("lib/a.py", "x = 1\n")]);
        _machine.AddBytecode(package, [new BundleMember
        {
            Path = "lib/__pycache__/a.cpython-311.pyc", Content = BundleContent.OfBytes(new byte[32]),
        }]);
        foreach (var file in Directory.EnumerateFiles(
            Path.Join(_machine.Store.Path, "bundles"), $"{package.Bundle.Hex}.cpython-311.*", SearchOption.AllDirectories))
        {
            File.Delete(file);
        }

        var problem = Assert.Single(_machine.Restore(links: links).Problems);

        Assert.Equal("bytecode-missing", problem.Code);
        Assert.Equal("x = 1\n", _machine.ReadRestored("lib/a.py"));
    }

    [Fact]
    public void A_damaged_bundle_leaves_nothing_at_the_prefix()
    {
        var package = _machine.Add(ArchivedPackageKind.Rest, "files", [Member("lib/a", new string('x', 5000))]);
        var archive = Directory.EnumerateFiles(Path.Join(_machine.Store.Path, "bundles"), package.Bundle.Hex + ".tar.*", SearchOption.AllDirectories).Single();
        var bytes = File.ReadAllBytes(archive);
        bytes[bytes.Length / 2] ^= 0x10;
        File.Delete(archive);
        File.WriteAllBytes(archive, bytes);

        var failure = Assert.Throws<FirnException>(() => _machine.Restore());

        Assert.Contains(package.Bundle.Hex[..8], failure.Message, StringComparison.Ordinal);
        Assert.Empty(_machine.LeftBeside());
    }

    [Fact]
    public void Cancelling_leaves_nothing()
    {
        _machine.Add(ArchivedPackageKind.Rest, "files", [Member("lib/a", "x")]);
        var plan = _machine.Plan();
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();

        Assert.Throws<OperationCanceledException>(
            () => new Restorer(_machine.Store, plan, _machine.SystemContext, TimeProvider.System).Run(cancelled.Token));

        Assert.Empty(_machine.LeftBeside());
    }

    [SkippableFact]
    public void A_shared_prefix_is_read_only()
    {
        Skip.If(OperatingSystem.IsWindows(), "POSIX only");
        _machine.Add(ArchivedPackageKind.Rest, "files", [Member("lib/a", "x"), Member("bin/b", "y", isExecutable: true)]);

        _machine.Restore(isReadOnly: true);

        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.None, WriteBits & File.GetUnixFileMode(_machine.Restored("lib/a")));
            Assert.Equal(UnixFileMode.None, WriteBits & File.GetUnixFileMode(_machine.Restored("lib")));
            Assert.Equal(UnixFileMode.None, WriteBits & File.GetUnixFileMode(_machine.Prefix));
            Assert.True(File.GetUnixFileMode(_machine.Restored("bin/b")).HasFlag(UnixFileMode.UserExecute));
        }
    }

    [Fact]
    public void The_note_of_an_earlier_restore_does_not_come_back()
    {
        _machine.Add(ArchivedPackageKind.Rest, "files", [Member(".firn/restore.json", "old"), Member("lib/a", "x")]);

        _machine.Restore();

        Assert.Contains("firn.restore/1", _machine.ReadRestored(".firn/restore.json"), StringComparison.Ordinal);
    }

    public void Dispose() => _machine.Dispose();

    private const UnixFileMode WriteBits = UnixFileMode.UserWrite | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    private static string HashOf(byte[] content) => "sha256=" + Convert.ToBase64String(
        Convert.FromHexString(Sha256Digest.Of(content).Hex)).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    private void AddTool()
    {
        var module = "x = 1\n"u8.ToArray();
        var record = new StringBuilder()
            .Append("../../../bin/script,sha256=abc,15\n")
            .Append($"../../../include/site/python3.11/tool/tool.h,{HashOf("int x;"u8.ToArray())},6\n")
            .Append("tool-1.0.dist-info/RECORD,,\n")
            .Append($"tool.py,{HashOf(module)},{module.Length}\n");
        _machine.Add(
            ArchivedPackageKind.Distribution,
            "tool",
            [
                Member("bin/script", "#!python\nscript\n", isExecutable: true),
                Member("include/site/python3.11/tool/tool.h", "int x;"),
                Member($"{DistInfo}/RECORD", record.ToString()),
                Member($"{SitePackages}/tool.py", "x = 1\n"),
            ],
            new ArchivedDistribution
            {
                Metadata = "tool-1.0.dist-info",
                HasRecord = true,
                InstallerFiles = ImmutableSortedDictionary<string, string>.Empty.Add("INSTALLER", "pip\n"),
                Launchers = [new ArchivedLauncher("bin/tool", "bin/python3.11", "print()\n")],
            });
    }
}
