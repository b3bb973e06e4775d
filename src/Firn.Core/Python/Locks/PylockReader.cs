using System.Collections.Immutable;
using Firn.Common;
using Firn.Common.Files;
using Firn.Python.Indexes;
using Firn.Python.Versions;
using Tomlyn.Model;

namespace Firn.Python.Locks;

/// <summary>Reads lock files of PEP 751 (specification "pylock.toml"; packaging: pylock.py).</summary>
internal static class PylockReader
{
    /// <summary>No lock is larger.</summary>
    public const int Limit = 64 << 20;

    /// <summary>Reads a lock from a file.</summary>
    /// <exception cref="FirnException">It cannot be read, or is not a lock that can be installed.</exception>
    public static Pylock ReadFile(string path, SystemContext systemContext)
    {
        var full = Path.GetFullPath(path, systemContext.CurrentDirectory);
        var content = BoundedFile.Read(full, Limit);
        return content.IsComplete
            ? Read(content.Bytes, path, Path.GetDirectoryName(full) ?? "/")
            : throw new FirnException($"the lock cannot be read, {content.Reason}: {path}", "name a readable pylock.toml");
    }

    /// <summary>Reads a lock.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="file">Its name, for messages.</param>
    /// <param name="folder">Its folder, absolute, from which relative paths start.</param>
    /// <exception cref="FirnException">It is not a lock that can be installed.</exception>
    public static Pylock Read(ReadOnlySpan<byte> bytes, string file = "pylock.toml", string folder = "/")
    {
        if (TomlText.Parse(bytes, out var reason) is not { } root)
        {
            throw PylockFields.Invalid(file, reason!);
        }

        var problems = ImmutableArray.CreateBuilder<Problem>();
        CheckVersion(root, file, problems);
        return new Pylock
        {
            File = file,
            RequiresPython = PylockFields.Specifiers(root, "requires-python", file),
            Environments = Environments(root, file),
            Extras = [.. PylockFields.Texts(root, "extras", file)],
            DependencyGroups = [.. PylockFields.Texts(root, "dependency-groups", file)],
            DefaultGroups = [.. PylockFields.Texts(root, "default-groups", file)],
            Packages = Packages(root, file, folder),
            Problems = problems.DrainToImmutable(),
        };
    }

    /// <summary>Another major version is an error, a later minor one worth saying ("lock-version").</summary>
    private static void CheckVersion(TomlTable root, string file, ImmutableArray<Problem>.Builder problems)
    {
        if (root.Text("lock-version") is not { } text || Pep440Version.Parse(text) is not { } version)
        {
            throw PylockFields.Invalid(file, "lock-version is missing or no version");
        }

        if (version.Epoch != "0" || version.Release[0] != "1")
        {
            throw new FirnException($"the lock has version {text}, Firn reads 1: {file}", "lock again with a tool that writes version 1.0");
        }

        if (version.CompareTo(Pep440Version.Parse("1.0")) > 0)
        {
            problems.Add(new Problem("pylock-newer", file, $"the lock has version {text}; what is new since 1.0 is passed over"));
        }
    }

    private static ImmutableArray<Marker> Environments(TomlTable root, string file)
    {
        var markers = ImmutableArray.CreateBuilder<Marker>();
        foreach (var text in PylockFields.Texts(root, "environments", file))
        {
            markers.Add(Marker.Parse(text, out var reason) ?? throw PylockFields.Invalid(file, $"environments: {reason}"));
        }

        return markers.DrainToImmutable();
    }

    private static ImmutableArray<PylockPackage> Packages(TomlTable root, string file, string folder)
    {
        if (!root.ContainsKey("packages") || root.Tables("packages") is not { } tables)
        {
            throw PylockFields.Invalid(file, "packages is missing or no array of tables");
        }

        var packages = ImmutableArray.CreateBuilder<PylockPackage>(tables.Count);
        for (var i = 0; i < tables.Count; i++)
        {
            packages.Add(new PylockPackageReader(tables[i], $"{file}: packages[{i}]", folder).Read());
        }

        return packages.DrainToImmutable();
    }
}

/// <summary>Members of lock files that are checked; one of a wrong type makes the lock invalid.</summary>
internal static class PylockFields
{
    /// <summary>The failure: a lock that is wrong in one place is not installed in part.</summary>
    public static FirnException Invalid(string where, string what) =>
        new($"the lock is invalid, {what} ({where})", "lock again with the tool that wrote it");

    public static string? Text(TomlTable table, string name, string where) =>
        !table.ContainsKey(name) ? null : table.Text(name) ?? throw Invalid(where, $"{name} is not a string");

    public static string RequiredText(TomlTable table, string name, string where) =>
        Text(table, name, where) is { Length: > 0 } text ? text : throw Invalid(where, $"{name} is missing");

    public static List<string> Texts(TomlTable table, string name, string where)
    {
        if (!table.TryGetValue(name, out var value))
        {
            return [];
        }

        var texts = table.Texts(name);
        return texts is not null && value is TomlArray array && array.Count == texts.Count
            ? texts
            : throw Invalid(where, $"{name} is not an array of strings");
    }

    public static VersionSpecifiers? Specifiers(TomlTable table, string name, string where) =>
        Text(table, name, where) is not { } text ? null
        : VersionSpecifiers.Parse(text) ?? throw Invalid(where, $"{name} is not a version specifier");

    /// <summary>At least one digest, of those at least one that proves a file ("packages.archive.hashes").</summary>
    public static ImmutableArray<IndexHash> Hashes(TomlTable table, string where)
    {
        if (table.Table("hashes") is not { } members)
        {
            throw Invalid(where, "hashes is missing");
        }

        var hashes = ImmutableArray.CreateBuilder<IndexHash>();
        foreach (var (algorithm, value) in members)
        {
            if (value is not string hex)
            {
                throw Invalid(where, $"the hash {algorithm} is not a string");
            }

            // An algorithm that is unknown here is not a fault of the lock.
            if (IndexHash.Create(algorithm, hex) is { } hash)
            {
                hashes.Add(hash);
            }
        }

        hashes.Sort((left, right) => string.CompareOrdinal(left.Algorithm, right.Algorithm));
        return hashes.Any(hash => hash.IsStrong)
            ? hashes.DrainToImmutable()
            : throw Invalid(where, "there is no hash of sha256, sha384 or sha512");
    }
}
