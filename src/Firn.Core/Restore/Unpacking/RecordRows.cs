using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Firn.Common;

namespace Firn.Restore.Unpacking;

/// <summary>
/// RECORD of a restored distribution: the rows of its bundle, those of changed files made true, those of what the
/// installation added; sorted by path, three fields, LF (Recording installed projects, "The RECORD file").
/// </summary>
/// <param name="sitePackages">The folder that its paths are relative to, relative to the tree.</param>
/// <param name="isWholePython">Whether headers lie in <c>include/pythonX.Y</c>.</param>
internal sealed class RecordRows(string sitePackages, bool isWholePython)
{
    private readonly Dictionary<string, string> _changed = new(StringComparer.Ordinal);
    private readonly string _up = string.Concat(Enumerable.Repeat("../", sitePackages.Split('/').Length));

    /// <summary>A file that the restore wrote: its row says what it holds.</summary>
    /// <param name="path">Relative to the tree.</param>
    /// <param name="content">Its bytes.</param>
    public void Set(string path, ReadOnlySpan<byte> content) =>
        _changed[RowPath(path)] = $"sha256={Base64(Sha256Digest.Of(content))},{content.Length.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>A file whose row has no hash and no size: bytecode.</summary>
    public void SetWithoutHash(string path) => _changed[RowPath(path)] = ",";

    /// <summary>The bytes of RECORD. An environment has tens of thousands of rows: those of the bundle stay bytes.</summary>
    /// <param name="record">RECORD of the bundle; it is unquoted in place.</param>
    public byte[] Compose(Span<byte> record)
    {
        var rows = RecordRowTable.Read(record, isWholePython ? _up : null);
        var added = new List<string>(_changed.Keys);
        Sort(added);
        var paths = new byte[added.Count == 0 ? 0 : Encoding.UTF8.GetMaxByteCount(LongestOf(added))];
        var output = new ArrayBufferWriter<byte>(record.Length + (added.Count * 128) + 1);
        var next = 0;
        var path = Encode(added, next, paths);
        for (var i = 0; i < rows.Count; i++)
        {
            var order = -1;
            while (next < added.Count && (order = path.SequenceCompareTo(rows.PathOf(record, i))) < 0)
            {
                WriteField(output, path);
                WriteText(output, _changed[added[next]]);
                path = Encode(added, ++next, paths);
            }

            WriteField(output, rows.PathOf(record, i));
            if (order == 0 && next < added.Count)
            {
                WriteText(output, _changed[added[next]]);
                path = Encode(added, ++next, paths);
            }
            else
            {
                WriteRest(output, rows.HashOf(record, i), rows.SizeOf(i));
            }
        }

        for (; next < added.Count; path = Encode(added, ++next, paths))
        {
            WriteField(output, path);
            WriteText(output, _changed[added[next]]);
        }

        return output.WrittenSpan.ToArray();
    }

    private static int LongestOf(List<string> texts)
    {
        var longest = 0;
        foreach (var text in texts)
        {
            longest = Math.Max(longest, text.Length);
        }

        return longest;
    }

    private static ReadOnlySpan<byte> Encode(List<string> texts, int index, byte[] bytes) =>
        index < texts.Count ? bytes.AsSpan(0, Encoding.UTF8.GetBytes(texts[index], bytes)) : default;

    /// <summary>They come from bundles, which are sorted, so there is hardly ever anything to do.</summary>
    private static void Sort(List<string> paths)
    {
        for (var i = 1; i < paths.Count; i++)
        {
            if (Utf8Order.Compare(paths[i - 1], paths[i]) > 0)
            {
                paths.Sort(Utf8Order.Compare);
                return;
            }
        }
    }

    private static void WriteField(ArrayBufferWriter<byte> output, ReadOnlySpan<byte> field)
    {
        if (field.IndexOfAny((byte)',', (byte)'"') < 0 && field.IndexOfAny((byte)'\r', (byte)'\n') < 0)
        {
            output.Write(field);
        }
        else
        {
            output.Write("\""u8);
            for (var quote = field.IndexOf((byte)'"'); quote >= 0; quote = field.IndexOf((byte)'"'))
            {
                output.Write(field[..(quote + 1)]);
                output.Write("\""u8);
                field = field[(quote + 1)..];
            }

            output.Write(field);
            output.Write("\""u8);
        }

        output.Write(","u8);
    }

    private static void WriteText(ArrayBufferWriter<byte> output, string rest)
    {
        output.Advance(Encoding.UTF8.GetBytes(rest, output.GetSpan(rest.Length)));
        output.Write("\n"u8);
    }

    private static void WriteRest(ArrayBufferWriter<byte> output, ReadOnlySpan<byte> hash, long size)
    {
        output.Write(hash);
        output.Write(","u8);
        if (size >= 0)
        {
            const int mostDigits = 20;
            _ = Utf8Formatter.TryFormat(size, output.GetSpan(mostDigits), out var length);
            output.Advance(length);
        }

        output.Write("\n"u8);
    }

    private string RowPath(string path) =>
        path.StartsWith(sitePackages, StringComparison.Ordinal) && path.Length > sitePackages.Length + 1
            && path[sitePackages.Length] == '/'
            ? path[(sitePackages.Length + 1)..]
            : _up + path;

    private static string Base64(Sha256Digest digest) =>
        Convert.ToBase64String(Hex.Parse(digest.Hex)!).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
