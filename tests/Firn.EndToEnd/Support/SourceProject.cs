namespace Firn.EndToEnd.Support;

/// <summary>A project in a git repository with a remote, that pip can install without an index.</summary>
internal static class SourceProject
{
    // A build backend in the project itself: it needs no setuptools, which Python 3.12 and later no longer bring.
    private const string Backend = """
        import base64, hashlib, os, zipfile

        def _build(folder, name, files):
            info = '{name}-1.5.dist-info'
            files = dict(files)
            files[info + '/METADATA'] = 'Metadata-Version: 2.1\nName: {name}\nVersion: 1.5\n'
            files[info + '/WHEEL'] = 'Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\nTag: py3-none-any\n'
            rows = ''
            with zipfile.ZipFile(os.path.join(folder, name), 'w') as archive:
                for path, text in files.items():
                    archive.writestr(path, text)
                    digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b'=').decode()
                    rows += '%s,sha256=%s,%d\n' % (path, digest, len(text.encode()))
                archive.writestr(info + '/RECORD', rows + info + '/RECORD,,\n')
            return name

        def build_wheel(folder, config_settings=None, metadata_directory=None):
            return _build(folder, '{name}-1.5-py3-none-any.whl', {'{name}.py': 'x = 1\n'})

        def build_editable(folder, config_settings=None, metadata_directory=None):
            return _build(folder, '{name}-1.5-py3-none-any.whl', {'__editable__.{name}.pth': os.getcwd() + '\n'})
        """;

    /// <summary>A project of PEP 517 and PEP 660.</summary>
    public static string Modern(string folder, string name, string remote) => Make(folder, name, remote, new()
    {
        ["pyproject.toml"] = "[build-system]\nrequires = []\nbuild-backend = \"backend\"\nbackend-path = [\".\"]\n",
        ["backend.py"] = Backend.Replace("{name}", name),
    });

    /// <summary>A project of <c>setup.py develop</c>.</summary>
    public static string Legacy(string folder, string name, string remote) => Make(folder, name, remote, new()
    {
        ["setup.py"] = $"from setuptools import setup\nsetup(name='{name}', version='1.5', py_modules=['{name}'])\n",
    });

    private static string Make(string folder, string name, string remote, Dictionary<string, string> files)
    {
        files[$"{name}.py"] = "x = 1\n";
        files[".gitignore"] = "*.egg-info\nbuild\n__pycache__\n";
        Directory.CreateDirectory(folder);
        foreach (var (path, text) in files)
        {
            File.WriteAllText(Path.Join(folder, path), text);
        }

        Git(folder, "init", "--quiet", "--initial-branch=main");
        Git(folder, "add", ".");
        Git(folder, "-c", "user.name=Test", "-c", "user.email=test@example.org", "commit", "--quiet", "-m", "A project");
        Git(folder, "remote", "add", "origin", remote);
        return folder;
    }

    public static ProcessResult Git(string folder, params IEnumerable<string> arguments) =>
        new ProcessRunner { WorkingDirectory = folder }.Run(Part.Program("git"), arguments).MustReturn(0);
}
