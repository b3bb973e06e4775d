using Firn.Archives.Documents;
using Firn.Common;
using Firn.Common.Bundles;
using Firn.Storage.Bundles;

namespace Firn.Archives.Verification;

/// <summary>A member of an archived bundle.</summary>
/// <param name="Package">The package.</param>
/// <param name="Tree">Its tree.</param>
/// <param name="Entry">What the bundle's index says of it.</param>
/// <param name="Key">Its place in an environment, see <see cref="ArchivedMembers.KeyOf"/>.</param>
internal sealed record ArchivedMember(ArchivedPackage Package, ArchivedTree Tree, BundleEntry Entry, string Key)
{
    /// <summary>Whether the environment has something at its place.</summary>
    public bool IsSeen { get; set; }
}

/// <summary>What the bundles of an archive hold, by where it lies in an environment: all that is known of that without the environment.</summary>
internal sealed class ArchivedMembers
{
    /// <summary>Before the paths of an interpreter, which lies in a prefix of its own in one installation and not in another.</summary>
    public const string OfInterpreter = "python:";

    private readonly Dictionary<string, List<ArchivedMember>> _byKey = new(StringComparer.Ordinal);

    /// <summary>Reads the indexes.</summary>
    /// <param name="archive">The archive.</param>
    /// <param name="bundles">The store's bundles.</param>
    /// <param name="problems">Takes what cannot be read.</param>
    public ArchivedMembers(ArchiveDocument archive, BundleObjects bundles, List<Problem> problems)
    {
        foreach (var tree in archive.Trees)
        {
            foreach (var package in tree.Packages)
            {
                try
                {
                    foreach (var entry in bundles.ReadIndex(package.Bundle).Files.Where(entry => !IsOfRepository(package.Kind, entry.Path)))
                    {
                        Add(new ArchivedMember(package, tree, entry, KeyOf(package.Kind, package.Name, entry.Path, tree.PythonFolder)));
                    }
                }
                catch (FirnException failure)
                {
                    problems.Add(new Problem(
                        "bundle-unread", null, $"the files of bundle {package.Bundle} are not compared: {failure.Message}"));
                }
            }
        }
    }

    /// <summary>All of them.</summary>
    public IEnumerable<ArchivedMember> All => _byKey.Values.SelectMany(static members => members);

    /// <summary>
    /// Where a member of a bundle lies, whatever package it was given to: its path below the prefix; with a token before it
    /// for the interpreter's files and for projects, which lie elsewhere in each installation.
    /// </summary>
    public static string KeyOf(ArchivedPackageKind kind, string name, string path, string pythonFolder) => kind switch
    {
        ArchivedPackageKind.Interpreter => OfInterpreter + path,
        ArchivedPackageKind.Project => $"project:{name}:{path}",
        // Where conda has the files of noarch packages before they are linked.
        ArchivedPackageKind.Conda when path.StartsWith("site-packages/", StringComparison.Ordinal) => $"lib/{pythonFolder}/{path}",
        ArchivedPackageKind.Conda when path.StartsWith("python-scripts/", StringComparison.Ordinal) =>
            "bin" + path["python-scripts".Length..],
        _ => path,
    };

    /// <summary>Whether it is of a repository's own files: they say how the code came about, and nothing runs them.</summary>
    public static bool IsOfRepository(ArchivedPackageKind kind, string path) =>
        kind == ArchivedPackageKind.Project && (path.StartsWith(".git/", StringComparison.Ordinal) || path.Contains("/.git/", StringComparison.Ordinal));

    /// <summary>What may lie at a place; a file that another package or nobody owns now is found by its path.</summary>
    public IReadOnlyList<ArchivedMember> Find(string key)
    {
        var other = key.StartsWith(OfInterpreter, StringComparison.Ordinal) ? key[OfInterpreter.Length..] : OfInterpreter + key;
        return _byKey.GetValueOrDefault(key) ?? _byKey.GetValueOrDefault(other) ?? [];
    }

    /// <summary>Whether packages have files below a place: of two packages one has a file there, and another a folder.</summary>
    public bool HasBelow(string key) => _byKey.Keys.Any(other =>
        other.Length > key.Length && other[key.Length] == '/' && other.StartsWith(key, StringComparison.Ordinal));

    private void Add(ArchivedMember member)
    {
        if (!_byKey.TryGetValue(member.Key, out var known))
        {
            _byKey.Add(member.Key, known = []);
        }

        known.Add(member);
    }
}
