using System.Collections.Immutable;
using System.Text;
using Firn.Archives.Documents;
using Firn.Common;
using Firn.Storage;
using Firn.Storage.Bundles;
using Firn.Storage.Records;

namespace Firn.Runs.Comparing;

/// <summary>
/// What differs between the bytes of two environments that are equal as recorded: a file that was edited in site-packages, a
/// module or a script that no package owns, <c>sitecustomize.py</c>, the interpreter. None of them changes the environment id.
/// </summary>
internal static class ArchiveDifferences
{
    private const int MaxNamed = 10;
    private const string Files = "files";

    /// <summary>What the name of a difference begins with that is none of a package, and whose files are not known by name.</summary>
    public const string Ownerless = "no package";

    /// <summary>The archive of the environment that a run had; <see langword="null"/> where it was not kept.</summary>
    public static Sha256Digest? ArchiveOf(RunRecord record) => record.RanIn?.Archive;

    /// <summary>
    /// What differs, of all that an archive holds but bytecode, which is made of it. Packages that only one has are left to a
    /// comparison of the captures. Nothing where an archive is not there.
    /// </summary>
    /// <exception cref="FirnException">An archive is damaged.</exception>
    public static ImmutableArray<RunDifference> Of(Sha256Digest? before, Sha256Digest? now, Store store) =>
        before is null || now is null || before == now || !store.Files.Contains(before) || !store.Files.Contains(now)
            ? []
            : Of(Read(before, store), Read(now, store), store.Bundles);

    /// <summary>The archive's document.</summary>
    /// <exception cref="FirnException">It is damaged, or not there.</exception>
    public static ArchiveDocument Read(Sha256Digest digest, Store store) =>
        ArchiveReader.Read(store.Files.Read(digest, ArchiveReader.Limit));

    /// <summary>The same of two documents.</summary>
    /// <param name="before">The first.</param>
    /// <param name="now">The second.</param>
    /// <param name="bundles">Where the names of files are looked up; a bundle need not be there.</param>
    public static ImmutableArray<RunDifference> Of(ArchiveDocument before, ArchiveDocument now, BundleObjects bundles)
    {
        var found = ImmutableArray.CreateBuilder<RunDifference>();
        Compare(found, before.Environment, now.Environment, bundles);
        if (before.Base is { } first && now.Base is { } second)
        {
            Compare(found, first, second, bundles);
        }

        return found.ToImmutable();
    }

    private static void Compare(
        ImmutableArray<RunDifference>.Builder found, ArchivedTree before, ArchivedTree now, BundleObjects bundles)
    {
        var known = new Dictionary<string, ArchivedPackage>(StringComparer.Ordinal);
        foreach (var package in before.Packages)
        {
            known.TryAdd(KeyOf(package), package);
        }

        foreach (var package in now.Packages)
        {
            if (!known.Remove(KeyOf(package), out var other))
            {
                AddOwnerless(found, null, package, bundles);
            }
            else if (package.Kind == ArchivedPackageKind.Rest)
            {
                AddOwnerless(found, other, package, bundles);
            }
            else if (other.Bundle != package.Bundle)
            {
                found.Add(new RunDifference(Files, package.Name, Short(other.Bundle), Short(package.Bundle)));
            }
            else if (Installed(other) is var first && Installed(package) is var second && first != second)
            {
                found.Add(new RunDifference(Files, package.Name, Short(first), Short(second)));
            }
        }

        foreach (var package in known.Values)
        {
            AddOwnerless(found, package, null, bundles);
        }

        Compare(found, Links(before), Links(now));
        Compare(found, Texts(before), Texts(now));
    }

    private static void Compare(
        ImmutableArray<RunDifference>.Builder found, Dictionary<string, string> before, Dictionary<string, string> now)
    {
        foreach (var (path, value) in now)
        {
            before.Remove(path, out var other);
            if (value != other)
            {
                found.Add(new RunDifference("file", path, other is null ? null : Short(other), Short(value)));
            }
        }

        foreach (var (path, value) in before)
        {
            found.Add(new RunDifference("file", path, Short(value), null));
        }
    }

    /// <summary>Files that no package owns, each by its name where the bundles tell it.</summary>
    private static void AddOwnerless(
        ImmutableArray<RunDifference>.Builder found, ArchivedPackage? before, ArchivedPackage? now, BundleObjects bundles)
    {
        if ((before ?? now)!.Kind != ArchivedPackageKind.Rest || before?.Bundle == now?.Bundle)
        {
            return;
        }

        if (Members(before, bundles) is not { } first || Members(now, bundles) is not { } second)
        {
            found.Add(new RunDifference(Files, Ownerless, Short(before?.Bundle), Short(now?.Bundle)));
            return;
        }

        var start = found.Count;
        Compare(found, first, second);
        if (found.Count - start > MaxNamed)
        {
            var more = found.Count - start - MaxNamed;
            found.RemoveRange(start + MaxNamed, more);
            found.Add(new RunDifference(Files, $"{Ownerless} ({more} more)", Short(before?.Bundle), Short(now?.Bundle)));
        }
    }

    private static Dictionary<string, string>? Members(ArchivedPackage? package, BundleObjects bundles)
    {
        var members = new Dictionary<string, string>(StringComparer.Ordinal);
        if (package is null)
        {
            return members;
        }

        if (!bundles.Contains(package.Bundle))
        {
            return null;
        }

        foreach (var entry in bundles.ReadIndex(package.Bundle).Files)
        {
            members[entry.Path] = entry.LinkTarget ?? entry.Digest?.Hex + (entry.IsExecutable ? " x" : string.Empty);
        }

        return members;
    }

    private static string KeyOf(ArchivedPackage package) => $"{package.Kind} {package.Name} {package.Version}";

    /// <summary>What the installer wrote of a package beside its bundle: the scripts of its entry points.</summary>
    private static Sha256Digest Installed(ArchivedPackage package)
    {
        var text = new StringBuilder();
        foreach (var launcher in package.Distribution?.Launchers ?? [])
        {
            text.Append(launcher.Path).Append('\0').Append(launcher.Interpreter).Append('\0').Append(launcher.Body).Append('\0');
        }

        return Sha256Digest.Of(Encoding.UTF8.GetBytes(text.ToString()));
    }

    private static Dictionary<string, string> Links(ArchivedTree tree)
    {
        var links = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var link in tree.Links)
        {
            links[link.Path] = link.Target;
        }

        return links;
    }

    private static Dictionary<string, string> Texts(ArchivedTree tree)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var text in tree.Texts)
        {
            // conda's history of commands changes nothing that runs.
            if (!text.Path.StartsWith("conda-meta/", StringComparison.Ordinal))
            {
                texts[text.Path] = Sha256Digest.Of(Encoding.UTF8.GetBytes(text.Text)).Hex;
            }
        }

        return texts;
    }

    private static string? Short(Sha256Digest? digest) => digest?.Hex[..12];

    private static string Short(string value) => value.Length >= 64 ? value[..12] : value;
}
