namespace Firn.Conda;

/// <summary>A version in conda's order (conda models/version.py <c>VersionOrder</c>).</summary>
internal sealed class CondaVersion : IComparable<CondaVersion>
{
    private static readonly CondaVersionPart[] NoParts = [];
    private readonly string _text;
    private readonly List<CondaVersionPart[]> _version;
    private readonly List<CondaVersionPart[]> _local;

    private CondaVersion(string text, List<CondaVersionPart[]> version, List<CondaVersionPart[]> local) =>
        (_text, _version, _local) = (text, version, local);

    /// <summary>The version, or <see langword="null"/> where conda calls it invalid.</summary>
    public static CondaVersion? Parse(ReadOnlySpan<char> text)
    {
        var version = text.Trim().ToString().ToLowerInvariant();
        if (!version.Contains('_', StringComparison.Ordinal))
        {
            version = version.Replace('-', '_');
        }

        if (version.Length == 0 || !IsAllowed(version))
        {
            return null;
        }

        var rest = version;
        var epoch = "0";
        if (version.Split('!') is [var first, var second])
        {
            (epoch, rest) = (first, second);
        }

        var parts = rest.Split('+');
        if (parts.Length > 2 || parts[0].Length == 0 || epoch.Length == 0 || !IsNumber(epoch))
        {
            return null;
        }

        var components = new List<CondaVersionPart[]>();
        var local = new List<CondaVersionPart[]>();
        return Add(components, epoch) && AddAll(components, parts[0]) && (parts.Length < 2 || AddAll(local, parts[1]))
            ? new CondaVersion(version, components, local)
            : null;
    }

    public int CompareTo(CondaVersion? other)
    {
        if (other is null)
        {
            return 1;
        }

        var order = Compare(_version, other._version);
        return order != 0 ? order : Compare(_local, other._local);
    }

    /// <summary>Whether this is <paramref name="other"/> or continues it: <c>1.26.4</c> starts with <c>1.26</c>.</summary>
    public bool StartsWith(CondaVersion other)
    {
        if (other._local.Count > 0)
        {
            return Compare(_version, other._version) == 0 && StartsWith(_local, other._local);
        }

        return StartsWith(_version, other._version);
    }

    /// <summary>The version without its last part, for <c>~=</c>; <see langword="null"/> where nothing is left.</summary>
    public CondaVersion? WithoutLastPart()
    {
        var dot = _text.LastIndexOf('.');
        return dot < 0 ? null : Parse(_text.AsSpan(0, dot));
    }

    private static bool StartsWith(List<CondaVersionPart[]> whole, List<CondaVersionPart[]> start)
    {
        var last = start.Count - 1;
        for (var i = 0; i < last; i++)
        {
            if (Compare(At(whole, i), start[i]) != 0)
            {
                return false;
            }
        }

        var component = At(whole, last);
        var wanted = start[last];
        for (var i = 0; i < wanted.Length - 1; i++)
        {
            if (At(component, i).CompareTo(wanted[i]) != 0)
            {
                return false;
            }
        }

        return At(component, wanted.Length - 1).StartsWith(wanted[^1]);
    }

    private static int Compare(List<CondaVersionPart[]> left, List<CondaVersionPart[]> right)
    {
        for (var i = 0; i < Math.Max(left.Count, right.Count); i++)
        {
            var order = Compare(At(left, i), At(right, i));
            if (order != 0)
            {
                return order;
            }
        }

        return 0;
    }

    private static int Compare(CondaVersionPart[] left, CondaVersionPart[] right)
    {
        for (var i = 0; i < Math.Max(left.Length, right.Length); i++)
        {
            var order = At(left, i).CompareTo(At(right, i));
            if (order != 0)
            {
                return order;
            }
        }

        return 0;
    }

    // What is missing counts as 0: 1.1 equals 1.1.0.
    private static CondaVersionPart[] At(List<CondaVersionPart[]> list, int i) => i < list.Count ? list[i] : NoParts;

    private static CondaVersionPart At(CondaVersionPart[] parts, int i) =>
        i < parts.Length ? parts[i] : CondaVersionPart.Zero;

    private static bool AddAll(List<CondaVersionPart[]> components, string text)
    {
        // A trailing underscore belongs to the last part: 1.0.1_ is less than 1.0.1a, as OpenSSL counts.
        var keepsLast = text.EndsWith('_');
        var split = (keepsLast ? text[..^1] : text).Split('.', '_');
        for (var i = 0; i < split.Length; i++)
        {
            if (!Add(components, keepsLast && i == split.Length - 1 ? split[i] + "_" : split[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static bool Add(List<CondaVersionPart[]> components, string text)
    {
        if (text.Length == 0)
        {
            return false;
        }

        var parts = new List<CondaVersionPart>();
        if (!char.IsAsciiDigit(text[0]))
        {
            parts.Add(CondaVersionPart.Zero);
        }

        var start = 0;
        for (var i = 1; i <= text.Length; i++)
        {
            if (i == text.Length || Class(text[i]) != Class(text[start]))
            {
                parts.Add(CondaVersionPart.Parse(text[start..i]));
                start = i;
            }
        }

        components.Add([.. parts]);
        return true;
    }

    private static int Class(char c) => char.IsAsciiDigit(c) ? 0 : c == '*' ? 1 : 2;

    private static bool IsNumber(string text)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiDigit(c))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsAllowed(string version)
    {
        foreach (var c in version)
        {
            if (!char.IsAsciiDigit(c) && !char.IsAsciiLetterLower(c) && c is not ('*' or '.' or '+' or '!' or '_'))
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>A run of digits or of other characters in a version: text before numbers, <c>post</c> behind all numbers.</summary>
internal sealed class CondaVersionPart : IComparable<CondaVersionPart>
{
    private readonly Kind _kind;
    private readonly string _text;

    private CondaVersionPart(Kind kind, string text) => (_kind, _text) = (kind, text);

    private enum Kind
    {
        Text,
        Number,
        Infinity,
    }

    public static CondaVersionPart Zero { get; } = new(Kind.Number, string.Empty);

    public static CondaVersionPart Parse(string text)
    {
        if (char.IsAsciiDigit(text[0]))
        {
            // Numbers have any length: without leading zeros, the longer one is the larger.
            return new CondaVersionPart(Kind.Number, text.TrimStart('0'));
        }

        return text switch
        {
            "post" => new CondaVersionPart(Kind.Infinity, string.Empty),
            // Upper case sorts before all other texts, which are lower case.
            "dev" => new CondaVersionPart(Kind.Text, "DEV"),
            _ => new CondaVersionPart(Kind.Text, text),
        };
    }

    public int CompareTo(CondaVersionPart? other)
    {
        if (other is null)
        {
            return 1;
        }

        if (_kind != other._kind)
        {
            return _kind < other._kind ? -1 : 1;
        }

        return _kind == Kind.Number && _text.Length != other._text.Length
            ? _text.Length.CompareTo(other._text.Length)
            : string.CompareOrdinal(_text, other._text);
    }

    public bool StartsWith(CondaVersionPart start) => start._kind == Kind.Text
        ? _kind == Kind.Text && _text.StartsWith(start._text, StringComparison.Ordinal)
        : CompareTo(start) == 0;
}
