using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Firn.Tests.Fetching;

/// <summary>
/// An HTTP/1.1 server on the loopback interface. It serves a folder (GET, ranges, ETags, <c>index.html</c>, else a page
/// of links as indexes have them), unless <see cref="Answer"/> says something else. It stands on its own: with
/// <see cref="LoopbackRequest"/> and <see cref="LoopbackReply"/> it may be linked into another test project.
/// </summary>
internal sealed class LoopbackServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<TcpClient, bool> _clients = [];
    private readonly ManualResetEventSlim _end = new();
    private readonly string? _folder;
    private readonly X509Certificate2? _certificate;

    /// <param name="folder">What is served; nothing where it is missing.</param>
    /// <param name="certificate">With one it speaks TLS.</param>
    public LoopbackServer(string? folder = null, X509Certificate2? certificate = null)
    {
        _folder = folder;
        _certificate = certificate;
        _listener.Start();
        new Thread(Accept) { IsBackground = true, Name = "loopback server" }.Start();
    }

    /// <summary>HOST:PORT.</summary>
    public string Authority => $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>The root, without a slash at its end.</summary>
    public string Url => $"{(_certificate is null ? "http" : "https")}://{Authority}";

    /// <summary>Answers before the folder does; <see langword="null"/> leaves it to the folder.</summary>
    public Func<LoopbackRequest, LoopbackReply?> Answer { get; set; } = static _ => null;

    /// <summary>After how many bytes of its body the connection of a request is closed; <see langword="null"/> where all of it is read.</summary>
    public Func<LoopbackRequest, int?> CutRequest { get; set; } = static _ => null;

    /// <summary>All that was asked for, in order.</summary>
    public ConcurrentQueue<LoopbackRequest> Requests { get; } = new();

    public void Dispose()
    {
        _end.Set();
        _listener.Stop();
        foreach (var client in _clients.Keys)
        {
            client.Dispose();
        }
    }

    private void Accept()
    {
        while (!_end.IsSet)
        {
            try
            {
                var client = _listener.AcceptTcpClient();
                _clients[client] = true;
                new Thread(() => Serve(client)) { IsBackground = true }.Start();
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }
        }
    }

    private void Serve(TcpClient client)
    {
        try
        {
            using (client)
            {
                using var stream = Secure(client.GetStream());
                while (Read(stream) is { } request)
                {
                    Requests.Enqueue(request);
                    var reply = Answer(request) ?? LoopbackFolder.Serve(_folder, request);
                    if (!Write(stream, reply, request.Method == "HEAD"))
                    {
                        break;
                    }
                }
            }
        }
        catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException
            or System.Security.Authentication.AuthenticationException)
        {
            // The client went away, or does not trust the certificate.
        }
        finally
        {
            _clients.TryRemove(client, out _);
        }
    }

    private Stream Secure(NetworkStream stream)
    {
        if (_certificate is null)
        {
            return stream;
        }

        var secure = new SslStream(stream);
        secure.AuthenticateAsServer(_certificate);
        return secure;
    }

    /// <summary>The body that the client announces; <see langword="null"/> where the server does not read all of it, and breaks off.</summary>
    private LoopbackRequest? ReadBody(Stream stream, LoopbackRequest request)
    {
        var length = int.TryParse(request.Header("Content-Length"), out var announced) ? announced : 0;
        var body = new byte[Math.Min(length, CutRequest(request) ?? length)];
        stream.ReadExactly(body);
        request = request with { Body = body };
        if (body.Length == length)
        {
            return request;
        }

        Requests.Enqueue(request);
        return null;
    }

    private LoopbackRequest? Read(Stream stream)
    {
        var lines = new List<string>();
        var line = new StringBuilder();
        while (true)
        {
            var c = stream.ReadByte();
            if (c < 0)
            {
                return null;
            }

            if (c != '\n')
            {
                line.Append((char)c);
                continue;
            }

            var text = line.ToString().TrimEnd('\r');
            line.Clear();
            if (text.Length > 0)
            {
                lines.Add(text);
                continue;
            }

            var headers = lines.Skip(1).Select(header => header.Split(':', 2))
                .ToDictionary(parts => parts[0], parts => parts[1].Trim(), StringComparer.OrdinalIgnoreCase);
            var request = new LoopbackRequest(lines[0].Split(' ')[1], headers) { Method = lines[0].Split(' ')[0] };
            return ReadBody(stream, request);
        }
    }

    /// <returns>Whether the connection lives on.</returns>
    private bool Write(Stream stream, LoopbackReply reply, bool isHead)
    {
        var head = new StringBuilder($"HTTP/1.1 {reply.Status} Status\r\n");
        foreach (var (name, value) in reply.Headers)
        {
            head.Append(name).Append(": ").Append(value).Append("\r\n");
        }

        var isFramed = !reply.IsChunked && !reply.EndsWithConnection && !reply.IsEndless;
        if (isFramed)
        {
            head.Append("Content-Length: ").Append(reply.DeclaredLength ?? reply.Body.Length).Append("\r\n");
        }
        else
        {
            head.Append(reply.EndsWithConnection ? "Connection: close\r\n" : "Transfer-Encoding: chunked\r\n");
        }

        stream.Write(Encoding.UTF8.GetBytes(head.Append("\r\n").ToString()));
        if (isHead)
        {
            stream.Flush();
            return true;
        }

        var isChunked = !isFramed && !reply.EndsWithConnection;
        do
        {
            var length = Math.Min(reply.CutAfter ?? int.MaxValue, Math.Min(reply.StallAfter ?? int.MaxValue, reply.Body.Length));
            for (var at = 0; reply.Drip is { } wait && at < length && !_end.Wait(wait); at++)
            {
                WriteBody(stream, reply.Body.AsSpan(at, 1), isChunked);
                stream.Flush();
            }

            if (reply.Drip is null)
            {
                WriteBody(stream, reply.Body.AsSpan(0, length), isChunked);
            }
        }
        while (reply.IsEndless && !_end.IsSet);

        stream.Flush();
        if (reply.StallAfter is not null)
        {
            _end.Wait();
        }

        if (reply.CutAfter is not null || reply.StallAfter is not null || reply.EndsWithConnection
            || (reply.DeclaredLength ?? reply.Body.Length) != reply.Body.Length)
        {
            return false;
        }

        if (isChunked)
        {
            stream.Write("0\r\n\r\n"u8);
        }

        return true;
    }

    private static void WriteBody(Stream stream, ReadOnlySpan<byte> body, bool isChunked)
    {
        for (var at = 0; at < body.Length;)
        {
            var piece = body.Slice(at, Math.Min(16 * 1024, body.Length - at));
            if (isChunked)
            {
                stream.Write(Encoding.ASCII.GetBytes($"{piece.Length:x}\r\n"));
            }

            stream.Write(piece);
            if (isChunked)
            {
                stream.Write("\r\n"u8);
            }

            at += piece.Length;
        }
    }
}
