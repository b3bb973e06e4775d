using Firn.Common.Tar;
using Firn.Conda.Prefixes;

namespace Firn.Conda.Packages;

/// <summary>The members of an archive by their paths, gathered from one tar or two, and the bytes of its files.</summary>
internal sealed class PackageContents(UnpackSpool spool, PackageFailure failure)
{
    private const int MaxDepth = 128;
    private readonly Dictionary<string, PackageMember> _members = new(StringComparer.Ordinal);

    /// <summary>All members, in the order of the archive.</summary>
    public IEnumerable<PackageMember> Members => _members.Values;

    public PackageMember? Find(string path) => _members.GetValueOrDefault(path);

    /// <summary>Takes the members of a tar.</summary>
    /// <exception cref="Firn.Common.FirnException">One of them is what no package may have.</exception>
    public void Add(PackageTarReader tar)
    {
        while (tar.Next() is { } member)
        {
            if (member.Path.Length == 0)
            {
                _ = member.Kind == PackageTarKind.Directory ? member : throw failure.Refused("a file without a name");
                continue;
            }

            Check(member.Path);
            Add(MemberOf(member, tar));
        }
    }

    /// <summary>Holds that nothing lies below a file or a link: it would be written through the link.</summary>
    public void CheckParents()
    {
        var folders = new HashSet<string>(StringComparer.Ordinal);
        foreach (var path in _members.Keys)
        {
            var parent = path;
            while (parent.LastIndexOf('/') is > 0 and var slash && folders.Add(parent = parent[..slash]))
            {
                if (_members.TryGetValue(parent, out var other) && !other.IsDirectory)
                {
                    throw failure.Refused($"{path} lies below {parent}, which is a {(other.File is null ? "link" : "file")}");
                }
            }
        }
    }

    private PackageMember MemberOf(PackageTarMember member, PackageTarReader tar)
    {
        switch (member.Kind)
        {
            case PackageTarKind.Directory:
                return new PackageMember(member.Path, null, null);
            case PackageTarKind.Link:
                return new PackageMember(member.Path, null, LinkTargetOf(member));
            case PackageTarKind.HardLink:
                // Relative to the root of the archive, not to the link.
                var target = Find(member.LinkTarget)?.File
                    ?? throw failure.Refused($"{member.Path} is a hard link to {member.LinkTarget}, which is not a file before it");
                target.IsExecutable = member.IsExecutable;
                return new PackageMember(member.Path, target, null);
            default:
                var file = new PackageFile(spool.Length, member.Size) { IsExecutable = member.IsExecutable };
                while (tar.ReadPiece() is { Length: > 0 } piece)
                {
                    spool.Append(piece);
                }

                return new PackageMember(member.Path, file, null);
        }
    }

    private string LinkTargetOf(PackageTarMember member)
    {
        if (member.LinkTarget.Length == 0)
        {
            // What some versions of conda-package-handling made of packages: conda's own test data have them.
            throw failure.Damaged($"the link {member.Path} is empty; the archive was made by a program that loses links");
        }

        return TarPath.FindTargetProblem(member.LinkTarget) is { } problem
            ? throw failure.Refused($"{member.Path}: {problem}")
            : member.LinkTarget;
    }

    private void Check(string path)
    {
        if (path.AsSpan().Count('/') >= MaxDepth)
        {
            throw failure.Refused($"a path of more than {MaxDepth} parts: {path}");
        }

        if ((TarPath.FindProblem(path) ?? (CondaPaths.IsAllowed(path) ? null : "it would leave the prefix or belongs to the installer")) is { } problem)
        {
            throw failure.Refused($"{path}: {problem}");
        }
    }

    /// <summary>
    /// A member that is there again as it was is no harm: conda-package-handling writes links to folders twice, once as
    /// files and once as folders.
    /// </summary>
    private void Add(PackageMember member)
    {
        if (!_members.TryAdd(member.Path, member) && !AreSame(member, _members[member.Path]))
        {
            throw failure.Refused($"{member.Path} stands there twice, each time with another content");
        }
    }

    private bool AreSame(PackageMember one, PackageMember other) =>
        one.LinkTarget == other.LinkTarget && one.File?.IsExecutable == other.File?.IsExecutable
        && one.File?.Length == other.File?.Length
        && (one.File is null || AreSame(one.File, other.File!));

    private bool AreSame(PackageFile one, PackageFile other)
    {
        if (one.Offset == other.Offset)
        {
            return true;
        }

        var left = new byte[Math.Min(one.Length, 64 * 1024)];
        var right = new byte[left.Length];
        for (long at = 0; at < one.Length; at += left.Length)
        {
            var count = (int)Math.Min(left.Length, one.Length - at);
            spool.ReadExactly(one.Offset + at, left.AsSpan(0, count));
            spool.ReadExactly(other.Offset + at, right.AsSpan(0, count));
            if (!left.AsSpan(0, count).SequenceEqual(right.AsSpan(0, count)))
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>What lies at a path of the archive.</summary>
/// <param name="Path">Relative to the prefix, checked.</param>
/// <param name="File">Of a file.</param>
/// <param name="LinkTarget">Of a symbolic link; neither is there of a folder.</param>
internal sealed record PackageMember(string Path, PackageFile? File, string? LinkTarget)
{
    public bool IsDirectory => File is null && LinkTarget is null;
}

/// <summary>A file's bytes in the spool; hard links share them, and its mode.</summary>
/// <param name="offset">Where they start.</param>
/// <param name="length">How many they are.</param>
internal sealed class PackageFile(long offset, long length)
{
    public long Offset => offset;

    public long Length => length;

    /// <summary>Of several names the last one in the archive sets it, as when tar unpacks them.</summary>
    public bool IsExecutable { get; set; }
}

/// <summary>The contents of an archive with their bytes: what readers of <c>info</c> ask for.</summary>
internal sealed class PackageFiles(PackageContents contents, UnpackSpool spool, PackageFailure failure)
{
    /// <summary>A list of a million paths has 256 MiB.</summary>
    public const int MaxListLength = 256 << 20;

    /// <summary>The most paths in a list; as many as an archive may have members.</summary>
    public const int MaxPaths = 1_000_000;

    private const int MaxDocumentLength = 8 << 20;

    public PackageContents Contents => contents;

    /// <summary>A document; <see langword="null"/> where there is no file of that name.</summary>
    /// <param name="path">In the package.</param>
    /// <param name="longest">The most bytes that it may have.</param>
    /// <exception cref="Firn.Common.FirnException">It is too long to be one.</exception>
    public byte[]? Read(string path, int longest = MaxDocumentLength)
    {
        if (contents.Find(path)?.File is not { } file)
        {
            return null;
        }

        if (file.Length > longest)
        {
            throw failure.Refused($"{path} has {file.Length} bytes");
        }

        var bytes = new byte[(int)file.Length];
        spool.ReadExactly(file.Offset, bytes);
        return bytes;
    }

    /// <summary>A file on its way into a bundle.</summary>
    public SpooledContent ContentOf(PackageFile file, CondaPathEntry path) =>
        new(spool, file, path.Path, path.Published, failure);
}
