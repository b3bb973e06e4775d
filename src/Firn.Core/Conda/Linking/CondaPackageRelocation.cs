using Firn.Common;
using Firn.Common.Bundles;
using Firn.Common.Files;
using Firn.Conda.Prefixes;
using Firn.Conda.Relocation;

namespace Firn.Conda.Linking;

/// <summary>
/// From a conda package's bundle and record to the files of a new prefix. Nothing is read or written here but the
/// contents given:
/// <code>
/// var members = CondaRestoreMembers.Create(record, "/new/prefix");     // throws where the prefix is too long
/// foreach entry of the bundle:
///     var target = members.TargetOf(entry);                            // relative to the prefix
///     if (entry.Placeholder is { } placeholder)
///         using var source = content in memory, or raw content in a file when large;
///         using var replaced = members.Replace(source, placeholder, target);  // the source itself where nothing changes
///         replaced.CopyTo(write); written[target] = new CondaRestoredFile(replaced.Digest(), replaced.Length);
/// members.WriteRecord(written, isLinked) -> conda-meta/FILENAME
/// </code>
/// Every member with a placeholder has to be in <c>written</c>, also one that did not change: the record still tells of
/// the file as another installer left it at the old prefix. Members without placeholder are written as they are; of those,
/// files that the record has as links, and edited and as-installed ones, have to be in it: <see cref="IsDescribed"/> says
/// whether the record tells the digest already.
/// </summary>
internal sealed class CondaPackageRelocation
{
    private readonly CondaFileRecord _record;
    private readonly string _prefix;
    private readonly CondaPythonLayout? _layout;
    private readonly Dictionary<string, CondaPathEntry> _entries;

    private CondaPackageRelocation(CondaFileRecord record, string prefix, CondaPythonLayout? layout)
    {
        _record = record;
        _prefix = prefix;
        _layout = layout;
        _entries = new Dictionary<string, CondaPathEntry>(record.Entries.Length, StringComparer.Ordinal);
        foreach (var entry in record.Entries)
        {
            _entries[layout?.Packaged(entry.Path) ?? entry.Path] = entry;
        }
    }

    /// <summary>Where the record goes, relative to the prefix.</summary>
    public string RecordPath => $"conda-meta/{_record.FileName}";

    /// <summary>Prepares a package for a prefix.</summary>
    /// <param name="record">The record from the archive.</param>
    /// <param name="prefix">The final prefix: absolute, without a slash at its end.</param>
    /// <exception cref="FirnException">The prefix is too long for the package or cannot stand in scripts.</exception>
    public static CondaPackageRelocation Create(CondaFileRecord record, string prefix)
    {
        CondaPrefixLength.Check(record, prefix);
        return new CondaPackageRelocation(record, prefix, record.FindPythonLayout());
    }

    /// <summary>Where a member of the bundle goes, relative to the prefix: where the record has it.</summary>
    /// <exception cref="FirnException">The path is not one that a conda package may have.</exception>
    public string TargetOf(BundleEntry entry)
    {
        var target = _entries.TryGetValue(entry.Path, out var recorded)
            ? recorded.Path
            : _layout?.Target(entry.Path) ?? entry.Path;
        return CondaPaths.IsAllowed(target)
            ? target
            : throw new FirnException(
                $"the bundle of the conda package {_record.Package.Spec} has a path that is refused: {target}",
                "the archive is damaged or hostile: run `firn store check --read-data`");
    }

    /// <summary>Whether the record gives the digest that the member has in the bundle, so that it need not be updated for it.</summary>
    /// <param name="entry">A member without placeholder.</param>
    /// <param name="digest">The digest of its bytes.</param>
    public bool IsDescribed(BundleEntry entry, Sha256Digest digest) =>
        _entries.TryGetValue(entry.Path, out var recorded) && recorded.Kind == CondaPathKind.File
        && (recorded.InPrefix ?? recorded.Published) == digest;

    /// <summary>Whether the package wants a copy of the file, which nothing shares.</summary>
    public bool IsNoLink(string member) => _entries.TryGetValue(member, out var recorded) && recorded.IsNoLink;

    /// <summary>
    /// The bytes for the new prefix; <paramref name="source"/> itself where they are the same. The result reads from the
    /// source, so that one is disposed last.
    /// </summary>
    /// <exception cref="FirnException">A binary file has no room for the prefix.</exception>
    public ByteSource Replace(ByteSource source, PrefixPlaceholder placeholder, string target) =>
        CondaPrefixReplacement.Replace(
            source, new CondaPlaceholder(placeholder.Text, placeholder.IsBinary), _prefix, target);

    /// <summary>The record for the new prefix; see <see cref="CondaRecordWriter"/>.</summary>
    public byte[] WriteRecord(IReadOnlyDictionary<string, CondaRestoredFile> written, bool isLinked) =>
        CondaRecordWriter.Write(_record, written, isLinked);
}
