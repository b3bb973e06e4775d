using System.Text;
using System.Text.RegularExpressions;
using Firn.Common;
using Firn.Conda.Packages;
using FsCheck;
using FsCheck.Fluent;

namespace Firn.Tests.Conda.Packages;

/// <summary>Damaged archives end in one line, whatever the damage.</summary>
public sealed partial class ArchiveDamageTests
{
    private static readonly byte[] Files = new TarBytes().File("bin/a", "content", 0b111_101_101).Link("lib/l", "../bin/a").ToArray();
    private static readonly byte[] Info =
        TestPackage.Info(TestPackage.Paths(("bin/a", "content"), ("lib/l", null))).ToArray();

    private static readonly byte[] Conda = TestPackage.Conda(Files, Info);
    private static readonly byte[] Bzip2 = TestPackage.Bzip2([.. Info[..^1024], .. Files]);

    [Fact]
    public void A_whole_archive_is_read()
    {
        using var conda = new OpenedPackage(Conda, "demo-1.0-0.conda");
        using var bzip2 = new OpenedPackage(Bzip2);

        Assert.Equal(["bin/a*: content", "lib/l -> ../bin/a"], conda.Lines());
        Assert.Equal(["bin/a*: content", "lib/l -> ../bin/a"], bzip2.Lines());
    }

    [Theory]
    [InlineData(".conda")]
    [InlineData(".tar.bz2")]
    public void An_archive_that_is_cut_off_anywhere_is_refused(string extension)
    {
        var whole = extension == ".conda" ? Conda : Bzip2;
        for (var length = 0; length < whole.Length; length++)
        {
            Assert.Throws<FirnException>(() => Read(whole[..length], extension));
        }
    }

    [Theory]
    [InlineData(".conda")]
    [InlineData(".tar.bz2")]
    public void A_tar_that_is_cut_off_anywhere_is_refused(string extension)
    {
        // Behind the first block of zeros the end is there.
        byte[] whole = extension == ".conda" ? Files[..^512] : [.. Info[..^1024], .. Files[..^512]];
        for (var length = 0; length < whole.Length; length += 37)
        {
            var cut = whole[..length];
            var archive = extension == ".conda" ? TestPackage.Conda(cut, Info) : TestPackage.Bzip2(cut);
            Assert.Throws<FirnException>(() => Read(archive, extension));
        }
    }

    [Fact]
    public void Changed_archives_are_read_or_refused()
    {
        var changes = Gen.Zip(Gen.Choose(0, int.MaxValue).ArrayOf(3), Gen.Choose(0, 255).ArrayOf(3)).ToArbitrary();
        foreach (var (archive, extension) in (ReadOnlySpan<(byte[], string)>)[(Conda, ".conda"), (Bzip2, ".tar.bz2")])
        {
            Prop.ForAll(changes, change =>
            {
                var changed = (byte[])archive.Clone();
                for (var i = 0; i < change.Item1.Length; i++)
                {
                    changed[change.Item1[i] % changed.Length] = (byte)change.Item2[i];
                }

                IsReadOrRefused(changed, extension);
            }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));
        }
    }

    [Fact]
    public void Changed_tars_are_read_or_refused()
    {
        byte[] tar = [.. Info[..^1024], .. Files];
        var changes = Gen.Zip(Gen.Choose(0, tar.Length - 1).ArrayOf(3), Gen.Choose(0, 255).ArrayOf(3)).ToArbitrary();
        Prop.ForAll(changes, change =>
        {
            var changed = (byte[])tar.Clone();
            for (var i = 0; i < change.Item1.Length; i++)
            {
                changed[change.Item1[i]] = (byte)change.Item2[i];
            }

            // Headers with a right checksum are looked at.
            var block = changed.AsSpan(change.Item1[0] / 512 * 512, 512);
            Encoding.ASCII.GetBytes(Convert.ToString(Firn.Common.Tar.TarHeader.Sum(block), 8).PadLeft(6, '0')).CopyTo(block[148..]);
            IsReadOrRefused(TestPackage.Conda(changed, new TarBytes().ToArray()), ".conda");
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    [Fact]
    public void Any_documents_are_read_or_refused()
    {
        var pieces = Gen.Elements(
            "{", "}", "[", "]", ",", ":", "\"paths\"", "\"_path\"", "\"paths_version\"", "1", "\"a\"", "null", "true", "\"noarch\"", "\"python\"",
            "\"package_metadata_version\"", "\"entry_points\"", "\"type\"", "\"x = a:b\"", "\"sha256\"", "\n", " ", "\"/opt x\" text a", "'", "\\");
        Prop.ForAll(pieces.ListOf().Select(string.Concat).ToArbitrary(), text =>
        {
            var paths = new TarBytes().File("info/index.json", TestPackage.Index()).File("info/paths.json", text).File("info/link.json", text).File("a", "x");
            IsReadOrRefused(TestPackage.Conda(paths.ToArray(), new TarBytes().ToArray()), ".conda");
            var old = new TarBytes().File("info/index.json", TestPackage.Index()).File("info/files", text).File("info/has_prefix", text).File("a", "x");
            IsReadOrRefused(TestPackage.Conda(old.ToArray(), new TarBytes().ToArray()), ".conda");
            IsReadOrRefused(TestPackage.Conda(new TarBytes().File("info/index.json", text).ToArray(), new TarBytes().ToArray()), ".conda");
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));
    }

    [Fact]
    public void Names_are_those_of_the_specification()
    {
        var parts = Gen.Elements("a", "Z", "0", "_", "-", ".", "+", "!", "/", " ", "é");
        Prop.ForAll(parts.ListOf().Select(string.Concat).ToArbitrary(), text =>
        {
            Assert.Equal(text.Length <= 64 && Name().IsMatch(text), PackageIdentity.IsName(text));
            Assert.Equal(text.Length <= 64 && Build().IsMatch(text), PackageIdentity.IsBuild(text));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
        Assert.All(
            (string[])["_libgcc_mutex", "ca-certificates", "backports.zoneinfo", "r-base", "7zip", "_openmp_mutex", "libstdcxx-ng"],
            name => Assert.True(PackageIdentity.IsName(name), name));
        Assert.True(PackageIdentity.IsVersion("1!2.0+local_1"));
        Assert.False(PackageIdentity.IsVersion(new string('1', 65)));
    }

    private static void IsReadOrRefused(byte[] archive, string extension)
    {
        try
        {
            Read(archive, extension);
        }
        catch (FirnException exception)
        {
            Assert.DoesNotContain('\n', exception.Message);
        }
    }

    private static void Read(byte[] archive, string extension)
    {
        using var package = new OpenedPackage(archive, "demo-1.0-0" + extension);
        package.Store();
    }

    // CEP 26, verbatim.
    [GeneratedRegex(@"\A(([a-z0-9])|([a-z0-9_](?!_)))[._-]?([a-z0-9]+(\.|-|_|\z))*\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Name();

    [GeneratedRegex(@"\A[a-zA-Z0-9_\.+]+\z")]
    private static partial Regex Build();
}
