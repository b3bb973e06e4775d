using System.Collections.Concurrent;
using System.Diagnostics;

namespace Firn.EndToEnd.Support;

/// <summary>Serves a folder on loopback, at a port that is free, and keeps what was asked for.</summary>
internal sealed class FolderServer : IDisposable
{
    private readonly ConcurrentQueue<string> _log = new();
    private readonly Process _server;
    private int _marks;

    public FolderServer(string folder)
    {
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
            ? root.TrimEnd('/')
            : throw new InvalidOperationException(greeting);
    }

    public string Url { get; }

    /// <summary>The paths that were asked for since the last call.</summary>
    public IReadOnlyList<string> TakeRequests()
    {
        // The log comes through a pipe: what was asked before the mark stands before it.
        var mark = $"/mark-{Interlocked.Increment(ref _marks)}";
        using (var client = new HttpClient(new HttpClientHandler { UseProxy = false }))
        {
            client.GetAsync(new Uri(Url + mark)).GetAwaiter().GetResult().Dispose();
        }

        var paths = new List<string>();
        while (true)
        {
            if (!_log.TryDequeue(out var line))
            {
                Thread.Sleep(10);
                continue;
            }

            // 127.0.0.1 - - [01/Jan/2026 00:00:00] "GET /noarch/repodata.json HTTP/1.1" 200 -
            if (line.Split('"') is [_, var request, ..] && request.Split(' ') is [_, var path, _])
            {
                if (path == mark)
                {
                    return paths;
                }

                paths.Add(path);
            }
        }
    }

    public void Dispose()
    {
        _server.Kill();
        _server.WaitForExit();
        _server.Dispose();
    }
}
