using Firn.Common;
using Firn.Tests.Conda.Prefixes;
using Firn.Tests.Python.Environments;

namespace Firn.Tests.Cli;

/// <summary>A made-up machine with one Python, on which commands run.</summary>
internal sealed class CommandMachine : IDisposable
{
    private readonly LocatorFixture _fixture;
    private readonly string _python;

    /// <param name="folder">A new folder for it; default: one of the system's for such.</param>
    public CommandMachine(string? folder = null)
    {
        _fixture = new LocatorFixture(folder);
        _python = _fixture.Python("opt/python", version: "3.11.7");
        // A program, and no ELF file: half of one is a problem of its own.
        _fixture.Folder.File("opt/python/bin/python3.11", "MZ");
        _fixture.Folder.File(
            "root/etc/os-release", "ID=debian\nVERSION_ID=\"12\"\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n");
    }

    public Dictionary<string, string> Variables => _fixture.Variables;

    /// <summary>The current folder.</summary>
    public string Current => _fixture.Current;

    public SystemContext SystemContext => _fixture.SystemContext;

    public string At(string relative) => _fixture.Folder.At(relative);

    /// <summary>A virtual environment with two distributions of pip's.</summary>
    public string Virtual(string prefix)
    {
        var path = _fixture.Virtual(prefix, _python, "version = 3.11.7\n");
        Install(prefix, "Plain.Pkg", "1.0");
        Install(prefix, "other", "2.5");
        return path;
    }

    /// <summary>A conda environment with records, distributions and one package from pip.</summary>
    public string Conda(string prefix)
    {
        var path = At(prefix);
        CondaPrefixFixture.CopyTree(
            Path.Join(RepositoryFolder.Path, "tests", "Firn.Tests", "fixtures", "environment-id", "prefix"), path);
        _fixture.Folder.File($"{prefix}/conda-meta/archived-1.0-0.json", $$"""
            {
              "name": "archived", "version": "1.0", "build": "0", "build_number": 0, "subdir": "noarch",
              "channel": "https://conda.anaconda.org/conda-forge/noarch", "fn": "archived-1.0-0.conda",
              "url": "https://conda.anaconda.org/conda-forge/noarch/archived-1.0-0.conda",
              "md5": "{{new string('0', 32)}}", "sha256": "{{new string('1', 64)}}", "depends": [], "files": []
            }
            """);
        return path;
    }

    public void Install(
        string prefix, string name, string version, string? directUrl = null, string record = "", bool hasRecord = true)
    {
        var stem = $"{name.Replace('-', '_')}-{version}.dist-info";
        var folder = $"{prefix}/lib/python3.11/site-packages/{stem}";
        _fixture.Folder.File($"{folder}/METADATA", $"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n");
        _fixture.Folder.File($"{folder}/INSTALLER", "pip\n");
        if (directUrl is not null)
        {
            _fixture.Folder.File($"{folder}/direct_url.json", directUrl);
        }

        if (hasRecord)
        {
            _fixture.Folder.File($"{folder}/RECORD", $"{record}{stem}/METADATA,,\n{stem}/INSTALLER,,\n{stem}/RECORD,,\n");
        }
    }

    public void Uninstall(string prefix, string name, string version) =>
        Directory.Delete(At($"{prefix}/lib/python3.11/site-packages/{name}-{version}.dist-info"), recursive: true);

    public CommandRun Run(params string[] arguments) => CommandRun.Of(SystemContext, arguments);

    public void Dispose() => _fixture.Dispose();
}
