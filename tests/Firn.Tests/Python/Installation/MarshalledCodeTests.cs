using Firn.Python.Installation;
using Firn.Tests.Host.Binaries;
using FsCheck;
using FsCheck.Fluent;

namespace Firn.Tests.Python.Installation;

/// <summary>Bytecode of the machine's own Pythons: the same code in other bytes, and other code in nearly the same.</summary>
public sealed class MarshalledCodeTests : IDisposable
{
    private const string Source =
        "import os\nX = {'a', 'bb', 'ccc', 'dddd'}\nBIG = 12345678901234567890123, -1, 1.5, 2j, b'bytes', 'text', 'ä', None, ...\n"
        + "def f(x, *args, y=1, **more):\n    '''Words.'''\n    return [z for z in args if z in {'p', 'q', 'r'} and x > 1]\n"
        + "class C:\n    def g(self):\n        return lambda: self\n";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [SkippableTheory]
    [InlineData("3.8")]
    [InlineData("3.9")]
    [InlineData("3.10")]
    [InlineData("3.11")]
    [InlineData("3.12")]
    [InlineData("3.13")]
    public void Same_code_of_another_path_and_another_process_is_the_same(string version)
    {
        var first = Compile(version, "one", Source, "1");
        var second = Compile(version, "a/longer/place", Source, "4711");

        Assert.NotEqual(first, second);
        Assert.NotNull(MarshalledCode.DigestOf(first, 16));
        Assert.Equal(MarshalledCode.DigestOf(first, 16), MarshalledCode.DigestOf(second, 16));
    }

    [SkippableTheory]
    [InlineData("'dddd'", "'ddde'")]
    [InlineData("y=1", "y=2")]
    [InlineData("x > 1", "x < 1")]
    [InlineData("import os", "import io")]
    [InlineData("-1,", "-2,")]
    [InlineData("lambda: self", "lambda: None")]
    [InlineData("'q'", "'s'")]
    public void Other_code_is_other_code(string old, string replacement)
    {
        var first = MarshalledCode.DigestOf(Compile("3.11", "one", Source, "1"), 16);
        var second = MarshalledCode.DigestOf(
            Compile("3.11", "one", Source.Replace(old, replacement, StringComparison.Ordinal), "1"), 16);

        Assert.NotNull(second);
        Assert.NotEqual(first, second);
    }

    [SkippableFact]
    public void A_cut_file_is_no_code()
    {
        var whole = Compile("3.11", "one", Source, "1");
        for (var length = 0; length < whole.Length; length += 7)
        {
            Assert.Null(MarshalledCode.DigestOf(whole.AsSpan(0, length), 16));
        }
    }

    [Fact]
    public void No_bytes_throw_or_hang() => Prop.ForAll<byte[]>(bytes =>
        _ = MarshalledCode.DigestOf([0xa7, 0x0d, (byte)'\r', (byte)'\n', .. new byte[12], .. bytes ?? []], 16)).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(")\xff")]
    [InlineData("(\xff\xff\xff\x7f")]
    [InlineData("r\x00\x00\x00\x00")]
    [InlineData("\xa9\x01r\x00\x00\x00\x00")]
    public void Counts_and_references_that_lead_nowhere_are_refused(string content) =>
        Assert.Null(MarshalledCode.DigestOf(
            [0xa7, 0x0d, (byte)'\r', (byte)'\n', .. new byte[12], .. System.Text.Encoding.Latin1.GetBytes(content)], 16));

    [Fact]
    public void Depth_is_bounded() =>
        Assert.Null(MarshalledCode.DigestOf(
            [0xa7, 0x0d, (byte)'\r', (byte)'\n', .. new byte[12], .. Enumerable.Repeat(new byte[] { (byte)')', 1 }, 100_000).SelectMany(pair => pair)], 16));

    private byte[] Compile(string version, string place, string source, string seed)
    {
        var python = Directory.Exists(Pyenv)
            ? Directory.EnumerateDirectories(Pyenv, version + ".*").Select(folder => folder + "/bin/python3").FirstOrDefault(File.Exists)
            : null;
        if (python is null)
        {
            RealTool.Missing($"no Python {version} of pyenv");
        }

        var file = Path.Join(_folder.Path, place, "m.py");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, source);
        var compiled = file + "c";
        _ = RealTool.Run("/usr/bin/env", $"PYTHONHASHSEED={seed}", python!, "-c", $"import py_compile; py_compile.compile({Quoted(file)}, cfile={Quoted(compiled)}, doraise=True)");
        return File.ReadAllBytes(compiled);
    }

    private static string Pyenv => Path.Join(
        Environment.GetEnvironmentVariable("PYENV_ROOT") ?? Path.Join(Environment.GetEnvironmentVariable("HOME"), ".pyenv"), "versions");

    private static string Quoted(string text) => $"'{text}'";
}
