using Firn.Common;
using Firn.Common.Json;
using Firn.Conda.Prefixes;

namespace Firn.Conda.Linking;

/// <summary>
/// The record that a restored package has in <c>conda-meta</c>: the original one, members that Firn does not know
/// included, but for what was true of the original prefix only.
/// </summary>
internal static class CondaRecordWriter
{
    // conda models/enums.py LinkType.
    private const long HardLink = 1;
    private const long Copy = 3;

    // Paths and contents, not URLs: nothing in them is a credential, and they are most of a record.
    private static readonly string[] Plain = ["files", "paths_data", "depends", "constrains"];

    /// <summary>
    /// The record without credentials, as it goes into an archive: no user, password or token in any URL, no
    /// <c>auth</c>. <see langword="null"/> where there are none, so that the record may stay what it is.
    /// </summary>
    public static byte[]? WithoutCredentials(CondaFileRecord record)
    {
        var document = JsonTree.Parse(record.Json.Span);
        return RemoveCredentials(document) ? Write(document) : null;
    }

    /// <summary>The record for the new prefix.</summary>
    /// <param name="record">The original record.</param>
    /// <param name="written">
    /// The files of the package that hold other bytes than the record says, or were a link there, by their paths
    /// relative to the prefix: those with the prefix put in, and entry points.
    /// </param>
    /// <param name="isLinked">Whether the files are hard links to a cache; else they are copies.</param>
    public static byte[] Write(
        CondaFileRecord record, IReadOnlyDictionary<string, CondaRestoredFile> written, bool isLinked)
    {
        var document = JsonTree.Parse(record.Json.Span);
        RemoveCredentials(document);
        var members = document.Members!;
        // What the installer unpacked is not on this machine. conda, mamba and rattler take empty texts for that.
        var link = JsonTree.OfObject();
        link.Members!["source"] = JsonTree.Of(string.Empty);
        link.Members["type"] = JsonTree.Of(isLinked ? HardLink : Copy);
        members["link"] = link;
        foreach (var name in (ReadOnlySpan<string>)["extracted_package_dir", "package_tarball_full_path"])
        {
            if (members.ContainsKey(name))
            {
                members[name] = JsonTree.Of(string.Empty);
            }
        }

        UpdatePaths(document, InstalledPaths(record), written);
        return Write(document);
    }

    /// <summary>Where files are that the record has at another path.</summary>
    private static Dictionary<string, string> InstalledPaths(CondaFileRecord record)
    {
        var paths = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in record.Entries)
        {
            if (entry.RecordedPath is { } recorded)
            {
                paths[recorded] = entry.Path;
            }
        }

        return paths;
    }

    private static void UpdatePaths(
        JsonTree document,
        Dictionary<string, string> installed,
        IReadOnlyDictionary<string, CondaRestoredFile> written)
    {
        if (!document.Members!.TryGetValue("paths_data", out var data) || data.Members is null
            || !data.Members.TryGetValue("paths", out var paths) || paths.Items is null)
        {
            return;
        }

        // Some tools give a link the digest of the file that it leads to.
        var replaced = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in paths.Items)
        {
            if (entry.TextOf("_path") is { } path
                && written.TryGetValue(installed.GetValueOrDefault(path, path), out var file))
            {
                Update(entry, file, replaced);
            }
        }

        foreach (var entry in paths.Items)
        {
            if (entry.TextOf("path_type") == "softlink" && entry.TextOf("sha256_in_prefix") is { } digest
                && replaced.TryGetValue(digest, out var other))
            {
                entry.Members!["sha256_in_prefix"] = JsonTree.Of(other);
            }
        }
    }

    private static void Update(JsonTree entry, CondaRestoredFile file, Dictionary<string, string> replaced)
    {
        if (entry.TextOf("sha256_in_prefix") is { } before)
        {
            replaced.TryAdd(before, file.Digest.Hex);
        }

        var members = entry.Members!;
        members["sha256_in_prefix"] = JsonTree.Of(file.Digest.Hex);
        members["size_in_bytes"] = JsonTree.Of(file.Size);
        if (entry.TextOf("path_type") == "softlink")
        {
            members["path_type"] = JsonTree.Of("hardlink");
        }
    }

    private static bool RemoveCredentials(JsonTree document)
    {
        var members = document.Members!;
        var isChanged = members.Remove("auth");
        foreach (var name in new List<string>(members.Keys))
        {
            if (Array.IndexOf(Plain, name) < 0)
            {
                var isUrl = name is "url" or "channel" or "schannel";
                isChanged |= RemoveCredentials(members[name], isUrl, out var clean);
                members[name] = clean;
            }
        }

        return isChanged;
    }

    private static bool RemoveCredentials(JsonTree value, bool isUrl, out JsonTree clean)
    {
        clean = value;
        var isChanged = false;
        if (value.Text is { } text && text.Contains("://", StringComparison.Ordinal))
        {
            var plain = Credentials.Remove(isUrl ? CondaUrl.RemoveCredentials(text) : text);
            isChanged = plain != text;
            clean = isChanged ? JsonTree.Of(plain) : value;
        }

        for (var i = 0; i < (value.Items?.Count ?? 0); i++)
        {
            isChanged |= RemoveCredentials(value.Items![i], isUrl, out var item);
            value.Items[i] = item;
        }

        if (value.Members is null)
        {
            return isChanged;
        }

        foreach (var name in new List<string>(value.Members.Keys))
        {
            isChanged |= RemoveCredentials(value.Members![name], isUrl || name == "url", out var member);
            value.Members[name] = member;
        }

        return isChanged;
    }

    private static byte[] Write(JsonTree document)
    {
        var writer = new CanonicalJsonWriter();
        document.WriteTo(writer);
        return writer.WrittenDocument.ToArray();
    }
}

/// <summary>A file as it was written into the new prefix.</summary>
/// <param name="Digest">Its digest there.</param>
/// <param name="Size">Its bytes there.</param>
internal sealed record CondaRestoredFile(Sha256Digest Digest, long Size);
