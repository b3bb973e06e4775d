using Firn.Python.Locks;
using Firn.Python.Requirements;

namespace Firn.Python.Indexes;

/// <summary>Weighs files for a locked distribution and counts why they do not fit, to say so when none does.</summary>
internal sealed class ChoiceTally(LockedDistribution locked, WheelTags tags, Pep440Version pythonVersion, bool ignoresRequiresPython)
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
    public ChoiceCandidate? Weigh(IndexFile file)
    {
        var isWheel = file.FileName.EndsWith(".whl", StringComparison.Ordinal);
        var wheel = isWheel ? WheelFileName.Parse(file.FileName) : null;
        var name = isWheel ? wheel?.CanonicalName : SourceFileName.Parse(file.FileName, locked.Name)?.CanonicalName;
        var version = isWheel ? wheel?.Version : SourceFileName.Parse(file.FileName, locked.Name)?.Version;
        if (version is null || name != locked.Name)
        {
            return null;
        }

        _files++;
        if (!IsLockedVersion(version))
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

        return new ChoiceCandidate
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

    private bool IsLockedVersion(Pep440Version version) =>
        locked.Specifiers.Contains(version, allowPrereleases: true)
        && (locked.Version is null || !locked.Specifiers.Items.IsEmpty || Pep440Version.Parse(locked.Version) is not { } exact
            || VersionComparison.AreEqual(version, exact));

    private static string Files(int count) => count == 1 ? "1 file" : $"{count} files";
}
