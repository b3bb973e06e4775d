using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Firn.Common;
using Firn.Common.Json;

namespace Firn.Python.Indexes;

/// <summary>Reads the page of a project: HTML (PEP 503) or JSON (PEP 691); pip: index/collector.py parse_links.</summary>
internal static class SimpleIndexReader
{
    /// <summary>What to ask for: JSON before HTML (pip: index/collector.py _get_simple_response).</summary>
    public const string Accept =
        "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html; q=0.1, text/html; q=0.01";

    // The largest pages of the public index have some 30 MB.
    private const int Limit = 128 << 20;
    private const int MaxFiles = 1_000_000;

    /// <summary>The files that the page names, in its order; what is not a file, or not well formed, is left out.</summary>
    public static ImmutableArray<IndexFile> Read(IndexPage page, List<Problem> problems)
    {
        if (page.Content.Length > Limit)
        {
            problems.Add(new Problem("index-page-too-large", Credentials.Remove(page.Url), "the page of the index is too large"));
            return [];
        }

        var files = ImmutableArray.CreateBuilder<IndexFile>();
        if (!Uri.TryCreate(page.Url, UriKind.Absolute, out var url))
        {
            problems.Add(new Problem("index-page-invalid", Credentials.Remove(page.Url), "the address of the index's page is not a URL"));
        }
        else if (IsJson(page))
        {
            ReadJson(page, url, files, problems);
        }
        else
        {
            ReadHtml(page, url, files);
        }

        return files.DrainToImmutable();
    }

    private static bool IsJson(IndexPage page) =>
        page.ContentType.TrimStart().StartsWith("application/vnd.pypi.simple.v1+json", StringComparison.OrdinalIgnoreCase)
        || page.ContentType.TrimStart().StartsWith("application/json", StringComparison.OrdinalIgnoreCase);

    private static void ReadJson(IndexPage page, Uri url, ImmutableArray<IndexFile>.Builder files, List<Problem> problems)
    {
        var isRead = JsonFields.TryRead(page.Content, root =>
        {
            foreach (var item in root.Items("files"))
            {
                if (files.Count < MaxFiles && SimpleJsonReader.Read(item, url) is { } file)
                {
                    files.Add(file);
                }
            }

            return files;
        }) is not null;
        if (!isRead)
        {
            problems.Add(new Problem("index-page-invalid", Credentials.Remove(page.Url), "the answer of the index is not valid JSON"));
        }
    }

    private static void ReadHtml(IndexPage page, Uri url, ImmutableArray<IndexFile>.Builder files)
    {
        var reader = new HtmlAnchorReader(Decode(page));
        string? baseUrl = null;
        var anchors = new List<HtmlAnchor>();
        while (anchors.Count < MaxFiles && reader.Next() is { } anchor)
        {
            if (anchor.Name == "a")
            {
                anchors.Add(anchor);
            }
            else
            {
                baseUrl ??= anchor.Attribute("href");
            }
        }

        var start = baseUrl is not null && IndexUrl.Resolve(url, baseUrl) is { } resolved ? new Uri(resolved) : url;
        foreach (var anchor in anchors)
        {
            if (ReadAnchor(anchor, start) is { } file)
            {
                files.Add(file);
            }
        }
    }

    private static IndexFile? ReadAnchor(HtmlAnchor anchor, Uri start)
    {
        if (anchor.Attribute("href") is not { } link
            || IndexUrl.Resolve(start, link) is not { } url
            || IndexUrl.FileName(url) is not { } name)
        {
            return null;
        }

        var hash = IndexHash.OfUrl(link);
        return new IndexFile
        {
            FileName = name,
            Url = url,
            Hashes = hash is null ? [] : [hash],
            RequiresPython = anchor.Attribute("data-requires-python") is { Length: > 0 } requires ? requires : null,
            IsYanked = anchor.Attribute("data-yanked") is not null,
        };
    }

    private static string Decode(IndexPage page)
    {
        var isLatin = page.ContentType.Contains("iso-8859-1", StringComparison.OrdinalIgnoreCase);
        return (isLatin ? Encoding.Latin1 : Encoding.UTF8).GetString(page.Content);
    }
}

/// <summary>Reads one of <c>files</c> of a JSON page (PEP 691, PEP 700; pip: models/link.py from_json).</summary>
internal static class SimpleJsonReader
{
    /// <summary>The file; <see langword="null"/> where it names none.</summary>
    public static IndexFile? Read(JsonElement item, Uri page)
    {
        if (item.Text("url") is not { } link || IndexUrl.Resolve(page, link) is not { } url)
        {
            return null;
        }

        var name = item.Text("filename") is { } given && IndexUrl.IsSafeName(given) ? given : IndexUrl.FileName(url);
        if (name is null)
        {
            return null;
        }

        return new IndexFile
        {
            FileName = name,
            Url = url,
            Hashes = Hashes(item, link),
            Size = item.Number("size") is >= 0 and var size ? size : null,
            RequiresPython = item.Text("requires-python") is { Length: > 0 } requires ? requires : null,
            IsYanked = item.Text("yanked") is { Length: > 0 } || item.Flag("yanked") == true,
        };
    }

    private static ImmutableArray<IndexHash> Hashes(JsonElement item, string link)
    {
        var hashes = ImmutableArray.CreateBuilder<IndexHash>();
        foreach (var (algorithm, hex) in item.TextMembers("hashes"))
        {
            if (IndexHash.Create(algorithm, hex) is { } hash)
            {
                hashes.Add(hash);
            }
        }

        if (IndexHash.OfUrl(link) is { } fragment && !hashes.Contains(fragment))
        {
            hashes.Add(fragment);
        }

        return hashes.DrainToImmutable();
    }
}
