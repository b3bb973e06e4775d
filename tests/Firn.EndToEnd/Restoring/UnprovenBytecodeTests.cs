using System.Globalization;
using System.Runtime.Versioning;
using System.Text.Json;
using Firn.EndToEnd.Support;

namespace Firn.EndToEnd.Restoring;

/// <summary>Bytecode that came after an archive: what Python writes when it imports is told, all else is a difference.</summary>
[SupportedOSPlatform("linux")]
public sealed class UnprovenBytecodeTests : IClassFixture<PublishedFirn>, IDisposable
{
    private const string Forge = """
        import os, py_compile, sys
        source, mode, level = sys.argv[1], sys.argv[2], int(sys.argv[3])
        text, stat = open(source).read(), os.stat(source)
        def put(text):
            open(source, "w").write(text)
            os.utime(source, ns=(stat.st_atime_ns, stat.st_mtime_ns))
        put(text.replace("1", "6"))
        py_compile.compile(source, optimize=level, invalidation_mode=getattr(py_compile.PycInvalidationMode, mode))
        put(text)
        """;

    private readonly PublishedFirn _firn;
    private readonly TemporaryFolder _folder = new();

    public UnprovenBytecodeTests(PublishedFirn firn)
    {
        _firn = firn;
        Part.MustBePresent(!OperatingSystem.IsWindows(), "an environment of POSIX");
        Run(RealPython.Of("system"), "-m", "venv", "--without-pip", Prefix);
        Site = Directory.GetDirectories(Path.Join(Prefix, "lib"))[0] + "/site-packages";
        Write("snow/__init__.py", "VALUE = 1\n");
        Write("snow-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: snow\nVersion: 1.0\n");
        Write("snow-1.0.dist-info/RECORD", "snow/__init__.py,,\nsnow-1.0.dist-info/METADATA,,\nsnow-1.0.dist-info/RECORD,,\n");
        Write("loose.py", "VALUE = 1\n");
        Write("prefixed.py", $"VALUE = 1\nHOME = '{Prefix}'\n");
    }

    private string Prefix => _folder.PathOf("env");

    private string Site { get; }

    public void Dispose() => _folder.Dispose();

    [SkippableTheory]
    [InlineData("snow", "")]
    [InlineData("loose", "")]
    [InlineData("prefixed", "")]
    [InlineData("snow, loose", "-O")]
    [InlineData("snow, loose", "-OO")]
    public void What_Python_wrote_since_is_told_and_is_no_plain_Equal(string modules, string option)
    {
        Archive();
        Python([.. option.Length > 0 ? [option] : Array.Empty<string>(), "-c", $"import {modules}"]);

        var count = modules.Split(',').Length;
        var said = $"Equal but for {count} compiled file{(count == 1 ? "" : "s")} that nothing was archived for";
        var output = Verify().MustReturn(0).StandardOutput;
        Assert.Contains(said, output, StringComparison.Ordinal);
        Assert.Contains("that nothing was archived for: " + Site, output, StringComparison.Ordinal);
        Assert.Contains(said, Verify("--strict").MustReturn(3).StandardOutput, StringComparison.Ordinal);
        using var document = JsonDocument.Parse(Verify("--json").StandardOutput);
        var part = document.RootElement.GetProperty("not_compared").EnumerateArray().Single(part => part.GetProperty("code").GetString() == "bytecode");
        Assert.Equal(count, part.GetProperty("files").GetInt32());
    }

    [SkippableTheory]
    [InlineData("snow/__init__.py", "UNCHECKED_HASH", 0)]
    [InlineData("loose.py", "UNCHECKED_HASH", 1)]
    [InlineData("loose.py", "CHECKED_HASH", 0)]
    [InlineData("prefixed.py", "UNCHECKED_HASH", 2)]
    [InlineData("snow/__init__.py", "LINK", 0)]
    public void What_no_import_writes_is_a_difference(string source, string mode, int level)
    {
        Archive();
        Python("-c", Forge, Path.Join(Site, source), mode == "LINK" ? "TIMESTAMP" : mode, level.ToString(CultureInfo.InvariantCulture));
        var file = Compiled().Single();
        if (mode == "LINK")
        {
            File.Move(file, _folder.PathOf("elsewhere.pyc"));
            File.CreateSymbolicLink(file, _folder.PathOf("elsewhere.pyc"));
        }

        var output = Verify().MustReturn(3).StandardOutput;

        Assert.Contains("added", output, StringComparison.Ordinal);
        Assert.Contains(file, output, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("snow/__init__.py", 0)]
    [InlineData("loose.py", 0)]
    [InlineData("loose.py", 1)]
    public void What_was_archived_comes_back_and_an_edit_is_told_by_verify_and_by_each_archive(string source, int level)
    {
        Python("-m", "compileall", "-q", Site);
        Python("-O", "-m", "compileall", "-q", Site);
        Archive();
        // What prefixed.py is compiled to names this prefix: its source comes back with another, and nothing compiled with it.
        Assert.Contains("\nEqual but for 2 compiled files", "\n" + Verify().MustReturn(0).StandardOutput, StringComparison.Ordinal);
        var restored = _folder.PathOf("restored");
        Firn("restore", _folder.PathOf("capture"), "--to", restored).MustReturn(0);
        foreach (var file in Compiled().Where(static file => !file.Contains("prefixed", StringComparison.Ordinal)))
        {
            Assert.True(File.Exists(restored + file[Prefix.Length..]), file);
        }

        var before = Compiled().ToDictionary(static file => file, File.ReadAllBytes);
        Python("-c", Forge, Path.Join(Site, source), "TIMESTAMP", level.ToString(CultureInfo.InvariantCulture));
        var edited = Compiled().Single(file => !File.ReadAllBytes(file).AsSpan().SequenceEqual(before[file]));

        Assert.Contains(edited, Verify().MustReturn(3).StandardOutput, StringComparison.Ordinal);
        for (var time = 1; time <= 2; time++)
        {
            var archived = Archive();
            Assert.Contains("the same as before", archived.StandardOutput, StringComparison.Ordinal);
            Assert.Contains($"are other code than the store's of the same sources, which the archive means: {edited}", archived.StandardError, StringComparison.Ordinal);
        }

        Assert.Contains(edited, Verify().MustReturn(3).StandardOutput, StringComparison.Ordinal);
        File.Delete(edited);
        Assert.DoesNotContain("other code", Archive().StandardError, StringComparison.Ordinal);
        Verify().MustReturn(0);
    }

    private IEnumerable<string> Compiled() => Directory.EnumerateFiles(Site, "*.pyc", SearchOption.AllDirectories);

    private ProcessResult Archive() =>
        Firn("capture", Prefix, "--archive", "--yes", "-o", _folder.PathOf("capture")).MustReturn(0);

    private ProcessResult Verify(params string[] options) =>
        Firn(["verify", _folder.PathOf("capture"), Prefix, "--read-data", .. options]);

    private ProcessResult Firn(params string[] arguments) => _firn.Run([.. arguments, "--store", _folder.PathOf("store")]);

    private void Python(params string[] arguments) => Run(Prefix + "/bin/python3", arguments);

    private static void Run(string program, params string[] arguments) =>
        new ProcessRunner
        {
            Variables = new Dictionary<string, string?>(PythonRunner.Clean()) { ["PYTHONDONTWRITEBYTECODE"] = null },
            WorkingDirectory = "/",
        }.Run(program, arguments).MustReturn(0);

    private void Write(string path, string text)
    {
        var file = Path.Join(Site, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }
}
