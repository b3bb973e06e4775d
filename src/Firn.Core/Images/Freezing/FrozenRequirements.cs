using System.Text;
using Firn.Captures.Documents;
using Firn.Captures.Exports;
using Firn.Python;
using Firn.Python.Distributions;

namespace Firn.Images.Freezing;

/// <summary>
/// Rewrites a requirement file with what is installed: comments, options, markers, extras and order stay, a line that names a
/// package gets its exact version or where it was installed from, and what these brought along comes last.
/// </summary>
internal static class FrozenRequirements
{
    /// <summary>Stands before what no line names.</summary>
    public const string Heading = "# What these brought along, written by firn freeze:";

    /// <summary>The file's new text.</summary>
    /// <param name="text">The file as it is.</param>
    /// <param name="capture">What is installed.</param>
    /// <param name="ignored">Canonical names that are left out.</param>
    public static string Write(string text, Capture capture, IReadOnlySet<string> ignored) => Write(text, OwnOf(capture), ignored);

    /// <summary>The same of what pip installed into an environment of conda.</summary>
    /// <inheritdoc cref="Write(string, Capture, IReadOnlySet{string})"/>
    public static string Write(string text, IEnumerable<Distribution> installed, IReadOnlySet<string> ignored)
    {
        var own = new SortedDictionary<string, Distribution>(StringComparer.Ordinal);
        foreach (var distribution in installed.Where(distribution => !ignored.Contains(distribution.CanonicalName)))
        {
            own.TryAdd(distribution.CanonicalName, distribution);
        }

        var result = new StringBuilder();
        var named = new HashSet<string>(StringComparer.Ordinal);
        var isBrought = false;
        foreach (var line in Logical(text))
        {
            // What was brought along the last time is written anew: the lines below the heading, to the first that is none of it.
            var requirement = Requirement.Of(line);
            isBrought = line.TrimEnd() == Heading || (isBrought && requirement is not null);
            if (isBrought || (requirement is not null && ignored.Contains(requirement.Name)))
            {
                continue;
            }

            if (requirement is not null && own.TryGetValue(requirement.Name, out var found))
            {
                named.Add(requirement.Name);
                result.Append(requirement.Pinned(found));
            }
            else
            {
                // An option or a comment; or a package that the base image brings, whose version is the base's affair.
                result.Append(line.TrimEnd('\n'));
            }

            result.Append('\n');
        }

        var brought = own.Where(entry => !named.Contains(entry.Key)).Select(static entry => entry.Value).ToList();
        if (brought.Count == 0)
        {
            return result.ToString();
        }

        var kept = result.ToString().TrimEnd('\n', ' ');
        var section = string.Concat(brought.Select(static distribution => RequirementsExport.Line(distribution) + "\n"));
        return $"{kept}{(kept.Length > 0 ? "\n\n" : string.Empty)}{Heading}\n{section}";
    }

    /// <summary>The packages that a file names; one with a marker may be meant for another machine.</summary>
    public static IEnumerable<string> Names(string text) =>
        Logical(text).Select(Requirement.Of).OfType<Requirement>().Where(static named => named.Marker.Length == 0).Select(static named => named.Name);

    /// <summary>What is the environment's own.</summary>
    public static IEnumerable<Distribution> OwnOf(Capture capture) =>
        capture.Distributions.Where(distribution => IsOwn(distribution, capture));

    /// <summary>
    /// What lies in the environment itself. The project is installed beside it, by each container; what the base has lies below it;
    /// and pip and its kin came with the environment.
    /// </summary>
    private static bool IsOwn(Distribution distribution, Capture capture) =>
        distribution.Location.StartsWith(capture.Environment.Prefix + "/", StringComparison.Ordinal)
        && distribution.Editable is not { Repository: null }
        && distribution.CanonicalName is not ("pip" or "setuptools" or "wheel");

    /// <summary>Lines with those that continue them, each with its line end.</summary>
    private static IEnumerable<string> Logical(string text)
    {
        var whole = new StringBuilder();
        foreach (var line in text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n'))
        {
            whole.Append(line).Append('\n');
            if (!line.EndsWith('\\') || line.TrimStart().StartsWith('#'))
            {
                yield return whole.ToString();
                whole.Clear();
            }
        }

        if (whole.Length > 0)
        {
            yield return whole.ToString();
        }
    }

    /// <summary>A line that names a package.</summary>
    private sealed record Requirement(string Line, string Name, string Extras, string Marker, string Comment)
    {
        public static Requirement? Of(string line)
        {
            var joined = line.Replace("\\\n", " ", StringComparison.Ordinal).Trim();
            var length = 0;
            while (length < joined.Length && (char.IsAsciiLetterOrDigit(joined[length]) || (length > 0 && joined[length] is '.' or '_' or '-')))
            {
                length++;
            }

            // A path or a URL begins like a name.
            if (length == 0 || (length < joined.Length && joined[length] is '/' or ':' or '\\'))
            {
                return null;
            }

            var comment = joined.IndexOf(" #", StringComparison.Ordinal);
            var body = comment < 0 ? joined : joined[..comment].TrimEnd();
            var rest = body[Math.Min(length, body.Length)..].TrimStart();
            var extras = rest.StartsWith('[') && rest.IndexOf(']') is > 0 and var end ? rest[..(end + 1)] : string.Empty;
            var semicolon = body.IndexOf(';');
            var marker = semicolon < 0 ? string.Empty : body[(semicolon + 1)..];
            var options = marker.IndexOf(" --", StringComparison.Ordinal);
            return new Requirement(
                line, CanonicalName.Of(joined[..length]), extras, (options < 0 ? marker : marker[..options]).Trim(), comment < 0 ? string.Empty : joined[comment..]);
        }

        /// <summary>The line with the version that is installed; as it is where it says so already.</summary>
        public string Pinned(Distribution installed)
        {
            var exact = RequirementsExport.Line(installed);
            if (exact.StartsWith('#'))
            {
                return Line.TrimEnd('\n');
            }

            var name = installed.Name.Trim();
            var pinned = new StringBuilder(name).Append(Extras).Append(exact.AsSpan(name.Length));
            if (Marker.Length > 0)
            {
                pinned.Append(" ; ").Append(Marker);
            }

            // A line with digests, which pip checks, says the same with more.
            var isSame = Line.Contains($"=={installed.Version}", StringComparison.Ordinal) && installed.DirectReference is null
                && !IsVersionCharacter(Line, Line.IndexOf($"=={installed.Version}", StringComparison.Ordinal) + 2 + installed.Version.Length);
            return isSame ? Line.TrimEnd('\n') : pinned.Append(Comment).ToString();
        }

        private static bool IsVersionCharacter(string text, int at) =>
            at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] is '.' or '+' or '!' or '*');
    }
}

/// <summary>Rewrites a list of system packages with their installed versions; comments and order stay.</summary>
internal static class FrozenSystemPackages
{
    /// <summary>The names that a list has.</summary>
    public static IEnumerable<string> Names(string text) =>
        text.ReplaceLineEndings("\n").Split('\n').Select(NameIn).OfType<string>();

    /// <summary>The list's new text.</summary>
    /// <param name="text">The list as it is.</param>
    /// <param name="versions">Installed versions by package; a package that is not installed keeps its line.</param>
    public static string Write(string text, IReadOnlyDictionary<string, string> versions)
    {
        if (text.Length == 0)
        {
            return text;
        }

        var lines = text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n').Select(line =>
        {
            if (NameIn(line) is not { } name || !versions.TryGetValue(name, out var version))
            {
                return line;
            }

            var comment = line.IndexOf('#');
            return comment < 0 ? $"{name}={version}" : $"{$"{name}={version}".PadRight(Math.Max(0, comment - 1))} {line[comment..]}";
        });
        return string.Join('\n', lines) + "\n";
    }

    private static string? NameIn(string line)
    {
        var words = line.Split('#')[0].Split([' ', '\t', '='], StringSplitOptions.RemoveEmptyEntries);
        return words.Length > 0 ? words[0] : null;
    }
}
