using System.Globalization;
using System.Text;
using Firn.Common;
using Firn.Python.Distributions;

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

    /// <summary>The bytes of RECORD.</summary>
    /// <param name="record">RECORD of the bundle; it is unquoted in place.</param>
    public byte[] Compose(Span<byte> record)
    {
        var rows = new List<RecordRow>();
        var reader = new RecordReader(record);
        while (reader.MoveNext())
        {
            var path = InstalledPath(Encoding.UTF8.GetString(reader.Path));
            var size = reader.Size < 0 ? string.Empty : reader.Size.ToString(CultureInfo.InvariantCulture);
            rows.Add(new RecordRow(path, _changed.Remove(path, out var changed)
                ? changed
                : $"{Encoding.UTF8.GetString(reader.Hash)},{size}"));
        }

        var added = new List<RecordRow>(_changed.Count);
        foreach (var (path, rest) in _changed)
        {
            added.Add(new RecordRow(path, rest));
        }

        Sort(rows);
        Sort(added);
        return Text(rows, added);
    }

    /// <summary>Both come from bundles, which are sorted, so there is hardly ever anything to do.</summary>
    private static void Sort(List<RecordRow> rows)
    {
        for (var i = 1; i < rows.Count; i++)
        {
            if (Utf8Order.Compare(rows[i - 1].Path, rows[i].Path) > 0)
            {
                rows.Sort(static (left, right) => Utf8Order.Compare(left.Path, right.Path));
                return;
            }
        }
    }

    /// <summary>The rows of two sorted lists in order.</summary>
    private static byte[] Text(List<RecordRow> rows, List<RecordRow> added)
    {
        var text = new StringBuilder((rows.Count + added.Count) * 96);
        var next = 0;
        foreach (var row in rows)
        {
            for (; next < added.Count && Utf8Order.Compare(added[next].Path, row.Path) < 0; next++)
            {
                AppendRow(text, added[next]);
            }

            AppendRow(text, row);
        }

        for (; next < added.Count; next++)
        {
            AppendRow(text, added[next]);
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static void AppendRow(StringBuilder text, RecordRow row)
    {
        AppendField(text, row.Path);
        text.Append(',').Append(row.Rest).Append('\n');
    }

    private string RowPath(string path) =>
        path.StartsWith(sitePackages, StringComparison.Ordinal) && path.Length > sitePackages.Length + 1
            && path[sitePackages.Length] == '/'
            ? path[(sitePackages.Length + 1)..]
            : _up + path;

    /// <summary>Bundles have the headers where a virtual environment has them.</summary>
    private string InstalledPath(string path)
    {
        var virtualHeaders = _up + "include/site/";
        return isWholePython && path.StartsWith(virtualHeaders, StringComparison.Ordinal)
            ? string.Concat(_up, "include/", path.AsSpan(virtualHeaders.Length))
            : path;
    }

    private static void AppendField(StringBuilder text, string field)
    {
        if (field.AsSpan().IndexOfAny(",\"\r\n") < 0)
        {
            text.Append(field);
            return;
        }

        text.Append('"').Append(field.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
    }

    /// <summary>A row: its path, and the hash and size behind it.</summary>
    private sealed record RecordRow(string Path, string Rest);

    private static string Base64(Sha256Digest digest) =>
        Convert.ToBase64String(Hex.Parse(digest.Hex)!).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
