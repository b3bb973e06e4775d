using Firn.EndToEnd.Support;

namespace Firn.EndToEnd.Creation;

/// <summary>What pip reads in its variables and configuration files, <c>firn create</c> reads too: pip is the truth.</summary>
[Collection(MachinePythons.Name)]
public sealed class CreatePipSettingsTests(PublishedFirn firn) : IDisposable
{
    private const string NoIndex = "PIP_NO_INDEX=1";
    private const string Links = "PIP_FIND_LINKS={root}/wheels";
    private readonly CreateFolder _folder = new(firn);

    [SkippableTheory]
    [InlineData("alpha==1.0", "", true, NoIndex, Links)]
    [InlineData("alpha==1.0", "", true, NoIndex, "PIP_FIND_LINKS={root}/nothing {root}/wheels")]
    [InlineData("alpha==1.0", "[install]\nno-index = true\nfind-links = {root}/wheels\n", true)]
    [InlineData("alpha==1.0", "[global]\nno_index = yes\nfind-links =\n  {root}/nothing\n  {root}/wheels\n", true)]
    [InlineData("alpha==1.0", "[DEFAULT]\nno-index = true\nfind-links = {root}/wheels\n[install]\n", true)]
    [InlineData("alpha==1.0", "[DEFAULT]\nfind-links = {root}/nothing\n[global]\nno-index = true\n[install]\nfind-links = {root}/wheels\n", true)]
    [InlineData("alpha==1.0", "[DEFAULT]\nfind-links = {root}/wheels\n", false, NoIndex)]
    [InlineData("alpha==1.0", "[freeze]\nfind-links = {root}/wheels\n[download]\nno-index = true\n", false, NoIndex)]
    [InlineData("alpha==1.0", "[global]\nfind-links = {root}/%(here)s\n", true, NoIndex)]
    [InlineData("alpha==1.0", "[global]\nfind-links = {root}/wheels\n", true, NoIndex, "PIP_FIND_LINKS=")]
    [InlineData("alpha==1.0", "[global]\nfind-links = {root}/wheels\n", false, NoIndex, "PIP_FIND_LINKS={root}/nothing")]
    [InlineData("alpha==1.0", "", false, NoIndex, Links, "PIP_NO_BINARY=:all:")]
    [InlineData("alpha==1.0", "[global]\nno-binary = alpha\n", true, NoIndex, Links, "PIP_NO_BINARY=:none:")]
    [InlineData("alpha==1.0", "[global]\nno-binary = alpha\n", false, NoIndex, Links, "PIP_NO_BINARY=beta")]
    [InlineData("alpha==1.0", "[install]\nonly-binary = alpha\n", false, NoIndex, Links, "PIP_NO_BINARY=:all:")]
    [InlineData("alpha==1.0", "[install]\nno-binary = :all:\n", true, NoIndex, Links, "PIP_ONLY_BINARY=alpha")]
    [InlineData("alpha==1.0", "[global]\nrequire-hashes = true\n", false, NoIndex, Links)]
    [InlineData("alpha==1.0", "", false, NoIndex, Links, "PIP_REQUIRE_HASHES=1")]
    [InlineData("alpha==1.0", "", true, NoIndex, Links, "PIP_CONSTRAINT=same.txt")]
    [InlineData("alpha==1.0", "", false, NoIndex, Links, "PIP_CONSTRAINT={root}/other.txt")]
    [InlineData("alpha==1.0", "[install]\nconstraint = other.txt\n", false, NoIndex, Links)]
    [InlineData("alpha==1.0", "", false, NoIndex, Links, "PIP_CONSTRAINT=none.txt")]
    [InlineData("alpha", "", true, NoIndex, Links, "PIP_CONSTRAINT=same.txt")]
    [InlineData("alpha", "", true, NoIndex, Links, "PIP_CONSTRAINT=other.txt")]
    [InlineData("newer==1.0", "", false, NoIndex, Links)]
    [InlineData("newer==1.0", "", true, NoIndex, Links, "PIP_IGNORE_REQUIRES_PYTHON=1")]
    [InlineData("newer", "[install]\nignore-requires-python = true\n", true, NoIndex, Links)]
    public void A_setting_does_what_it_does_for_pip(string line, string configuration, bool isMade, params string[] variables)
    {
        var real = new PythonRunner(RealPython.Of("3.11")).MakeEnvironment(_folder.PathOf("real"), "--without-pip");
        Prepare(configuration, variables);
        var lockFile = _folder.Write("requirements.txt", line);

        var pip = new ProcessRunner { Variables = _folder.Variables, WorkingDirectory = _folder.Root }
            .Run(RealPython.Of("3.11"), "-m", "pip", "--python", real.Python, "install", "-q", "--no-deps", "-r", lockFile);
        var created = _folder.Run([.. Arguments(lockFile), "--without-pip"]);

        Assert.Equal((isMade, pip.StandardError), (pip.ExitCode == 0, pip.StandardError));
        Assert.Equal((isMade, created.StandardError), (created.ExitCode == 0, created.StandardError));
        if (isMade)
        {
            Assert.Equal(InstalledIn("real"), InstalledIn("env"));
        }
        else
        {
            CleanFailure.Check(created, 1);
            CreateFolder.MustBeAbsent(_folder.PathOf("env"));
        }
    }

    [SkippableTheory]
    [InlineData("PIP_PYTHON=/nowhere/python")]
    [InlineData("PIP_TARGET={root}/elsewhere")]
    [InlineData("PIP_PREFIX={root}/elsewhere")]
    [InlineData("PIP_USER=1")]
    [InlineData("PIP_ROOT={root}/elsewhere")]
    [InlineData("PIP_VERBOSE=3")]
    [InlineData("PIP_REQUIREMENT={root}/none.txt")]
    [InlineData("PIP_REPORT={root}/elsewhere")]
    public void What_would_lead_pip_elsewhere_does_not_lead_firn_there(string variable)
    {
        Prepare(string.Empty, NoIndex, Links, variable);
        _folder.Write("project/pyproject.toml", "[build-system]", "requires = []", "build-backend = 'backend'", "backend-path = ['.']");
        _folder.Write("project/backend.py", Backend);
        var lockFile = _folder.Write("requirements.txt", "alpha", "-e ./project");

        _folder.Run(Arguments(lockFile)).MustReturn(0);

        Assert.Contains("alpha-2.0.dist-info", InstalledIn("env"));
        Assert.Contains("proj-1.0.dist-info", InstalledIn("env"));
        Assert.False(Path.Exists(_folder.PathOf("elsewhere")));
    }

    [SkippableTheory]
    [InlineData("cPyHead", "cPyHead")]
    [InlineData("needs", "CPYhead")]
    public void What_pip_chooses_has_its_headers_where_pip_has_them(string line, string folder)
    {
        Prepare(string.Empty, NoIndex, Links);
        _folder.Add(new WheelFile("CPyHead", "1.0") { Files = new Dictionary<string, string> { ["{data}/headers/API.h"] = "#define X 1\n" } });
        _folder.Add(new WheelFile("needs", "1.0") { Metadata = "Requires-Dist: CPYhead>=1\n" });
        var real = new PythonRunner(RealPython.Of("3.11")).MakeEnvironment(_folder.PathOf("real"), "--without-pip");
        new PythonRunner(RealPython.Of("3.11")).Pip("--python", real.Python, "install", "-q", "--no-index", "--find-links", _folder.Wheels, line);
        var lockFile = _folder.Write("requirements.txt", line);

        _folder.Run([.. Arguments(lockFile), "--without-pip"]).MustReturn(0);

        Assert.Equal(folder, Path.GetFileName(Path.GetDirectoryName(Header("real"))));
        Assert.Equal(Header("real"), Header("env"));
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>A build backend that needs nothing: an editable install of one module.</summary>
    private const string Backend = """
        import zipfile, os
        INFO = 'proj-1.0.dist-info/'
        def build_editable(folder, config_settings=None, metadata_directory=None):
            name = 'proj-1.0-py3-none-any.whl'
            files = {'proj.pth': os.getcwd() + '\n', INFO + 'METADATA': 'Metadata-Version: 2.1\nName: proj\nVersion: 1.0\n',
                     INFO + 'WHEEL': 'Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n'}
            with zipfile.ZipFile(os.path.join(folder, name), 'w') as wheel:
                for path, text in files.items():
                    wheel.writestr(path, text)
                wheel.writestr(INFO + 'RECORD', ''.join(path + ',,\n' for path in [*files, INFO + 'RECORD']))
            return name
        """;

    private void Prepare(string configuration, params string[] variables)
    {
        _folder.Add(new WheelFile("alpha", "1.0"));
        _folder.Add(new WheelFile("alpha", "2.0"));
        _folder.Add(new WheelFile("newer", "1.0") { Metadata = "Requires-Python: >=3.90\n" });
        Directory.CreateSymbolicLink(_folder.PathOf("%(here)s"), _folder.Wheels);
        Directory.CreateDirectory(_folder.PathOf("project"));
        _folder.Write("same.txt", "alpha==1.0");
        _folder.Write("other.txt", "alpha==2.0");
        _folder.Variables["PIP_CONFIG_FILE"] = _folder.Write("pip.conf", Filled(configuration));
        foreach (var variable in variables)
        {
            var parts = variable.Split('=', 2);
            _folder.Variables[parts[0]] = Filled(parts[1]);
        }
    }

    private string Filled(string text) => text.Replace("{root}", _folder.Root, StringComparison.Ordinal);

    private string[] Arguments(string lockFile) =>
        ["create", "-f", lockFile, "--to", _folder.PathOf("env"), "--store", _folder.Store, "--python", RealPython.Of("3.11")];

    private string Header(string prefix) =>
        Assert.Single(Directory.GetFiles(_folder.PathOf(prefix, "include"), "API.h", SearchOption.AllDirectories))[_folder.PathOf(prefix).Length..];

    private string[] InstalledIn(string prefix) =>
        [.. Directory.GetDirectories(_folder.PathOf(prefix, "lib/python3.11/site-packages"), "*.dist-info").Select(path => Path.GetFileName(path))
            .Where(static name => !name.StartsWith("pip-", StringComparison.Ordinal) && !name.StartsWith("setuptools-", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
}
