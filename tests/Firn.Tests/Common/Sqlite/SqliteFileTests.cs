using System.Globalization;
using Firn.Common.Sqlite;
using Firn.Tests.Host.Binaries;

namespace Firn.Tests.Common.Sqlite;

/// <summary>Tables that the real sqlite3 wrote, beside what it says of them.</summary>
public sealed class SqliteFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("firn-sqlite-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SkippableTheory]
    [InlineData(512, 4000, 700)]
    [InlineData(1024, 300, 40_000)]
    [InlineData(4096, 20_000, 50)]
    [InlineData(4096, 200, 300_000)]
    [InlineData(65536, 500, 200_000)]
    public void RowsOf_reads_every_row_that_sqlite_wrote(int pageSize, int rows, int longest)
    {
        var path = Path.Join(_folder, "rows.db");
        // Rows are taken away again, so that pages of one row lie all over the file.
        RealTool.Run("sqlite3", path, $"""
            PRAGMA page_size={pageSize.ToString(CultureInfo.InvariantCulture)};
            CREATE TABLE other(a);
            CREATE TABLE Packages(hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL, number, text);
            CREATE INDEX i ON Packages(number);
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows})
            INSERT INTO Packages(blob, number, text) SELECT randomblob(abs(random()) % {longest}), i, 'größe ' || i FROM n;
            DELETE FROM Packages WHERE hnum % 3 = 0;
            INSERT INTO Packages(blob, number, text) SELECT randomblob(abs(random()) % {longest}), -1, NULL FROM Packages WHERE hnum % 5 = 0;
            """);
        var truth = RealTool.Run("sqlite3", path, "SELECT hex(blob) || '|' || hex(coalesce(text, '')) FROM Packages ORDER BY hnum")
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var found = new List<string>();
        using var file = SqliteFile.Open(path)!;

        for (var all = file.RowsOf("Packages"); all.MoveNext();)
        {
            found.Add(Convert.ToHexString(all.Column(1)) + '|' + Convert.ToHexString(all.Column(3)));
        }

        Assert.Equal(truth, found);
        Assert.False(file.RowsOf("other").MoveNext());
        Assert.False(file.RowsOf("missing").MoveNext());
    }

    [SkippableFact]
    public void RowsOf_a_table_whose_pages_lead_back_ends()
    {
        var path = Path.Join(_folder, "circle.db");
        RealTool.Run("sqlite3", path, """
            CREATE TABLE t(a);
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) INSERT INTO t SELECT randomblob(100) FROM n;
            """);
        var bytes = File.ReadAllBytes(path);
        var page = System.Buffers.Binary.BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(16));
        // The root of the table is the second page: all its children are made the root itself.
        var root = bytes.AsSpan(page, page);
        Assert.Equal(5, root[0]);
        root[8..12].Clear();
        root[11] = 2;
        for (var i = 0; i < System.Buffers.Binary.BinaryPrimitives.ReadUInt16BigEndian(root[3..]); i++)
        {
            var cell = System.Buffers.Binary.BinaryPrimitives.ReadUInt16BigEndian(root[(12 + (2 * i))..]);
            root.Slice(cell, 4).Clear();
            root[cell + 3] = 2;
        }

        File.WriteAllBytes(path, bytes);
        using var file = SqliteFile.Open(path)!;
        var rows = file.RowsOf("t");

        Assert.False(rows.MoveNext());
    }
}
