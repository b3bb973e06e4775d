using System.Text;
using Firn.Common;

namespace Firn.Benchmarks.Packages;

/// <summary>Many wheels and as many conda packages, their index pages, and the locks that name all of them.</summary>
internal sealed class PackageSite : IDisposable
{
    /// <summary>Projects on an index have older versions too.</summary>
    private const int OlderFiles = 40;

    private readonly Dictionary<string, ServedFile> _files = new(StringComparer.Ordinal);
    private readonly PackageServer _server;

    private PackageSite(string folder)
    {
        // The files are added before anybody knows the address.
        _server = new PackageServer(_files);
        Requirements = Path.Join(folder, "requirements.txt");
        ExplicitFile = Path.Join(folder, "explicit.txt");
    }

    /// <summary>Pinned by <c>==</c>, without hashes.</summary>
    public string Requirements { get; }

    /// <summary>An explicit file of conda's, with digests.</summary>
    public string ExplicitFile { get; }

    public string IndexUrl => _server.Address + "/simple/";

    /// <summary>Files and bytes in all wheels, unpacked.</summary>
    public int FileCount { get; private set; }

    public long Size { get; private set; }

    /// <summary>Makes the packages and serves them.</summary>
    /// <param name="folder">Where they are made.</param>
    /// <param name="count">How many wheels, and how many conda packages.</param>
    /// <param name="newer">A wheel more, of one of these in another version, which the locks do not name.</param>
    public static PackageSite Create(string folder, int count, GeneratedPackage? newer = null)
    {
        Directory.CreateDirectory(folder);
        var site = new PackageSite(folder);
        var packages = Enumerable.Range(0, count).Select(number => new GeneratedPackage(number)).ToArray();
        var contents = packages.AsParallel().AsOrdered().Select(package => Make(package, folder)).ToArray();
        site.FileCount = contents.Sum(content => content.Files);
        site.Size = contents.Sum(content => content.Size);
        if (newer is not null)
        {
            Make(newer, folder);
        }

        site.AddWheels(folder, packages, newer);
        site.AddConda(folder, packages);
        return site;
    }

    public void Dispose() => _server.Dispose();

    private static (int Files, long Size) Make(GeneratedPackage package, string folder)
    {
        WheelMaker.Write(package, Path.Join(folder, WheelMaker.FileName(package)));
        CondaMaker.Write(package, Path.Join(folder, CondaMaker.FileName(package)));
        var files = package.Files().ToArray();
        return (files.Length, files.Sum(file => (long)file.Content.Length));
    }

    private void AddWheels(string folder, GeneratedPackage[] packages, GeneratedPackage? newer)
    {
        foreach (var package in packages)
        {
            AddPage($"/simple/{package.Name}/", IndexPage(folder, package.Number == newer?.Number ? [package, newer] : [package]));
        }

        File.WriteAllLines(Requirements, packages.Select(package => $"{package.Name}=={package.Version}"));
    }

    private void AddConda(string folder, GeneratedPackage[] packages)
    {
        var python = Path.Join(folder, "python-3.11.7-hab00c5b_1_cpython.conda");
        CondaMaker.WritePython(python);
        var lines = new List<string> { "@EXPLICIT", Line("linux-64", python) };
        lines.AddRange(packages.Select(package => Line(
            CondaMaker.Subdirectory(package), Path.Join(folder, CondaMaker.FileName(package)))));
        File.WriteAllLines(ExplicitFile, lines);

        string Line(string subdirectory, string path)
        {
            var url = $"/conda-forge/{subdirectory}/{Path.GetFileName(path)}";
            return $"{_server.Address}{url}#sha256:{AddFile(url, path).Hex}";
        }
    }

    private Sha256Digest AddFile(string url, string path)
    {
        var digest = Sha256Digest.Of(File.ReadAllBytes(path));
        _files.Add(url, new ServedFile(path, [], "application/octet-stream", $"\"{digest.Hex[..32]}\""));
        return digest;
    }

    private void AddPage(string url, string text)
    {
        var page = Encoding.UTF8.GetBytes(text);
        _files.Add(url, new ServedFile(
            null, page, "application/vnd.pypi.simple.v1+json", $"\"{Sha256Digest.Of(page).Hex[..32]}\""));
    }

    /// <summary>As PyPI writes it (PEP 691, PEP 700), older versions first.</summary>
    private string IndexPage(string folder, GeneratedPackage[] versions)
    {
        var package = versions[0];
        var page = new StringBuilder("{\"files\":[");
        for (var older = 0; older < OlderFiles; older++)
        {
            var name = $"{package.Module}-0.{older}.0{(older % 2 == 0 ? "-py3-none-any.whl" : ".tar.gz")}";
            Append(name, Sha256Digest.Of(Encoding.UTF8.GetBytes(name)), 20_000);
            page.Append(',');
        }

        foreach (var version in versions)
        {
            var wheel = WheelMaker.FileName(version);
            page.Append(version == package ? string.Empty : ",");
            Append(wheel, AddFile($"/files/{wheel}", Path.Join(folder, wheel)), new FileInfo(Path.Join(folder, wheel)).Length);
        }

        page.Append($$"""],"meta":{"api-version":"1.1"},"name":"{{package.Name}}","versions":["{{string.Join("\",\"", versions.Select(static version => version.Version))}}"]}""");
        return page.ToString();

        void Append(string name, Sha256Digest hash, long length) => page.Append(
            $$"""{"core-metadata":false,"filename":"{{name}}","hashes":{"sha256":"{{hash.Hex}}"},"requires-python":">=3.8","size":{{length}},"upload-time":"2026-01-01T00:00:00.000000Z","url":"{{_server.Address}}/files/{{name}}","yanked":false}""");
    }
}
