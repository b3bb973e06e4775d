using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Firn.EndToEnd.Support;

/// <summary>
/// An index of wheels on loopback that shows what real ones show, digests or none, and that misbehaves as it is told: it
/// asks for a password, sends half a file, sends without end, or sends nothing at all.
/// </summary>
internal sealed class LoopbackIndex : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentQueue<string> _requests = new();
    private readonly CancellationTokenSource _end = new();
    private readonly Dictionary<string, string> _files;
    private readonly IndexPages _pages;

    public LoopbackIndex(IndexPages pages, params IEnumerable<string> files)
    {
        _pages = pages;
        _files = files.ToDictionary(file => Path.GetFileName(file), file => file);
        _listener.Start();
        new Thread(Accept) { IsBackground = true }.Start();
    }

    public string Host => $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>What pip takes as <c>--index-url</c>.</summary>
    public string Url => $"http://{Host}/simple/";

    /// <summary><c>user:password</c> without which nothing is shown.</summary>
    public string? Credentials { get; init; }

    /// <summary>What is sent in place of a file: by its name, all that the server says, headers too.</summary>
    public ConcurrentDictionary<string, Action<Stream>> Instead { get; } = new();

    /// <summary>The paths that were asked for so far.</summary>
    public IReadOnlyList<string> Requests => [.. _requests];

    public string UrlOf(string file) => $"http://{Host}/files/{file}";

    /// <summary>Says how long the file is, sends half of it and hangs up.</summary>
    public void SendHalf(string file) => Instead[file] = stream =>
    {
        var bytes = File.ReadAllBytes(_files[file]);
        SendHead(stream, "200 OK", "application/octet-stream", bytes.Length);
        stream.Write(bytes.AsSpan(0, bytes.Length / 2));
    };

    /// <summary>Sends until the other side hangs up, and does not say how much it will be.</summary>
    public void SendWithoutEnd(string file) => Instead[file] = stream =>
    {
        SendHead(stream, "200 OK", "application/octet-stream", null);
        var bytes = new byte[65536];
        while (!_end.IsCancellationRequested)
        {
            stream.Write(bytes);
        }
    };

    /// <summary>Begins to send and then waits, until this is disposed.</summary>
    public void SendNothingMore(string file) => Instead[file] = stream =>
    {
        SendHead(stream, "200 OK", "application/octet-stream", 1_000_000);
        stream.Write(new byte[100]);
        stream.Flush();
        _end.Token.WaitHandle.WaitOne();
    };

    public void Dispose()
    {
        _end.Cancel();
        _listener.Dispose();
    }

    private void Accept()
    {
        try
        {
            while (true)
            {
                var client = _listener.AcceptTcpClient();
                new Thread(() => Serve(client)) { IsBackground = true }.Start();
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // The test is over.
        }
    }

    private void Serve(TcpClient client)
    {
        try
        {
            using (client)
            using (var stream = client.GetStream())
            {
                var reader = new StreamReader(stream, Encoding.ASCII);
                var path = reader.ReadLine()?.Split(' ') is [_, var asked, ..] ? asked : "/";
                string? authorization = null;
                while (reader.ReadLine() is { Length: > 0 } line)
                {
                    authorization = line.StartsWith("Authorization:", StringComparison.OrdinalIgnoreCase) ? line.Split(' ')[^1] : authorization;
                }

                _requests.Enqueue(path);
                Answer(stream, path, authorization);
            }
        }
        catch (IOException)
        {
            // Whoever asked has hung up.
        }
    }

    private void Answer(Stream stream, string path, string? authorization)
    {
        var name = Uri.UnescapeDataString(path.TrimEnd('/').Split('/')[^1]);
        if (Credentials is { } wanted && authorization != Convert.ToBase64String(Encoding.UTF8.GetBytes(wanted)))
        {
            SendHead(stream, "401 Unauthorized", "text/plain", 0, "WWW-Authenticate: Basic realm=\"wheels\"\r\n");
        }
        else if (path.StartsWith("/simple/", StringComparison.Ordinal))
        {
            Send(stream, _pages == IndexPages.Json ? "application/vnd.pypi.simple.v1+json" : "text/html", Page(name));
        }
        else if (Instead.TryGetValue(name, out var other))
        {
            other(stream);
        }
        else
        {
            Send(stream, "application/octet-stream", _files.TryGetValue(name, out var file) ? File.ReadAllBytes(file) : null);
        }
    }

    private byte[]? Page(string project)
    {
        var found = _files.Where(file => ProjectOf(file.Key) == project).ToList();
        if (found.Count == 0)
        {
            return null;
        }

        var text = _pages == IndexPages.Json
            ? $$"""{"meta": {"api-version": "1.0"}, "name": "{{project}}", "files": [{{string.Join(", ", found.Select(file => Item(file.Key, file.Value)))}}]}"""
            : $"<!DOCTYPE html><html><body>\n{string.Join('\n', found.Select(file => Anchor(file.Key, file.Value)))}\n</body></html>";
        return Encoding.UTF8.GetBytes(text);
    }

    private string Anchor(string name, string file) => _pages == IndexPages.Html
        ? $"<a href=\"/files/{name}\">{name}</a>"
        : $"<a href=\"/files/{name}#sha256={DigestOf(file)}\">{name}</a>";

    private string Item(string name, string file) =>
        $$"""{"filename": "{{name}}", "url": "{{UrlOf(name)}}", "hashes": {"sha256": "{{DigestOf(file)}}"}, "size": {{new FileInfo(file).Length}}}""";

    private static string ProjectOf(string file) => file.Split('-')[0].Replace('_', '-').ToLowerInvariant();

    public static string DigestOf(string file) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)));

    private static void Send(Stream stream, string type, byte[]? content)
    {
        SendHead(stream, content is null ? "404 Not Found" : "200 OK", type, content?.Length ?? 0);
        stream.Write(content ?? []);
    }

    private static void SendHead(Stream stream, string status, string type, long? length, string more = "") =>
        stream.Write(Encoding.ASCII.GetBytes(
            $"HTTP/1.1 {status}\r\nContent-Type: {type}\r\n{(length is null ? string.Empty : $"Content-Length: {length}\r\n")}{more}Connection: close\r\n\r\n"));
}

/// <summary>How an index tells what it has.</summary>
public enum IndexPages
{
    /// <summary>PEP 503, as folders of files are served: no digests.</summary>
    Html,

    /// <summary>PEP 503 with the digest of each file.</summary>
    HtmlWithDigests,

    /// <summary>PEP 691: digests and sizes.</summary>
    Json,
}

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
