using System.Globalization;

namespace Firn.Host;

/// <summary>A version of the GNU C library, ordered by number.</summary>
/// <param name="Major">The first part.</param>
/// <param name="Minor">The second part.</param>
/// <param name="Patch">The third part, 0 where there is none.</param>
public sealed record GlibcVersion(int Major, int Minor, int Patch = 0) : IComparable<GlibcVersion>
{
    /// <summary>Reads <c>2.17</c> or <c>2.2.5</c>; <see langword="null"/> where the text is neither.</summary>
    public static GlibcVersion? Parse(ReadOnlySpan<char> text)
    {
        Span<int> parts = stackalloc int[3];
        var count = 0;
        while (true)
        {
            var dot = text.IndexOf('.');
            var part = dot < 0 ? text : text[..dot];
            if (count == 3
                || !int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out parts[count]))
            {
                return null;
            }

            count++;
            if (dot < 0)
            {
                break;
            }

            text = text[(dot + 1)..];
        }

        return count < 2 ? null : new GlibcVersion(parts[0], parts[1], parts[2]);
    }

    /// <inheritdoc/>
    public int CompareTo(GlibcVersion? other)
    {
        if (other is null)
        {
            return 1;
        }

        var major = Major.CompareTo(other.Major);
        var minor = major != 0 ? major : Minor.CompareTo(other.Minor);
        return minor != 0 ? minor : Patch.CompareTo(other.Patch);
    }

    /// <summary>Whether <paramref name="left"/> is older.</summary>
    public static bool operator <(GlibcVersion left, GlibcVersion right) => left.CompareTo(right) < 0;

    /// <summary>Whether <paramref name="left"/> is newer.</summary>
    public static bool operator >(GlibcVersion left, GlibcVersion right) => left.CompareTo(right) > 0;

    /// <summary>Whether <paramref name="left"/> is not newer.</summary>
    public static bool operator <=(GlibcVersion left, GlibcVersion right) => left.CompareTo(right) <= 0;

    /// <summary>Whether <paramref name="left"/> is not older.</summary>
    public static bool operator >=(GlibcVersion left, GlibcVersion right) => left.CompareTo(right) >= 0;

    /// <inheritdoc/>
    public override string ToString() => Patch == 0 ? $"{Major}.{Minor}" : $"{Major}.{Minor}.{Patch}";
}
