namespace Firn.Python.Requirements;

/// <summary>What the operators of specifiers mean, beyond the order of versions (packaging: specifiers.py _compare_*).</summary>
internal static class VersionComparison
{
    /// <summary>Whether it is a pre-release or a development release.</summary>
    public static bool IsPrerelease(Pep440Version version) => version.PreLabel is not null || version.Development is not null;

    /// <summary>Whether it is an epoch and numbers only.</summary>
    public static bool IsRelease(Pep440Version version) =>
        version.PreLabel is null && version.Post is null && version.Development is null && version.Local.IsEmpty;

    /// <summary>The version without its local part.</summary>
    public static Pep440Version Public(Pep440Version version) => version.Local.IsEmpty ? version : new Pep440Version
    {
        Epoch = version.Epoch,
        Release = version.Release,
        PreLabel = version.PreLabel,
        PreNumber = version.PreNumber,
        Post = version.Post,
        Development = version.Development,
    };

    /// <summary>A specifier without a local part means every local version of its version.</summary>
    public static bool AreEqual(Pep440Version version, Pep440Version specified) =>
        (specified.Local.IsEmpty ? Public(version) : version).Equals(specified);

    /// <summary>Whether the epoch and the first numbers are those of the specifier; missing ones are zeros.</summary>
    public static bool HasPrefix(Pep440Version version, Pep440Version specified, int length)
    {
        if (version.Epoch != specified.Epoch)
        {
            return false;
        }

        for (var i = 0; i < length; i++)
        {
            if ((i < version.Release.Length ? version.Release[i] : "0") != specified.Release[i])
            {
                return false;
            }
        }

        return true;
    }

    /// <summary><c>~=2.2.3</c> is <c>&gt;=2.2.3</c> and <c>==2.2.*</c>.</summary>
    public static bool IsCompatible(Pep440Version version, Pep440Version specified) =>
        Public(version).CompareTo(specified) >= 0 && HasPrefix(version, specified, specified.Release.Length - 1);

    /// <summary><c>&lt;3.1</c> does not mean <c>3.1.dev0</c>, unless it names a pre-release itself.</summary>
    public static bool IsLess(Pep440Version version, Pep440Version specified) =>
        version.CompareTo(specified) < 0
        && (IsPrerelease(specified) || !IsPrerelease(version) || !HaveSameBase(version, specified));

    /// <summary><c>&gt;3.1</c> means neither <c>3.1.post0</c>, unless it names a post-release itself, nor <c>3.1+local</c>.</summary>
    public static bool IsGreater(Pep440Version version, Pep440Version specified)
    {
        if (version.CompareTo(specified) <= 0)
        {
            return false;
        }

        var isExcluded = (specified.Post is null && version.Post is not null) || !version.Local.IsEmpty;
        return !isExcluded || !HaveSameBase(version, specified);
    }

    private static bool HaveSameBase(Pep440Version left, Pep440Version right) => Base(left).Equals(Base(right));

    private static Pep440Version Base(Pep440Version version) => new() { Epoch = version.Epoch, Release = version.Release };
}
