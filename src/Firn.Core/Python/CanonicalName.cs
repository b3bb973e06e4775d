namespace Firn.Python;

/// <summary>Names of distributions as PEP 503 compares them.</summary>
internal static class CanonicalName
{
    /// <summary>Lower case, with each run of <c>-</c>, <c>_</c> and <c>.</c> as one <c>-</c>.</summary>
    public static string Of(string name)
    {
        if (IsCanonical(name))
        {
            return name;
        }

        var buffer = new System.Text.StringBuilder(name.Length);
        var inRun = false;
        foreach (var c in name)
        {
            var isSeparator = c is '-' or '_' or '.';
            if (!isSeparator)
            {
                buffer.Append(char.ToLowerInvariant(c));
            }
            else if (!inRun)
            {
                buffer.Append('-');
            }

            inRun = isSeparator;
        }

        return buffer.ToString();
    }

    /// <summary>
    /// Whether it is a name that an index would take: letters and digits of ASCII, with <c>.</c>, <c>_</c> and <c>-</c>
    /// inside only (PEP 508; pip: metadata/base.py iter_all_distributions).
    /// </summary>
    public static bool IsValid(ReadOnlySpan<char> name)
    {
        if (name.IsEmpty || !char.IsAsciiLetterOrDigit(name[0]) || !char.IsAsciiLetterOrDigit(name[^1]))
        {
            return false;
        }

        foreach (var c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('.' or '_' or '-'))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsCanonical(string name)
    {
        var last = '\0';
        foreach (var c in name)
        {
            if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && (c != '-' || last == '-'))
            {
                return false;
            }

            last = c;
        }

        return true;
    }
}

/// <summary>The file names of wheels.</summary>
internal static class WheelName
{
    /// <summary>Whether it has the parts that the wheel format asks for: name, version, maybe a build, three tags.</summary>
    public static bool IsValid(string fileName)
    {
        if (!fileName.EndsWith(".whl", StringComparison.Ordinal))
        {
            return false;
        }

        var dashes = fileName.AsSpan().Count('-');
        return dashes is 4 or 5;
    }
}
