using System.Text;
using Firn.Common;

namespace Firn.Images;

/// <summary>
/// The name of an image: <c>[HOST[:PORT]/]PATH[:TAG][@DIGEST]</c>, by the grammar that every engine and registry obeys
/// (github.com/distribution/reference, reference.go).
/// </summary>
internal sealed record ImageReference
{
    private const int MaxName = 255;
    private const int MaxTag = 128;

    private ImageReference(string name, string? tag, string? digest) => (Name, Tag, Digest) = (name, tag, digest);

    /// <summary>The name without tag and digest, for example <c>registry.example/lab/project</c>.</summary>
    public string Name { get; }

    /// <summary>The tag; <see langword="null"/> where none is given.</summary>
    public string? Tag { get; }

    /// <summary>The digest, <c>sha256:HEX</c>; <see langword="null"/> where none is given.</summary>
    public string? Digest { get; }

    /// <summary>The registry that the name says; <see langword="null"/> for the engine's own default.</summary>
    public string? Host => Name.IndexOf('/') is > 0 and var slash && IsHost(Name[..slash]) ? Name[..slash] : null;

    /// <summary>The same image under another tag.</summary>
    /// <exception cref="FirnException">No engine takes that tag.</exception>
    public ImageReference WithTag(string tag)
    {
        var reference = new ImageReference(Name, tag, null);
        return WhatIsWrong(reference) is { } wrong ? throw Invalid(reference.ToString(), wrong) : reference;
    }

    /// <summary>Reads a name.</summary>
    /// <exception cref="FirnException">It is none.</exception>
    public static ImageReference Parse(string text)
    {
        var (rest, digest) = Cut(text, text.IndexOf('@'));
        var (name, tag) = Cut(rest, rest.LastIndexOf(':') is var colon && colon > rest.LastIndexOf('/') ? colon : -1);
        var reference = new ImageReference(name, tag, digest);
        return WhatIsWrong(reference) is { } wrong ? throw Invalid(text, wrong) : reference;
    }

    /// <summary>Whether a text can be the path of a name, which is all of it but registry, tag and digest.</summary>
    public static bool IsPath(string text) => text.Length <= MaxName && text.Split('/').All(IsPathPart);

    /// <inheritdoc/>
    public override string ToString()
    {
        var text = new StringBuilder(Name);
        text.Append(Tag is null ? null : $":{Tag}").Append(Digest is null ? null : $"@{Digest}");
        return text.ToString();
    }

    private static (string Before, string? After) Cut(string text, int at) => at < 0 ? (text, null) : (text[..at], text[(at + 1)..]);

    private static FirnException Invalid(string text, string wrong) => new(
        $"'{text}' is not the name of an image: {wrong}",
        "names are HOST/PATH:TAG in lower case, for example registry.example/lab/project", FailureKind.InvalidRequest);

    private static string? WhatIsWrong(ImageReference reference)
    {
        var parts = reference.Name.Split('/');
        var path = parts.Length > 1 && IsHost(parts[0]) ? parts.AsSpan(1) : parts.AsSpan();
        if (path.Length != parts.Length && !IsHostAndPort(parts[0]))
        {
            return $"'{parts[0]}' is not a registry";
        }

        foreach (var part in path)
        {
            if (!IsPathPart(part))
            {
                return part.Length == 0 ? "a part of it is empty"
                    : part.Any(char.IsAsciiLetterUpper) ? $"'{part}' is not in lower case"
                    : $"'{part}' may hold a to z and 0 to 9, with single . or _ or any number of - between them";
            }
        }

        return string.Join('/', path.ToArray()).Length > MaxName ? $"it is longer than {MaxName} characters"
            : reference.Tag is { } tag && !IsTag(tag) ? $"the tag '{tag}' may hold letters, digits and _ . -, {MaxTag} at most, and begins with none of . and -"
            : reference.Digest is { } digest && !IsDigest(digest) ? $"'{digest}' is not a digest"
            : null;
    }

    /// <summary>The first part is a registry where it cannot be a folder of Docker Hub: reference, splitDockerDomain.</summary>
    private static bool IsHost(string part) =>
        part == "localhost" || part.Contains('.', StringComparison.Ordinal) || part.Contains(':', StringComparison.Ordinal)
        || part.Any(char.IsAsciiLetterUpper);

    private static bool IsHostAndPort(string text)
    {
        var (host, port) = text.StartsWith('[') && text.IndexOf(']') is > 0 and var end
            ? (text[1..end], text[(end + 1)..])
            : Cut(text, text.IndexOf(':')) is var (before, after) ? (before, after is null ? string.Empty : $":{after}") : default;
        var isAddress = text.StartsWith('[');
        var isHost = isAddress
            ? host.Length > 0 && host.All(character => char.IsAsciiHexDigit(character) || character == ':')
            : host.Split('.').All(static part => part.Length > 0 && part[0] != '-' && part[^1] != '-'
                && part.All(static character => char.IsAsciiLetterOrDigit(character) || character == '-'));
        return isHost && (port.Length == 0 || (port.Length is > 1 and <= 6 && port[0] == ':' && port[1..].All(char.IsAsciiDigit)));
    }

    /// <summary>[a-z0-9]+ separated by one dot, one or two underscores, or any number of hyphens.</summary>
    private static bool IsPathPart(string part)
    {
        var separator = 0;
        for (var i = 0; i < part.Length; i++)
        {
            var character = part[i];
            if (char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character))
            {
                separator = 0;
                continue;
            }

            separator++;
            var isSame = separator == 1 || part[i - 1] == character;
            var most = character switch { '.' => 1, '_' => 2, '-' => int.MaxValue, _ => 0 };
            if (i == 0 || i == part.Length - 1 || !isSame || separator > most)
            {
                return false;
            }
        }

        return part.Length > 0;
    }

    private static bool IsTag(string tag) =>
        tag.Length is > 0 and <= MaxTag && tag[0] is not ('.' or '-')
        && tag.All(static character => char.IsAsciiLetterOrDigit(character) || character is '_' or '.' or '-');

    private static bool IsDigest(string digest) =>
        digest.StartsWith("sha256:", StringComparison.Ordinal) && digest.Length == 71
        && digest[7..].All(char.IsAsciiHexDigitLower);
}
