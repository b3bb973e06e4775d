using Firn.Common;
using Firn.Python.Environments;

namespace Firn.Tests.Python.Environments;

/// <summary>A made-up machine below one folder: home, current folder, variables and Pythons that are never started.</summary>
internal sealed class LocatorFixture(string? folder = null) : IDisposable
{
    public TemporaryFolder Folder { get; } = new(folder);

    public Dictionary<string, string> Variables { get; } = [];

    public string Home => Folder.Folder("home");

    public string Current => Folder.Folder("home/work/project");

    public SystemContext SystemContext => new()
    {
        Variables = Variables,
        HomeDirectory = Home,
        CurrentDirectory = Current,
        RootDirectory = Folder.Folder("root"),
    };

    /// <summary>An installed Python; <c>bin/python</c> and <c>bin/python3</c> are links, as <c>make install</c> leaves them.</summary>
    public string Python(string prefix, string name = "python3.11", string? version = null)
    {
        Folder.File($"{prefix}/lib/{name}/os.py");
        Folder.Folder($"{prefix}/lib/{name}/site-packages");
        Folder.Program($"{prefix}/bin/{name}");
        Folder.Link($"{prefix}/bin/python3", name);
        Folder.Link($"{prefix}/bin/python", "python3");
        if (version is not null)
        {
            Folder.File($"{prefix}/include/{name}/patchlevel.h", $"#define PY_VERSION      \"{version}\"\n");
        }

        return Folder.At(prefix);
    }

    public string Virtual(string prefix, string basePrefix, string lines = "", string name = "python3.11")
    {
        Folder.File($"{prefix}/pyvenv.cfg", $"home = {basePrefix}/bin\n{lines}");
        Folder.Folder($"{prefix}/lib/{name}/site-packages");
        Folder.Link($"{prefix}/bin/python", $"{basePrefix}/bin/{name}");
        Folder.Link($"{prefix}/bin/python3", "python");
        return Folder.At(prefix);
    }

    public string Conda(string prefix)
    {
        Python(prefix);
        Folder.File($"{prefix}/conda-meta/history", "==> 2024-01-01 <==\n# cmd: create\n# conda version: 24.1.2\n");
        Folder.File($"{prefix}/conda-meta/python-3.11.9-hb806964_0_cpython.json", "{}");
        Folder.File($"{prefix}/conda-meta/python-dateutil-2.9.0-py_0.json", "{}");
        return Folder.At(prefix);
    }

    /// <summary>pyenv with its shims and these versions.</summary>
    public string Pyenv(params string[] versions)
    {
        foreach (var version in versions)
        {
            var series = "python" + string.Join('.', version.Split('.')[..2]);
            Python($"home/.pyenv/versions/{version}", series, version);
        }

        foreach (var shim in (string[])["python", "python3", "python3.10", "python3.11", "python3.12"])
        {
            var path = Folder.Program($"home/.pyenv/shims/{shim}");
            File.WriteAllText(path, $"#!/usr/bin/env bash\nexec \"{Home}/.pyenv/libexec/pyenv\" exec \"$program\" \"$@\"\n");
        }

        return Folder.At("home/.pyenv");
    }

    public LocatedEnvironment Locate(string? argument = null, string? name = null) =>
        EnvironmentLocator.Locate(argument, name, SystemContext);

    public Firn.Python.PythonEnvironment Read(string argument) =>
        EnvironmentReader.Read(Locate(argument), SystemContext, []);

    public FirnException Fails(string? argument = null, string? name = null) =>
        Assert.Throws<FirnException>(() => Locate(argument, name));

    public void Dispose() => Folder.Dispose();
}
