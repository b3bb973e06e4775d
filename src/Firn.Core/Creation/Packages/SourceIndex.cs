using System.Text;
using Firn.Common;
using Firn.Storage;
using Firn.Storage.Layout;
using Firn.Storage.Objects;

namespace Firn.Creation.Packages;

/// <summary>Finds the bundles of wheels and conda packages that the store has already, by what a lock says of them.</summary>
/// <param name="store">The store.</param>
internal sealed class SourceIndex(Store store)
{
    private const int MaxVariantLength = 64;

    private readonly SourceDocuments _documents = new(store.Path);
    private readonly Lock _gate = new();
    private ILookup<string, KnownSource>? _byName;

    /// <summary>The source with a digest, if the store still has all of it, which then counts as used now.</summary>
    public KnownSource? Find(Sha256Digest sha256, string variant) =>
        _documents.TryRead(sha256, variant) is { } bytes && KnownSourceJson.Read(bytes) is { } source && Hold(source)
            ? source
            : null;

    /// <summary>The wheel with a digest, for a Python and with its headers, if it has some, below a name.</summary>
    public KnownSource? FindWheel(Sha256Digest sha256, string python, string headersName) =>
        Find(sha256, python) ?? Find(sha256, VariantOf(python, headersName));

    /// <summary>What the bundle of a wheel is made for: a wheel with headers is another bundle under another name.</summary>
    public static string VariantOf(string python, string? headersName) =>
        headersName is null ? python
        : python.Length + 1 + headersName.Length <= MaxVariantLength ? $"{python}.{headersName}"
        : $"{python}.{Sha256Digest.Of(Encoding.UTF8.GetBytes(headersName)).Hex[..16]}";

    /// <summary>The sources with a file name, whatever their digests: where a lock has no SHA-256, or there is no network.</summary>
    public IReadOnlyList<KnownSource> FindByFileName(string fileName, Predicate<KnownSource> fits)
    {
        lock (_gate)
        {
            _byName ??= Read().ToLookup(source => source.FileName, StringComparer.Ordinal);
        }

        return [.. _byName[fileName].Where(source => fits(source) && Hold(source))];
    }

    /// <summary>The wheels of one version that the store has for a Python.</summary>
    public IReadOnlyList<KnownSource> FindWheels(string canonicalName, string python, string headersName) =>
        [.. FindWheels(canonicalName).Where(source => IsFor(source, python, headersName))];

    /// <summary>The wheels of one distribution that the store has, for whatever Python.</summary>
    public IReadOnlyList<KnownSource> FindWheels(string canonicalName)
    {
        lock (_gate)
        {
            _byName ??= Read().ToLookup(source => source.FileName, StringComparer.Ordinal);
        }

        return [.. _byName.SelectMany(group => group)
            .Where(source => !source.IsConda && source.Name == canonicalName && Hold(source))];
    }

    /// <summary>Whether the bundle of a wheel is that for a Python and a name of its headers.</summary>
    public static bool IsFor(KnownSource source, string python, string headersName) =>
        source.Variant == python || source.Variant == VariantOf(python, headersName);

    /// <summary>The folder of the Python that the bundle of a wheel is for: <c>python3.11</c>.</summary>
    public static string PythonOf(KnownSource source) =>
        source.Variant.Split('.') is [var major, var minor, ..] ? $"{major}.{minor}" : source.Variant;

    /// <summary>Keeps what is known of an archive.</summary>
    public void Add(KnownSource source) =>
        _documents.Write(source.Sha256, source.Variant, KnownSourceJson.Write(source));

    private List<KnownSource> Read()
    {
        var found = new List<KnownSource>();
        foreach (var bytes in _documents.All())
        {
            if (KnownSourceJson.Read(bytes) is { } source)
            {
                found.Add(source);
            }
        }

        return found;
    }

    /// <summary>Whether the bundle and the record are there; a collection that comes now finds them in use.</summary>
    private bool Hold(KnownSource source)
    {
        if (!store.Bundles.Contains(source.Bundle) || (source.Record is { } record && !store.Files.Contains(record)))
        {
            return false;
        }

        if (!store.Bundles.TryRefresh(source.Bundle))
        {
            new StoreLeases(store.Path).Hold([source.Bundle]);
        }

        if (source.Record is { } needed)
        {
            store.Files.Refresh(needed);
        }

        return true;
    }
}
