using System.Collections.Immutable;
using Firn.Captures.Documents;
using Firn.Common;
using Firn.Common.Files;
using Firn.Conda;
using Firn.Python.Distributions;
using Firn.Python.Indexes;
using Firn.Python.Locks;

namespace Firn.Creation.Inputs;

/// <summary>
/// A capture whose bytes no store has, as a lock: its conda packages by their URLs, its distributions by name, version and
/// URL. What is made of them must come to have the capture's environment id.
/// </summary>
internal static class CaptureSpecification
{
    private const int MaxNamed = 12;

    /// <exception cref="FirnException">The capture does not say where a package is from.</exception>
    public static Specification Of(Capture capture, string name)
    {
        var missing = new List<string>();
        var conda = ImmutableArray.CreateBuilder<LockedCondaPackage>();
        foreach (var package in capture.Conda?.Packages ?? [])
        {
            if (OfConda(package, name) is { } locked)
            {
                conda.Add(locked);
            }
            else
            {
                missing.Add($"{package.Name} {package.Version}");
            }
        }

        if (missing.Count > 0)
        {
            throw new FirnException(
                $"{name} does not say where {string.Join(", ", missing.Take(MaxNamed))} came from",
                "archive the environment where it is: `firn capture --archive`, and `firn restore` brings it back");
        }

        return new Specification
        {
            Capture = capture,
            Conda = conda.ToImmutable(),
            Warnings = LeftOutVariables.Of(capture) is { } note ? [note] : [],
            Distributions = [.. capture.Distributions.Where(IsOwn).Select(item => OfDistribution(item, name))],
        };

        // What conda or the system installed comes, or does not come, with their packages.
        bool IsOwn(Distribution distribution) =>
            distribution.Owner is not (DistributionOwner.Conda or DistributionOwner.System)
            && distribution.CondaPackage is null && distribution.SystemPackage is null
            && RealPath.IsWithin(distribution.MetadataPath, capture.Environment.Prefix);
    }

    private static LockedCondaPackage? OfConda(CondaPackage package, string origin) => package.Url is not { } url ? null : new()
    {
        Name = package.Name,
        Version = package.Version,
        Build = package.Build,
        Subdir = package.Subdir,
        Channel = package.Channel is { } channel && channel.Contains("://", StringComparison.Ordinal) ? WithoutSubdir(channel, package.Subdir) : null,
        FileName = package.FileName,
        Url = url,
        SafeUrl = CondaUrl.RemoveCredentials(url),
        Sha256 = package.Sha256,
        Md5 = package.Md5,
        Size = package.Size,
        Depends = package.Depends,
        Constrains = package.Constrains,
        Timestamp = package.Timestamp,
        License = package.License,
        Noarch = package.Noarch,
        Origin = origin,
        RequestedSpec = package.RequestedSpecs.IsEmpty ? null : package.RequestedSpecs[^1],
    };

    /// <summary>conda records the URL of the platform's folder, others that of the channel.</summary>
    private static string WithoutSubdir(string channel, string? subdir) =>
        subdir is not null && channel.EndsWith("/" + subdir, StringComparison.Ordinal) ? channel[..^(subdir.Length + 1)] : channel;

    private static LockedDistribution OfDistribution(Distribution distribution, string origin)
    {
        var locked = new LockedDistribution
        {
            Name = distribution.CanonicalName,
            DisplayName = distribution.Name,
            Version = distribution.Version,
            RecordedDigest = distribution.RecordedDigest,
            IsRequested = distribution.Requested,
            Origin = origin,
            RequirementText = $"{distribution.Name}=={distribution.Version}",
        };
        if (distribution.Editable is { } editable)
        {
            return locked with { Kind = LockedSourceKind.Editable, DirectUrl = editable.Path };
        }

        if (distribution.DirectReference is not { } reference || reference.Url.StartsWith("file:", StringComparison.Ordinal))
        {
            return locked;
        }

        if (reference.Vcs is { } vcs)
        {
            return locked with
            {
                Kind = LockedSourceKind.Vcs,
                DirectUrl = $"{vcs}+{reference.Url}@{reference.CommitId}",
                Subdirectory = reference.Subdirectory,
            };
        }

        var fileName = Uri.UnescapeDataString(reference.Url[(reference.Url.LastIndexOf('/') + 1)..]);
        ImmutableArray<IndexHash> hashes = [.. reference.Hashes.Select(text => IndexHash.Parse(text, '=')).OfType<IndexHash>()];
        return fileName.EndsWith(".whl", StringComparison.Ordinal)
            ? locked with
            {
                DirectUrl = reference.Url,
                Files = [new IndexFile { FileName = fileName, Url = reference.Url, Hashes = hashes }],
                Hashes = hashes,
            }
            : locked with { Kind = LockedSourceKind.SourceArchive, DirectUrl = reference.Url, Hashes = hashes };
    }
}
