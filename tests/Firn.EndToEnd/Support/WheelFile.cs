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

/// <summary>An index of wheels on loopback, as pip knows them (PEP 503): pages in a folder, and Python's server.</summary>
internal sealed class WheelIndex : IDisposable
{
    private readonly FolderServer _server;

    public WheelIndex(string folder, params IEnumerable<WheelFile> wheels)
    {
        foreach (var project in wheels.GroupBy(wheel => wheel.Name))
        {
            var page = Path.Join(folder, "simple", project.Key);
            var links = project.Select(wheel => Path.GetFileName(wheel.WriteTo(page)))
                .Select(file => $"<a href=\"{file}\">{file}</a>");
            File.WriteAllText(
                Path.Join(page, "index.html"), $"<!DOCTYPE html><html><body>{string.Join('\n', links)}</body></html>");
        }

        _server = new FolderServer(folder);
    }

    /// <summary>What pip takes as <c>--index-url</c>.</summary>
    public string Url => _server.Url + "/simple/";

    /// <summary>The paths that were asked for since the last call.</summary>
    public IReadOnlyList<string> TakeRequests() => _server.TakeRequests();

    /// <summary>Installs from this index and from nowhere else, whatever the machine's own settings say.</summary>
    public void Install(PythonRunner python, params IEnumerable<string> arguments) => python.Pip(
        ["--isolated", "install", "--quiet", "--no-cache-dir", "--proxy", "", "--index-url", Url, .. arguments]);

    public void Dispose() => _server.Dispose();
}

/// <summary>A wheel of everything that is allowed and rare, written by Python's own zipfile.</summary>
internal static class StrangeWheel
{
    private const string Script = """
        import base64, hashlib, os, sys, zipfile
        out = sys.argv[1]
        info, data = 'Strange.Thing-1.0.post1.dist-info', 'Strange.Thing-1.0.post1.data'
        run = b'import strange\nprint(strange.answer)\n'
        files = {
            'strange/__init__.py': (b'answer = 42\n', 0o100644),
            'strange/tool.sh': (b'#!/bin/sh\necho tool\n', 0o100755),
            'strange/group.sh': (b'#!/bin/sh\n', 0o100610),
            'strange/no-kind.sh': (b'#!/bin/sh\n', 0o755),
            'strange/caf\u00e9, "quoted".txt': (b'x' * 70000, 0o100644),
            'strange/empty': (b'', 0o100644),
            'strange/__pycache__/old.cpython-311.pyc': (b'bytecode', 0o100644),
            'strange/legacy.pyc': (b'bytecode', 0o100644),
            'strange.pth': (b'# nothing\n', 0o100644),
            data + '/scripts/plain': (b'#!python\n' + run, 0o100755),
            data + '/scripts/windowed': (b'#!pythonw -E\r\n' + run, 0o100755),
            data + '/scripts/versioned': (b'#!python3.7 -u\n' + run, 0o100644),
            data + '/scripts/bare': (b'#!python', 0o100755),
            data + '/scripts/other': (b'#!/usr/bin/env python\n' + run, 0o100755),
            data + '/scripts/binary': (bytes(range(256)) * 9, 0o100755),
            data + '/scripts/strange-run': (b'#!python\nold wrapper\n', 0o100755),
            data + '/scripts/strange-run-script.py': (b'#!python\nold wrapper\n', 0o100755),
            data + '/scripts/strange-run.exe': (b'MZ\0', 0o100755),
            data + '/scripts/strange-run-3.4': (b'#!python\n' + run, 0o100755),
            data + '/scripts/sub/deep': (b'#!python\n' + run, 0o100755),
            data + '/data/bin/from-data': (b'#!python\n' + run, 0o100755),
            data + '/data/share/strange/table.csv': (b'1,2\n', 0o100644),
            data + '/data/Scripts/windows-place': (b'echo\n', 0o100755),
            data + '/data/include/python3.9/strange/a.h': (b'\n', 0o100644),
            data + '/data/lib/python3.11/site-packages/from_data.py': (b'\n', 0o100644),
            data + '/headers/strange.h': (b'#define ANSWER 42\n', 0o100644),
            data + '/purelib/pure.py': (b'pure = 1\n', 0o100644),
            data + '/platlib/plat.py': (b'plat = 1\n', 0o100644),
            info + '/METADATA': (b'Metadata-Version: 2.1\nName: strange-thing\nVersion: 1.0.post1\nRequires-Dist: six>=1 ; python_version < "3"\nRequires-Python: >=3\n', 0o100644),
            info + '/WHEEL': (b'Wheel-Version: 1.0\nRoot-Is-Purelib: false\nTag: py3-none-any\n', 0o100644),
            info + '/entry_points.txt': (b'# comment\n[other]\nx = y:z\n[console_scripts]\nstrange-run = strange:main.inner [extra]\nStrange-Run = strange:main\n[gui_scripts]\nstrange-gui=strange.sub:main\n', 0o100644),
            info + '/RECORD.jws': (b'{}', 0o100644),
            info + '/licenses/LICENSE': (b'free\n', 0o100644),
        }
        rows = []
        with zipfile.ZipFile(os.path.join(out, 'strange_thing-1.0.post1-1a-py3-none-any.whl'), 'w', zipfile.ZIP_DEFLATED) as wheel:
            wheel.writestr(zipfile.ZipInfo('strange/', (1980, 1, 1, 0, 0, 0)), b'')
            for i, (path, (content, mode)) in enumerate(sorted(files.items())):
                entry = zipfile.ZipInfo(path, (1980, 1, 1, 0, 0, 0))
                entry.external_attr = mode << 16
                entry.compress_type = zipfile.ZIP_STORED if i % 3 == 0 else zipfile.ZIP_DEFLATED
                wheel.writestr(entry, content)
                if not path.endswith('.jws'):
                    name = 'sha512' if i % 5 == 0 else 'sha256'
                    digest = base64.urlsafe_b64encode(hashlib.new(name, content).digest()).decode()
                    quoted = '"' + path.replace('"', '""') + '"' if ',' in path else path
                    rows.append(f'{quoted},{name}={digest.rstrip("=")},{len(content) if i % 4 else ""}\n')
            wheel.writestr(info + '/RECORD', ''.join(rows) + info + '/RECORD,,\n')
        """;

    /// <summary>Writes it into a folder and returns its path.</summary>
    public static string WriteTo(string folder)
    {
        Directory.CreateDirectory(folder);
        new PythonRunner(RealPython.Of("system")).Run("-I", "-c", Script, folder).MustReturn(0);
        return Path.Join(folder, "strange_thing-1.0.post1-1a-py3-none-any.whl");
    }
}
