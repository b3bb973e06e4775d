using System.Collections.Immutable;
using Firn.Common;
using Firn.Common.Bundles;
using Firn.Common.Files;
using Firn.Common.Tar;
using Firn.Conda.Prefixes;
using Firn.Conda.Relocation;

namespace Firn.Conda.Linking;

/// <summary>Reads one package's files from a prefix; see <see cref="CondaPackageMembers"/>.</summary>
internal sealed class CondaMemberReader
{
    /// <summary>Larger files are read in pieces.</summary>
    private const long MaxInMemory = 16 * 1024 * 1024;

    private readonly CondaFileRecord _record;
    private readonly string _prefix;
    private readonly IReadOnlyList<string> _prefixes;
    private readonly PlaceholderRecovery _unreplacement;
    private readonly CondaPythonLayout? _layout;
    private readonly HashSet<string> _packaged = new(StringComparer.Ordinal);
    private readonly HashSet<string> _links = new(StringComparer.Ordinal);
    private readonly List<Problem> _problems = [];
    private readonly IContentObserver? _watch;
    private readonly IReadOnlySet<string>? _denied;

    public CondaMemberReader(
        CondaFileRecord record, string prefix, IReadOnlyList<string> prefixes, IContentObserver? watch, IReadOnlySet<string>? denied)
    {
        _watch = watch;
        _denied = denied;
        _record = record;
        _prefix = prefix;
        _prefixes = prefixes;
        _unreplacement = new PlaceholderRecovery(prefixes);
        _layout = record.FindPythonLayout();
    }

    public CondaPackageMembers Read(CancellationToken cancellation)
    {
        foreach (var path in _record.RefusedPaths)
        {
            Refuse(path, "it would leave the prefix, belongs to the installer or is recorded twice");
        }

        var members = ImmutableArray.CreateBuilder<CondaMember>(_record.Entries.Length);
        foreach (var entry in _record.Entries)
        {
            cancellation.ThrowIfCancellationRequested();
            if (entry.Kind is not (CondaPathKind.Bytecode or CondaPathKind.EntryPoint) && ReadEntry(entry) is { } member)
            {
                members.Add(member);
            }
        }

        RemoveBelowLinks(members);
        return new CondaPackageMembers
        {
            Record = _record,
            Members = members.DrainToImmutable(),
            Problems = [.. _problems],
        };
    }

    private CondaMember? ReadEntry(CondaPathEntry entry)
    {
        var packaged = _layout?.Packaged(entry.Path) ?? entry.Path;
        if (!_packaged.Add(packaged))
        {
            Refuse(entry.Path, "another file of the package has its place");
            return null;
        }

        var path = Path.Join(_prefix, entry.Path);
        if (!FileStatReader.TryRead(path, out var stat))
        {
            return Missing(entry, path, "it is not there");
        }

        if (entry.Kind == CondaPathKind.Directory)
        {
            return ReadFolder(entry, packaged, stat);
        }

        if (stat.IsLink)
        {
            return ReadLink(entry, packaged, path);
        }

        return stat.IsRegularFile
            ? ReadFile(entry, packaged, path, stat)
            : Missing(entry, path, "it is neither a file nor a link");
    }

    /// <summary>A folder is a member where the package declares it and ships nothing in it.</summary>
    private CondaMember? ReadFolder(CondaPathEntry entry, string packaged, FileStat stat)
    {
        foreach (var other in _record.Entries)
        {
            if (other.Path.Length > entry.Path.Length && other.Path[entry.Path.Length] == '/'
                && other.Path.StartsWith(entry.Path, StringComparison.Ordinal))
            {
                return null;
            }
        }

        return stat.IsDirectory
            ? Found(entry, new BundleMember { Path = packaged, Kind = TarEntryKind.Directory })
            : Missing(entry, Path.Join(_prefix, entry.Path), "it is not a folder");
    }

    private CondaMember ReadLink(CondaPathEntry entry, string packaged, string path)
    {
        var text = RealPath.LinkTarget(path);
        if (string.IsNullOrEmpty(text))
        {
            return Missing(entry, path, "the link cannot be read");
        }

        if (_record.PublishedLink(entry, text) is { Length: > 0 } published)
        {
            return Link(entry, packaged, CondaLinkText.Relative(entry.Path, published, _prefixes));
        }

        text = CondaLinkText.Relative(entry.Path, text, _prefixes);
        if (CondaLinkText.Follow(entry.Path, text) is not null)
        {
            return Link(entry, packaged, text) with { State = CondaFileState.Edited };
        }

        // Not the package's own link: the file is there all the same.
        var file = RealPath.Of(path);
        return FileStatReader.TryRead(file, out var stat) && stat.IsRegularFile
            ? ReadFile(entry, packaged, file, stat)
            : Missing(entry, path, $"it is a link to {text}, where no file is");
    }

    private CondaMember Link(CondaPathEntry entry, string packaged, string text)
    {
        _links.Add(packaged);
        return Found(entry, new BundleMember { Path = packaged, Kind = TarEntryKind.Link, LinkTarget = text });
    }

    private CondaMember ReadFile(CondaPathEntry entry, string packaged, string path, FileStat stat)
    {
        if (_denied?.Contains(path) == true)
        {
            return Missing(entry, path, "permission denied");
        }

        var member = new BundleMember { Path = packaged, IsExecutable = stat.IsExecutable };
        if (entry.Placeholder is { } placeholder)
        {
            return ReadReplaced(entry, placeholder, member, path);
        }

        return new CondaMember
        {
            Entry = entry,
            Member = member with { Content = BundleContent.OfFile(path, stat.Size, watch: _watch) },
            State = entry.IsDescribed ? CondaFileState.Unread : CondaFileState.AsInstalled,
        };
    }

    private CondaMember ReadReplaced(
        CondaPathEntry entry, CondaPlaceholder placeholder, BundleMember member, string path)
    {
        using var source = FileByteSource.Open(path, out var status);
        if (source is null)
        {
            return Missing(entry, path, status == FileReadStatus.Denied ? "permission denied" : "it cannot be read");
        }

        RecoveredFile file;
        try
        {
            using var installed = source.Length <= MaxInMemory ? InMemory(source) : null;
            file = _unreplacement.Find(installed ?? (ByteSource)source, placeholder, entry.Published);
        }
        catch (IOException)
        {
            return Missing(entry, path, "it cannot be read to its end");
        }

        var isUnreplaced = file.Edits is not null;
        if (!isUnreplaced && _watch is not null && BoundedFile.Read(path, IContentObserver.MaxCount) is { IsComplete: true } content)
        {
            _watch.See(path, content.Bytes);
        }

        return new CondaMember
        {
            Entry = entry,
            Member = member with
            {
                Content = new RecoveredContent(path, source.Length, file),
                Placeholder = isUnreplaced ? new PrefixPlaceholder(placeholder.IsBinary, placeholder.Text) : null,
            },
            Observed = file.Installed,
            State = isUnreplaced
                ? entry.Published is null ? CondaFileState.Unconfirmed : CondaFileState.Published
                : entry.InPrefix is null || entry.InPrefix == file.Installed
                    ? CondaFileState.AsInstalled
                    : CondaFileState.Edited,
        };
    }

    private static MemoryByteSource InMemory(FileByteSource source)
    {
        var content = new byte[(int)source.Length];
        source.Read(0, content);
        return new MemoryByteSource(content);
    }

    /// <summary>No bundle has a path below a link: what is recorded there is found by the link's own target.</summary>
    private void RemoveBelowLinks(ImmutableArray<CondaMember>.Builder members)
    {
        if (_links.Count == 0)
        {
            return;
        }

        for (var i = members.Count - 1; i >= 0; i--)
        {
            if (members[i].Member is { } member && IsBelowLink(member.Path))
            {
                Refuse(members[i].Entry.Path, "it lies below a link of the same package");
                members.RemoveAt(i);
            }
        }
    }

    private bool IsBelowLink(string path)
    {
        for (var slash = path.IndexOf('/'); slash > 0; slash = path.IndexOf('/', slash + 1))
        {
            if (_links.Contains(path[..slash]))
            {
                return true;
            }
        }

        return false;
    }

    private void Refuse(string path, string reason) => _problems.Add(new Problem(
        "conda-path-refused", path, $"a path of the conda package {_record.Package.Spec} is left out: {reason}"));

    private CondaMember Missing(CondaPathEntry entry, string path, string reason)
    {
        _problems.Add(new Problem(
            "conda-file-missing", path, $"a file of the conda package {_record.Package.Spec} is not archived: {reason}"));
        return new CondaMember { Entry = entry, State = CondaFileState.Missing };
    }

    private static CondaMember Found(CondaPathEntry entry, BundleMember member) =>
        new() { Entry = entry, Member = member, State = CondaFileState.Published };
}
