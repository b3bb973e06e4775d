using System.Collections.Immutable;
using System.Text;
using Firn.Common;
using Firn.Common.Files;
using Firn.Git;
using Firn.Python.Discovery;
using Firn.Python.Metadata;
using Firn.Python.Pip;
using Firn.Python.Records;
using Firn.Python.Versions;

namespace Firn.Python.Distributions;

/// <summary>
/// Reads all that a distribution's metadata tells; what is damaged or misnamed becomes a problem.
/// </summary>
internal sealed class DistributionReader(SystemContext systemContext, List<Problem> problems)
{
    private const int SmallFile = 64 * 1024;
    private const int RecordLimit = 64 * 1024 * 1024;

    private readonly ReusableBuffer _record = new();
    private readonly ReusableBuffer _digestText = new();

    /// <summary>Reads one; <see langword="null"/> where it counts as no distribution.</summary>
    public InstalledDistribution? Read(InstalledMetadata metadata) => IsNamed(metadata) ? ReadOne(metadata) : null;

    private bool IsNamed(InstalledMetadata metadata)
    {
        if (CanonicalName.IsValid(metadata.CanonicalName))
        {
            return true;
        }

        problems.Add(new Problem(
            "distribution-name-invalid",
            metadata.Path,
            "not a valid distribution name, left behind by an interrupted installation"));
        return false;
    }

    private InstalledDistribution ReadOne(InstalledMetadata metadata)
    {
        var headers = metadata.Headers;
        if (headers is null)
        {
            problems.Add(new Problem("metadata-missing", metadata.Path, "no readable METADATA or PKG-INFO"));
        }
        else if (!headers.IsUtf8)
        {
            problems.Add(new Problem(
                "metadata-not-utf8", metadata.Path, "METADATA is not UTF-8, pip itself stops here"));
        }

        var installer = Line(metadata, "INSTALLER");
        var directUrl = ReadDirectUrl(metadata);
        var editable = EditableOf(metadata, directUrl);
        var content = ReadContent(metadata, editable is not null);
        var distribution = new Distribution
        {
            Name = OneLine(headers?.First("Name")) ?? metadata.CanonicalName,
            CanonicalName = metadata.CanonicalName,
            Version = VersionOf(metadata, headers),
            MetadataPath = metadata.Path,
            Location = metadata.InstalledLocation,
            Installer = installer,
            Requested = metadata.Files.Read("REQUESTED", SmallFile).Status == FileReadStatus.Read,
            Owner = OwnerOf(installer),
            DirectReference = directUrl is null ? null : DirectReferenceOf(directUrl),
            Editable = editable,
            RecordedDigest = content?.Digest,
            FileCount = content?.FileCount ?? 0,
            Size = content?.Size ?? 0,
        };
        return new InstalledDistribution(distribution, content?.NativeFiles ?? []);
    }

    private string VersionOf(InstalledMetadata metadata, MetadataHeaders? headers)
    {
        var version = metadata.FileNameVersion ?? OneLine(headers?.First("Version"));
        if (version is null)
        {
            problems.Add(new Problem("version-missing", metadata.Path, "no version in the name or the metadata"));
            return string.Empty;
        }

        if (Pep440Version.Normalize(version) is { } normal)
        {
            return normal;
        }

        problems.Add(new Problem("version-invalid", metadata.Path, $"`{version}` is not a valid version (PEP 440)"));
        return OneLine(headers?.First("Version")) ?? version;
    }

    private RecordedContent? ReadContent(InstalledMetadata metadata, bool isEditable)
    {
        if (metadata.Kind != MetadataKind.DistInfo)
        {
            return null;
        }

        var entryPoints = metadata.Files.Read("entry_points.txt", RecordLimit / 16);
        var launchers = LauncherNames.Read(entryPoints.Bytes);
        var record = metadata.Files.Read("RECORD", RecordLimit, _record);
        if (!record.IsComplete)
        {
            problems.Add(new Problem("record-missing", metadata.Path, $"no RECORD ({record.Reason})"));
            return null;
        }

        var builder = new RecordedContentReader(metadata.Path, launchers, isEditable);
        var content = builder.Build(record.WritableBytes, _digestText);
        if (content.RowsOutside > 0)
        {
            problems.Add(new Problem(
                "record-outside",
                Path.Join(metadata.Path, "RECORD"),
                $"{content.RowsOutside} row(s) lead out of the environment and are not followed"));
        }

        return content;
    }

    private DirectUrl? ReadDirectUrl(InstalledMetadata metadata)
    {
        var file = metadata.Files.DirectUrl;
        if (file.Status == FileReadStatus.Missing)
        {
            return null;
        }

        string? error = file.Reason;
        var url = file.IsComplete
            ? DirectUrlReader.Read(file.Memory, DirectUrlRules.FormattedHash, out error)
            : null;
        if (url is null)
        {
            problems.Add(new Problem(
                "direct-url-invalid", Path.Join(metadata.Path, "direct_url.json"), $"direct_url.json: {error}"));
        }

        return url;
    }

    private EditableProject? EditableOf(InstalledMetadata metadata, DirectUrl? directUrl)
    {
        var path = directUrl is { Directory.Editable: true }
            ? FileUrl.ToPath(directUrl.Url)
            : metadata.InstalledLocation != metadata.Location ? metadata.Location : null;
        if (path is null)
        {
            return null;
        }

        if (!Directory.Exists(path))
        {
            problems.Add(new Problem("editable-missing", path, $"the folder of editable {metadata.CanonicalName} is gone"));
            return new EditableProject(path, null);
        }

        return new EditableProject(path, RepositoryOf(path));
    }

    /// <summary>The repository, and where the project lies in it: an egg-link names the folder of the code, which may be below.</summary>
    private GitState? RepositoryOf(string path)
    {
        if (GitRepository.ReadState(path, systemContext, problems) is not { } state)
        {
            return null;
        }

        var project = GitRequirement.ProjectFolder(Path.TrimEndingDirectorySeparator(path));
        var within = project is null ? "." : Path.GetRelativePath(state.WorkTree, RealPath.Of(project));
        return state with { Subdirectory = within == "." || within.StartsWith("..", StringComparison.Ordinal) ? null : within };
    }

    private static DirectReference DirectReferenceOf(DirectUrl url) => new(Credentials.Remove(url.Url))
    {
        Vcs = url.Vcs?.Vcs,
        CommitId = url.Vcs?.CommitId,
        RequestedRevision = url.Vcs?.RequestedRevision,
        Subdirectory = url.Subdirectory,
        Hashes = url.Archive is null ? [] : [.. url.Archive.Hashes.Select(hash => $"{hash.Algorithm}={hash.Value}")],
        IsDirectory = url.Directory is not null,
    };

    /// <summary>The first line of INSTALLER: <c>pip</c>, <c>conda</c>, <c>uv</c>, <c>uv-pixi</c>, <c>poetry 1.8.3</c>.</summary>
    private static string? Line(InstalledMetadata metadata, string file)
    {
        var content = metadata.Files.Read(file, SmallFile);
        return content.IsComplete ? OneLine(Encoding.UTF8.GetString(content.Bytes)) : null;
    }

    private static string? OneLine(string? text)
    {
        var line = text.AsSpan().Trim();
        var end = line.IndexOfAny('\r', '\n', '\0');
        line = (end < 0 ? line : line[..end]).TrimEnd();
        return line.IsEmpty ? null : line.ToString();
    }

    private static DistributionOwner OwnerOf(string? installer) => installer?.ToLowerInvariant() switch
    {
        null => DistributionOwner.Unknown,
        "pip" => DistributionOwner.Pip,
        "conda" => DistributionOwner.Conda,
        "debian" => DistributionOwner.System,
        var name when name == "uv" || name.StartsWith("uv-", StringComparison.Ordinal) => DistributionOwner.Uv,
        var name when name.StartsWith("poetry", StringComparison.Ordinal) => DistributionOwner.Poetry,
        _ => DistributionOwner.Other,
    };
}

/// <summary>A distribution, and the compiled files that its RECORD lists.</summary>
internal sealed record InstalledDistribution(Distribution Distribution, ImmutableArray<string> NativeFiles);
