using System.Collections.Immutable;
using Firn.Common;
using Firn.Python.Indexes;
using Firn.Python.Requirements;
using Tomlyn.Model;

namespace Firn.Python.Locks;

/// <summary>Members of lock files that are checked; one of a wrong type makes the lock invalid.</summary>
internal static class PylockFields
{
    /// <summary>The failure: a lock that is wrong in one place is not installed in part.</summary>
    public static FirnException Invalid(string where, string what) =>
        new($"the lock is invalid, {what} ({where})", "lock again with the tool that wrote it");

    public static string? Text(TomlTable table, string name, string where) =>
        !table.ContainsKey(name) ? null : table.Text(name) ?? throw Invalid(where, $"{name} is no string");

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
            : throw Invalid(where, $"{name} is no array of strings");
    }

    public static VersionSpecifiers? Specifiers(TomlTable table, string name, string where) =>
        Text(table, name, where) is not { } text ? null
        : VersionSpecifiers.Parse(text) ?? throw Invalid(where, $"{name} is no version specifier");

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
                throw Invalid(where, $"the hash {algorithm} is no string");
            }

            // An algorithm that is unknown here is no fault of the lock.
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
