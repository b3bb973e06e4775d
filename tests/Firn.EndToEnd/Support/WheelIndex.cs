using System.Collections.Concurrent;
using System.Diagnostics;

namespace Firn.EndToEnd.Support;

/// <summary>An index of wheels on loopback, as pip knows them (PEP 503): pages in a folder, and Python's server.</summary>
internal sealed class WheelIndex : IDisposable
{
    private readonly ConcurrentQueue<string> _log = new();
    private readonly Process _server;

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

        _server = Process.Start(new ProcessStartInfo(
            RealPython.Of("system"),
            ["-I", "-u", "-m", "http.server", "--bind", "127.0.0.1", "--directory", folder, "0"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        _server.ErrorDataReceived += (_, line) => _log.Enqueue(line.Data ?? string.Empty);
        _server.BeginErrorReadLine();
        // "Serving HTTP on 127.0.0.1 port 40123 (http://127.0.0.1:40123/) ..."
        var greeting = _server.StandardOutput.ReadLine() ?? string.Empty;
        Url = greeting.Split('(', ')') is [_, var root, _]
            ? root + "simple/"
            : throw new InvalidOperationException(greeting);
    }

    /// <summary>What pip takes as <c>--index-url</c>.</summary>
    public string Url { get; }

    /// <summary>What was asked for so far.</summary>
    public IReadOnlyList<string> Requests => [.. _log];

    /// <summary>Installs from this index and from nowhere else, whatever the machine's own settings say.</summary>
    public void Install(PythonRunner python, params IEnumerable<string> arguments) => python.Pip(
        ["--isolated", "install", "--quiet", "--no-cache-dir", "--proxy", "", "--index-url", Url, .. arguments]);

    public void Dispose()
    {
        _server.Kill();
        _server.WaitForExit();
        _server.Dispose();
    }
}
