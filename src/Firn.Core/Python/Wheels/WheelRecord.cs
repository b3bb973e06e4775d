using System.Text;
using Firn.Python.Distributions;
using Firn.Python.Wheels.Zip;

namespace Firn.Python.Wheels;

/// <summary>RECORD of a wheel, by the paths of its files in the wheel.</summary>
internal sealed class WheelRecord
{
    private readonly Dictionary<string, WheelRecordRow> _rows;

    private WheelRecord(Dictionary<string, WheelRecordRow> rows) => _rows = rows;

    public IReadOnlyDictionary<string, WheelRecordRow> Rows => _rows;

    /// <summary>Reads the rows; those of folders tell nothing and are passed over.</summary>
    /// <param name="record">It is unquoted in place.</param>
    /// <param name="refusals">Takes what no installer could follow.</param>
    public static WheelRecord Read(Span<byte> record, List<string> refusals)
    {
        var rows = new Dictionary<string, WheelRecordRow>(StringComparer.Ordinal);
        var reader = new RecordReader(record);
        while (reader.MoveNext())
        {
            var path = Encoding.UTF8.GetString(reader.Path);
            var row = new WheelRecordRow(Encoding.UTF8.GetString(reader.Hash), reader.Size);
            if (path.EndsWith('/'))
            {
                continue;
            }

            if (!rows.TryAdd(path, row) && rows[path] != row)
            {
                refusals.Add($"{ZipEntryName.Show(path)}: its RECORD has two different rows for it");
            }
        }

        return new WheelRecord(rows);
    }
}
