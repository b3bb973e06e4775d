using System.Collections.Immutable;
using Firn.Common;
using Firn.Common.Files;
using Firn.Python.Indexes;
using Firn.Python.Versions;

namespace Firn.Python.Requirements;

/// <summary>Reads what stands before the options of a line: a requirement, a URL or a path (pip: req/constructors.py).</summary>
internal sealed class RequirementEntryReader(SystemContext systemContext)
{
    /// <summary>The entry, with what it is; <see langword="null"/> with the reason where it is none.</summary>
    /// <param name="entry">Where the text stands.</param>
    /// <param name="text">The text, variables expanded.</param>
    /// <param name="reason">What is wrong with it.</param>
    public RequirementEntry? Read(RequirementEntry entry, string text, out string? reason)
    {
        if (text.Contains('\0', StringComparison.Ordinal))
        {
            reason = "it holds a NUL";
            return null;
        }

        if (entry.IsEditable)
        {
            return ReadEditable(entry, text, out reason);
        }

        var isUrl = RequirementUrl.IsUrl(text);
        if (!isUrl && !RequirementUrl.LooksLikePath(BeforeMarker(text, ";")))
        {
            return ReadSpecifier(entry, text, out reason);
        }

        var place = BeforeMarker(text, isUrl ? "; " : ";");
        Marker? marker = null;
        if (place.Length < text.Length && text[(place.Length + 1)..].Trim() is { Length: > 0 } written)
        {
            marker = Marker.Parse(written, out reason);
            if (marker is null)
            {
                return null;
            }
        }

        return ReadPlace(entry with { Marker = marker }, place.Trim(), isUrl, out reason);
    }

    private static RequirementEntry? ReadSpecifier(RequirementEntry entry, string text, out string? reason)
    {
        if (Requirement.Parse(text, out reason) is not { } requirement)
        {
            return null;
        }

        var path = requirement.Url is null || RequirementUrl.IsVersionControl(requirement.Url) ? null : FileUrl.ToPath(requirement.Url);
        return entry with
        {
            Requirement = requirement,
            Url = requirement.Url,
            Marker = requirement.Marker,
            LocalPath = path is { Length: > 0 } && !path.Contains('\0', StringComparison.Ordinal) ? path : null,
        };
    }

    private RequirementEntry? ReadEditable(RequirementEntry entry, string text, out string? reason)
    {
        text = text.Trim();
        if (RequirementUrl.IsVersionControl(text))
        {
            return ReadPlace(entry, text, isUrl: true, out reason);
        }

        var (path, extras) = RequirementUrl.SplitExtras(text);
        if (path.StartsWith("file:", StringComparison.OrdinalIgnoreCase) || Directory.Exists(Absolute(path)))
        {
            return ReadPlace(entry, path + extras, isUrl: RequirementUrl.IsUrl(path), out reason);
        }

        reason = "what is editable is a project's folder or a repository, such as git+https://";
        return null;
    }

    private RequirementEntry? ReadPlace(RequirementEntry entry, string place, bool isUrl, out string? reason)
    {
        reason = null;
        var (location, extrasText) = isUrl && !entry.IsEditable ? (place, string.Empty) : RequirementUrl.SplitExtras(place);
        var path = isUrl ? RequirementUrl.IsVersionControl(location) ? null : FileUrl.ToPath(location) : Absolute(location);
        if (path is { Length: 0 } || (path is not null && path.Contains('\0', StringComparison.Ordinal)))
        {
            reason = "its URL names no file";
            return null;
        }

        var url = isUrl ? location : FileUrl.FromPath(path!);
        ImmutableArray<string> extras = [];
        if (extrasText.Length > 0)
        {
            if (Requirement.Parse("placeholder" + extrasText, out reason) is not { } placeholder)
            {
                return null;
            }

            extras = placeholder.Extras;
        }

        var requirement = Named(url, path, extras);
        return entry with { Requirement = requirement is null ? null : requirement with { Marker = entry.Marker }, Url = url, LocalPath = path };
    }

    /// <summary>A wheel's name tells its version; else <c>#egg=</c> or the project's files tell the name.</summary>
    private static Requirement? Named(string url, string? path, ImmutableArray<string> extras)
    {
        var isRepository = RequirementUrl.IsVersionControl(url);
        if (!isRepository && IndexUrl.FileName(url) is { } file && WheelFileName.Parse(file) is { } wheel && CanonicalName.IsValid(wheel.Name))
        {
            var exact = VersionSpecifiers.Parse("==" + wheel.Version) ?? VersionSpecifiers.Any;
            return new Requirement { Name = wheel.Name, Extras = extras, Specifiers = exact, Url = url };
        }

        if (RequirementUrl.FragmentPart(url, "egg") is { } egg && Requirement.Parse(egg, out _) is { Url: null } named)
        {
            return named with { Url = url, Extras = extras.IsEmpty ? named.Extras : extras };
        }

        return path is not null && ProjectName.Of(path) is { } name ? new Requirement { Name = name, Extras = extras, Url = url } : null;
    }

    private string Absolute(string path) => Path.GetFullPath(path, systemContext.CurrentDirectory);

    private static string BeforeMarker(string text, string separator)
    {
        var at = text.IndexOf(separator, StringComparison.Ordinal);
        return at < 0 ? text : text[..at];
    }
}

/// <summary>The name of a project on this machine, as far as its files say it without being run.</summary>
internal static class ProjectName
{
    private const int Limit = 1 << 20;

    /// <summary>
    /// The name of a project's folder (<c>pyproject.toml</c> PEP 621, else <c>setup.cfg</c>) or of a source archive;
    /// <see langword="null"/> where only a build tells.
    /// </summary>
    public static string? Of(string path)
    {
        var name = Directory.Exists(path)
            ? OfProject(Path.Join(path, "pyproject.toml")) ?? IniFile.Read(Path.Join(path, "setup.cfg"))?.Value("metadata", "name")
            : SdistFileName.Parse(Path.GetFileName(path))?.CanonicalName;
        return name is not null && CanonicalName.IsValid(name) ? name : null;
    }

    private static string? OfProject(string path) =>
        BoundedFile.ReadText(path, Limit) is { } text
            && TomlText.Parse(text, out _)?.Table("project") is { } project
            ? project.Text("name")
            : null;
}
