using System.Collections.Immutable;
using Firn.Common;

namespace Firn.Python.Indexes;

/// <summary>
/// The files of a project on all indexes and in all places that the options name (pip: index/package_finder.py
/// find_all_candidates). Several threads may ask at a time.
/// </summary>
internal sealed class PackageIndex(IndexOptions options, IIndexClient pages)
{
    private readonly Lock _gate = new();
    private readonly List<Problem> _problems = [];
    private readonly HashSet<string> _failed = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Lazy<ILookup<string, IndexFile>>> _places = new(StringComparer.Ordinal);

    /// <summary>The options.</summary>
    public IndexOptions Options => options;

    /// <summary>The first failure to reach an index or a place; what is found elsewhere counts all the same, as in pip.</summary>
    public FirnException? Failure { get; private set; }

    /// <summary>What could not be read so far.</summary>
    public ImmutableArray<Problem> Problems
    {
        get
        {
            lock (_gate)
            {
                return [.. _problems];
            }
        }
    }

    /// <summary>The project's files: those of <c>--find-links</c> first, then those of each index; each URL once.</summary>
    public ImmutableArray<IndexFile> FilesOf(string canonicalName, CancellationToken cancellation)
    {
        if (!CanonicalName.IsValid(canonicalName))
        {
            return [];
        }

        var files = ImmutableArray.CreateBuilder<IndexFile>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var place in options.FindLinks)
        {
            if (!HasFailed(place) && Ask(place, () => PlaceFiles(place, cancellation)[canonicalName]) is { } found)
            {
                AddNew(found, files, seen);
            }
        }

        foreach (var index in options.IndexUrls)
        {
            // An index that was not there is not waited for again where other places have files.
            if ((files.Count == 0 || !HasFailed(index)) && Ask(index, () => IndexFiles(index, canonicalName, cancellation)) is { } found)
            {
                AddNew(found.Where(file => NameOf(file, canonicalName) == canonicalName), files, seen);
            }
        }

        return files.DrainToImmutable();
    }

    /// <summary>
    /// What an index or a place has; <see langword="null"/> where it cannot be had, which is a problem, named once (pip:
    /// index/collector.py _get_index_content).
    /// </summary>
    private IEnumerable<IndexFile>? Ask(string place, Func<IEnumerable<IndexFile>> read)
    {
        try
        {
            return read();
        }
        catch (FirnException failure)
        {
            lock (_gate)
            {
                Failure ??= failure;
                if (_failed.Add(place))
                {
                    _problems.Add(new Problem("index-unreachable", Credentials.Remove(place), $"an index is passed over: {failure.Message}"));
                }
            }

            return null;
        }
    }

    private bool HasFailed(string place)
    {
        lock (_gate)
        {
            return _failed.Contains(place);
        }
    }

    /// <summary>The page of a project on an index: its canonical name and a slash (PEP 503).</summary>
    public static string PageUrl(string index, string canonicalName)
    {
        var end = index.AsSpan().IndexOfAny('?', '#');
        return $"{(end < 0 ? index : index[..end]).TrimEnd('/')}/{canonicalName}/";
    }

    private ImmutableArray<IndexFile> IndexFiles(string index, string canonicalName, CancellationToken cancellation)
    {
        var problems = new List<Problem>();
        ImmutableArray<IndexFile> files;
        if (IndexUrl.ToPath(index) is { } folder)
        {
            files = FindLinksReader.ReadIndexFolder(folder, canonicalName, problems);
        }
        else if (!IndexUrl.IsWeb(index))
        {
            files = [];
            problems.Add(new Problem("index-url-invalid", Credentials.Remove(index), "the index is not an http, https or file URL"));
        }
        else
        {
            var page = pages.Read(PageUrl(index, canonicalName), SimpleIndexReader.Accept, cancellation);
            files = page is null ? [] : SimpleIndexReader.Read(page, problems);
        }

        Report(problems);
        return files;
    }

    /// <summary>A place of <c>--find-links</c> is the same for all projects: it is read and sorted by name once.</summary>
    private ILookup<string, IndexFile> PlaceFiles(string place, CancellationToken cancellation)
    {
        Lazy<ILookup<string, IndexFile>>? files;
        lock (_gate)
        {
            if (!_places.TryGetValue(place, out files))
            {
                // A failure is not kept: the next to ask tries again.
                files = new(() => ReadPlace(place, cancellation).ToLookup(file => NameOf(file, null) ?? string.Empty), LazyThreadSafetyMode.PublicationOnly);
                _places.Add(place, files);
            }
        }

        return files.Value;
    }

    private ImmutableArray<IndexFile> ReadPlace(string place, CancellationToken cancellation)
    {
        var problems = new List<Problem>();
        ImmutableArray<IndexFile> files = [];
        if (IndexUrl.ToPath(place) is { } path)
        {
            files = FindLinksReader.Read(path, problems);
        }
        else if (!IndexUrl.IsWeb(place))
        {
            problems.Add(new Problem("find-links-invalid", Credentials.Remove(place), "the place of --find-links is not a path and no http, https or file URL"));
        }
        else if (IndexUrl.FileName(place) is { } name && (WheelName.IsValid(name) || SdistFileName.HasExtension(name)))
        {
            files = [new IndexFile { FileName = name, Url = WithoutFragment(place), Hashes = IndexHash.OfUrl(place) is { } hash ? [hash] : [] }];
        }
        else
        {
            var page = pages.Read(WithoutFragment(place), SimpleIndexReader.Accept, cancellation);
            files = page is null ? [] : SimpleIndexReader.Read(page, problems);
        }

        Report(problems);
        return files;
    }

    private static void AddNew(IEnumerable<IndexFile> candidates, ImmutableArray<IndexFile>.Builder files, HashSet<string> seen)
    {
        foreach (var file in candidates)
        {
            if (seen.Add(file.Url))
            {
                files.Add(file);
            }
        }
    }

    private static string? NameOf(IndexFile file, string? wanted) =>
        file.FileName.EndsWith(".whl", StringComparison.Ordinal)
            ? WheelFileName.Parse(file.FileName)?.CanonicalName
            : SdistFileName.Parse(file.FileName, wanted)?.CanonicalName;

    private static string WithoutFragment(string url)
    {
        var fragment = url.IndexOf('#', StringComparison.Ordinal);
        return fragment < 0 ? url : url[..fragment];
    }

    private void Report(List<Problem> problems)
    {
        lock (_gate)
        {
            _problems.AddRange(problems);
        }
    }
}

/// <summary>Asks indexes. Several threads may do so at a time.</summary>
internal interface IIndexClient
{
    /// <summary>The page; <see langword="null"/> where the index has none (404).</summary>
    /// <param name="url">An <c>http</c> or <c>https</c> URL, which may hold credentials.</param>
    /// <param name="accept">The header <c>Accept</c>.</param>
    /// <param name="cancellation">Stops it.</param>
    public IndexPage? Read(string url, string accept, CancellationToken cancellation);
}

/// <summary>What an index answered.</summary>
/// <param name="Content">The bytes.</param>
/// <param name="ContentType">The header, for example <c>text/html; charset=utf-8</c>.</param>
/// <param name="Url">Where the answer came from in the end, which relative links start from.</param>
internal sealed record IndexPage(byte[] Content, string ContentType, string Url);
