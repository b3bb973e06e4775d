using System.Collections.Immutable;
using Firn.Python.Indexes;
using Firn.Python.Locks;
using Firn.Python.Versions;

namespace Firn.Python.Candidates;

/// <summary>Chooses among the files of a project as pip does (pip: index/package_finder.py CandidateEvaluator._sort_key).</summary>
internal static class WheelChooser
{
    /// <summary>The best wheel of the locked version, or why there is none.</summary>
    /// <param name="locked">What is to be installed.</param>
    /// <param name="files">The files offered.</param>
    /// <param name="tags">What the interpreter takes.</param>
    /// <param name="pythonVersion">The interpreter's version.</param>
    /// <param name="options">Which kinds of files may be taken; <see langword="null"/> for all.</param>
    public static WheelChoice Choose(
        LockedDistribution locked, ImmutableArray<IndexFile> files, WheelTags tags, Pep440Version pythonVersion, IndexOptions? options = null)
    {
        var formats = new FormatControl(options?.Formats ?? []);
        var tally = new WheelRejections(locked, tags, pythonVersion, options?.IgnoresRequiresPython ?? false);
        InstallationCandidate? best = null;
        var hasWheel = false;
        foreach (var file in files)
        {
            if (tally.Weigh(file) is not { } candidate)
            {
                continue;
            }

            var isWheel = candidate.Wheel is not null;
            if (isWheel ? !formats.AllowsWheels(locked.Name) : !formats.AllowsSources(locked.Name))
            {
                tally.CountForbidden(isWheel);
                continue;
            }

            hasWheel |= isWheel;
            best = best is null || candidate.CompareTo(best) > 0 ? candidate : best;
        }

        var isFound = best?.Wheel is not null;
        return new WheelChoice
        {
            Wheel = isFound ? best!.File : null,
            Source = isFound ? null : best?.File,
            Reason = isFound ? null : hasWheel ? "its wheels were withdrawn or lack a hash that is allowed; the source archive has to be built" : tally.Reason(best is not null),
            AllowedHashes = !locked.Hashes.IsEmpty ? locked.Hashes : best?.File.Hashes ?? [],
        };
    }
}

/// <summary>What is to be installed of a distribution: a wheel, or why there is none.</summary>
internal sealed record WheelChoice
{
    /// <summary>The wheel; <see langword="null"/> where none fits.</summary>
    public IndexFile? Wheel { get; init; }

    /// <summary>Why there is no wheel: half a sentence for a person.</summary>
    public string? Reason { get; init; }

    /// <summary>The source archive that pip would build, where no wheel fits and one may be taken.</summary>
    public IndexFile? Source { get; init; }

    /// <summary>
    /// The digests of which the download must have one: those that the requirement allows, else the index's own; empty
    /// where nobody tells one.
    /// </summary>
    public ImmutableArray<IndexHash> AllowedHashes { get; init; } = [];
}

/// <summary>A file that may be taken, and how good it is.</summary>
internal sealed record InstallationCandidate : IComparable<InstallationCandidate>
{
    public required IndexFile File { get; init; }

    /// <summary>The wheel's name; <see langword="null"/> for a source archive.</summary>
    public WheelFileName? Wheel { get; init; }

    public required Pep440Version Version { get; init; }

    /// <summary>The place of its best tag: the lower the better.</summary>
    public int Rank { get; init; }

    /// <summary>Whether one of its digests is allowed: others are taken where none is known to be.</summary>
    public bool HasAllowedHash { get; init; }

    /// <summary>
    /// More is better: an allowed digest, not withdrawn, a wheel (as with --prefer-binary: who builds is another tool), the
    /// newer version (of <c>==1.0</c> that is the local one), the better tag, the higher build. Of equal ones the first stays.
    /// </summary>
    public int CompareTo(InstallationCandidate? other)
    {
        if (other is null)
        {
            return 1;
        }

        var order = HasAllowedHash.CompareTo(other.HasAllowedHash);
        order = order != 0 ? order : other.File.IsYanked.CompareTo(File.IsYanked);
        order = order != 0 ? order : (Wheel is not null).CompareTo(other.Wheel is not null);
        order = order != 0 ? order : Version.CompareTo(other.Version);
        order = order != 0 ? order : other.Rank.CompareTo(Rank);
        return order != 0 || Wheel is null || other.Wheel is null ? order : WheelFileName.CompareBuilds(Wheel, other.Wheel);
    }
}

/// <summary>Weighs files for a locked distribution and counts why they do not fit, to say so when none does.</summary>
internal sealed class WheelRejections(LockedDistribution locked, WheelTags tags, Pep440Version pythonVersion, bool ignoresRequiresPython)
{
    private int _files;
    private int _ofVersion;
    private int _yanked;
    private int _otherPython;
    private int _wrongHash;
    private int _otherPlatform;
    private int _forbiddenWheels;
    private int _forbiddenSources;
    private string? _requiresPython;

    /// <summary>The file as a candidate; <see langword="null"/> where it does not fit.</summary>
    public InstallationCandidate? Weigh(IndexFile file)
    {
        var isWheel = file.FileName.EndsWith(".whl", StringComparison.Ordinal);
        var wheel = isWheel ? WheelFileName.Parse(file.FileName) : null;
        var name = isWheel ? wheel?.CanonicalName : SdistFileName.Parse(file.FileName, locked.Name)?.CanonicalName;
        var version = isWheel ? wheel?.Version : SdistFileName.Parse(file.FileName, locked.Name)?.Version;
        if (version is null || name != locked.Name)
        {
            return null;
        }

        _files++;
        if (!locked.Takes(version))
        {
            return null;
        }

        _ofVersion++;
        if (!MayBeTaken(file))
        {
            return null;
        }

        var rank = wheel is null ? int.MaxValue : tags.RankOf(wheel);
        if (rank is null)
        {
            _otherPlatform++;
            return null;
        }

        return new InstallationCandidate
        {
            File = file,
            Wheel = wheel,
            Version = version,
            Rank = rank.Value,
            HasAllowedHash = file.Hashes.Any(locked.Hashes.Contains),
        };
    }

    /// <summary>Counts a file that <c>--no-binary</c> or <c>--only-binary</c> forbids.</summary>
    public void CountForbidden(bool isWheel)
    {
        _forbiddenWheels += isWheel ? 1 : 0;
        _forbiddenSources += isWheel ? 0 : 1;
    }

    /// <summary>Why there is no wheel.</summary>
    /// <param name="hasSource">Whether there is a source archive instead.</param>
    public string Reason(bool hasSource)
    {
        var platform = tags.Platforms.IsEmpty ? "this platform" : tags.Platforms[^1];
        return _files == 0 ? "no index has a file of it"
            : _ofVersion == 0 ? $"none of its {Files(_files)} is of version {locked.Version}"
            : hasSource && _forbiddenWheels > 0 ? "--no-binary forbids its wheels, and a source archive has to be built"
            : hasSource && _otherPlatform == 0 ? "there is only a source archive, which has to be built"
            : hasSource ? $"no wheel for {tags.Interpreter} on {platform}; there is a source archive, which has to be built"
            : _wrongHash > 0 && _wrongHash + _yanked + _otherPython == _ofVersion ? $"the hashes match none of the {Files(_wrongHash)}"
            : _yanked > 0 && _yanked == _ofVersion ? "all files of the version were withdrawn; only == takes them"
            : _otherPython > 0 ? $"it requires Python {_requiresPython}, this is {pythonVersion}"
            : _otherPlatform > 0 ? $"no wheel for {tags.Interpreter} on {platform}"
            : _forbiddenWheels > 0 ? "--no-binary forbids its wheels, and there is no source archive"
            : _forbiddenSources > 0 ? "there is only a source archive, which --only-binary forbids"
            : "none of its files can be taken";
    }

    private bool MayBeTaken(IndexFile file)
    {
        // pip takes a withdrawn file only where the requirement pins it (PEP 592; resolution/resolvelib/factory.py).
        if (file.IsYanked && !locked.IsPinned)
        {
            _yanked++;
            return false;
        }

        if (!ignoresRequiresPython && file.RequiresPython is { } requires
            && VersionSpecifiers.Parse(requires) is { } specifiers
            && !specifiers.Contains(pythonVersion, allowPrereleases: true))
        {
            _otherPython++;
            _requiresPython ??= requires;
            return false;
        }

        if (!locked.Hashes.IsEmpty && !file.Hashes.IsEmpty && !MayHaveAllowedHash(file))
        {
            _wrongHash++;
            return false;
        }

        return true;
    }

    /// <summary>Whether a digest is allowed; where none is of an algorithm that the lock uses, only the download tells.</summary>
    private bool MayHaveAllowedHash(IndexFile file)
    {
        var isComparable = false;
        foreach (var hash in file.Hashes)
        {
            foreach (var allowed in locked.Hashes)
            {
                if (allowed == hash)
                {
                    return true;
                }

                isComparable |= allowed.Algorithm == hash.Algorithm;
            }
        }

        return !isComparable;
    }

    private static string Files(int count) => count == 1 ? "1 file" : $"{count} files";
}
