using Firn.Conda.Locks;
using Firn.Python;
using Firn.Python.Indexes;
using Firn.Python.Locks;

namespace Firn.Creation.Inputs;

/// <summary>The packages of pip in conda's locks, as any other locked distribution.</summary>
internal static class CondaPipPackages
{
    public static LockedDistribution ToLocked(LockedPipPackage package)
    {
        var hashes = package.Sha256 is { } sha256 && IndexHash.Create("sha256", sha256) is { } hash ? [hash]
            : package.Md5 is { } md5 && IndexHash.Create("md5", md5) is { } old ? [old]
            : Array.Empty<IndexHash>();
        var fileName = package.Url is { } url ? FileNameOf(url) : null;
        var isWheel = fileName?.EndsWith(".whl", StringComparison.Ordinal) ?? true;
        return new LockedDistribution
        {
            Name = CanonicalName.Of(package.Name),
            DisplayName = package.Name,
            Version = package.Version,
            Files = fileName is null || !isWheel ? [] : [new IndexFile { FileName = fileName, Url = package.Url!, Hashes = [.. hashes] }],
            Hashes = [.. hashes],
            Kind = isWheel ? LockedSourceKind.Wheel
                : LockedUrl.IsRepository(package.Url!) ? LockedSourceKind.Vcs
                : LockedSourceKind.SourceArchive,
            DirectUrl = isWheel ? null : package.Url,
            Origin = package.Origin,
            RequirementText = package.Url is null ? $"{package.Name}=={package.Version}" : $"{package.Name} @ {package.SafeUrl}",
        };
    }

    private static string FileNameOf(string url)
    {
        var end = url.AsSpan().IndexOfAny('#', '?');
        var path = end < 0 ? url : url[..end];
        return Uri.UnescapeDataString(path[(path.LastIndexOf('/') + 1)..]);
    }
}
