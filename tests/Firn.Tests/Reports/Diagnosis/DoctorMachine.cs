using System.Text.Json;
using Firn.Captures;
using Firn.Common;
using Firn.Reports.Diagnosis;
using Firn.Tests.Host.Binaries;
using Firn.Tests.Python.Environments;

namespace Firn.Tests.Reports.Diagnosis;

/// <summary>A made-up machine with one environment of Linux, macOS or Windows, and a doctor for it.</summary>
internal sealed class DoctorMachine : IDisposable
{
    private readonly LocatorFixture _fixture = new();
    private readonly string _site;

    private DoctorMachine(string site) => _site = site;

    public Dictionary<string, string> Variables => _fixture.Variables;

    public string Prefix { get; private set; } = string.Empty;

    public SystemContext SystemContext => _fixture.SystemContext;

    /// <summary>Site-packages, absolute.</summary>
    public string Site => $"{Prefix}/{_site}";

    /// <summary>A virtual environment, on Linux or on macOS: what is in it tells.</summary>
    public static DoctorMachine Posix()
    {
        var machine = new DoctorMachine("lib/python3.11/site-packages");
        var python = machine._fixture.Python("opt/python", version: "3.11.7");
        // A program, and no ELF file: half of one is a problem of its own.
        machine._fixture.Folder.File("opt/python/bin/python3.11", "MZ");
        machine.Prefix = machine._fixture.Virtual("home/env", python, "version = 3.11.7\n");
        return machine;
    }

    public static DoctorMachine Windows()
    {
        var machine = new DoctorMachine("Lib/site-packages");
        machine._fixture.Folder.File("env/python.exe", "MZ");
        machine._fixture.Folder.File("env/python311.dll");
        machine._fixture.Folder.Folder("env/DLLs");
        machine._fixture.Folder.File("env/Lib/os.py");
        machine._fixture.Folder.Folder("env/Lib/site-packages");
        machine.Prefix = machine._fixture.Folder.At("env");
        return machine;
    }

    public static DoctorMachine Conda()
    {
        var machine = new DoctorMachine("lib/python3.11/site-packages");
        machine.Prefix = machine._fixture.Conda("opt/conda/envs/lab");
        machine._fixture.Folder.File("opt/conda/envs/lab/bin/python3.11", "MZ");
        File.Delete(machine.Prefix + "/conda-meta/python-dateutil-2.9.0-py_0.json");
        File.Delete(machine.Prefix + "/conda-meta/python-3.11.9-hb806964_0_cpython.json");
        machine.CondaPackage("python", "3.11.9");
        return machine;
    }

    /// <summary>A distribution whose RECORD lists these files of site-packages.</summary>
    public string Install(string name, string version, params (string Path, byte[] Content)[] files)
    {
        var info = $"{name.Replace('-', '_')}-{version}.dist-info";
        Write($"{_site}/{info}/METADATA", System.Text.Encoding.UTF8.GetBytes($"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"));
        Write($"{_site}/{info}/INSTALLER", "pip\n"u8.ToArray());
        var record = new List<string>();
        foreach (var (path, content) in files)
        {
            Write($"{_site}/{path}", content);
            var digest = Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(content)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
            record.Add($"{path},sha256={digest},{content.Length}");
        }

        record.Add($"{info}/METADATA,,");
        record.Add($"{info}/RECORD,,");
        Write($"{_site}/{info}/RECORD", System.Text.Encoding.UTF8.GetBytes(string.Join('\n', record) + "\n"));
        return $"{Site}/{info}";
    }

    /// <summary>A conda package with these files of the prefix.</summary>
    public void CondaPackage(string name, string version, params string[] files) => Write(
        $"conda-meta/{name}-{version}-0.json",
        JsonSerializer.SerializeToUtf8Bytes(new
        {
            name,
            version,
            build = "0",
            build_number = 0,
            subdir = "linux-64",
            channel = "https://conda.anaconda.org/conda-forge/linux-64",
            url = $"https://conda.anaconda.org/conda-forge/linux-64/{name}-{version}-0.conda",
            fn = $"{name}-{version}-0.conda",
            depends = Array.Empty<string>(),
            files,
            paths_data = new { paths_version = 1, paths = files.Select(path => new { _path = path, path_type = "hardlink" }) },
        }));

    /// <summary>Writes a file below the prefix.</summary>
    public void Write(string path, byte[] content)
    {
        var full = $"{Prefix}/{path}";
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllBytes(full, content);
    }

    public DiagnosisReport Examine(bool readsData = false) =>
        new EnvironmentDoctor(SystemContext).Examine(new InspectionRequest { Environment = Prefix }, readsData, CancellationToken.None);

    /// <summary>The codes of what is found, each with its level.</summary>
    public string[] Found(bool readsData = false) =>
        [.. Examine(readsData).Findings.Select(finding => $"{DiagnosisWriter.Word(finding.Level)} {finding.Code}")];

    /// <summary>An ELF library that exports the symbols.</summary>
    public static byte[] Library(params string[] symbols) => new ElfBuilder { Symbols = symbols }.Build();

    /// <summary>An ELF library that is an OpenMP runtime.</summary>
    public static byte[] OpenMp() => Library("omp_get_max_threads");

    public void Dispose() => _fixture.Dispose();
}
