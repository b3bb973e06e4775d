namespace Firn.EndToEnd.Support;

/// <summary>An index of wheels on loopback, as pip knows them (PEP 503): pages in a folder, and Python's server.</summary>
internal sealed class WheelIndex : IDisposable
{
    private readonly FolderServer _server;

    public WheelIndex(string folder, params IEnumerable<WheelFile> wheels)
    {
        foreach (var project in wheels.GroupBy(wheel => wheel.Name))
        {
            var page = Path.Join(folder, "simple", project.Key);
            var links = project.Select(wheel => Path.GetFileName(wheel.WriteTo(page)))
                .Select(file => $"<a href=\"{file}\">{file}</a>");
            File.WriteAllText(
                Path.Join(page, "index.html"), $"<!DOCTYPE html><html><body>{string.Join('\n', links)}</body></html>");
        }

        _server = new FolderServer(folder);
    }

    /// <summary>What pip takes as <c>--index-url</c>.</summary>
    public string Url => _server.Url + "/simple/";

    /// <summary>The paths that were asked for since the last call.</summary>
    public IReadOnlyList<string> TakeRequests() => _server.TakeRequests();

    /// <summary>Installs from this index and from nowhere else, whatever the machine's own settings say.</summary>
    public void Install(PythonRunner python, params IEnumerable<string> arguments) => python.Pip(
        ["--isolated", "install", "--quiet", "--no-cache-dir", "--proxy", "", "--index-url", Url, .. arguments]);

    public void Dispose() => _server.Dispose();
}
