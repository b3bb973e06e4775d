using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Firn.Tests.Fetching;

/// <summary>Serves the files of a folder as a plain web server does.</summary>
internal static class LoopbackFolder
{
    public static LoopbackReply Serve(string? folder, LoopbackRequest request)
    {
        var relative = request.Path.TrimStart('/');
        if (folder is null || relative.Split('/').Contains(".."))
        {
            return new LoopbackReply { Status = 404 };
        }

        var path = Path.Join(folder, relative);
        if (File.Exists(Path.Join(path, "index.html")))
        {
            path = Path.Join(path, "index.html");
        }

        return File.Exists(path) ? ServeFile(path, request)
            : Directory.Exists(path) ? List(path)
            : new LoopbackReply { Status = 404 };
    }

    /// <summary>The whole of some bytes, or the part that a request asks for (RFC 9110, 14).</summary>
    public static LoopbackReply ServeBytes(byte[] content, LoopbackRequest request, string tag = "")
    {
        tag = tag.Length > 0 ? tag : $"\"{Convert.ToHexString(SHA256.HashData(content))[..16]}\"";
        var headers = new Dictionary<string, string> { ["ETag"] = tag, ["Accept-Ranges"] = "bytes" };
        var range = request.Header("Range");
        if (range is null || request.Header("If-Range") is { } condition && condition != tag)
        {
            return new LoopbackReply { Body = content, Headers = headers };
        }

        var start = int.Parse(range["bytes=".Length..^1], CultureInfo.InvariantCulture);
        if (start >= content.Length)
        {
            headers["Content-Range"] = $"bytes */{content.Length}";
            return new LoopbackReply { Status = 416, Headers = headers };
        }

        headers["Content-Range"] = $"bytes {start}-{content.Length - 1}/{content.Length}";
        return new LoopbackReply { Status = 206, Body = content[start..], Headers = headers };
    }

    private static LoopbackReply ServeFile(string path, LoopbackRequest request)
    {
        var reply = ServeBytes(File.ReadAllBytes(path), request);
        reply.Headers["Content-Type"] = Path.GetExtension(path) switch
        {
            ".html" => "text/html; charset=utf-8",
            ".json" => "application/json",
            _ => "application/octet-stream",
        };
        return reply;
    }

    private static LoopbackReply List(string folder)
    {
        var page = new StringBuilder("<!DOCTYPE html><html><body>\n");
        foreach (var entry in Directory.EnumerateFileSystemEntries(folder).Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileName(entry) + (Directory.Exists(entry) ? "/" : string.Empty);
            page.Append("<a href=\"").Append(Uri.EscapeDataString(name).Replace("%2F", "/", StringComparison.Ordinal))
                .Append("\">").Append(WebUtility.HtmlEncode(name)).Append("</a><br>\n");
        }

        return LoopbackReply.Text(page.Append("</body></html>\n").ToString(), "text/html; charset=utf-8");
    }
}
