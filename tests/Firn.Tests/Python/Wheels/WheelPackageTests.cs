using System.Security.Cryptography;
using System.Text;
using Firn.Common;
using Firn.Common.Bundles;
using Firn.Common.Files;
using Firn.Python.Wheels;
using Firn.Storage.Bundles;
using FsCheck;
using FsCheck.Fluent;

namespace Firn.Tests.Python.Wheels;

public sealed class WheelPackageTests
{
    private const string Info = WheelMaker.Info;
    private const string Data = WheelMaker.Data;
    private const string Site = "lib/python3.11/site-packages/";

    public static TheoryData<string, byte[]> Refused => new()
    {
        { "it has no .dist-info folder", new WheelMaker().Add("snow.py", "").Make(OnlyFiles("snow.py")) },
        { "several .dist-info folders", WheelMaker.Plain().Add("other-1.0.dist-info/METADATA", "").Make() },
        { "several .dist-info folders", WheelMaker.Plain().Add("snow_depth-1.0.DIST-INFO/METADATA", "").Make() },
        { "is not that of snow_depth 1.0", Renamed("other-1.0.dist-info") },
        { "is not that of snow_depth 1.0", Renamed("snow_depth-2.0.dist-info") },
        { "is not that of snow_depth 1.0", Renamed("snow_depth-1.0.Dist-Info") },
        { "is not that of snow_depth 1.0", WheelMaker.Plain().Add("ice-1.0.data/scripts/x", "").Make() },
        { "several .data folders", WheelMaker.Plain().Add($"{Data}/scripts/x", "").Add("Snow.Depth-1.0.data/scripts/y", "").Make() },
        { "it has no snow_depth-1.0.dist-info/METADATA", WheelMaker.Plain().Remove($"{Info}/METADATA").Make() },
        { "it has no snow_depth-1.0.dist-info/WHEEL", WheelMaker.Plain().Remove($"{Info}/WHEEL").Make() },
        { "it has no snow_depth-1.0.dist-info/RECORD", WheelMaker.Plain().Make(OnlyFiles("snow.py", $"{Info}/METADATA", $"{Info}/WHEEL")) },
        { "its METADATA is that of ice 1.0", WheelMaker.Plain(metadata: "Name: ice\nVersion: 1.0\n").Make() },
        { "its METADATA is that of snow-depth 2.0", WheelMaker.Plain(metadata: "Name: snow-depth\nVersion: 2.0\n").Make() },
        { "its METADATA has no name or no version", WheelMaker.Plain(metadata: "Version: 1.0\n").Make() },
        { "its WHEEL has no Wheel-Version", WheelMaker.Plain(wheel: "Root-Is-Purelib: true\n").Make() },
        { "it is a wheel of version 2", WheelMaker.Plain(wheel: "Wheel-Version: 2.0\nRoot-Is-Purelib: true\n").Make() },
        { "snow.py: its RECORD does not list it", WheelMaker.Plain().Row("snow.py", null).Make() },
        { "gone.py: its RECORD lists it, and it is not there", WheelMaker.Plain().Row("gone.py", "gone.py,sha256=x,1").Make() },
        { "snow.py: its RECORD has two different rows for it", With(WheelMaker.Plain(), maker => maker.MoreRows = "snow.py,sha256=x,1\n") },
        { "snow.py: its RECORD has a hash that wheels may not have", WheelMaker.Plain().Row("snow.py", "snow.py,md5=x,1").Make() },
        { "snow.py: its RECORD has a hash that wheels may not have", WheelMaker.Plain().Row("snow.py", "snow.py,sha1=x,1").Make() },
        { "METADATA: its bytes are not what its RECORD says", WheelMaker.Plain().Row($"{Info}/METADATA", $"{Info}/METADATA,sha256=x,1").Make() },
        { "evil is none of data, headers, platlib", WheelMaker.Plain().Add($"{Data}/evil/x", "").Make() },
        { "it lies in no folder of snow_depth-1.0.data", WheelMaker.Plain().Add($"{Data}/x", "").Make() },
        { "it lies in no folder of snow_depth-1.0.data", WheelMaker.Plain().Add($"{Data}/scripts", "").Make() },
        { "the environment's own bin/python3", WheelMaker.Plain().Add($"{Data}/scripts/python3", "").Make() },
        { "the environment's own bin/python3.11", WheelMaker.Plain().Add($"{Data}/data/bin/python3.11", "").Make() },
        { "the environment's own pyvenv.cfg", WheelMaker.Plain().Add($"{Data}/data/pyvenv.cfg", "").Make() },
        { "the environment's own conda-meta/x.json", WheelMaker.Plain().Add($"{Data}/data/conda-meta/x.json", "").Make() },
        { "the environment's own bin", WheelMaker.Plain().Add($"{Data}/data/bin", "").Make() },
        { "site-packages/snow.py: it stands there twice", WheelMaker.Plain().Add($"{Data}/purelib/snow.py", "").Make() },
        { "dist-info/METADATA: it stands there twice", WheelMaker.Plain().Add($"{Data}/platlib/{Info}/METADATA", "").Make() },
        { "it lies below the member", WheelMaker.Plain().Add("snow.py/x", "").Make() },
        { "it lies below the member bin/run", WheelMaker.Plain("[console_scripts]\nrun.x=a:b").Add($"{Data}/scripts/run", "").Add($"{Data}/scripts/run/x", "").Make() },
        { "`../evil = a:b` in its entry_points.txt", WheelMaker.Plain("[console_scripts]\n../evil = a:b\n").Make() },
        { "`python = a:b` in its entry_points.txt: its name is the interpreter's", WheelMaker.Plain("[console_scripts]\npython = a:b\n").Make() },
        { "`pypy3 = a:b`", WheelMaker.Plain("[gui_scripts]\npypy3 = a:b\n").Make() },
        { "`activate = a:b`", WheelMaker.Plain("[gui_scripts]\nactivate = a:b\n").Make() },
        { "what it calls is not MODULE:CALLABLE", WheelMaker.Plain("[console_scripts]\nx = a\n").Make() },
        { "what it calls is not MODULE:CALLABLE", WheelMaker.Plain("[console_scripts]\nx = a:b(); import os\n").Make() },
        { "it is a symbolic link", WheelMaker.Plain().Add("link", "/etc/passwd", 0xa1ff).Make() },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void Open_a_wheel_that_breaks_a_rule_refuses_it_by_name(string problem, byte[] wheel)
    {
        var exception = Assert.Throws<FirnException>(() => Open(wheel).Dispose());

        Assert.Contains(problem, exception.Message, StringComparison.Ordinal);
        Assert.Contains(WheelMaker.FileName, exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', exception.Message);
    }

    [Fact]
    public void Open_reads_what_the_metadata_says()
    {
        using var wheel = Open(WheelMaker.Plain("[console_scripts]\nsnow = snow:main.run [ice]\n").Make());

        Assert.Equal(("snow-depth", "snow-depth", "1.0", Info), (wheel.Name, wheel.CanonicalName, wheel.Version, wheel.MetadataFolder));
        Assert.Equal("six (>=1)|ice; extra == 'x'", string.Join('|', wheel.Requires));
        Assert.Equal(">=3.6", wheel.RequiresPython);
        Assert.Equal(new WheelEntryPoint("snow", "snow", "main.run", IsGui: false), Assert.Single(wheel.EntryPoints));
        Assert.Equal(
            new WheelLauncher(
                "bin/snow",
                "bin/python",
                "import sys\nfrom snow import main\nif __name__ == '__main__':\n    sys.argv[0] = sys.argv[0].removesuffix('.exe')\n    sys.exit(main.run())\n"),
            Assert.Single(wheel.Launchers));
        Assert.Empty(wheel.Problems);
        Assert.Equal(wheel.Members.Sum(member => member.Content!.Length), wheel.Size);
    }

    [Fact]
    public void Open_puts_every_file_in_its_place()
    {
        using var wheel = Open(WheelMaker.Plain()
            .Add($"{Data}/scripts/tool", "#!pythonw -x\nrun\n", 0x81ed)
            .Add($"{Data}/headers/sub/a.h", "")
            .Add($"{Data}/data/share/x", "", 0x81a4)
            .Add("snow/ext.so", "elf", 0x8140)
            .Add("snow/unmarked.sh", "", 0x01ed)
            .Make());

        Assert.Equal(
            [
                "bin/tool", "include/site/python3.11/snow-depth/sub/a.h", $"{Site}snow.py", $"{Site}snow/ext.so", $"{Site}snow/unmarked.sh",
                $"{Site}{Info}/METADATA", $"{Site}{Info}/RECORD", $"{Site}{Info}/WHEEL", "share/x",
            ],
            wheel.Members.Select(member => member.Path).Order(StringComparer.Ordinal));
        Assert.Equal(["bin/tool", $"{Site}snow/ext.so"], wheel.Members.Where(member => member.IsExecutable).Select(member => member.Path).Order(StringComparer.Ordinal));
        Assert.Equal("#!python\nrun\n", Text(wheel, "bin/tool"));
        var script = WheelMaker.Base64(SHA256.HashData("#!python\nrun\n"u8));
        Assert.StartsWith($"../../../bin/tool,sha256={script},13\n../../../include/site/python3.11/snow-depth/sub/a.h,", Text(wheel, $"{Site}{Info}/RECORD"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("wheel-version", "newer than Firn knows")]
    [InlineData("wheel-root", "does not say whether")]
    [InlineData("wheel-hash-missing", "snow.py")]
    [InlineData("wheel-size-differs", "more.py")]
    [InlineData("wheel-bytecode", "__pycache__")]
    [InlineData("wheel-installer-file", "INSTALLER")]
    [InlineData("wheel-names-differ-in-case", "more.py")]
    [InlineData("wheel-reserved-name", "aux.py")]
    [InlineData("wheel-activation-script", "activate")]
    [InlineData("wheel-wrapper-script", "scripts/run")]
    public void Open_what_is_doubtful_is_told(string code, string part)
    {
        using var wheel = Open(WheelMaker.Plain("[console_scripts]\nrun = a:b\n", wheel: "Wheel-Version: 1.9\n")
            .Row("snow.py", "snow.py,,")
            .Add(new ZipMakerEntry("more.py", [1, 2, 3]), $"more.py,sha256={WheelMaker.Base64(SHA256.HashData([1, 2, 3]))},77")
            .Add("MORE.py", "")
            .Add("__pycache__/a.cpython-311.pyc", "")
            .Add($"{Info}/INSTALLER", "pip")
            .Add("sub/aux.py", "")
            .Add($"{Data}/scripts/activate", "")
            .Add($"{Data}/scripts/run", "")
            .Make());

        var problem = Assert.Single(wheel.Problems, problem => problem.Code == code);
        Assert.Contains(part, problem.Message, StringComparison.Ordinal);
        Assert.Equal(WheelMaker.FileName, problem.Path);
    }

    [Theory]
    [InlineData("snow.py,sha256=x,10")]
    [InlineData("snow.py,sha512=x,10")]
    [InlineData("snow.py,sha384=x,10")]
    public void A_file_that_is_not_what_RECORD_says_is_refused_when_the_bundle_is_written(string row)
    {
        using var folder = new TemporaryFolder();
        using var wheel = Open(WheelMaker.Plain().Row("snow.py", row).Make());

        var exception = Assert.Throws<FirnException>(() => Add(folder, wheel));

        Assert.Contains("snow.py: its bytes are not what its RECORD says", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, 1u, false)]
    [InlineData(7L, 0u, false)]
    [InlineData(70L, 0u, false)]
    [InlineData(null, 0u, true)]
    public void A_file_that_is_damaged_is_refused_when_the_bundle_is_written(long? length, uint crcError, bool isFlipped)
    {
        using var folder = new TemporaryFolder();
        var entry = new ZipMakerEntry("deep.txt", [.. "snow and snow and snow"u8]) { CrcError = crcError, DeclaredLength = length };
        var bytes = WheelMaker.Plain().Add(entry, "deep.txt,,").Make();
        if (isFlipped)
        {
            bytes[bytes.AsSpan().IndexOf(entry.Data()) + 5] ^= 0xff;
        }

        using var wheel = Open(bytes);

        var exception = Assert.Throws<FirnException>(() => Add(folder, wheel));
        Assert.Contains("deep.txt: ", exception.Message, StringComparison.Ordinal);
        Assert.Contains(WheelMaker.FileName, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bundles_of_any_content_hold_what_the_wheel_holds_however_large()
    {
        using var folder = new TemporaryFolder();
        var random = new Random(5);
        var large = new byte[9 << 20];
        random.NextBytes(large);
        var hash = $"sha512={WheelMaker.Base64(SHA512.HashData(large))}";
        var maker = WheelMaker.Plain().Add(new ZipMakerEntry("large.bin", large), $"large.bin,{hash},{large.Length}").Add(new ZipMakerEntry("stored.bin", large) { Method = 0 });
        using var wheel = Open(maker.Make());

        var stored = Add(folder, wheel);

        var index = new BundleObjects(folder["store"]).ReadIndex(stored.Digest);
        Assert.Equal(Sha256Digest.Of(large), index.Files.Single(file => file.Path == $"{Site}large.bin").Digest);
        Assert.Equal(Sha256Digest.Of(large), index.Files.Single(file => file.Path == $"{Site}stored.bin").Digest);
    }

    // What pip writes into RECORD for such rows, and in which folder it puts headers, is tested with pip itself.
    [Theory]
    [InlineData("snow.py/../,,", "snow.py/../,,")]
    [InlineData("ice/,,", "ice/,,")]
    [InlineData("ice,,", "ice,,")]
    [InlineData("snow.py,,", "snow.py,,")]
    [InlineData("./snow.py,,", "./snow.py,,")]
    [InlineData("ice/../snow.py,,", "ice/../snow.py,,")]
    public void Open_keeps_rows_that_are_no_files_own(string row, string kept)
    {
        var maker = WheelMaker.Plain().Add("ice/x.py", "x");
        maker.MoreRows = row + "\n";
        using var wheel = Open(maker.Make());

        var rows = Text(wheel, $"{Site}{Info}/RECORD").Split('\n');
        Assert.Contains(kept, rows);
        Assert.Single(rows, line => line.StartsWith("snow.py,sha256=", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("./snow.py")]
    [InlineData("ice//../snow.py")]
    public void Open_a_file_that_is_listed_by_another_name_alone_proves_it_and_adds_a_row(string name)
    {
        var good = WheelMaker.Plain().Make();
        using var plain = Open(good);
        var listed = Text(plain, $"{Site}{Info}/RECORD").Split('\n').Single(line => line.StartsWith("snow.py,", StringComparison.Ordinal));
        var row = name + listed["snow.py".Length..];
        using var wheel = Open(WheelMaker.Plain().Row("snow.py", row).Make());

        var rows = Text(wheel, $"{Site}{Info}/RECORD").Split('\n');
        Assert.Contains(row, rows);
        Assert.Contains("snow.py,,", rows);
        using var wrong = Open(WheelMaker.Plain().Row("snow.py", name + ",sha256=AAAA,10").Make());
        using var folder = new TemporaryFolder();
        Assert.Throws<FirnException>(() => Add(folder, wrong));
    }

    [Theory]
    [InlineData(null, "snow-depth")]
    [InlineData("Snow.Depth", "Snow.Depth")]
    [InlineData("snow_depth", "snow_depth")]
    public void Open_puts_headers_below_the_name_that_is_asked_for(string? asked, string expected)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("blob", WheelMaker.Plain().Add($"{Data}/headers/sub/ice.h", "x").Make());
        using var wheel = WheelPackage.Open(path, new WheelTarget("python3.11", null, null, WheelMaker.FileName, asked), CancellationToken.None);

        Assert.Equal(expected, wheel.HeadersName);
        Assert.Contains(wheel.Members, member => member.Path == $"include/site/python3.11/{expected}/sub/ice.h");
        using var without = Open(WheelMaker.Plain().Make());
        Assert.Null(without.HeadersName);
    }

    [Theory]
    [InlineData("Snow.Depth", "1.0.0", null)]
    [InlineData("ice", "1.0", "it is snow_depth, where ice was expected")]
    [InlineData("snow-depth", "1.1", "it is version 1.0, where 1.1 was expected")]
    [InlineData("snow-depth", "1.0+cpu", "it is version 1.0, where 1.0+cpu was expected")]
    public void Open_another_wheel_than_expected_refuses_it(string name, string version, string? problem)
    {
        var target = new WheelTarget("python3.11", name, version, WheelMaker.FileName);
        using var folder = new TemporaryFolder();
        var path = folder.Write("blob", WheelMaker.Plain().Make());
        if (problem is null)
        {
            WheelPackage.Open(path, target, CancellationToken.None).Dispose();
            return;
        }

        var exception = Assert.Throws<FirnException>(() => WheelPackage.Open(path, target, CancellationToken.None));
        Assert.Contains(problem, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_a_file_that_is_not_there_or_none_is_a_failure_with_its_path()
    {
        var target = new WheelTarget("python3.11", null, null, WheelMaker.FileName);
        foreach (var path in new[] { "/nonexistent/x.whl", "/", "/dev/null", "/etc/hostname" })
        {
            Assert.Throws<FirnException>(() => WheelPackage.Open(path, target, CancellationToken.None));
        }
    }

    [Fact]
    public void Open_a_wheel_with_any_names_reads_or_refuses_it()
    {
        var names = Gen.Elements("a", "b", "..", ".", "", "A", "é", "\\", "\0", Data, "scripts", "data", "bin", "python3", Info, "RECORD", "__pycache__", "x.pyc", "x.dist-info");
        var paths = names.NonEmptyListOf().Select(parts => string.Join('/', parts)).ListOf();

        Prop.ForAll(paths.ToArbitrary(), all =>
        {
            var maker = WheelMaker.Plain();
            foreach (var path in all)
            {
                maker.Add(path, path);
            }

            try
            {
                using var folder = new TemporaryFolder();
                using var wheel = Open(maker.Make());
                Assert.All(wheel.Members, member => Assert.True(RelativePath.IsSafe(member.Path)));
                Add(folder, wheel);
            }
            catch (FirnException)
            {
                // A refusal, as it should be.
            }
        }).QuickCheckThrowOnFailure();
    }

    private static StoredBundle Add(TemporaryFolder folder, WheelPackage wheel) =>
        new BundleObjects(folder["store"]).Add(wheel.Members, BundleAddOptions.Default, CancellationToken.None);

    private static string Text(WheelPackage wheel, string path)
    {
        var content = wheel.Members.Single(member => member.Path == path).Content!;
        var buffer = new byte[content.Length + 1];
        var output = new OutputBuffer(buffer, target: null);
        using var sink = new BundleSink(output);
        sink.Start(content.Length);
        content.WriteTo(sink);
        content.Check(sink.Finish()!);
        return Encoding.UTF8.GetString(output.Pending);
    }

    private static Func<ZipMaker, ZipMaker> OnlyFiles(params string[] names) => _ =>
    {
        var zip = new ZipMaker();
        foreach (var entry in WheelMaker.Plain().WithRecord().Where(entry => names.Contains(Encoding.UTF8.GetString(entry.Name))))
        {
            zip.Add(entry);
        }

        return zip;
    };

    private static byte[] Renamed(string folder) => WheelMaker.Plain().Make(_ =>
    {
        var zip = new ZipMaker();
        foreach (var entry in WheelMaker.Plain().WithRecord())
        {
            zip.Add(entry with { Name = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(entry.Name).Replace(Info, folder, StringComparison.Ordinal)) });
        }

        return zip;
    });

    private static byte[] With(WheelMaker maker, Action<WheelMaker> change)
    {
        change(maker);
        return maker.Make();
    }

    private static WheelPackage Open(byte[] bytes)
    {
        using var folder = new TemporaryFolder();
        return WheelPackage.Open(
            folder.Write("blob", bytes), new WheelTarget("python3.11", null, null, WheelMaker.FileName), CancellationToken.None);
    }
}
