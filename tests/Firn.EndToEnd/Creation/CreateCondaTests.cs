using System.Buffers.Binary;
using System.Runtime.Versioning;
using Firn.EndToEnd.Support;
using Firn.EndToEnd.Support.Conda;

namespace Firn.EndToEnd.Creation;

/// <summary>
/// What <c>firn create</c> makes of conda packages, which conda-package-handling packed: it works, and it is what conda
/// would install.
/// </summary>
[UnsupportedOSPlatform("windows")]
public sealed class CreateCondaTests(PublishedFirn firn, CreatedCondaEnvironment environment)
    : IDisposable, IClassFixture<PublishedFirn>, IClassFixture<CreatedCondaEnvironment>
{
    private static readonly string[] Linked = ["python", "edges"];
    private readonly CondaCreateFolder _folder = new(firn);

    [SkippableFact]
    public void Each_package_is_downloaded_once_and_nothing_is_wrong()
    {
        var asked = environment.Result;

        Assert.Contains("6 conda packages", asked.StandardOutput, StringComparison.Ordinal);
        Assert.Equal(string.Empty, asked.StandardError);
        Assert.Equal(
            CreatedCondaEnvironment.Packages.Select(package => $"/{package.Subdir}/{package.FileName}").Order(StringComparer.Ordinal),
            environment.Requests.Order(StringComparer.Ordinal));
        environment.Folder.VerifyMustPass(asked, environment.Prefix);
    }

    [SkippableFact]
    public void What_packages_bring_works_at_the_prefix()
    {
        var prefix = environment.Prefix;

        MustWork(prefix);
        Assert.Equal("pure 1.0\n", Run(prefix, "pure"));
        Assert.Equal("tools\n", Run(prefix, "pure-tools"));
        Assert.Equal("script 1.0\n", Run(prefix, "pure-script"));
        Assert.True(Directory.Exists(environment.PathOf("var", "lib", "folders")));
        Assert.True(File.Exists(environment.PathOf(CondaPython.SitePackages, "_stable.abi3.so")));
        Assert.Equal("data\n", File.ReadAllText(environment.PathOf("share", "pure", "data.txt")));
        Assert.Equal("0.3\n", CondaCreateFolder.Python(prefix, "-c", "import stable; print(stable.version)").MustReturn(0).StandardOutput);
    }

    [SkippableFact]
    public void Bytecode_of_a_module_stays_valid_and_that_of_a_replaced_one_does_not()
    {
        var site = environment.PathOf(CondaPython.SitePackages);
        var tag = "cpython-" + CondaPython.Folder["python".Length..].Replace(".", string.Empty, StringComparison.Ordinal);

        Assert.True(IsValid("native"), "Python would compile native.py again, in each run that may not write");
        Assert.False(IsValid("native_place"), "Python would run the bytecode of the build's prefix");
        var place = CondaCreateFolder.Python(environment.Prefix, "-c", "import native_place; print(native_place.place)");
        Assert.Equal(environment.Prefix + "\n", place.MustReturn(0).StandardOutput);

        // What Python compares (importlib._bootstrap_external _validate_timestamp_pyc).
        bool IsValid(string module)
        {
            var source = new FileInfo(Path.Join(site, module + ".py"));
            var header = File.ReadAllBytes(Path.Join(site, "__pycache__", $"{module}.{tag}.pyc"));
            return BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(8)) == new DateTimeOffset(source.LastWriteTimeUtc).ToUnixTimeSeconds()
                && BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(12)) == source.Length;
        }
    }

    [SkippableFact]
    public void A_package_in_the_form_before_2017_is_installed_alike()
    {
        var packages = CondaPackages.Shared;
        var channel = packages.Channel;
        var lockFile = _folder.Write("lock.txt", channel.Explicit(channel.FileUrl, packages.Python, packages.Legacy));

        var result = _folder.Create("-f", lockFile).MustReturn(0);

        Assert.Equal(string.Empty, result.StandardError);
        MustWork(_folder.Prefix);
        _folder.VerifyMustPass(result, _folder.Prefix);
    }

    [SkippableTheory]
    [InlineData(127, false)]
    [InlineData(128, false)]
    [InlineData(60, true)]
    public void Scripts_start_whatever_the_prefix_is(int line, bool hasBlank)
    {
        var packages = CondaPackages.Shared;
        var name = hasBlank ? "with blank" : "p";
        var prefix = _folder.PathOf(name + new string('l', Math.Max(0, line - "#!/bin/python3".Length - _folder.PathOf(name).Length)));
        var lockFile = _folder.Write(
            "lock.txt", packages.Channel.Explicit(packages.Channel.Folder, packages.Python, packages.Native, packages.Pure));

        _folder.CreateAt(prefix, "-f", lockFile).MustReturn(0);

        // bin/blank has a blank behind #!, which counts.
        var first = File.ReadLines(Path.Join(prefix, "bin", "blank")).First();
        Assert.Equal(hasBlank || line >= 127 ? "#!/bin/sh" : $"#! {prefix}/bin/python3", first);
        var script = File.ReadLines(Path.Join(prefix, "bin", "pure-script")).First();
        Assert.Equal(hasBlank || line > 128 ? "#!/bin/sh" : $"#!{prefix}/bin/python", script);
        MustWork(prefix);
        Assert.Equal("pure 1.0\n", Run(prefix, "pure"));
        Assert.Equal("script 1.0\n", Run(prefix, "pure-script"));
    }

    [SkippableTheory]
    [InlineData("s", 0)]
    [InlineData("long", 130)]
    public void Each_file_is_as_conda_writes_it(string name, int padding)
    {
        Part.LinuxX64();
        Part.Program("cph");
        var python = RealPython.Of("system");
        var linker = Repository.PathOf("tests", "Firn.Tests", "fixtures", "conda-linking", "linker.py");
        var packages = _folder.PathOf("packages");
        Directory.CreateDirectory(packages);
        new ProcessRunner().Run(python, linker, "make", packages).MustReturn(0);
        var prefix = _folder.PathOf(name + new string('l', padding));
        var lines = Linked.Select(package => Path.Join(packages, $"{package}-1.0-0.conda\n"));
        var lockFile = _folder.Write("lock.txt", "@EXPLICIT\n" + string.Concat(lines));

        _folder.CreateAt(prefix, "-f", lockFile, "--link-scripts", "skip").MustReturn(0);

        var created = _folder.PathOf("created");
        Directory.Move(prefix, created);
        new ProcessRunner().Run(
            python, [linker, "install", "conda", prefix, .. Linked.Select(package => Path.Join(packages, package))]).MustReturn(0);
        foreach (var file in Directory.EnumerateFiles(prefix, "*", SearchOption.AllDirectories))
        {
            var path = Path.GetRelativePath(prefix, file);
            // conda's own first lines need an activated environment where the prefix does not fit (docs/formats/conda-bundles.md).
            var isOther = path.StartsWith("conda-meta", StringComparison.Ordinal) || path.EndsWith(".pyc", StringComparison.Ordinal)
                || (padding > 0 && path is "bin/blank" or "bin/crlf" or "bin/one-line" or "bin/plain");
            if (!isOther)
            {
                var other = new FileInfo(Path.Join(created, path));
                Assert.Equal(new FileInfo(file).LinkTarget, other.LinkTarget);
                if (other.LinkTarget is null)
                {
                    Assert.True(File.ReadAllBytes(file).AsSpan().SequenceEqual(File.ReadAllBytes(other.FullName)), path);
                    Assert.Equal(File.GetUnixFileMode(file) & UnixFileMode.UserExecute, other.UnixFileMode & UnixFileMode.UserExecute);
                }
            }
        }
    }

    public void Dispose() => _folder.Dispose();

    private static void MustWork(string prefix)
    {
        Assert.Equal($"{prefix}\n", CondaCreateFolder.Python(prefix, "-c", "import sys, json; print(sys.prefix)").MustReturn(0).StandardOutput);
        Assert.Equal($"{prefix}\n{prefix}/lib:{prefix}/lib64\n", Run(prefix, "where"));
        Assert.Equal($"{prefix} {prefix}/share\n", Run(prefix, "tool"));
        Assert.Equal("blank\n", Run(prefix, "blank"));
        Assert.Equal($"a = {prefix}/a\r\nb = {prefix}/b\r\n", File.ReadAllText(Path.Join(prefix, "etc", "dos.conf")));
        Assert.Equal("nowhere.so", new FileInfo(Path.Join(prefix, "lib", "dangling.so")).LinkTarget);
        Assert.Equal("libreal.so.1.2", new FileInfo(Path.Join(prefix, "lib", "libreal.so")).LinkTarget);
        Assert.Equal("\x7fELF library", File.ReadAllText(Path.Join(prefix, "lib", "libreal.so")));
        Assert.Equal("../../lib", new FileInfo(Path.Join(prefix, "share", "native", "libraries")).LinkTarget);
        Assert.True(File.Exists(Path.Join(prefix, "share", "native", "libraries", "libwide.so")));
    }

    private static string Run(string prefix, string program) => new ProcessRunner { Variables = PythonRunner.Clean(), WorkingDirectory = "/" }
        .Run(Path.Join(prefix, "bin", program)).MustReturn(0).StandardOutput;
}
