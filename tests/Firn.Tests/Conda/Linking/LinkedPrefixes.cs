using System.Diagnostics;
using Firn.Conda.Prefixes;

namespace Firn.Tests.Conda.Linking;

/// <summary>
/// Packages of edge cases, packed and unpacked by Debian's conda-package-handling, and prefixes that linker.py installs
/// them into by the rules of conda, mamba and rattler.
/// </summary>
public sealed class LinkedPrefixes : IDisposable
{
    private static readonly string Linker = Path.Join(AppContext.BaseDirectory, "fixtures", "conda-linking", "linker.py");
    private static readonly string[] Packages = ["python", "edges", "pure"];
    private readonly TemporaryFolder _folder = new();
    private bool _isMade;

    /// <summary>A path of exactly that many bytes below the temporary folder.</summary>
    internal string PathOfLength(int length, string filler = "p")
    {
        var start = _folder[$"{Guid.NewGuid():N}"[..8]];
        var path = start;
        while (path.Length < length)
        {
            var name = Math.Min(length - path.Length - 1, 200);
            name = length - path.Length - 1 - name == 1 ? name - 1 : name;
            path += "/" + string.Concat(Enumerable.Repeat(filler, name))[..name];
        }

        Assert.Equal(length, path.Length);
        return path;
    }

    internal string NewPath(string name) => Path.Join(_folder[$"{Guid.NewGuid():N}"[..8]], name);

    /// <summary>The unpacked package: what was published.</summary>
    internal string Published(string package)
    {
        Make();
        return _folder[$"packages/{package}"];
    }

    /// <summary>The package as conda-package-handling packed it: <c>.conda</c> or <c>.tar.bz2</c>.</summary>
    internal string Archive(string package, string extension)
    {
        Make();
        var archive = _folder[$"packages/{package}-1.0-0{extension}"];
        if (!File.Exists(archive))
        {
            Part.Run("cph", "create", Published(package), archive);
        }

        return archive;
    }

    /// <summary>Installs all packages.</summary>
    internal string Install(string tool, string prefix)
    {
        Make();
        Part.Run("/usr/bin/python3", [Linker, "install", tool, prefix, .. Packages.Select(Published)]);
        return prefix;
    }

    /// <summary>The record of a package in a prefix.</summary>
    internal static CondaFileRecord Record(string prefix, string package)
    {
        var json = File.ReadAllBytes(Path.Join(prefix, "conda-meta", $"{package}-1.0-0.json"));
        return CondaFileRecordReader.Read(json, out var error) ?? throw new InvalidOperationException(error);
    }

    /// <summary>What a tool makes of published bytes, one case a line of JSON.</summary>
    internal static List<byte[]> Replace(IEnumerable<string> cases)
    {
        Part.Require("/usr/bin/python3");
        var start = new ProcessStartInfo("/usr/bin/python3", [Linker, "replace"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        foreach (var line in cases)
        {
            process.StandardInput.WriteLine(line);
        }

        process.StandardInput.Close();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return [.. output.Result.Split('\n', StringSplitOptions.None).SkipLast(1).Select(Convert.FromHexString)];
    }

    public void Dispose() => _folder.Dispose();

    private void Make()
    {
        if (_isMade)
        {
            return;
        }

        Part.Require("/usr/bin/python3");
        Part.Require("cph");
        Directory.CreateDirectory(_folder["packages"]);
        Part.Run("/usr/bin/python3", Linker, "make", _folder["packages"]);
        _isMade = true;
    }
}
