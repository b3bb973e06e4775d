using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;
using Firn.EndToEnd.Support;

namespace Firn.EndToEnd.Restoring;

/// <summary>A virtual environment that venv made, archived, and then changed in what it runs: verify finds each change.</summary>
[SupportedOSPlatform("linux")]
public sealed class VerifyTests : IClassFixture<PublishedFirn>, IDisposable
{
    private readonly PublishedFirn _firn;
    private readonly TemporaryFolder _folder = new();

    public VerifyTests(PublishedFirn firn)
    {
        _firn = firn;
        Part.MustBePresent(!OperatingSystem.IsWindows(), "an environment of POSIX");
        Python("-m", "venv", "--without-pip", Prefix);
        Site = Directory.GetDirectories(Path.Join(Prefix, "lib"))[0] + "/site-packages";
        Write("snow/__init__.py", "VALUE = 1\n");
        Write("snow/ice.py", "NAMES = {'a', 'b', 'c'}\n");
        Write("snow-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: snow\nVersion: 1.0\n");
        Write("snow-1.0.dist-info/entry_points.txt", "[console_scripts]\nsnow = snow:main\n");
        File.WriteAllText(Launcher, $"#!{Prefix}/bin/python3\nimport snow\n");
        File.SetUnixFileMode(Launcher, (UnixFileMode)0b111_101_101);
        WriteRecord();
        Run(Prefix + "/bin/python3", "-m", "compileall", "-q", Site + "/snow");
        Firn("capture", Prefix, "--archive", "--yes", "-o", Capture).MustReturn(0);
    }

    private string Prefix => _folder.PathOf("env");

    private string Capture => _folder.PathOf("capture");

    private string Site { get; }

    private string Launcher => Prefix + "/bin/snow";

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public void Unchanged_and_restored_environments_are_equal()
    {
        Verify(Prefix).MustReturn(0);
        var restored = _folder.PathOf("elsewhere", "restored");
        Firn("restore", Capture, "--to", restored).MustReturn(0);

        Verify(restored).MustReturn(0);

        Assert.Equal("1\n", Run(restored + "/bin/python3", "-c", "import snow; print(snow.VALUE)").StandardOutput);
    }

    [SkippableFact]
    public void Bytecode_that_is_gone_or_was_made_again_elsewhere_is_no_difference()
    {
        foreach (var folder in Directory.GetDirectories(Prefix + "/lib", "__pycache__", SearchOption.AllDirectories))
        {
            Directory.Delete(folder, recursive: true);
        }

        Verify(Prefix).MustReturn(0);
        // Another name of the source stands in it.
        Run(Prefix + "/bin/python3", "-c", $"import py_compile; py_compile.compile('{Site}/snow/ice.py', dfile='/elsewhere/ice.py')");
        Verify(Prefix).MustReturn(0);
    }

    [SkippableFact]
    public void Bytecode_that_nothing_was_archived_for_is_named()
    {
        Run(Prefix + "/bin/python3", "-O", "-m", "compileall", "-q", Site + "/snow");

        var result = Verify(Prefix).MustReturn(0);

        Assert.Contains("2 compiled files", result.StandardOutput, StringComparison.Ordinal);
        Assert.Contains("\"bytecode\"", Firn("verify", Capture, Prefix, "--read-data", "--json").StandardOutput, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("bin/python3")]
    [InlineData("bin/activate")]
    [InlineData("bin/snow")]
    [InlineData("pyvenv.cfg")]
    [InlineData("lib64")]
    public void What_the_installation_wrote_is_compared(string path)
    {
        var file = Path.Join(Prefix, path);
        if (path == "pyvenv.cfg")
        {
            File.WriteAllText(file, File.ReadAllText(file).Replace("packages = false", "packages = true", StringComparison.Ordinal));
        }
        else if (new FileInfo(file).LinkTarget is not null)
        {
            File.Delete(file);
            File.CreateSymbolicLink(file, path == "lib64" ? "/usr/lib" : "/bin/sh");
        }
        else
        {
            File.AppendAllText(file, "# more\n");
        }

        Assert.Contains(file, Verify(Prefix).MustReturn(3).StandardOutput, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("sitecustomize.py")]
    [InlineData("usercustomize/__init__.py")]
    [InlineData("later.pth")]
    [InlineData("snow/extra.cpython-311-x86_64-linux-gnu.so")]
    [InlineData("sourceless.pyc")]
    [InlineData("../../../bin/git")]
    public void What_is_new_where_code_is_found_is_named(string path)
    {
        Write(path, "import os\n");

        Assert.Contains(Path.GetFullPath(Path.Join(Site, path)), Verify(Prefix).MustReturn(3).StandardOutput, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Records_of_the_environment_are_not_believed()
    {
        Write("snow/ice.py", "NAMES = 666\n");
        WriteRecord();
        Assert.Contains("snow/ice.py", Verify(Prefix).MustReturn(3).StandardOutput, StringComparison.Ordinal);

        Write("snow/ice.py", "NAMES = {'a', 'b', 'c'}\n");
        File.AppendAllText(Launcher, "import os\n");
        WriteRecord();
        Directory.CreateDirectory(Prefix + "/.firn");
        File.WriteAllText(
            Prefix + "/.firn/restore.json",
            """{"schema":"firn.restore/1","relocated":{"bin/snow":{"sha256":"sha256:DIGEST"}}}""".Replace("DIGEST", Hex(Launcher), StringComparison.Ordinal));
        Assert.Contains("bin/snow", Verify(Prefix).MustReturn(3).StandardOutput, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("TIMESTAMP")]
    [InlineData("CHECKED_HASH")]
    [InlineData("UNCHECKED_HASH")]
    public void Bytecode_of_other_code_is_found(string mode)
    {
        var source = Site + "/snow/ice.py";
        var text = File.ReadAllText(source);
        var time = File.GetLastWriteTimeUtc(source);
        File.WriteAllText(source, "NAMES = {'x', 'b', 'c'}\n");
        File.SetLastWriteTimeUtc(source, time);
        Run(Prefix + "/bin/python3", "-c", $"import py_compile as p; p.compile('{source}', invalidation_mode=p.PycInvalidationMode.{mode})");
        File.WriteAllText(source, text);
        File.SetLastWriteTimeUtc(source, time);

        Assert.Contains("ice.cpython-", Verify(Prefix).MustReturn(3).StandardOutput, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("snow/,,")]
    [InlineData("snow,,")]
    [InlineData("./snow/ice.py,,")]
    [InlineData("snow/../snow/ice.py,sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU,0")]
    [InlineData("snow/ice.py,sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU,0")]
    [InlineData("snow/ice.py,,9999")]
    [InlineData("snow\\ice.py,,")]
    [InlineData("snow//ice.py,,")]
    public void Odd_rows_of_RECORD_make_no_difference(string row)
    {
        File.AppendAllText(Site + "/snow-1.0.dist-info/RECORD", row + "\n");
        Firn("capture", Prefix, "--archive", "--yes", "-o", Capture).MustReturn(0);
        var restored = _folder.PathOf("restored");

        Verify(Prefix).MustReturn(0);
        _firn.Run("verify", Capture, Prefix, "--read-data", "--store", _folder.PathOf("none")).MustReturn(0);
        Firn("restore", Capture, "--to", restored).MustReturn(0);
        Verify(restored).MustReturn(0);
    }

    [SkippableFact]
    public void A_file_of_two_distributions_is_equal_whichever_came_last()
    {
        foreach (var (name, text) in (ReadOnlySpan<(string, string)>)[("aaa", "1\n"), ("zzz", "2\n"), ("mmm", "3\n")])
        {
            Write("README.md", text);
            Write($"{name}-1.0.dist-info/METADATA", $"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n");
            var hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text))).TrimEnd('=').Replace('+', '-').Replace('/', '_');
            Write($"{name}-1.0.dist-info/RECORD", $"README.md,sha256={hash},2\n{name}-1.0.dist-info/METADATA,,\n{name}-1.0.dist-info/RECORD,,\n");
            Firn("capture", Prefix, "--archive", "--yes", "-o", Capture).MustReturn(0);

            Verify(Prefix).MustReturn(0);
            _firn.Run("verify", Capture, Prefix, "--read-data", "--store", _folder.PathOf("none")).MustReturn(0);
        }

        Write("README.md", "4\n");
        Verify(Prefix).MustReturn(3);
        _firn.Run("verify", Capture, Prefix, "--read-data", "--store", _folder.PathOf("none")).MustReturn(3);
    }

    [SkippableFact]
    public void Without_the_store_it_is_said_what_was_not_compared()
    {
        var store = _folder.PathOf("none");
        var result = _firn.Run("verify", Capture, Prefix, "--read-data", "--store", store).MustReturn(0);
        Assert.Contains("Not compared:", result.StandardOutput, StringComparison.Ordinal);
        Assert.Contains("activation scripts", result.StandardOutput, StringComparison.Ordinal);

        Write("sitecustomize.py", "import os\n");
        result = _firn.Run("verify", Capture, Prefix, "--read-data", "--store", store).MustReturn(0);
        Assert.Contains($"1 file in site-packages that no package lists: {Site}/sitecustomize.py", result.StandardOutput, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void No_file_read_is_never_equal()
    {
        var empty = _folder.PathOf("empty");
        Python("-m", "venv", "--without-pip", empty);
        _firn.Run("capture", empty, "-o", _folder.PathOf("of-empty")).MustReturn(0);

        var result = _firn.Run("verify", _folder.PathOf("of-empty"), empty, "--read-data", "--store", _folder.PathOf("none")).MustReturn(3);

        Assert.Contains("no file was compared", result.StandardOutput, StringComparison.Ordinal);
        _firn.Run("verify", _folder.PathOf("of-empty"), empty, "--store", _folder.PathOf("none")).MustReturn(0);
    }

    [SkippableFact]
    public void Bytecode_that_was_replaced_in_the_store_is_found_and_not_restored()
    {
        var other = _folder.PathOf("other");
        Write("snow/ice.py", "NAMES = {'x', 'y', 'z'}\n");
        Run(Prefix + "/bin/python3", "-m", "compileall", "-q", "-f", Site + "/snow");
        Write("snow/ice.py", "NAMES = {'a', 'b', 'c'}\n");
        var source = File.GetLastWriteTimeUtc(Site + "/snow/ice.py");
        foreach (var compiled in Directory.GetFiles(Site + "/snow/__pycache__", "ice.*"))
        {
            var bytes = File.ReadAllBytes(compiled);
            BitConverter.TryWriteBytes(bytes.AsSpan(8), (uint)new DateTimeOffset(source).ToUnixTimeSeconds());
            File.WriteAllBytes(compiled, bytes);
        }

        _firn.Run("capture", Prefix, "--archive", "--yes", "--store", other).MustReturn(0);
        foreach (var file in Directory.GetFiles(other + "/bundles", "*.cpython-*", SearchOption.AllDirectories))
        {
            var place = Store + file[other.Length..];
            Assert.True(File.Exists(place), place);
            File.Delete(place);
            File.Copy(file, place);
        }

        Assert.Contains("bytecode-damaged", Firn("store", "check", "--read-data", "--json").MustReturn(3).StandardOutput, StringComparison.Ordinal);
        var restored = _folder.PathOf("restored");
        var result = Firn("restore", Capture, "--to", restored).MustReturn(0);
        Assert.Contains("compiled files of snow", result.StandardError, StringComparison.Ordinal);
        Assert.Empty(Directory.GetDirectories(restored + Site[Prefix.Length..] + "/snow", "__pycache__"));
    }

    private string Store => _folder.PathOf("store");

    private ProcessResult Verify(string prefix) => Firn("verify", Capture, prefix, "--read-data");

    private ProcessResult Firn(params string[] arguments) => _firn.Run([.. arguments, "--store", Store]);

    private static ProcessResult Python(params string[] arguments) => Run(RealPython.Of("system"), arguments);

    private static ProcessResult Run(string program, params string[] arguments) =>
        new ProcessRunner { Variables = new Dictionary<string, string?>(PythonRunner.Clean()), WorkingDirectory = "/" }
            .Run(program, arguments).MustReturn(0);

    private void Write(string path, string text)
    {
        var file = Path.Join(Site, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    private void WriteRecord()
    {
        var record = new StringBuilder();
        foreach (var path in (string[])["snow/__init__.py", "snow/ice.py", "snow-1.0.dist-info/METADATA", "snow-1.0.dist-info/entry_points.txt", "../../../bin/snow"])
        {
            var bytes = File.ReadAllBytes(Path.Join(Site, path));
            var hash = Convert.ToBase64String(SHA256.HashData(bytes)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
            record.Append(path).Append(",sha256=").Append(hash).Append(',').Append(bytes.Length).Append('\n');
        }

        Write("snow-1.0.dist-info/RECORD", record.Append("snow-1.0.dist-info/RECORD,,\n").ToString());
    }

    private static string Hex(string file) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)));
}
