using System.Runtime.Versioning;
using Firn.EndToEnd.Support.Conda;

namespace Firn.EndToEnd.Support;

/// <summary>A virtual environment of the system's Python, written file by file, to be damaged by a test.</summary>
internal sealed class PlainEnvironment : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public PlainEnvironment()
    {
        var python = RealPython.Of("system");
        var version = Path.GetFileName(File.ResolveLinkTarget(python, returnFinalTarget: true)?.Name ?? "python3");
        SitePackages = Prefix + $"/lib/{version}/site-packages";
        Directory.CreateDirectory(SitePackages);
        Directory.CreateDirectory(Prefix + "/bin");
        Executable = Prefix + "/bin/python3";
        File.CreateSymbolicLink(Executable, python);
        File.WriteAllText(Prefix + "/pyvenv.cfg", "home = /usr/bin\ninclude-system-site-packages = false\n");
        DistInfo = AddDistribution("victim");
    }

    public string Root => _folder.Root;

    public string Prefix => _folder.PathOf("venv");

    public string Output => _folder.PathOf("capture");

    public string SitePackages { get; }

    public string Executable { get; }

    /// <summary>The folder of a distribution that is installed there.</summary>
    public string DistInfo { get; }

    public string AddDistribution(string name)
    {
        var folder = $"{SitePackages}/{name}-1.0.dist-info";
        Directory.CreateDirectory(folder);
        File.WriteAllText(folder + "/METADATA", $"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n\nWords.\n");
        File.WriteAllText(folder + "/INSTALLER", "pip\n");
        File.WriteAllText(folder + "/RECORD", $"{name}.py,sha256=abc,1\n{name}-1.0.dist-info/RECORD,,\n");
        return folder;
    }

    /// <summary>An editable install of a folder.</summary>
    public void AddEditable(string name, string url, string project)
    {
        var folder = AddDistribution(name);
        File.WriteAllText(folder + "/direct_url.json", $$$"""{"url":"{{{url}}}","dir_info":{"editable":true}}""");
        File.WriteAllText($"{SitePackages}/__editable__.{name}-1.0.pth", project + "\n");
    }

    public void Dispose() => _folder.Dispose();
}

/// <summary>An <c>environment.yml</c> of exact packages, as <c>conda env export</c> writes it.</summary>
[UnsupportedOSPlatform("windows")]
internal static class EnvironmentFile
{
    public static string Of(IEnumerable<string> channels, params IEnumerable<CondaPackageFile> packages) =>
        "name: test\nchannels:\n" + string.Concat(channels.Select(channel => $"  - {channel}\n")) + "  - nodefaults\ndependencies:\n"
        + string.Concat(packages.Select(package => $"  - {package.Name}={package.Version}={package.Build}\n"));
}
