namespace Firn.EndToEnd.Support;

/// <summary>A conda environment written file by file: a Python that is a link to the system's, and a package.</summary>
internal sealed class CondaPrefix : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public CondaPrefix()
    {
        var python = RealPython.Of("system");
        var name = Path.GetFileName(File.ResolveLinkTarget(python, returnFinalTarget: true)?.Name ?? "python3");
        var series = name["python".Length..];
        var site = $"lib/{name}/site-packages";
        Directory.CreateDirectory($"{Prefix}/{site}/numbers-1.0.dist-info");
        Directory.CreateDirectory($"{Prefix}/bin");
        Directory.CreateDirectory($"{Prefix}/conda-meta");
        // A program, so that the environment has an interpreter; it is never started.
        File.Copy(File.ResolveLinkTarget(python, returnFinalTarget: true)?.FullName ?? python, $"{Prefix}/bin/{name}");
        File.CreateSymbolicLink($"{Prefix}/bin/python", name);
        File.WriteAllText($"{Prefix}/lib/{name}/os.py", string.Empty);
        File.WriteAllText($"{Prefix}/{site}/numbers-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: numbers\nVersion: 1.0\n");
        File.WriteAllText($"{Prefix}/{site}/numbers-1.0.dist-info/RECORD", "numbers.py,sha256=abc,1\n");
        File.WriteAllText($"{Prefix}/{site}/numbers-1.0.dist-info/INSTALLER", "conda\n");
        Record("python", $"{series}.2", "h0_0_cpython", $"bin/{name}");
        Record("numbers", "1.0", "0", $"{site}/numbers-1.0.dist-info/RECORD");
        File.WriteAllText(
            Prefix + "/conda-meta/history",
            "==> 2024-01-01 00:00:00 <==\n# cmd: conda create -n x numbers\n# conda version: 24.1.0\n"
            + "+conda-forge/linux-64::numbers-1.0-0\n# update specs: ['numbers']\n");
    }

    public string Root => _folder.Root;

    public string Prefix => _folder.PathOf("envs", "x");

    public void Dispose() => _folder.Dispose();

    private void Record(string name, string version, string build, string file) => File.WriteAllText(
        $"{Prefix}/conda-meta/{name}-{version}-{build}.json",
        $$"""
        {
          "name": "{{name}}", "version": "{{version}}", "build": "{{build}}", "build_number": 0, "subdir": "linux-64",
          "channel": "https://conda.anaconda.org/conda-forge/linux-64", "fn": "{{name}}-{{version}}-{{build}}.conda",
          "url": "https://conda.anaconda.org/conda-forge/linux-64/{{name}}-{{version}}-{{build}}.conda",
          "md5": "0123456789abcdef0123456789abcdef", "depends": {{(name == "python" ? "[]" : "[\"python\"]")}}, "constrains": [], "license": "MIT",
          "sha256": "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
          "files": ["{{file}}"], "requested_spec": "{{name}}",
          "paths_data": {"paths_version": 1, "paths": [
            {"_path": "{{file}}", "path_type": "hardlink", "sha256": "ff", "sha256_in_prefix": "ff", "size_in_bytes": 1}]}
        }
        """);
}
