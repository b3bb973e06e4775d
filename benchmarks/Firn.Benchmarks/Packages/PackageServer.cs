using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Firn.Benchmarks.Packages;

/// <summary>
/// Serves packages on the loopback device with the headers that let pip keep them, as PyPI does. Python's own server sends
/// none of these, and starts a process that would be measured with the others.
/// </summary>
internal sealed class PackageServer : IDisposable
{
    private const int HeadLimit = 64 * 1024;
    private readonly Dictionary<string, ServedFile> _files;
    private readonly Func<string, ServedFile?>? _others;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    /// <param name="files">What it serves, by their paths.</param>
    /// <param name="others">Is asked for other paths, from several threads.</param>
    public PackageServer(Dictionary<string, ServedFile> files, Func<string, ServedFile?>? others = null)
    {
        _files = files;
        _others = others;
        _listener.Start(backlog: 64);
        new Thread(Accept) { IsBackground = true, Name = "package server" }.Start();
    }

    public string Address => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    public void Dispose() => _listener.Dispose();

    private void Accept()
    {
        try
        {
            while (true)
            {
                var connection = _listener.AcceptSocket();
                new Thread(() => Serve(connection)) { IsBackground = true }.Start();
            }
        }
        catch (SocketException)
        {
            // The end: nobody listens any more.
        }
    }

    private void Serve(Socket connection)
    {
        using (connection)
        {
            connection.NoDelay = true;
            var buffer = new byte[HeadLimit];
            var length = 0;
            try
            {
                while (ReadHead(connection, buffer, ref length) is { } head)
                {
                    Answer(connection, head);
                }
            }
            catch (SocketException)
            {
                // The client went away.
            }
        }
    }

    /// <summary>The next request; <see langword="null"/> where none comes.</summary>
    private static string? ReadHead(Socket connection, byte[] buffer, ref int length)
    {
        while (true)
        {
            var end = buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8);
            if (end >= 0)
            {
                var head = Encoding.ASCII.GetString(buffer, 0, end + 2);
                buffer.AsSpan(end + 4, length - end - 4).CopyTo(buffer);
                length -= end + 4;
                return head;
            }

            var count = length < buffer.Length ? connection.Receive(buffer.AsSpan(length)) : 0;
            if (count == 0)
            {
                return null;
            }

            length += count;
        }
    }

    private void Answer(Socket connection, string head)
    {
        var path = head.Split(' ', 3)[1];
        if (!_files.TryGetValue(path, out var file) && (file = _others?.Invoke(path)) is null)
        {
            connection.Send("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"u8);
            return;
        }

        var isKnown = head.Contains($"\r\nIf-None-Match: {file.Tag}\r\n", StringComparison.OrdinalIgnoreCase)
            || (file.Modified is not null && head.Contains($"\r\nIf-Modified-Since: {file.Modified}\r\n", StringComparison.OrdinalIgnoreCase));
        var length = isKnown ? 0 : file.Length;
        var answer = Encoding.ASCII.GetBytes(
            $"HTTP/1.1 {(isKnown ? "304 Not Modified" : "200 OK")}\r\nContent-Type: {file.ContentType}\r\n"
            + $"Content-Length: {length}\r\nETag: {file.Tag}\r\nCache-Control: {file.CacheControl}\r\n"
            + (file.Modified is null ? "\r\n" : $"Last-Modified: {file.Modified}\r\n\r\n"));
        if (isKnown)
        {
            connection.Send(answer);
        }
        else
        {
            connection.SendFile(file.Path, answer, file.Page, TransmitFileOptions.UseDefaultWorkerThread);
        }
    }
}
