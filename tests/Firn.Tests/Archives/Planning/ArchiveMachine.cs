using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Firn.Archives.Documents;
using Firn.Cli;
using Firn.Common;
using Firn.Storage.Bundles;
using Firn.Tests.Cli;

namespace Firn.Tests.Archives.Planning;

/// <summary>A made-up machine whose virtual environments are archived by the command line.</summary>
internal sealed class ArchiveMachine : IDisposable
{
    public const string Site = "lib/python3.11/site-packages";

    public CommandMachine Machine { get; } = new();

    /// <summary>The store's folder.</summary>
    public string Store => Machine.At("store");

    public string At(string relative) => Machine.At(relative);

    public string Write(string relative, string content, bool isExecutable = false)
    {
        var path = At(relative);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        if (isExecutable && !OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, File.GetUnixFileMode(path) | UnixFileMode.UserExecute);
        }

        return path;
    }

    /// <summary>
    /// A virtual environment with one distribution, <c>demo</c>, as an installer leaves it.
    /// </summary>
    /// <param name="prefix">Relative to the machine's folder.</param>
    /// <param name="firstLines">What names the interpreter in scripts; <c>{0}</c> is the prefix.</param>
    public string Environment(string prefix, string firstLines = "#!{0}/bin/python\n")
    {
        var path = Machine.Virtual(prefix);
        var lines = firstLines.Replace("{0}", path, StringComparison.Ordinal);
        Write($"{prefix}/bin/activate", $"VIRTUAL_ENV=\"{path}\"\n");
        var rows = new List<string>
        {
            Row(prefix, $"{Site}/demo/__init__.py", "import os\n"),
            Row(prefix, $"{Site}/demo/data.txt", "data\n"),
            Row(prefix, "bin/tool.py", lines + "print('tool')\n", isExecutable: true),
            Row(prefix, $"{Site}/demo-1.0.dist-info/entry_points.txt", "[console_scripts]\ndemo = demo:main\n"),
            Row(prefix, $"{Site}/demo-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: demo\nVersion: 1.0\n"),
            "demo-1.0.dist-info/RECORD,,",
            "demo-1.0.dist-info/INSTALLER,,",
            "../../../bin/demo,,",
        };
        Write($"{prefix}/bin/demo", lines + "import demo\n", isExecutable: true);
        Write($"{prefix}/{Site}/demo-1.0.dist-info/INSTALLER", "pip\n");
        Write($"{prefix}/{Site}/demo-1.0.dist-info/RECORD", string.Join('\n', rows) + "\n");
        return path;
    }

    /// <summary>Archives and gives the report.</summary>
    public JsonElement Archive(string environment, params string[] options)
    {
        var run = Run(environment, [.. options, "--json"]);
        Assert.True(run.ExitCode == ExitCodes.Done, run.Error);
        return JsonDocument.Parse(run.Output).RootElement;
    }

    public CommandRun Run(string environment, params string[] options) =>
        Machine.Run(["capture", environment, "--archive", "--store", Store, .. options]);

    /// <summary>The document that a report names.</summary>
    public ArchiveDocument Document(JsonElement report)
    {
        Assert.True(Sha256Digest.TryParse(report.GetProperty("archive").GetString(), out var digest));
        return ArchiveReader.Read(Firn.Storage.Store.Open(Store).Files.Read(digest, ArchiveReader.Limit));
    }

    /// <summary>The paths in a bundle.</summary>
    public IReadOnlyList<string> Members(ArchivedPackage package) =>
        [.. new BundleObjects(Store).ReadIndex(package.Bundle).Files.Select(file => file.Path)];

    /// <summary>The text of a file in a bundle.</summary>
    public string Content(ArchivedPackage package, string path)
    {
        using var reader = new BundleObjects(Store).Open(package.Bundle);
        while (reader.MoveNext())
        {
            if (reader.Current.Path == path)
            {
                var content = new byte[reader.Current.Size];
                var at = 0;
                while (at < content.Length && reader.Read(content.AsSpan(at)) is > 0 and var read)
                {
                    at += read;
                }

                return Encoding.UTF8.GetString(content);
            }
        }

        throw new InvalidOperationException($"{path} is not in the bundle");
    }

    public static ArchivedPackage Package(ArchiveDocument document, string name) =>
        document.Environment.Packages.Single(package => package.Name == name);

    public void Dispose() => Machine.Dispose();

    private string Row(string prefix, string path, string content, bool isExecutable = false)
    {
        Write($"{prefix}/{path}", content, isExecutable);
        var bytes = Encoding.UTF8.GetBytes(content);
        var hash = Convert.ToBase64String(SHA256.HashData(bytes)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        return $"{Path.GetRelativePath(Site, path)},sha256={hash},{bytes.Length}";
    }
}
