using System.Text;
using Firn.Common;

namespace Firn.Conda.Linking;

/// <summary>How long a prefix may be: a binary file has room for its placeholder and no more.</summary>
internal static class CondaPrefixLimit
{
    /// <summary>
    /// The most bytes (UTF-8) of a prefix for all files of the package; <see langword="null"/> where any will do.
    /// </summary>
    public static int? LongestFor(CondaLinkRecord record)
    {
        int? longest = null;
        foreach (var entry in record.Entries)
        {
            if (entry is { Kind: CondaPathKind.File, Placeholder: { IsBinary: true } placeholder })
            {
                var length = Encoding.UTF8.GetByteCount(placeholder.Text);
                longest = longest is { } other ? Math.Min(other, length) : length;
            }
        }

        return longest;
    }

    /// <summary>Refuses a prefix that conda packages cannot be put at, before anything is written.</summary>
    /// <exception cref="FirnException">It is too long for the package, or holds what no file can take.</exception>
    public static void Check(CondaLinkRecord record, string prefix)
    {
        CheckCharacters(prefix);
        var length = Encoding.UTF8.GetByteCount(prefix);
        if (LongestFor(record) is { } longest && length > longest)
        {
            throw new FirnException(
                $"the prefix {prefix} has {length} bytes, and the conda package {record.Package.Spec} takes {longest} at most",
                $"restore to a path of {longest} bytes or fewer");
        }
    }

    /// <summary>The error for one file, where a file was found to have less room than its package said.</summary>
    public static FirnException TooLong(string path, int longest) => new(
        $"the prefix is too long for {path}, which has room for {longest} bytes",
        $"restore to a path of {longest} bytes or fewer");

    /// <summary>Shells expand these within quotes, and a line break would end a script's first line.</summary>
    private static void CheckCharacters(string prefix)
    {
        foreach (var c in prefix)
        {
            if (char.IsControl(c) || c is '"' or '$' or '`' or '\\')
            {
                throw new FirnException(
                    $"conda packages cannot be put at {prefix.ReplaceLineEndings("?")}: scripts with this path would not start",
                    "restore to a path without quotes, dollar signs, backslashes and control characters");
            }
        }

        if (!prefix.StartsWith('/') || prefix.Length < 2)
        {
            throw new FirnException(
                $"conda packages cannot be put at {prefix}: it is no absolute path of a folder", "restore to an absolute path");
        }
    }
}
