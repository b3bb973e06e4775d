namespace Firn.EndToEnd.Support;

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
