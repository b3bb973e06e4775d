using Firn.Common;
using Firn.Python;
using Firn.Python.Environments;
using Firn.Tests.Python.Environments;

namespace Firn.Tests.Archives.Planning;

/// <summary>Layouts that this machine may not have, as trees of empty files.</summary>
public sealed class EnvironmentLayoutTests : IDisposable
{
    private readonly LocatorFixture _machine = new();

    public void Dispose() => _machine.Dispose();

    [Fact]
    public void Read_free_threaded_build_has_its_own_folders()
    {
        var prefix = _machine.Python("opt/python", "python3.13t", "3.13.1");

        var found = _machine.Read(prefix);

        Assert.True(found.FreeThreaded);
        Assert.Equal("3.13.1", found.PythonVersion);
        AssertPath(found, prefix, "lib/python313t.zip", "lib/python3.13t", "lib/python3.13t/lib-dynload", "lib/python3.13t/site-packages");
        Assert.Equal(_machine.Home + "/.local/lib/python3.13t/site-packages", found.UserSite);
    }

    [Fact]
    public void Read_pypy_has_no_lib_dynload()
    {
        var prefix = _machine.Python("opt/pypy", "pypy3.10", "3.10.14");
        var venv = _machine.Virtual("venv", prefix, "include-system-site-packages = false\nimplementation = PyPy\nversion_info = 3.10.14.final.0\n", "pypy3.10");

        var found = _machine.Read(venv);

        Assert.Equal("pypy", found.Implementation);
        Assert.Equal("3.10.14", found.PythonVersion);
        Assert.Equal(prefix, found.BasePrefix);
        AssertPath(found, _machine.Folder.Path, "opt/pypy/lib/pypy3.10", "venv/lib/pypy3.10/site-packages");
        AssertPath(_machine.Read(prefix), prefix, "lib/pypy3.10", "lib/pypy3.10/site-packages");
    }

    [Fact]
    public void Read_fedora_has_lib64_before_lib_and_usr_local()
    {
        _machine.Folder.File("root/usr/lib64/python3.12/os.py");
        _machine.Folder.File("root/usr/lib64/python3.12/site.py", "if 'RPM_BUILD_ROOT' not in os.environ:");
        _machine.Folder.File("root/usr/lib64/python3.12/EXTERNALLY-MANAGED");
        _machine.Folder.Folder("root/usr/lib64/python3.12/site-packages");
        _machine.Folder.Folder("root/usr/lib/python3.12/site-packages");
        _machine.Folder.Folder("root/usr/local/lib/python3.12/site-packages");
        _machine.Folder.Program("root/usr/bin/python3.12");
        _machine.Folder.Link("root/usr/bin/python3", "python3.12");
        var usr = _machine.Folder.At("root/usr");

        var found = _machine.Read(usr + "/bin/python3");

        AssertPath(
            found, usr, "lib64/python312.zip", "lib64/python3.12", "lib64/python3.12/lib-dynload",
            "local/lib/python3.12/site-packages", "lib64/python3.12/site-packages", "lib/python3.12/site-packages");
        Assert.Equal(usr + "/local/lib/python3.12/site-packages", found.SitePackages);
        Assert.Equal(new EnvironmentLayer(EnvironmentLayerKind.System, usr) { ExternallyManaged = true }, Assert.Single(found.Layers));
        _machine.Variables["RPM_BUILD_ROOT"] = "/build";
        Assert.DoesNotContain(_machine.Read(usr).SearchPath, entry => entry.Path.Contains("/local/", StringComparison.Ordinal));
    }

    [Fact]
    public void Read_debian_version_is_that_of_dpkg()
    {
        _machine.Python("root/usr");
        _machine.Folder.File("root/usr/lib/python3.11/site.py", "'dist-packages'");
        _machine.Folder.Folder("root/usr/lib/python3/dist-packages");
        _machine.Folder.File(
            "root/var/lib/dpkg/status",
            "Package: python3.11-minimal-doc\nStatus: install ok installed\nVersion: 9\n\n"
            + "Package: libpython3.11-minimal\nStatus: deinstall ok config-files\nVersion: 3.11.1-1\n\n"
            + "Package: libpython3.11-minimal\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1:3.11.0~rc2-6+deb12u6\n");

        Assert.Equal("3.11.0rc2", _machine.Read(_machine.Folder.At("root/usr")).PythonVersion);
    }

    [Fact]
    public void Read_conda_environment_is_named_by_its_folder()
    {
        var prefix = _machine.Conda("home/miniconda3/envs/lab");

        var found = _machine.Read(prefix);

        Assert.Equal("lab", found.CondaName);
        Assert.Equal("3.11.9", found.PythonVersion);
        Assert.Equal(new EnvironmentLayer(EnvironmentLayerKind.Conda, prefix) { Creator = "conda 24.1.2" }, Assert.Single(found.Layers));
        Assert.Null(_machine.Read(_machine.Conda("data/lab")).CondaName);
        var root = _machine.Conda("home/miniconda3");
        _machine.Folder.Folder("home/miniconda3/condabin");
        Assert.Equal("base", _machine.Read(root).CondaName);
    }

    [Fact]
    public void Read_venv_on_conda_has_both_layers()
    {
        var conda = _machine.Conda("home/miniconda3/envs/lab");
        var prefix = _machine.Virtual("venv", conda, "include-system-site-packages = TRUE\n");

        var found = _machine.Read(prefix);

        Assert.Equal([EnvironmentLayerKind.VirtualEnvironment, EnvironmentLayerKind.Conda], Kinds(found));
        Assert.True(found.IncludesSystemSitePackages);
        Assert.Null(found.CondaName);
        Assert.Equal(
            [SearchPathKind.Site, SearchPathKind.BaseSite],
            found.SearchPath.Where(entry => entry.Path.EndsWith("site-packages", StringComparison.Ordinal)).Select(entry => entry.Kind));
    }

    [Fact]
    public void Read_pixi_environment_says_its_version()
    {
        var prefix = _machine.Conda("project/.pixi/envs/default");
        _machine.Folder.File("project/.pixi/envs/default/conda-meta/pixi", "{\"manifest_path\": \"x\", \"pixi_version\": \"0.40.3\"}");

        var layer = Assert.Single(_machine.Read(prefix).Layers);

        Assert.Equal(EnvironmentLayerKind.Pixi, layer.Kind);
        Assert.Equal("pixi 0.40.3", layer.Creator);
    }

    [Fact]
    public void Read_uv_environment_on_its_own_python()
    {
        const string Name = "cpython-3.12.1-linux-x86_64-gnu";
        var python = _machine.Python($"home/.local/share/uv/python/{Name}", "python3.12");
        _machine.Folder.File($"home/.local/share/uv/python/{Name}/lib/python3.12/EXTERNALLY-MANAGED");
        _machine.Folder.Link("home/.local/share/uv/python/cpython-3.12-linux-x86_64-gnu", Name);
        var minor = _machine.Folder.At("home/.local/share/uv/python/cpython-3.12-linux-x86_64-gnu");
        var prefix = _machine.Virtual(
            "venv", minor, "implementation = CPython\nuv = 0.5.1\nversion_info = 3.12.0\nprompt = a = b\n", "python3.12");

        var found = _machine.Read(prefix);

        Assert.Equal("3.12.1", found.PythonVersion);
        Assert.Equal(minor, found.BasePrefix);
        Assert.Equal([EnvironmentLayerKind.VirtualEnvironment, EnvironmentLayerKind.UvManaged], Kinds(found));
        Assert.Equal("uv 0.5.1", found.Layers[0].Creator);
        Assert.True(found.Layers[1].ExternallyManaged);
        Assert.Equal("3.12.1", _machine.Read(python).PythonVersion);
    }

    [Fact]
    public void Read_virtualenv_on_pyenv_names_its_creator()
    {
        _machine.Pyenv("3.11.7");
        var prefix = _machine.Virtual(
            "venv", _machine.Folder.At("home/.pyenv/versions/3.11.7"), "virtualenv = 20.26.2\nversion_info = 3.11.7.final.0\n");

        var found = _machine.Read(prefix);

        Assert.Equal([EnvironmentLayerKind.VirtualEnvironment, EnvironmentLayerKind.Pyenv], Kinds(found));
        Assert.Equal("virtualenv 20.26.2", found.Layers[0].Creator);
    }

    [Fact]
    public void Read_virtual_environment_whose_interpreter_is_gone_is_still_described()
    {
        var prefix = _machine.Virtual("venv", "/gone/python", "version_info = 3.11.0.candidate.2\n");
        var problems = new List<Problem>();

        var found = EnvironmentReader.Read(_machine.Locate(prefix), _machine.SystemContext, problems);

        Assert.Null(found.Executable);
        Assert.Equal("3.11.0rc2", found.PythonVersion);
        Assert.Equal("/gone/python", found.BasePrefix);
        Assert.Contains(prefix + "/lib/python3.11/site-packages", found.SearchPath.Select(entry => entry.Path));
        Assert.Equal(["base-interpreter-missing", "interpreter-missing"], problems.Select(problem => problem.Code));
    }

    [Fact]
    public void Read_windows_installation_and_virtual_environment()
    {
        var prefix = WindowsPython("Python311");
        _machine.Folder.File("Python311/include/patchlevel.h", "#define PY_VERSION_HEX 1\n#define PY_VERSION \"3.11.4\"\n");
        var venv = _machine.Folder.Folder("venv");
        _machine.Folder.File("venv/pyvenv.cfg", $"home = {prefix}\r\ninclude-system-site-packages = false\r\nversion = 3.11.4\r\n");
        _machine.Folder.Program("venv/Scripts/python.exe");
        _machine.Folder.Folder("venv/Lib/site-packages");
        _machine.Variables["APPDATA"] = "/appdata";

        var found = _machine.Read(venv);
        var plain = _machine.Read(prefix + "/python.exe");

        Assert.Equal(PathStyle.Windows, found.PathStyle);
        Assert.Equal("3.11.4", found.PythonVersion);
        Assert.Equal(venv + "/Lib/site-packages", found.SitePackages);
        Assert.Equal("/appdata/Python/Python311/site-packages", found.UserSite);
        AssertPath(
            found, _machine.Folder.Path, "Python311/python311.zip", "Python311/DLLs", "Python311/Lib", "Python311",
            "venv", "venv/Lib/site-packages");
        AssertPath(plain, prefix, "python311.zip", "DLLs", "Lib", "", "Lib/site-packages");
    }

    [Fact]
    public void Read_embeddable_windows_package_has_only_what_its_file_names()
    {
        var prefix = WindowsPython("embed");
        _machine.Folder.File("embed/python311._pth", "python311.zip\r\n.\r\n# comment\r\nlibs # more\r\n#import site\r\n");
        _machine.Variables["PYTHONPATH"] = "/ignored";
        AssertPath(_machine.Read(prefix), prefix, "python311.zip", "", "libs");

        _machine.Folder.File("embed/python311._pth", "python311.zip\nimport site\n");
        AssertPath(_machine.Read(prefix), prefix, "python311.zip", "", "Lib/site-packages");
    }

    [Fact]
    public void Read_macos_framework_has_its_own_user_site()
    {
        const string Framework = "Library/Frameworks/Python.framework/Versions/3.11";
        var prefix = _machine.Python(Framework, "python3.11", "3.11.7");
        var user = _machine.Folder.Folder("home/Library/Python/3.11/lib/python/site-packages");
        _machine.Folder.Link("usr/local/bin/python3", "../../../" + Framework + "/bin/python3.11");

        var found = _machine.Read(_machine.Folder.At("usr/local/bin/python3"));

        Assert.Equal(prefix, found.Prefix);
        Assert.Equal(user, found.UserSite);
        Assert.Contains(new SearchPathEntry(user, SearchPathKind.UserSite), found.SearchPath);
    }

    [Fact]
    public void Read_version_in_the_binary_is_the_last_resort()
    {
        var prefix = _machine.Python("opt/python");
        _machine.Folder.File("opt/python/lib/libpython3.11.so.1.0", "13.11.9\0 3.11.8 not ended \0/src/Python-3.11.6\0 3.11.5\0");

        Assert.Equal("3.11.6", _machine.Read(prefix).PythonVersion);
    }

    [Fact]
    public void Read_pythonhome_is_reported_and_not_followed()
    {
        var prefix = _machine.Python("opt/python");
        _machine.Variables["PYTHONHOME"] = "/elsewhere";
        var problems = new List<Problem>();

        var found = EnvironmentReader.Read(_machine.Locate(prefix), _machine.SystemContext, problems);

        Assert.Equal(prefix, found.BasePrefix);
        Assert.Equal("pythonhome-set", Assert.Single(problems).Code);
    }

    [Fact]
    public void Read_pth_statements_are_facts()
    {
        var prefix = _machine.Python("opt/python");
        var site = prefix + "/lib/python3.11/site-packages";
        File.WriteAllText(site + "/__editable__.demo.pth", "import __editable___demo_finder; __editable___demo_finder.install()");
        File.WriteAllText(site + "/b.pth", "import\tos, sys\n/tmp\n");
        Directory.CreateDirectory(site + "/c.pth");

        var found = _machine.Read(prefix);

        Assert.Equal(
            [new PthImport(site + "/__editable__.demo.pth", "__editable___demo_finder"), new PthImport(site + "/b.pth", "os")],
            found.PthImports.ToList());
        Assert.Equal(new SearchPathEntry("/tmp", SearchPathKind.PthFile, site + "/b.pth"), found.SearchPath[^1]);
    }

    private string WindowsPython(string prefix)
    {
        _machine.Folder.Program($"{prefix}/python.exe");
        _machine.Folder.File($"{prefix}/python3.dll");
        _machine.Folder.File($"{prefix}/python311.dll");
        _machine.Folder.Folder($"{prefix}/DLLs");
        _machine.Folder.File($"{prefix}/Lib/os.py");
        _machine.Folder.Folder($"{prefix}/Lib/site-packages");
        return _machine.Folder.At(prefix);
    }

    private static IEnumerable<EnvironmentLayerKind> Kinds(PythonEnvironment environment) =>
        environment.Layers.Select(layer => layer.Kind);

    private static void AssertPath(PythonEnvironment environment, string prefix, params string[] expected) =>
        Assert.Equal(
            expected.Select(path => path.Length == 0 ? prefix : $"{prefix}/{path}"),
            environment.SearchPath.Select(entry => entry.Path));
}
