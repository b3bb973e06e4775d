using System.Collections.Immutable;
using Firn.Common;
using Firn.Python.Metadata;

namespace Firn.Python.Pip;

/// <summary>Turns distributions into entries (pip: operations/freeze.py FrozenRequirement.from_dist).</summary>
internal sealed class RequirementBuilder(
    PipRules rules, PipFreezeOptions options, EggLinkFinder eggLinks, List<Problem> problems)
{
    private readonly EditableDescriber _editables = new(rules, options);

    /// <summary>The entry, or <see langword="null"/> where pip prints none.</summary>
    public FrozenRequirement? Build(PipDistribution distribution)
    {
        var directUrl = ReadDirectUrl(distribution);
        if (EditablePath(distribution, directUrl) is { } path
            && _editables.Describe(distribution, path) is { } editable)
        {
            if (editable.IsEditable || rules.DirectUrlEditables)
            {
                var requirement = editable.Requirement ?? distribution.NameAndVersion;
                return new FrozenRequirement(distribution.RawName, requirement, editable.IsEditable, editable.Comments);
            }

            // Before pip 21.3 a direct URL also took the comment's place.
            return directUrl is not null
                ? Direct(distribution, directUrl)
                : Plain(distribution, editable.Comments);
        }

        return directUrl is not null ? Direct(distribution, directUrl) : Plain(distribution, []);
    }

    private string? EditablePath(PipDistribution distribution, DirectUrl? directUrl)
    {
        if (rules.DirectUrlEditables && directUrl is not null)
        {
            return directUrl.IsLocalEditable ? LocalPath(distribution, directUrl) : null;
        }

        return eggLinks.IsOnSearchPath(distribution) ? distribution.Metadata.Location : null;
    }

    private string? LocalPath(PipDistribution distribution, DirectUrl directUrl)
    {
        var path = FileUrl.ToPath(directUrl.Url);
        if (path is null)
        {
            problems.Add(new Problem(
                "direct-url-not-local", distribution.Metadata.Path, "pip fails on this editable installation, whose URL is not a local file"));
        }

        return path is { Length: > 0 } ? path : null;
    }

    private DirectUrl? ReadDirectUrl(PipDistribution distribution)
    {
        if (rules.DirectUrls is not { } directUrls)
        {
            return null;
        }

        var content = distribution.Metadata.Files.DirectUrl;
        if (!content.IsComplete)
        {
            return null;
        }

        var directUrl = DirectUrlReader.Read(content.Memory, directUrls, out var error);
        if (directUrl is null)
        {
            problems.Add(new Problem(
                "direct-url-invalid", Path.Join(distribution.Metadata.Path, "direct_url.json"), $"Not a valid direct URL: {error}"));
        }

        return directUrl;
    }

    private FrozenRequirement? Plain(PipDistribution distribution, ImmutableArray<string> comments)
    {
        if (!distribution.HasVersion)
        {
            problems.Add(new Problem(
                "metadata-without-version", distribution.Metadata.Path, "The metadata gives no version, on which pip fails"));
            return null;
        }

        // Until pip 21.1 the entry was parsed as a requirement, and left out where it is none.
        if (!rules.RawNames && !CanonicalName.IsValid(distribution.RawName))
        {
            problems.Add(new Problem(
                "distribution-name-invalid", distribution.Metadata.Path, $"'{distribution.RawName}' is not a valid name, so pip passes it over"));
            return null;
        }

        return new FrozenRequirement(distribution.RawName, distribution.NameAndVersion, false, comments);
    }

    private FrozenRequirement Direct(PipDistribution distribution, DirectUrl directUrl)
    {
        var url = options.KeepsCredentials ? directUrl.Url : Credentials.Remove(directUrl.Url);
        var requirement = DirectUrlRequirement.Format(distribution.RawName, url, directUrl, rules.DirectUrls!.Value);
        return new FrozenRequirement(distribution.RawName, requirement, false, []);
    }
}

/// <summary>One entry of the output (pip: operations/freeze.py FrozenRequirement).</summary>
/// <param name="Name">The name that pip prints.</param>
/// <param name="Requirement">The requirement.</param>
/// <param name="IsEditable">Whether it is printed with <c>-e</c>.</param>
/// <param name="Comments">The lines before it.</param>
internal sealed record FrozenRequirement(
    string Name, string Requirement, bool IsEditable, ImmutableArray<string> Comments)
{
    /// <summary>The name in lower case, by which entries are sorted.</summary>
    public string SortKey { get; } = Name.ToLowerInvariant();

    /// <summary>The entry's lines, without white space at the end.</summary>
    public string Text
    {
        get
        {
            var line = IsEditable ? "-e " + Requirement : Requirement;
            var text = Comments.IsEmpty ? line : string.Concat(string.Join('\n', Comments), "\n", line);
            return PythonText.StripEnd(text).ToString();
        }
    }
}

/// <summary>Requirements that name a URL (pip: utils/direct_url_helpers.py direct_url_as_pep440_direct_reference).</summary>
internal static class DirectUrlRequirement
{
    /// <summary>The requirement.</summary>
    /// <param name="name">The distribution's name.</param>
    /// <param name="url">The URL to print.</param>
    /// <param name="directUrl">Where the distribution came from.</param>
    /// <param name="rules">pip before 26.1 printed only the deprecated <c>hash</c>.</param>
    public static string Format(string name, string url, DirectUrl directUrl, DirectUrlRules rules)
    {
        var target = directUrl.Vcs is { } vcs ? $"{vcs.Vcs}+{url}@{vcs.CommitId}" : url;
        var hash = HashFragment(directUrl.Archive, rules);
        var fragment = directUrl.Subdirectory is not { Length: > 0 } subdirectory ? hash
            : hash is null ? "subdirectory=" + subdirectory
            : $"{hash}&subdirectory={subdirectory}";
        return fragment is null ? $"{name} @ {target}" : $"{name} @ {target}#{fragment}";
    }

    private static string? HashFragment(DirectUrlArchive? archive, DirectUrlRules rules)
    {
        if (rules != DirectUrlRules.Packaging)
        {
            return archive?.LegacyHash is { Length: > 0 } hash ? hash : null;
        }

        return archive is { Hashes: [var first, ..] } ? $"{first.Algorithm}={first.Value}" : null;
    }
}
