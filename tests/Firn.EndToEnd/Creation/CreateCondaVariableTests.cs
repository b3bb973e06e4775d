using System.Runtime.Versioning;
using System.Text.Json;
using Firn.EndToEnd.Support;
using Firn.EndToEnd.Support.Conda;

namespace Firn.EndToEnd.Creation;

/// <summary>
/// Variables of an environment.yml, and source archives in a lock: what needs a whole Python as a conda package, which is
/// packed here with Python's own tarfile.
/// </summary>
[UnsupportedOSPlatform("windows")]
[Collection(MachinePythons.Name)]
public sealed class CreateCondaVariableTests(PublishedFirn firn) : IDisposable
{
    // What a small program and pip need, in a package of conda's old form, and the index of its channel.
    private const string Packer = """
        import hashlib, io, json, os, sys, tarfile
        base, channel = sys.argv[1:3]
        skipped = {'test', 'idlelib', 'tkinter', 'turtledemo', 'lib2to3', 'pydoc_data', '__pycache__', 'ensurepip'}
        files = {'bin/python3.11': base + '/bin/python3.11'}
        for folder, folders, names in os.walk(base + '/lib/python3.11'):
            folders[:] = [name for name in folders if name not in skipped and not name.startswith('config-')]
            below = os.path.relpath(folder, base)
            if below == 'lib/python3.11/site-packages':
                folders[:] = [name for name in folders if name.startswith('pip')]
                names = []
            files.update((below + '/' + name, folder + '/' + name) for name in names)
        def digest(data): return hashlib.sha256(data).hexdigest()
        paths = [dict(_path=path, path_type='hardlink', sha256=digest(open(file, 'rb').read()), size_in_bytes=os.path.getsize(file)) for path, file in files.items()]
        paths.append(dict(_path='bin/python', path_type='softlink', sha256=digest(b''), size_in_bytes=0))
        index = dict(name='python', version='3.11.7', build='h1_0', build_number=0, depends=[], subdir='linux-64')
        head = {'info/index.json': json.dumps(index), 'info/paths.json': json.dumps(dict(paths=paths, paths_version=1)), 'info/about.json': '{}',
                'info/files': ''.join(item['_path'] + '\n' for item in paths)}
        os.makedirs(channel + '/linux-64'); os.makedirs(channel + '/noarch')
        archive = channel + '/linux-64/python-3.11.7-h1_0.tar.bz2'
        with tarfile.open(archive, 'w:bz2', compresslevel=1) as tar:
            for path, text in head.items():
                entry = tarfile.TarInfo(path); entry.size = len(text); tar.addfile(entry, io.BytesIO(text.encode()))
            for path, file in files.items():
                entry = tarfile.TarInfo(path); entry.size = os.path.getsize(file); entry.mode = 0o755 if path.startswith('bin/') else 0o644
                tar.addfile(entry, open(file, 'rb'))
            link = tarfile.TarInfo('bin/python'); link.type = tarfile.SYMTYPE; link.linkname = 'python3.11'; tar.addfile(link)
        data = open(archive, 'rb').read()
        index.update(sha256=digest(data), md5=hashlib.md5(data).hexdigest(), size=len(data))
        for folder, packages in (('linux-64', {os.path.basename(archive): index}), ('noarch', {})):
            json.dump({'info': {'subdir': folder}, 'packages': packages, 'packages.conda': {}}, open(f'{channel}/{folder}/repodata.json', 'w'))
        print(digest(data), end='')
        """;

    private readonly CondaCreateFolder _folder = new(firn);

    [SkippableFact]
    public void Variables_of_an_environment_file_are_set_and_never_archived()
    {
        Pack();
        var spec = _folder.Write("environment.yml", Spec(
            "variables:\n  <<: *shared\n  QUOTED: \"a \\\"b\\\" \\\\ é\"\n  SEED: 7\n  HIDDEN: <masked>\n", "x-shared: &shared {OMP_NUM_THREADS: 1, SEED: 6}\n"));

        var created = _folder.Create("-f", spec).MustReturn(0);

        // As conda reads it.
        var state = Path.Join(_folder.Prefix, "conda-meta", "state");
        var variables = JsonDocument.Parse(File.ReadAllText(state)).RootElement.GetProperty("env_vars");
        Assert.Equal(
            [("OMP_NUM_THREADS", "1"), ("QUOTED", "a \"b\" \\ é"), ("SEED", "7")],
            variables.EnumerateObject().Select(item => (item.Name, item.Value.GetString()!)).OrderBy(item => item.Name, StringComparer.Ordinal));
        Assert.Contains("the value of HIDDEN is masked", created.StandardError, StringComparison.Ordinal);
        // As a run has it.
        _folder.Write("firn.yaml", $"environment: {_folder.Prefix}\nvariables: {{SEED: 8}}\nanalyses:\n  a/b: {{command: python -c pass}}\n");
        var set = _folder.Firn("env", "--shell", "sh").MustReturn(0).StandardOutput;
        Assert.Contains("OMP_NUM_THREADS", set, StringComparison.Ordinal);
        Assert.Matches("SEED=['\"]?8", set);
        // Its names are known, its values are in no file of the store; a restore says what it lacks.
        Assert.DoesNotContain(Directory.EnumerateFiles(_folder.Store, "*", SearchOption.AllDirectories), file =>
            File.ReadAllText(file, System.Text.Encoding.Latin1).Contains("OMP_NUM_THREADS\": \"1", StringComparison.Ordinal));
        var restored = _folder.PathOf("restored");
        var restore = _folder.Firn("restore", CondaCreateFolder.IdOf(created), "--store", _folder.Store, "--to", restored).MustReturn(0);
        Assert.Contains("the environment set OMP_NUM_THREADS, SEED, QUOTED", Sorted(restore.StandardError), StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Join(restored, "conda-meta", "state")));
        _folder.Firn("capture", _folder.Prefix, "-o", _folder.PathOf("capture")).MustReturn(0);
        var again = _folder.CreateAt(_folder.PathOf("again"), "-f", _folder.PathOf("capture")).MustReturn(0);
        Assert.Contains("the environment set ", again.StandardError, StringComparison.Ordinal);
        Assert.Equal(CondaCreateFolder.IdOf(created), CondaCreateFolder.IdOf(again));
    }

    [SkippableFact]
    public void An_environment_file_without_variables_writes_no_state()
    {
        Pack();
        _folder.Create("-f", _folder.Write("environment.yml", Spec(string.Empty))).MustReturn(0);

        Assert.False(File.Exists(Path.Join(_folder.Prefix, "conda-meta", "state")));
    }

    [SkippableTheory]
    [InlineData("# pip packed @ file://{0}#sha256={1}\n", true)]
    [InlineData("# pip packed @ file://{0}\n", true)]
    [InlineData("# pip packed @ file://{0}#sha256={2}\n", false)]
    public void Source_archives_of_a_lock_are_built_with_the_Python_of_the_lock(string line, bool isBuilt)
    {
        var digest = Pack();
        var archive = Packed();
        var sha256 = LoopbackIndex.DigestOf(archive);
        var lockFile = _folder.Write(
            "explicit.txt",
            $"# platform: linux-64\n@EXPLICIT\nfile://{_folder.PathOf("channel")}/linux-64/python-3.11.7-h1_0.tar.bz2#sha256:{digest}\n"
            + string.Format(System.Globalization.CultureInfo.InvariantCulture, line, archive, sha256, new string('0', 64)));
        Assert.Contains("to build", _folder.Create("-f", lockFile, "--no-index", "--dry-run").MustReturn(0).StandardOutput, StringComparison.Ordinal);
        if (!isBuilt)
        {
            Assert.Contains("packed", _folder.CreateMustFail(1, "-f", lockFile, "--no-index").StandardError, StringComparison.Ordinal);
            return;
        }

        var before = Directory.GetDirectories(Path.GetTempPath(), "firn-build-*");
        var created = _folder.Create("-f", lockFile, "--no-index").MustReturn(0);

        Assert.Equal("1\n", CondaCreateFolder.Python(_folder.Prefix, "-c", "import packed; print(packed.x)").MustReturn(0).StandardOutput);
        _folder.VerifyMustPass(created, _folder.Prefix);
        // What it was built with is gone.
        Assert.Empty(Directory.GetDirectories(Path.GetTempPath(), "firn-build-*").Except(before));
    }

    public void Dispose() => _folder.Dispose();

    private string Pack()
    {
        var python = RealPython.Of("3.11");
        return new PythonRunner(python).Run(
            "-c", Packer, Path.GetDirectoryName(Path.GetDirectoryName(python))!, _folder.PathOf("channel")).MustReturn(0).StandardOutput;
    }

    private string Packed()
    {
        SourceProject.Modern(_folder.PathOf("packed-1.5"), "packed", "https://example.org/packed.git");
        new ProcessRunner { WorkingDirectory = _folder.PathOf() }.Run(
            Part.Program("tar"), "-czf", "packed-1.5.tar.gz", "--exclude=.git", "packed-1.5").MustReturn(0);
        return _folder.PathOf("packed-1.5.tar.gz");
    }

    private string Spec(string more, string first = "") =>
        $"{first}name: test\nchannels: [\"file://{_folder.PathOf("channel")}\", nodefaults]\ndependencies: [python=3.11.7=h1_0]\n{more}";

    /// <summary>Merged variables may stand before or behind the others.</summary>
    private static string Sorted(string text) => text.Replace("QUOTED, SEED, OMP_NUM_THREADS", "OMP_NUM_THREADS, SEED, QUOTED", StringComparison.Ordinal);
}
