using System.Collections.Immutable;
using Firn.Common;
using Firn.Python.Indexes;
using Firn.Python.Versions;
using Tomlyn.Model;

namespace Firn.Python.Locks;

/// <summary>Reads one entry of <c>[[packages]]</c>.</summary>
internal sealed class PylockPackageReader(TomlTable table, string origin, string folder)
{
    /// <summary>The package.</summary>
    /// <exception cref="Firn.Common.FirnException">The entry is invalid.</exception>
    public PylockPackage Read()
    {
        var name = PylockFields.RequiredText(table, "name", origin);
        if (!CanonicalName.IsValid(name) || CanonicalName.Of(name) != name)
        {
            throw PylockFields.Invalid(origin, "name is not a normalized name");
        }

        var version = PylockFields.Text(table, "version", origin);
        var package = new PylockPackage
        {
            Name = name,
            Version = version is null ? null : Pep440Version.Normalize(version) ?? throw PylockFields.Invalid(origin, "version is not a version"),
            Marker = ReadMarker(),
            RequiresPython = PylockFields.Specifiers(table, "requires-python", origin),
            Source = ReadSource(),
            Files = ReadFiles(),
            IndexUrl = PylockFields.Text(table, "index", origin),
            Origin = $"{origin}, {name}",
        };
        if (package.Source is null == package.Files.IsEmpty)
        {
            throw PylockFields.Invalid(package.Origin, "it has not exactly one of vcs, directory, archive, or sdist and wheels");
        }

        foreach (var file in package.Files)
        {
            CheckName(file, package);
        }

        return package;
    }

    private Marker? ReadMarker()
    {
        if (PylockFields.Text(table, "marker", origin) is not { } text)
        {
            return null;
        }

        var marker = Marker.Parse(text, out var reason) ?? throw PylockFields.Invalid(origin, $"marker: {reason}");
        return marker.AsksForExtra ? throw PylockFields.Invalid(origin, "marker asks for extra, which is extras in locks") : marker;
    }

    private PylockSource? ReadSource()
    {
        ImmutableArray<PylockSource?> sources = [ReadVcs(), ReadDirectory(), ReadArchive()];
        var found = sources.Where(source => source is not null).ToList();
        return found.Count > 1 ? throw PylockFields.Invalid(origin, "it has several of vcs, directory and archive") : found.FirstOrDefault();
    }

    private PylockSource? ReadVcs()
    {
        if (Inner("vcs") is not { } vcs)
        {
            return null;
        }

        var type = PylockFields.RequiredText(vcs, "type", origin);
        var commit = PylockFields.RequiredText(vcs, "commit-id", origin);
        if (type is not ("git" or "hg" or "bzr" or "svn") || !commit.All(char.IsAsciiLetterOrDigit))
        {
            throw PylockFields.Invalid(origin, "its type or its commit-id is none");
        }

        // What was asked for, a branch for example, is of no use here, but has to be text.
        _ = PylockFields.Text(vcs, "requested-revision", origin);
        return new PylockSource
        {
            Kind = LockedSourceKind.Vcs,
            Url = $"{type}+{Location(vcs)}",
            CommitId = commit,
            Subdirectory = Subdirectory(vcs),
        };
    }

    private PylockSource? ReadDirectory()
    {
        if (Inner("directory") is not { } directory)
        {
            return null;
        }

        return new PylockSource
        {
            Kind = directory.Flag("editable") == true ? LockedSourceKind.Editable : LockedSourceKind.Directory,
            Url = PathUrl(PylockFields.RequiredText(directory, "path", origin)),
            Subdirectory = Subdirectory(directory),
        };
    }

    private PylockSource? ReadArchive()
    {
        if (Inner("archive") is not { } archive)
        {
            return null;
        }

        var file = ReadFile(archive);
        return new PylockSource
        {
            Kind = WheelFileName.Parse(file.FileName) is null ? LockedSourceKind.SourceArchive : LockedSourceKind.Wheel,
            Url = file.Url,
            Subdirectory = Subdirectory(archive),
            File = file,
        };
    }

    private ImmutableArray<IndexFile> ReadFiles()
    {
        var files = ImmutableArray.CreateBuilder<IndexFile>();
        if (table.ContainsKey("wheels"))
        {
            foreach (var wheel in table.Tables("wheels") ?? throw PylockFields.Invalid(origin, "wheels is not an array of tables"))
            {
                files.Add(ReadFile(wheel));
            }
        }

        if (Inner("sdist") is { } sdist)
        {
            files.Add(ReadFile(sdist));
        }

        return files.DrainToImmutable();
    }

    private IndexFile ReadFile(TomlTable file)
    {
        var url = Location(file);
        var name = PylockFields.Text(file, "name", origin) ?? IndexUrl.FileName(url);
        if (name is null || !IndexUrl.IsSafeName(name))
        {
            throw PylockFields.Invalid(origin, "a file of it has no name, or an unsafe one");
        }

        return new IndexFile
        {
            FileName = name,
            Url = url,
            Hashes = PylockFields.Hashes(file, origin),
            Size = file.Number("size") is >= 0 and var size ? size : null,
        };
    }

    /// <summary>A path before a URL: it is beside the lock ("packages.wheels.path").</summary>
    private string Location(TomlTable place)
    {
        if (PylockFields.Text(place, "path", origin) is { Length: > 0 } path)
        {
            return PathUrl(path);
        }

        var url = PylockFields.RequiredText(place, "url", origin);
        return Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed.Scheme is "https" or "http" or "file" or "ssh" or "git"
            ? url
            : throw PylockFields.Invalid(origin, "a URL of it is none");
    }

    private string PathUrl(string path) =>
        path.Contains('\0', StringComparison.Ordinal)
            ? throw PylockFields.Invalid(origin, "a path of it holds a NUL")
            : FileUrl.FromPath(Path.GetFullPath(path.Replace('\\', '/'), folder));

    private string? Subdirectory(TomlTable source)
    {
        var subdirectory = PylockFields.Text(source, "subdirectory", origin);
        return subdirectory is null || Firn.Common.Files.RelativePath.IsSafe(subdirectory)
            ? subdirectory
            : throw PylockFields.Invalid(origin, "subdirectory leaves the tree");
    }

    private TomlTable? Inner(string name) =>
        !table.ContainsKey(name) ? null : table.Table(name) ?? throw PylockFields.Invalid(origin, $"{name} is not a table");

    /// <summary>The names of files say what they hold: a lock that mixes them up is wrong.</summary>
    private static void CheckName(IndexFile file, PylockPackage package)
    {
        var isWheel = file.FileName.EndsWith(".whl", StringComparison.Ordinal);
        var wheel = isWheel ? WheelFileName.Parse(file.FileName) : null;
        var source = isWheel ? null : SdistFileName.Parse(file.FileName, package.Name);
        var version = wheel?.Version ?? source?.Version;
        if (version is null || (wheel?.CanonicalName ?? source?.CanonicalName) != package.Name)
        {
            throw PylockFields.Invalid(package.Origin, $"'{file.FileName}' is not a file of {package.Name}");
        }

        if (package.Version is not null && Pep440Version.Parse(package.Version) is { } exact && !VersionComparison.AreEqual(version, exact))
        {
            throw PylockFields.Invalid(package.Origin, $"'{file.FileName}' is not of version {package.Version}");
        }
    }
}
