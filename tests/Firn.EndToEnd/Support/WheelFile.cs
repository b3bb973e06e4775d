using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace Firn.EndToEnd.Support;

/// <summary>A wheel for any Python, made here: a module, and whatever else is asked for.</summary>
internal sealed record WheelFile(string Name, string Version)
{
    /// <summary>Lines added to METADATA.</summary>
    public string Metadata { get; init; } = string.Empty;

    public string? EntryPoints { get; init; }

    /// <summary>Further files; <c>{data}</c> in a path stands for the wheel's <c>.data</c> folder.</summary>
    public IReadOnlyDictionary<string, string> Files { get; init; } = new Dictionary<string, string>();

    /// <summary>The text of the module, so that two builds of one version can differ.</summary>
    public string Module { get; init; } = "answer = 42\n";

    /// <summary>The end of the file's name.</summary>
    public string Tag { get; init; } = "py2.py3-none-any";

    /// <summary>The name as wheels write it.</summary>
    private string FileName => Name.Replace('-', '_').Replace('.', '_');

    /// <summary>Everything a wheel can bring: scripts, launchers, data files and headers.</summary>
    public static WheelFile WithEverything(string name, string version) => new(name, version)
    {
        EntryPoints = $"[console_scripts]\n{name}-run = {name}:main\n[gui_scripts]\n{name}-gui = {name}:main\n",
        Files = new Dictionary<string, string>
        {
            [$"{{data}}/scripts/{name}-tool"] = "#!python\nprint('tool')\n",
            [$"{{data}}/data/share/{name}/table.csv"] = "1,2\n",
            [$"{{data}}/headers/{name}.h"] = "#define ANSWER 42\n",
            [$"{{data}}/purelib/{name}_extra.py"] = "extra = 1\n",
        },
    };

    /// <summary>Writes the wheel into a folder and returns its path.</summary>
    public string WriteTo(string folder)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Join(folder, $"{FileName}-{Version}-{Tag}.whl");
        using var archive = ZipFile.Open(path, ZipArchiveMode.Create);
        var record = new StringBuilder();
        foreach (var (name, text) in AllFiles())
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            Add(archive, name, bytes);
            var digest = Convert.ToBase64String(SHA256.HashData(bytes)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
            record.Append($"{name},sha256={digest},{bytes.Length}\n");
        }

        var recordName = $"{FileName}-{Version}.dist-info/RECORD";
        record.Append($"{recordName},,\n");
        Add(archive, recordName, Encoding.UTF8.GetBytes(record.ToString()));
        return path;
    }

    private IEnumerable<(string Name, string Text)> AllFiles()
    {
        var information = $"{FileName}-{Version}.dist-info";
        yield return ($"{FileName.ToLowerInvariant()}.py", Module);
        foreach (var (name, text) in Files)
        {
            yield return (name.Replace("{data}", $"{FileName}-{Version}.data"), text);
        }

        yield return ($"{information}/METADATA", $"Metadata-Version: 2.1\nName: {Name}\nVersion: {Version}\n{Metadata}");
        yield return ($"{information}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py2-none-any\nTag: py3-none-any\n");
        if (EntryPoints is { } points)
        {
            yield return ($"{information}/entry_points.txt", points);
        }
    }

    private static void Add(ZipArchive archive, string name, byte[] content)
    {
        var entry = archive.CreateEntry(name);
        entry.ExternalAttributes = 0x81a4 << 16;
        using var stream = entry.Open();
        stream.Write(content);
    }
}
