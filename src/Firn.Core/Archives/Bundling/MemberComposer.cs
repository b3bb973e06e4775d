using System.Collections.Immutable;
using Firn.Archives.Documents;
using Firn.Archives.Plans;
using Firn.Archives.Scanning;
using Firn.Common;
using Firn.Common.Bundles;
using Firn.Common.Files;
using Firn.Common.Tar;
using Firn.Python.Distributions;
using Firn.Python.Installation;
using Firn.Python.Records;

namespace Firn.Archives.Bundling;

/// <summary>Makes the members of a bundle from the files that were planned for it; reads only those that change.</summary>
/// <param name="bundle">The plan.</param>
/// <param name="denied">Files that may not be read.</param>
internal sealed class MemberComposer(PlannedBundle bundle, IReadOnlySet<TreeFile>? denied = null)
{
    /// <summary>Larger scripts and texts are archived as they are; no installer writes such.</summary>
    private const int TextLimit = 16 * 1024 * 1024;

    private readonly InstalledTree _tree = bundle.Tree;
    private readonly Dictionary<string, Sha256Digest> _observed = new(StringComparer.Ordinal);
    private readonly PrefixWatch _watch = new(bundle.Tree.PrefixTokens.Count == 0 ? [] : bundle.Tree.Names);
    private readonly Dictionary<string, RecordedFile> _rows = new(StringComparer.Ordinal);

    /// <summary>Files that cannot stand in a bundle, with the reason.</summary>
    public List<SkippedFile> LeftOut { get; } = [];

    /// <summary>The digests of files on disk whose bytes change on the way, by path in the bundle.</summary>
    public IReadOnlyDictionary<string, Sha256Digest> Observed => _observed;

    /// <summary>Texts that are kept as they are and name the prefix, by path in the bundle; once the bundle was read.</summary>
    public IEnumerable<string> NamesPrefix => _watch.Found.Count == 0
        ? []
        : bundle.Members.Where(planned => _watch.Found.Contains(_tree.SourceOf(planned.File))).Select(static planned => planned.BundlePath);

    public List<BundleMember> Compose()
    {
        var members = new List<BundleMember>(bundle.Members.Count + 1);
        foreach (var planned in bundle.Members)
        {
            if (TarPath.FindProblem(planned.BundlePath) is { } problem)
            {
                LeftOut.Add(new SkippedFile(_tree.PathOf(planned.File), problem));
            }
            else if (denied?.Contains(planned.File) == true)
            {
                LeftOut.Add(new SkippedFile(_tree.PathOf(planned.File), TreeLoader.IsDenied, IsMissed: true));
            }
            else if ((planned.File.Stat.IsLink ? Link(planned) : File(planned)) is { } member)
            {
                members.Add(member);
            }
        }

        if (bundle.HasRecord)
        {
            members.Add(new BundleMember
            {
                Path = bundle.MetadataPath + "/RECORD",
                Content = BundleContent.OfBytes(Record()),
            });
        }

        return members;
    }

    private BundleMember? Link(PlannedMember planned)
    {
        var path = _tree.PathOf(planned.File);
        var target = _tree.LinkText(planned.File)
            ?? throw ConsistentRead.Changed(path);
        if (BundleEntry.LeadsOut(planned.BundlePath, target))
        {
            LeftOut.Add(new SkippedFile(path, $"it is a link to {target}, out of the environment", IsMissed: true));
            return null;
        }

        return new BundleMember
        {
            Path = planned.BundlePath,
            Kind = TarEntryKind.Link,
            LinkTarget = target,
        };
    }

    private BundleMember File(PlannedMember planned)
    {
        var file = planned.File;
        var content = planned.Form == MemberForm.AsIs || file.Stat.Size > TextLimit ? null : Changed(planned);
        return new BundleMember
        {
            Path = planned.BundlePath,
            IsExecutable = file.Stat.IsExecutable,
            Content = content is null
                ? BundleContent.OfFile(_tree.SourceOf(file), file.Stat.Size, watch: _watch.IsOn ? _watch : null)
                : BundleContent.OfBytes(content.Content),
            PrefixOffsets = content?.Offsets ?? [],
        };
    }

    /// <summary>The bytes that the bundle holds in place of the file's own; <see langword="null"/> where they are the same.</summary>
    private PrefixText? Changed(PlannedMember planned)
    {
        var path = _tree.SourceOf(planned.File);
        if (planned.Form == MemberForm.PrefixScript && !StartsAsScript(path))
        {
            return null;
        }

        var bytes = Read(path);
        if (planned.Form == MemberForm.Script)
        {
            return Script(planned, bytes);
        }

        // What holds a NUL is not text, whatever its name; of a script with an archive behind it the first line is one.
        var isText = bytes.AsSpan().IndexOf((byte)0) < 0;
        var end = isText || planned.Form != MemberForm.PrefixScript ? bytes.Length : Math.Max(bytes.AsSpan().IndexOf((byte)'\n'), 0);
        if (bytes.AsSpan(0, end).IndexOf((byte)0) >= 0
            || PrefixText.Replace(bytes.AsSpan(0, end), _tree.PrefixTokens) is not { } text)
        {
            return null;
        }

        Observe(planned, bytes);
        return text with { Content = [.. text.Content, .. bytes.AsSpan(end)] };
    }

    private PrefixText? Script(PlannedMember planned, byte[] bytes)
    {
        if (WheelDataScript.Restore(bytes, _tree.Interpreters) is not { } script)
        {
            return null;
        }

        var shipped = Sha256Digest.Of(script);
        Observe(planned, bytes);
        if (planned.Recorded is { } row)
        {
            if (RecordHash.Matches(row.Hash, shipped))
            {
                // pip records the wheel's own hash where its line for a long path is not a plain one.
                _observed[planned.BundlePath] = shipped;
            }
            else if (row.Hash.Length == 0 || RecordHash.Matches(row.Hash, _observed[planned.BundlePath]))
            {
                _rows[planned.BundlePath] = row with
                {
                    Hash = row.Hash.Length == 0 ? row.Hash : RecordHash.Of(shipped),
                    Size = row.Size < 0 ? row.Size : script.Length,
                };
            }
        }

        return new PrefixText(script, ImmutableArray<long>.Empty);
    }

    private void Observe(PlannedMember planned, byte[] bytes) =>
        _observed[planned.BundlePath] = Sha256Digest.Of(bytes);

    private byte[] Record()
    {
        var builder = new RecordBuilder(bundle.Prefix.PythonFolder);
        foreach (var planned in bundle.Members)
        {
            if (planned.Recorded is not null)
            {
                var row = _rows.GetValueOrDefault(planned.BundlePath, planned.Recorded);
                builder.Add(row.BundlePath, row.Hash, row.Size);
            }
        }

        foreach (var row in bundle.OtherRows)
        {
            builder.Add(row.BundlePath, row.Hash, row.Size);
        }

        builder.Add(bundle.MetadataPath + "/RECORD", string.Empty, -1);
        return builder.Build();
    }

    private static bool StartsAsScript(string path)
    {
        Span<byte> start = stackalloc byte[2];
        using var handle = BoundedFile.Open(path, out _);
        return handle is not null && RandomAccess.Read(handle, start, 0) == 2 && start.SequenceEqual("#!"u8);
    }

    private static byte[] Read(string path)
    {
        var content = ConsistentRead.Whole(path, TextLimit);
        return content.IsComplete
            ? content.Bytes.ToArray()
            : throw new FirnException($"cannot read {path}: {content.Reason}", "check its permissions");
    }
}
