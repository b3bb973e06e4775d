using System.Text;
using Firn.Common;
using Firn.Common.Files;
using Firn.Python.Metadata;

namespace Firn.Conda.Listings;

/// <summary>
/// Name and version of a Python package after conda's own reading of its metadata
/// (conda plugins/prefix_data_loaders/pypi/pkg_format.py <c>PythonDistributionMetadata</c>): header names count in
/// exactly this case, and of several the last one.
/// </summary>
internal readonly record struct CondaPythonMetadata(string? Name, string? Version)
{
    private const int Limit = 64 * 1024 * 1024;

    /// <summary>The metadata in the folder: <c>METADATA</c>, else <c>PKG-INFO</c>; empty where neither is there.</summary>
    public static CondaPythonMetadata ReadFolder(string folder)
    {
        var content = BoundedFile.Read(Path.Join(folder, "METADATA"), Limit);
        content = content.IsComplete ? content : BoundedFile.Read(Path.Join(folder, "PKG-INFO"), Limit);
        return content.IsComplete ? Parse(content.Bytes) : default;
    }

    public static CondaPythonMetadata ReadFile(string path)
    {
        var content = BoundedFile.Read(path, Limit);
        return content.IsComplete ? Parse(content.Bytes) : default;
    }

    /// <summary>Reads the header lines; the first line that is none ends them (email.feedparser).</summary>
    public static CondaPythonMetadata Parse(ReadOnlySpan<byte> text)
    {
        string? name = null;
        string? version = null;
        while (text.Length > 0)
        {
            var line = TakeLine(ref text);
            var colon = line.IndexOf((byte)':');
            if (colon < 0 || !IsHeaderName(line[..colon]))
            {
                break;
            }

            if (line[..colon].SequenceEqual("Name"u8))
            {
                name = Value(line[(colon + 1)..], ref text);
            }
            else if (line[..colon].SequenceEqual("Version"u8))
            {
                version = Value(line[(colon + 1)..], ref text);
            }

            while (IsContinuation(text))
            {
                TakeLine(ref text);
            }
        }

        return new CondaPythonMetadata(name, version);
    }

    private static string Value(scoped ReadOnlySpan<byte> first, ref ReadOnlySpan<byte> rest)
    {
        var value = Encoding.UTF8.GetString(first.TrimStart(" \t"u8));
        if (!IsContinuation(rest))
        {
            return value;
        }

        var folded = new StringBuilder(value);
        while (IsContinuation(rest))
        {
            folded.Append('\n').Append(Encoding.UTF8.GetString(TakeLine(ref rest)));
        }

        return folded.ToString();
    }

    private static bool IsContinuation(ReadOnlySpan<byte> text) => text.Length > 0 && text[0] is (byte)' ' or (byte)'\t';

    // Python opens the file as text: CR LF and a lone CR end a line, too.
    private static ReadOnlySpan<byte> TakeLine(ref ReadOnlySpan<byte> text)
    {
        var end = text.IndexOfAny((byte)'\n', (byte)'\r');
        var line = end < 0 ? text : text[..end];
        var next = end < 0 ? text.Length : end + 1;
        if (end >= 0 && text[end] == '\r' && next < text.Length && text[next] == '\n')
        {
            next++;
        }

        text = text[next..];
        return line;
    }

    private static bool IsHeaderName(ReadOnlySpan<byte> name) =>
        !name.ContainsAnyExceptInRange((byte)'!', (byte)'~');
}

/// <summary>An <c>.egg-link</c> of <c>setup.py develop</c>: a file that names the project's folder.</summary>
internal static class CondaEggLink
{
    /// <summary>
    /// The metadata of the one <c>.egg-info</c> in the folder that the first line names
    /// (<c>get_dist_file_from_egg_link</c>; several make conda fail). A relative line means the current folder to conda,
    /// so it means nothing here.
    /// </summary>
    public static CondaPythonMetadata Read(string path, List<Problem> problems)
    {
        if (EggLink.Read(path, skipsBlankLines: false) is not { } folder || !Path.IsPathRooted(folder))
        {
            return default;
        }

        string? found = null;
        foreach (var entry in DirectoryReader.List(folder, out _))
        {
            if (!entry.Name.EndsWith(".egg-info", StringComparison.Ordinal))
            {
                continue;
            }

            if (found is not null)
            {
                problems.Add(new Problem("conda-egg-link-ambiguous", path, "the linked folder holds several .egg-info"));
                return default;
            }

            found = Path.Join(folder, entry.Name);
        }

        if (found is null)
        {
            return default;
        }

        return CondaPythonMetadata.ReadFile(Directory.Exists(found) ? Path.Join(found, "PKG-INFO") : found);
    }
}
