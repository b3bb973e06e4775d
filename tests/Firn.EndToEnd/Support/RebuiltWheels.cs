namespace Firn.EndToEnd.Support;

/// <summary>
/// Wheels of everything that is installed in a Python, put together again by its RECORD files: real packages without a
/// network.
/// </summary>
internal static class RebuiltWheels
{
    private const string Script = """
        import base64, csv, hashlib, os, re, sys, zipfile
        site, out, most = sys.argv[1], sys.argv[2], int(sys.argv[3])
        root = os.path.realpath(os.path.join(site, '../../..'))
        own = ('RECORD', 'INSTALLER', 'REQUESTED', 'direct_url.json')

        def launchers(path):
            names, section = set(), None
            for line in open(path, encoding='utf-8') if os.path.exists(path) else []:
                line = line.strip()
                if line.startswith('['):
                    section = line
                elif '=' in line and section in ('[console_scripts]', '[gui_scripts]'):
                    names.add(line.split('=')[0].strip())
            return names

        for info in sorted(os.listdir(site)):
            record = os.path.join(site, info, 'RECORD')
            if not info.endswith('.dist-info') or not os.path.exists(record):
                continue
            if sum(row[0].endswith('.py') for row in csv.reader(open(record, encoding='utf-8')) if row) > most:
                continue
            name = info[:-10]
            scripts = launchers(os.path.join(site, info, 'entry_points.txt'))
            tags = [t.split('-') for t in re.findall(r'^Tag: (.*)$', open(os.path.join(site, info, 'WHEEL')).read(), re.M)]
            tag = '-'.join('.'.join(sorted({t[i] for t in tags})) for i in range(3))
            rows = []
            with zipfile.ZipFile(os.path.join(out, f'{name}-{tag}.whl'), 'w') as wheel:
                for path, *_ in csv.reader(open(record, encoding='utf-8')):
                    file = os.path.normpath(os.path.join(site, path))
                    if path.endswith('.pyc') or path in [f'{info}/{x}' for x in own] or not os.path.exists(file):
                        continue
                    data, below = open(file, 'rb').read(), os.path.relpath(file, root)
                    if file.startswith(site + '/'):
                        target = os.path.relpath(file, site)
                    elif below.startswith('bin/'):
                        script = below[4:]
                        if script in scripts or script.rstrip('0123456789.') in scripts:
                            continue
                        if data.startswith(f'#!{root}/bin/python'.encode()):
                            data = b'#!python' + data[data.index(b'\n'):]
                        target = f'{name}.data/scripts/{script}'
                    elif below.startswith('include/python'):
                        target = f'{name}.data/headers/' + '/'.join(below.split('/')[3:])
                    else:
                        target = f'{name}.data/data/{below}'
                    entry = zipfile.ZipInfo(target, (1980, 1, 1, 0, 0, 0))
                    entry.external_attr = (0o100755 if os.stat(file).st_mode & 0o100 else 0o100644) << 16
                    wheel.writestr(entry, data)
                    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip('=')
                    rows.append(f'{target},sha256={digest},{len(data)}\n')
                wheel.writestr(f'{info}/RECORD', ''.join(rows) + f'{info}/RECORD,,\n')
        """;

    /// <summary>Writes those with no more modules than <paramref name="most"/> into a folder and gives their paths.</summary>
    public static IReadOnlyList<string> Of(string python, string folder, int most)
    {
        Directory.CreateDirectory(folder);
        var site = new PythonRunner(python).Run("-c", "import sysconfig; print(sysconfig.get_path('purelib'))")
            .MustReturn(0).StandardOutput.Trim();
        new PythonRunner(RealPython.Of("system")).Run("-I", "-c", Script, site, folder, $"{most}").MustReturn(0);
        return [.. Directory.EnumerateFiles(folder, "*.whl").Order(StringComparer.Ordinal)];
    }
}
