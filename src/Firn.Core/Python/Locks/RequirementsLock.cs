using System.Collections.Immutable;
using Firn.Common;
using Firn.Python.Indexes;
using Firn.Python.Requirements;
using Firn.Python.Versions;

namespace Firn.Python.Locks;

/// <summary>Requirement files as a lock: what they pin exactly, and what they leave to a solver.</summary>
internal sealed record RequirementsLock
{
    /// <summary>What is pinned, or comes from a URL, a repository or a folder; in the order of the files.</summary>
    public required ImmutableArray<LockedDistribution> Distributions { get; init; }

    /// <summary>What is not: the version, or the name, is left open.</summary>
    public required ImmutableArray<RequirementEntry> Unpinned { get; init; }

    /// <summary>What is exact in requirement files.</summary>
    /// <param name="file">The files.</param>
    /// <param name="environment">The environment for which markers are asked.</param>
    /// <exception cref="FirnException">
    /// Two lines contradict each other; or hashes are required and one is missing; or a marker has no meaning.
    /// </exception>
    public static RequirementsLock Resolve(RequirementsFile file, MarkerEnvironment environment)
    {
        var active = Active(file, environment);
        // pip: one --hash makes all of them required (req/req_set.py, req_install.py has_hash_options).
        var requiresHashes = file.Options.RequireHashes || active.Exists(entry => !entry.Hashes.IsEmpty && !entry.IsConstraint);
        var groups = new Dictionary<string, ProjectRequirements>(StringComparer.Ordinal);
        var order = new List<ProjectRequirements>();
        var unpinned = ImmutableArray.CreateBuilder<RequirementEntry>();
        foreach (var entry in active)
        {
            if (entry.Requirement is not { } requirement)
            {
                unpinned.Add(entry);
                continue;
            }

            if (!groups.TryGetValue(requirement.CanonicalName, out var group))
            {
                group = new ProjectRequirements(requirement.CanonicalName);
                groups.Add(requirement.CanonicalName, group);
                order.Add(group);
            }

            group.Add(entry);
        }

        var distributions = ImmutableArray.CreateBuilder<LockedDistribution>();
        foreach (var group in order)
        {
            group.Finish(distributions, unpinned);
        }

        if (requiresHashes)
        {
            HashCheckingMode.Check(distributions, unpinned);
        }

        return new RequirementsLock
        {
            Distributions = distributions.DrainToImmutable(),
            Unpinned = unpinned.DrainToImmutable(),
        };
    }

    private static List<RequirementEntry> Active(RequirementsFile file, MarkerEnvironment environment)
    {
        var active = new List<RequirementEntry>();
        foreach (var entry in file.Entries)
        {
            var holds = entry.Marker is null ? true : entry.Marker.TryEvaluate(environment);
            if (holds is null)
            {
                throw new FirnException(
                    $"the marker of '{entry.Text}' compares what cannot be compared ({entry.Origin})", "correct the marker behind the semicolon");
            }

            if (holds.Value)
            {
                active.Add(entry);
            }
        }

        return active;
    }
}

/// <summary>All that requirement files say of one project, constraints included.</summary>
internal sealed class ProjectRequirements(string canonicalName)
{
    private readonly List<RequirementEntry> _requirements = [];
    private readonly List<RequirementEntry> _constraints = [];

    public void Add(RequirementEntry entry) => (entry.IsConstraint ? _constraints : _requirements).Add(entry);

    /// <summary>Adds the distribution, or the requirements that leave the version open; constraints alone add nothing.</summary>
    public void Finish(
        ImmutableArray<LockedDistribution>.Builder distributions, ImmutableArray<RequirementEntry>.Builder unpinned)
    {
        if (_requirements.Count == 0)
        {
            return;
        }

        var specifiers = VersionSpecifiers.Any;
        foreach (var entry in _requirements.Concat(_constraints))
        {
            specifiers = specifiers.And(entry.Requirement!.Specifiers);
        }

        var source = Source();
        var exact = specifiers.ExactVersion;
        CheckVersions(exact);
        if (source is null && exact is null)
        {
            unpinned.AddRange(_requirements);
            return;
        }

        distributions.Add(source is null ? Pinned(specifiers, exact) : FromUrl(source, exact));
    }

    private LockedDistribution Pinned(VersionSpecifiers specifiers, string? exact) => Common() with
    {
        Version = exact,
        Specifiers = specifiers,
        Hashes = Hashes(),
    };

    private LockedDistribution FromUrl(RequirementEntry source, string? exact)
    {
        var url = source.Url!;
        var kind = KindOf(source);
        var file = kind is LockedSourceKind.Wheel or LockedSourceKind.SourceArchive ? FileOf(url) : null;
        var hashes = Hashes();
        return Common() with
        {
            Version = exact ?? (file is null ? null : VersionOf(file.FileName)),
            Specifiers = VersionSpecifiers.Any,
            Files = file is null ? [] : [file],
            // pip counts the fragment's digest as one of the requirement's (req_install.py hashes).
            Hashes = hashes.IsEmpty && file is not null ? file.Hashes : hashes,
            DirectUrl = url,
            Kind = kind,
            Origin = source.Origin,
            RequirementText = source.Text,
            Subdirectory = RequirementUrl.FragmentPart(url, "subdirectory"),
        };
    }

    private LockedDistribution Common()
    {
        var first = _requirements[0];
        return new LockedDistribution
        {
            Name = canonicalName,
            DisplayName = first.Requirement!.Name,
            Extras = [.. _requirements.SelectMany(entry => entry.Requirement!.Extras).Distinct().Order(StringComparer.Ordinal)],
            Origin = first.Origin,
            RequirementText = first.Text,
            IsRequested = true,
        };
    }

    /// <summary>The entry that says where it comes from; two that say different places contradict each other.</summary>
    private RequirementEntry? Source()
    {
        RequirementEntry? source = null;
        foreach (var entry in _requirements.Concat(_constraints))
        {
            if (entry.Url is null)
            {
                continue;
            }

            if (source is not null && source.Url != entry.Url)
            {
                throw Contradiction(source, entry);
            }

            source ??= entry;
        }

        return source;
    }

    private void CheckVersions(string? exact)
    {
        if (exact is null || Pep440Version.Parse(exact) is not { } version)
        {
            return;
        }

        var entries = _requirements.Concat(_constraints).ToList();
        var pin = entries.First(entry => entry.Requirement!.Specifiers.ExactVersion is not null);
        foreach (var entry in entries)
        {
            if (!entry.Requirement!.Specifiers.Contains(version, allowPrereleases: true))
            {
                throw Contradiction(pin, entry);
            }
        }
    }

    private FirnException Contradiction(RequirementEntry first, RequirementEntry second) => new(
        $"two lines ask for different versions of {canonicalName}: '{first.Text}' ({first.Origin}) and '{second.Text}' ({second.Origin})",
        "keep one of the two lines");

    /// <summary>Of several lists of digests only those in all of them are allowed (pip: utils/hashes.py __and__).</summary>
    private ImmutableArray<IndexHash> Hashes()
    {
        ImmutableArray<IndexHash> hashes = [];
        RequirementEntry? before = null;
        foreach (var entry in _requirements.Concat(_constraints))
        {
            if (entry.Hashes.IsEmpty)
            {
                continue;
            }

            hashes = before is null ? entry.Hashes : [.. hashes.Intersect(entry.Hashes)];
            if (hashes.IsEmpty)
            {
                throw Contradiction(before!, entry);
            }

            before = entry;
        }

        return hashes;
    }

    private static LockedSourceKind KindOf(RequirementEntry entry) =>
        entry.Url is { } url && RequirementUrl.IsVersionControl(url) ? LockedSourceKind.Vcs
        : entry.IsEditable ? LockedSourceKind.Editable
        : entry.LocalPath is { } path && Directory.Exists(path) ? LockedSourceKind.Directory
        : IndexUrl.FileName(entry.Url!)?.EndsWith(".whl", StringComparison.Ordinal) == true ? LockedSourceKind.Wheel
        : LockedSourceKind.SourceArchive;

    private static IndexFile? FileOf(string url)
    {
        var fragment = url.IndexOf('#', StringComparison.Ordinal);
        return IndexUrl.FileName(url) is not { } name ? null : new IndexFile
        {
            FileName = name,
            Url = fragment < 0 ? url : url[..fragment],
            Hashes = IndexHash.OfUrl(url) is { } hash ? [hash] : [],
        };
    }

    private string? VersionOf(string fileName) =>
        (WheelFileName.Parse(fileName)?.Version ?? SdistFileName.Parse(fileName, canonicalName)?.Version)?.ToString();
}

/// <summary>
/// pip's rule for hashes: where one requirement has a hash, all must be pinned and have one, and repositories and
/// folders cannot (pip: operations/prepare.py _get_linked_req_hashes; exceptions.py HashUnpinned, HashMissing).
/// </summary>
internal static class HashCheckingMode
{
    /// <summary>Names all offenders at once.</summary>
    /// <exception cref="FirnException">There are offenders.</exception>
    public static void Check(IReadOnlyCollection<LockedDistribution> distributions, IReadOnlyCollection<RequirementEntry> unpinned)
    {
        var offenders = new List<string>();
        foreach (var entry in unpinned)
        {
            offenders.Add($"{entry.Text} is not pinned ({entry.Origin})");
        }

        foreach (var distribution in distributions)
        {
            if (distribution.Kind is LockedSourceKind.Vcs or LockedSourceKind.Directory or LockedSourceKind.Editable)
            {
                offenders.Add($"{distribution.RequirementText ?? distribution.DisplayName} cannot have a hash ({distribution.Origin})");
            }
            else if (distribution.Hashes.IsEmpty)
            {
                offenders.Add($"{distribution.RequirementText ?? distribution.DisplayName} has no hash ({distribution.Origin})");
            }
        }

        if (offenders.Count > 0)
        {
            throw new FirnException(
                "hashes are required of all requirements as soon as one has one: " + string.Join("; ", offenders),
                "pin each with == and give it a --hash, as 'pip-compile --generate-hashes' or 'uv pip compile --generate-hashes' do");
        }
    }
}
