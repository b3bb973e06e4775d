namespace Firn.Python.Indexes;

/// <summary>A file that may be taken, and how good it is.</summary>
internal sealed record ChoiceCandidate : IComparable<ChoiceCandidate>
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
    public int CompareTo(ChoiceCandidate? other)
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
