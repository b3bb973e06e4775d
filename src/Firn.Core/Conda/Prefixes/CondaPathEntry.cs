using System.Text;
using Firn.Common;
using Firn.Common.Json;

namespace Firn.Conda.Prefixes;

/// <summary>One path of an installed package, as its record in <c>conda-meta</c> has it.</summary>
internal sealed record CondaPathEntry
{
    /// <summary>Relative to the prefix, with <c>/</c>, as installed; checked to stay in the prefix.</summary>
    public required string Path { get; init; }

    /// <summary>
    /// The path as <c>paths_data</c> has it, where it is another one: conda leaves those of <c>noarch: python</c> packages
    /// as they were packaged (conda core/path_actions.py, <c>LinkPathAction.prefix_path_data</c>); mamba and rattler do not.
    /// </summary>
    public string? RecordedPath { get; init; }

    public required CondaPathKind Kind { get; init; }

    /// <summary>
    /// What stands for the prefix in the published file; <see langword="null"/> where nothing does. What a package declares for
    /// a link means nothing; a record has none.
    /// </summary>
    public CondaPlaceholder? Placeholder { get; init; }

    /// <summary>The digest of the published file; for a link of the file that it leads to.</summary>
    public Sha256Digest? Published { get; init; }

    /// <summary>The digest of the file as it was installed; tools disagree about links.</summary>
    public Sha256Digest? InPrefix { get; init; }

    /// <summary><c>size_in_bytes</c>: of the published file, or of the installed one (rattler).</summary>
    public long? Size { get; init; }

    /// <summary><c>no_link</c>: the file is the environment's own, since users write to it.</summary>
    public bool IsNoLink { get; init; }

    /// <summary>Whether the record has <c>paths_data</c> for it; older ones only list the path.</summary>
    public bool IsDescribed { get; init; } = true;
}

/// <summary>
/// The members of an entry of <c>paths_data</c> and of <c>info/paths.json</c> as they are written; of two with one name the
/// later. What another type than it should have says nothing.
/// </summary>
internal sealed class CondaPathFields
{
    /// <summary>Reads one object; the reader stands on its start.</summary>
    public CondaPathFields(ref FastJsonReader reader)
    {
        while (reader.Read() && reader.Token == FastJsonToken.Name)
        {
            switch (reader.GetString())
            {
                case "_path":
                    Path = FastJsonMembers.Text(ref reader);
                    break;
                case "path_type":
                    Type = FastJsonMembers.Text(ref reader);
                    break;
                case "file_mode":
                    Mode = FastJsonMembers.Text(ref reader);
                    break;
                case "prefix_placeholder":
                    Placeholder = FastJsonMembers.Text(ref reader);
                    break;
                case "sha256":
                    Sha256 = FastJsonMembers.Text(ref reader);
                    break;
                case "sha256_in_prefix":
                    Sha256InPrefix = FastJsonMembers.Text(ref reader);
                    break;
                case "size_in_bytes":
                    Size = FastJsonMembers.Number(ref reader);
                    break;
                case "no_link":
                    reader.Read();
                    IsNoLink = reader.Token == FastJsonToken.True;
                    reader.Skip();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
    }

    public string? Path { get; }

    public string? Type { get; }

    public string? Mode { get; }

    public string? Placeholder { get; }

    public string? Sha256 { get; }

    public string? Sha256InPrefix { get; }

    public long? Size { get; }

    public bool IsNoLink { get; }
}

/// <summary>What an entry of a package's paths data is.</summary>
internal enum CondaPathKind
{
    /// <summary>A file that the package shipped (<c>hardlink</c>).</summary>
    File,

    /// <summary>A symbolic link that the package shipped (<c>softlink</c>).</summary>
    Link,

    /// <summary>A folder that the package shipped (<c>directory</c>).</summary>
    Directory,

    /// <summary>Bytecode that the installer made (<c>pyc_file</c>).</summary>
    Bytecode,

    /// <summary>A script that the installer made of an entry point (<c>unix_python_entry_point</c> and Windows' two).</summary>
    EntryPoint,
}

/// <summary>The path that a package's file holds where the prefix belongs (paths.json, CEP 34).</summary>
/// <param name="Text">The path that the package was built at, mostly padded to 255 characters.</param>
/// <param name="IsBinary">Whether strings end in NUL and the file keeps its length; else the file is text.</param>
internal sealed record CondaPlaceholder(string Text, bool IsBinary);

/// <summary>Which recorded paths become paths on disk.</summary>
internal static class CondaPaths
{
    private const int MaxNameLength = 255;
    private const string Records = "conda-meta";

    /// <summary>
    /// Whether the path stays in the prefix and is written the one way: relative, no <c>.</c>, <c>..</c> or empty part,
    /// valid UTF-8, each part a possible name, and not in <c>conda-meta</c>, which belongs to the installer.
    /// </summary>
    public static bool IsAllowed(string path)
    {
        if (!CondaPackageFiles.IsInside(path))
        {
            return false;
        }

        var isFirst = true;
        foreach (var range in path.AsSpan().Split('/'))
        {
            var part = path.AsSpan()[range];
            if (part.Length == 0 || part is "." || !IsName(part) || (isFirst && part.Equals(Records, StringComparison.OrdinalIgnoreCase)))
            {
                return false;
            }

            isFirst = false;
        }

        return true;
    }

    private static bool IsName(ReadOnlySpan<char> part)
    {
        for (var i = 0; i < part.Length; i++)
        {
            if (char.IsSurrogate(part[i]))
            {
                if (i + 1 == part.Length || !char.IsSurrogatePair(part[i], part[i + 1]))
                {
                    return false;
                }

                i++;
            }
        }

        return Encoding.UTF8.GetByteCount(part) <= MaxNameLength;
    }
}
