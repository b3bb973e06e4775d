using System.Security.Cryptography;
using System.Text;

namespace Firn.Tests.Python.Wheels;

/// <summary>A wheel, <c>snow_depth-1.0-py3-none-any.whl</c>, right until a test makes something of it wrong.</summary>
internal sealed class WheelMaker
{
    public const string FileName = "snow_depth-1.0-py3-none-any.whl";
    public const string Info = "snow_depth-1.0.dist-info";
    public const string Data = "snow_depth-1.0.data";

    private readonly SortedDictionary<string, string> _rows = new(StringComparer.Ordinal);

    public List<ZipMakerEntry> Entries { get; } = [];

    /// <summary>Rows behind those of the files.</summary>
    public string MoreRows { get; set; } = string.Empty;

    public static WheelMaker Plain(string? entryPoints = null, string? metadata = null, string? wheel = null)
    {
        var maker = new WheelMaker()
            .Add("snow.py", "depth = 1\n")
            .Add($"{Info}/METADATA", metadata ?? "Metadata-Version: 2.1\nName: snow-depth\nVersion: 1.0\nRequires-Dist: six (>=1)\nRequires-Dist: ice; extra == 'x'\nRequires-Python: >=3.6\n\nText\n")
            .Add($"{Info}/WHEEL", wheel ?? "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n");
        return entryPoints is null ? maker : maker.Add($"{Info}/entry_points.txt", entryPoints);
    }

    public WheelMaker Add(string path, string content, int mode = 0x81a4) =>
        Add(new ZipMakerEntry(path, Encoding.UTF8.GetBytes(content)) { Mode = mode });

    public WheelMaker Add(ZipMakerEntry entry, string? row = null)
    {
        Entries.Add(entry);
        var path = Encoding.UTF8.GetString(entry.Name);
        if (!path.EndsWith('/'))
        {
            _rows[path] = row ?? $"{(path.Contains(',') ? $"\"{path}\"" : path)},sha256={Base64(SHA256.HashData(entry.Content))},{entry.Content.Length}";
        }

        return this;
    }

    public WheelMaker Row(string path, string? row)
    {
        _rows.Remove(path);
        if (row is not null)
        {
            _rows[path] = row;
        }

        return this;
    }

    public WheelMaker Remove(string path)
    {
        Entries.RemoveAll(entry => Encoding.UTF8.GetString(entry.Name) == path);
        _rows.Remove(path);
        return this;
    }

    public byte[] Make(Func<ZipMaker, ZipMaker>? change = null)
    {
        var zip = new ZipMaker();
        foreach (var entry in WithRecord())
        {
            zip.Add(entry);
        }

        return (change?.Invoke(zip) ?? zip).Make();
    }

    public IEnumerable<ZipMakerEntry> WithRecord()
    {
        var record = string.Concat(_rows.Values.Select(row => row + "\n")) + MoreRows + $"{Info}/RECORD,,\n";
        return Entries.Append(new ZipMakerEntry($"{Info}/RECORD", Encoding.UTF8.GetBytes(record)));
    }

    public static string Base64(byte[] hash) =>
        Convert.ToBase64String(hash).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
