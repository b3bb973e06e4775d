using System.Collections.Immutable;
using Firn.Common;

namespace Firn.Python.Pip;

/// <summary>Turns distributions into entries (pip: operations/freeze.py FrozenRequirement.from_dist).</summary>
internal sealed class RequirementBuilder(PipRules rules, PipFreezeOptions options, List<Problem> problems)
{
    private readonly EditableDescriber _editables = new(rules, options);
    private readonly EggLinkFinder _eggLinks = new(rules, options);

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

        return _eggLinks.IsOnSearchPath(distribution) ? distribution.Metadata.Location : null;
    }

    private string? LocalPath(PipDistribution distribution, DirectUrl directUrl)
    {
        var path = FileUrl.ToPath(directUrl.Url);
        if (path is null)
        {
            problems.Add(new Problem(
                "direct-url-not-local", distribution.Metadata.Path, "pip fails on this editable installation, whose URL is no local file"));
        }

        return path is { Length: > 0 } ? path : null;
    }

    private DirectUrl? ReadDirectUrl(PipDistribution distribution)
    {
        if (rules.DirectUrls is not { } directUrls)
        {
            return null;
        }

        var content = distribution.Metadata.Files.Read("direct_url.json", DirectUrlReader.Limit);
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
                "distribution-name-invalid", distribution.Metadata.Path, $"'{distribution.RawName}' is no valid name, so pip passes it over"));
            return null;
        }

        return new FrozenRequirement(distribution.RawName, distribution.NameAndVersion, false, comments);
    }

    private FrozenRequirement Direct(PipDistribution distribution, DirectUrl directUrl)
    {
        var url = options.KeepsCredentials ? directUrl.Url : Credentials.Remove(directUrl.Url);
        var requirement = DirectReference.Format(distribution.RawName, url, directUrl, rules.DirectUrls!.Value);
        return new FrozenRequirement(distribution.RawName, requirement, false, []);
    }
}
