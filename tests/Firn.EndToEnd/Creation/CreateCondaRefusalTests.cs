using System.Runtime.Versioning;
using System.Text;
using Firn.EndToEnd.Support;
using Firn.EndToEnd.Support.Conda;

namespace Firn.EndToEnd.Creation;

/// <summary>What stops <c>firn create</c>: it says so before anything is at the prefix, and where it can before anything is downloaded.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class CreateCondaRefusalTests(PublishedFirn firn) : IDisposable, IClassFixture<PublishedFirn>
{
    private static readonly string[] Damages = ["changed", "cut", "longer"];
    private readonly CondaCreateFolder _folder = new(firn);

    [SkippableFact]
    public void A_prefix_of_all_bytes_of_the_placeholder_fits_and_one_more_is_refused()
    {
        var placeholder = "/" + new string('x', _folder.Prefix.Length + 19);
        var package = new CondaPackageFile("short")
        {
            Members = [CondaMember.Binary("lib/short.so", Encoding.ASCII.GetBytes($"\0{placeholder}/a:{placeholder}\0end"), placeholder)],
        };
        var lockFile = Lock(package);
        var fits = _folder.Prefix + new string('y', 20);

        var refused = _folder.CreateAt(fits + "y", "-f", lockFile).MustReturn(1);
        Assert.Contains($"takes {fits.Length} at most", refused.StandardError, StringComparison.Ordinal);
        Assert.Contains("short", refused.StandardError, StringComparison.Ordinal);
        Assert.False(Directory.Exists(fits + "y"));

        _folder.CreateAt(fits, "-f", lockFile).MustReturn(0);
        Assert.Equal($"\0{fits}/a:{fits}\0end", File.ReadAllText(Path.Join(fits, "lib", "short.so")));
    }

    [SkippableFact]
    public void Archives_that_are_not_those_of_the_lock_are_refused()
    {
        var packages = Damages.Select(name => new CondaPackageFile(name)
        {
            Members = [CondaMember.File($"share/{name}.txt", new string('t', 4096) + name)],
        }).ToArray();
        var channel = new CondaChannel(_folder.PathOf("channel")).Add(packages);
        var locks = packages.ToDictionary(package => package.Name, package => _folder.Write(
            $"{package.Name}.txt", channel.Explicit(channel.FileUrl, package) + Python()));
        var md5 = _folder.Write("md5.txt", $"@EXPLICIT\n{channel.PathOf(packages[0])}#{channel.Md5(packages[0])}\n{Python()}");
        var bare = _folder.Write("bare.txt", $"@EXPLICIT\n{channel.PathOf(packages[1])}\n{Python()}");
        Change(packages[0], bytes => { bytes[^1] ^= 1; return bytes; });
        Change(packages[1], bytes => bytes[..(bytes.Length / 2)]);
        Change(packages[2], bytes => [.. bytes, 0, 0, 0, 0]);

        foreach (var (name, lockFile) in locks)
        {
            var refused = _folder.CreateMustFail(3, "-f", lockFile);
            Assert.Contains($"{name}-1.0-0.conda", refused.StandardError, StringComparison.Ordinal);
            Assert.Contains("sha256", refused.StandardError, StringComparison.OrdinalIgnoreCase);
        }

        Assert.Contains("md5", _folder.CreateMustFail(3, "-f", md5).StandardError, StringComparison.OrdinalIgnoreCase);
        var damaged = _folder.CreateMustFail(1, "-f", bare).StandardError;
        Assert.Contains("cut-1.0-0.conda", damaged, StringComparison.Ordinal);
        Assert.Contains("damaged", damaged, StringComparison.Ordinal);

        void Change(CondaPackageFile package, Func<byte[], byte[]> change) =>
            File.WriteAllBytes(channel.PathOf(package), change(File.ReadAllBytes(channel.PathOf(package))));
    }

    [SkippableFact]
    public void A_lock_without_sha256_is_installed_and_without_any_digest_it_is_said()
    {
        var shared = CondaPackages.Shared;
        var channel = shared.Channel;
        var lockFile = _folder.Write("lock.txt", $"@EXPLICIT\n{channel.PathOf(shared.Folders)}#{channel.Md5(shared.Folders)}\n{channel.PathOf(shared.Meta)}\n{Python()}");

        var result = _folder.Create("-f", lockFile).MustReturn(0);

        Assert.Equal("warning: no digest proves meta-7-0.tar.bz2: lock.txt:3\n", result.StandardError);
    }

    [SkippableFact]
    public void What_the_machine_lacks_is_said_before_anything_is_downloaded()
    {
        var newer = new CondaPackageFile("newer") { Depends = ["__glibc >=99.1", "__unix"] };
        var driver = new CondaPackageFile("driver") { Depends = ["__cuda >=77"] };
        var channel = new CondaChannel(_folder.PathOf("channel")).Add(newer, driver);
        using var server = new FolderServer(channel.Folder);
        var condaLock = _folder.Write("conda-lock.yml", CondaLockFile.Of(channel, server.Url, newer, driver));
        var spec = _folder.Write("environment.yml", EnvironmentFile.Of([server.Url], newer, driver, CondaPackages.Shared.Python));
        var explicitFile = _folder.Write("lock.txt", channel.Explicit(server.Url, newer, driver) + Python());

        var locked = _folder.CreateMustFail(1, "-f", condaLock, "-f", _folder.Write("python.txt", "@EXPLICIT\n" + Python()));
        Assert.Contains("newer 1.0 needs __glibc >=99.1", locked.StandardError, StringComparison.Ordinal);
        Assert.Contains("driver 1.0 needs __cuda >=77", locked.StandardError, StringComparison.Ordinal);
        Assert.DoesNotContain("__unix", locked.StandardError, StringComparison.Ordinal);
        Assert.Empty(server.TakeRequests());

        channel.Add(CondaPackages.Shared.Python);
        Assert.Contains("__glibc >=99.1", _folder.CreateMustFail(1, "-f", spec).StandardError, StringComparison.Ordinal);
        Assert.All(server.TakeRequests(), path => Assert.Contains("repodata", path, StringComparison.Ordinal));

        // An explicit file does not say what packages need: they say it themselves.
        Assert.Contains("__glibc >=99.1", _folder.CreateMustFail(1, "-f", explicitFile).StandardError, StringComparison.Ordinal);
        Assert.Contains("__glibc >=99.1", _folder.CreateMustFail(1, "-f", explicitFile).StandardError, StringComparison.Ordinal);
        _folder.Variables["CONDA_OVERRIDE_GLIBC"] = "99.2";
        _folder.Variables["CONDA_OVERRIDE_CUDA"] = "77";
        _folder.Create("-f", explicitFile).MustReturn(0);
    }

    [SkippableFact]
    public void Packages_of_another_platform_are_refused_before_anything_is_downloaded()
    {
        var mac = new CondaPackageFile("apple") { Subdir = "osx-arm64" };
        var channel = new CondaChannel(_folder.PathOf("channel")).Add(mac);
        using var server = new FolderServer(channel.Folder);

        var refused = _folder.CreateMustFail(1, "-f", _folder.Write("lock.txt", channel.Explicit(server.Url, mac) + Python()));

        Assert.Contains("apple-1.0-0.conda (lock.txt:3) is for osx-arm64, and this machine is linux-64", refused.StandardError, StringComparison.Ordinal);
        Assert.Empty(server.TakeRequests());
    }

    [SkippableFact]
    public void A_lock_without_python_is_refused()
    {
        var shared = CondaPackages.Shared;

        var refused = _folder.CreateMustFail(1, "-f", _folder.Write("lock.txt", shared.Channel.Explicit(shared.Channel.FileUrl, shared.Folders)));

        Assert.Contains("no python is among the conda packages", refused.StandardError, StringComparison.Ordinal);
    }

    /// <summary>The names say one thing and the bytes another: a cache that goes by names gives one for the other.</summary>
    [SkippableFact]
    public void Two_channels_may_have_packages_of_one_name_version_and_build()
    {
        var one = Of("one");
        var other = Of("other");
        var first = new CondaChannel(_folder.PathOf("first")).Add(one);
        var second = new CondaChannel(_folder.PathOf("second")).Add(other);

        foreach (var (channel, package, text) in new[] { (first, one, "one"), (second, other, "other"), (first, one, "one") })
        {
            var prefix = _folder.PathOf($"env-{Guid.NewGuid():N}");
            var result = _folder.CreateAt(prefix, "-f", _folder.Write("lock.txt", channel.Explicit(channel.FileUrl, package) + Python())).MustReturn(0);
            Assert.Equal(text, File.ReadAllText(Path.Join(prefix, "share", "who.txt")));
            _folder.VerifyMustPass(result, prefix);
        }

        var both = _folder.Write("both.txt", first.Explicit(first.FileUrl, one) + second.Line(other, second.FileUrl) + Python());
        var refused = _folder.CreateMustFail(1, "-f", both);
        Assert.Contains("twin is there already, in both.txt:3", refused.StandardError, StringComparison.Ordinal);

        static CondaPackageFile Of(string text) => new("twin") { Members = [CondaMember.File("share/who.txt", text)] };
    }

    public void Dispose() => _folder.Dispose();

    private static string Python() =>
        CondaPackages.Shared.Channel.Line(CondaPackages.Shared.Python, CondaPackages.Shared.Channel.FileUrl);

    private string Lock(CondaPackageFile package)
    {
        var channel = new CondaChannel(_folder.PathOf("channel")).Add(package);
        return _folder.Write("lock.txt", channel.Explicit(channel.FileUrl, package) + Python());
    }
}
