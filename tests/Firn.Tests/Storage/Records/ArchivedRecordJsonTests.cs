using System.Text;
using Firn.Common;
using Firn.Storage.Records;

namespace Firn.Tests.Storage.Records;

public sealed class ArchivedRecordJsonTests
{
    public static TheoryData<bool> Both => [true, false];

    [Theory]
    [MemberData(nameof(Both))]
    public void A_record_comes_back(bool isTombstone)
    {
        var record = isTombstone ? SampleRecords.ArchivedTombstone : SampleRecords.Archived;
        var written = ArchivedRecordJson.Write(record);

        Assert.Equal(record, ArchivedRecordJson.Read(written, "record"));
        Assert.Equal(written, ArchivedRecordJson.Write(ArchivedRecordJson.Read(written, "record")));
    }

    [Fact]
    public void Members_of_a_later_version_are_kept()
    {
        var text = Encoding.UTF8.GetString(ArchivedRecordJson.Write(SampleRecords.Archived))
            .Replace("  \"number\"", "  \"later\": [],\n  \"number\"", StringComparison.Ordinal);

        Assert.Equal(text, Encoding.UTF8.GetString(ArchivedRecordJson.Write(ArchivedRecordJson.Read(Encoding.UTF8.GetBytes(text), "record"))));
    }

    [Theory]
    [InlineData("\"archive\"", "\"other\"")]
    [InlineData("\"capture\"", "\"other\"")]
    [InlineData("\"prefix\"", "\"other\"")]
    [InlineData("\"previous\"", "\"other\"")]
    [InlineData("firn1:sha256:6", "firn1:sha256:")]
    [InlineData("firn1:sha256:6bcb", "firn1:sha256:6BCB")]
    [InlineData("\"number\": 2", "\"number\": 1")]
    [InlineData("\"number\": 2", "\"forgets\": 3, \"number\": 2")]
    [InlineData("\"number\": 2", "\"forgets\": \"1\", \"number\": 2")]
    public void Members_that_cannot_be_are_damage(string sound, string damaged)
    {
        var text = Encoding.UTF8.GetString(ArchivedRecordJson.Write(SampleRecords.Archived));
        Assert.Contains(sound, text, StringComparison.Ordinal);

        var failure = Assert.Throws<FirnException>(() => ArchivedRecordJson.Read(
            Encoding.UTF8.GetBytes(text.Replace(sound, damaged, StringComparison.Ordinal)), "record"));
        Assert.Equal(FailureKind.Different, failure.Kind);
    }
}
