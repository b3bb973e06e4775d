namespace Firn.Conda;

/// <summary>
/// One entry of <c>depends</c>: <c>NAME</c>, <c>NAME VERSION</c>, <c>NAME VERSION BUILD</c>, with a channel before it or
/// brackets behind it (conda models/match_spec.py <c>_parse_spec_str</c>).
/// </summary>
internal readonly record struct CondaDependency(string Name, string? Version, string? Build)
{
    public static CondaDependency Parse(string spec)
    {
        var text = spec.AsSpan();
        text = text.IndexOf('#') is >= 0 and var comment ? text[..comment] : text;
        var brackets = ReadOnlySpan<char>.Empty;
        if (text.IndexOf('[') is > 0 and var open && text.LastIndexOf(']') is var close && close > open)
        {
            brackets = text[(open + 1)..close];
            text = text[..open];
        }

        text = text[(text.LastIndexOf(':') + 1)..].Trim();
        var end = EndOfName(text);
        var name = (end < 0 ? text : text[..end]).ToString().ToLowerInvariant();
        string? version = null;
        string? build = null;
        if (end >= 0 && text[end..].Trim() is { Length: > 0 } rest)
        {
            (version, build) = SplitVersionAndBuild(rest);
        }

        version = Bracket(brackets, "version") ?? version;
        build = Bracket(brackets, "build") ?? build;
        return new CondaDependency(name, version is null ? null : CleanVersion(version, build), build);
    }

    /// <summary>Whether the package satisfies it. What conda could not read either counts as satisfied.</summary>
    public bool Matches(CondaPackage package) =>
        string.Equals(Name, package.Name, StringComparison.OrdinalIgnoreCase)
        && (Version is null || CondaVersionSpec.Matches(Version, package.Version) != false)
        && (Build is null || Build.StartsWith('^') || CondaGlob.Matches(Build, package.Build));

    /// <summary>
    /// The first blank or <c>=</c> behind which nothing can be part of a version any more
    /// (<c>_parse_version_plus_build</c>).
    /// </summary>
    private static (string Version, string? Build) SplitVersionAndBuild(ReadOnlySpan<char> text)
    {
        var from = LastOutsideBuild(text);
        for (var i = from; i < text.Length - 1; i++)
        {
            if (text[i] is ' ' or '=' && text[i - 1] is not ('=' or '!' or '|' or ',' or '<' or '>' or '~'))
            {
                return (WithoutBlanks(text[..i]), text[(i + 1)..].Trim().ToString());
            }
        }

        return (WithoutBlanks(text), null);
    }

    private static string WithoutBlanks(ReadOnlySpan<char> text) =>
        text.ToString().Replace(" ", string.Empty, StringComparison.Ordinal);

    /// <summary><c>=1.26</c> means 1.26 and all that follow, but exactly 1.26 with a build; <c>==1.26</c> always exactly.</summary>
    private static string CleanVersion(string version, string? build)
    {
        if (!version.StartsWith('='))
        {
            return version;
        }

        var bare = version.TrimStart('=');
        if (bare.Length == 0 || bare.AsSpan().ContainsAny('=', ',', '|'))
        {
            return version;
        }

        return version.StartsWith("==", StringComparison.Ordinal) || build is not null || bare.EndsWith('*')
            ? bare
            : bare + "*";
    }

    private static string? Bracket(ReadOnlySpan<char> brackets, ReadOnlySpan<char> key)
    {
        while (brackets.IndexOf('=') is > 0 and var equals)
        {
            var name = brackets[..equals].Trim(" ,");
            var value = brackets[(equals + 1)..].TrimStart();
            var quote = value.Length > 0 && value[0] is '\'' or '"' ? value[0] : ',';
            value = quote == ',' ? value : value[1..];
            var end = value.IndexOf(quote);
            var text = end < 0 ? value : value[..end];
            if (name.SequenceEqual(key))
            {
                return text.Trim().ToString() is { Length: > 0 } found ? found : null;
            }

            brackets = end < 0 ? [] : value[(end + 1)..];
        }

        return null;
    }

    // Plain loops: the framework's vectorised searches are compiled at run time and unoptimised in so short a life.
    private static int EndOfName(ReadOnlySpan<char> text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is ' ' or '=' or '<' or '>' or '!' or '~')
            {
                return i;
            }
        }

        return -1;
    }

    private static int LastOutsideBuild(ReadOnlySpan<char> text)
    {
        for (var i = text.Length - 1; i > 1; i--)
        {
            if (text[i] is '-' or '=' or ',' or '|' or '<' or '>' or '~')
            {
                return i;
            }
        }

        return 1;
    }
}
