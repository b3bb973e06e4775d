using System.Text;
using Firn.Common;
using Firn.Storage.Records;
using FsCheck;
using FsCheck.Fluent;

namespace Firn.Tests.Storage.Records;

public sealed class RunRecordJsonTests
{
    private const string Digest = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
    private const string Md5 = "5d41402abc4b2a76b9719d911017c592";

    private static string Resource(string name) =>
        $$"""{"md5": "{{Md5}}", "name": {{name}}, "sha256": "{{Digest}}", "size": 5, "uuid": "{{Md5}}"}""";

    private static string Record(string members) =>
        $$"""
        {"schema": "firn.run/1", "created": "2026-11-21T04:00:00+00:00", "kind": "results", "name": "N", "number": 1,
         "status": "succeeded", "subject": "S", {{members}}}
        """;

    private static RunRecord Read(string json) => RunRecordJson.Read(Encoding.UTF8.GetBytes(json), "record");

    [Fact]
    public void A_full_record_comes_back()
    {
        var written = RunRecordJson.Write(SampleRecords.Run);

        Assert.Equal(written, RunRecordJson.Write(RunRecordJson.Read(written, "record")));
        var read = RunRecordJson.Read(written, "record");
        Assert.Equal(SampleRecords.Run.Resources.Select(resource => resource.Name), read.Resources.Select(resource => resource.Name));
        Assert.Equal(SampleRecords.Run.Previous, read.Previous);
        Assert.Equal(SampleRecords.Run.Created, read.Created);
        Assert.Equal(RunStatus.Failed, read.Status);
        Assert.Equal(SampleRecords.Run.Environments[0].Archive, read.Environments[0].Archive);
    }

    [Fact]
    public void A_tombstone_comes_back()
    {
        var written = RunRecordJson.Write(SampleRecords.Tombstone);
        var read = RunRecordJson.Read(written, "record");

        Assert.True(read.IsTombstone);
        Assert.Equal(1, read.Forgets);
        Assert.Equal(written, RunRecordJson.Write(read));
    }

    [Fact]
    public void Members_of_a_later_version_are_kept_at_every_level()
    {
        var text = Encoding.UTF8.GetString(RunRecordJson.Write(SampleRecords.Run));
        text = text.Replace("  \"created\"", "  \"argv\": [\n    \"a\",\n    1.5e3\n  ],\n  \"created\"", StringComparison.Ordinal)
            .Replace("\n}\n", ",\n  \"zebra\": null\n}\n", StringComparison.Ordinal)
            .Replace("      \"size\": 5,", "      \"shape\": {},\n      \"size\": 5,", StringComparison.Ordinal)
            .Replace("      \"when\": \"build\"", "      \"when\": \"build\",\n      \"why\": \"x\"", StringComparison.Ordinal)
            .Replace("\"kind\": \"results\"", "\"kind\": \"simulation\"", StringComparison.Ordinal);

        Assert.Equal(text, Encoding.UTF8.GetString(RunRecordJson.Write(Read(text))));
        Assert.Contains("zebra", text, StringComparison.Ordinal);
        Assert.Contains("shape", text, StringComparison.Ordinal);
        Assert.Contains("why", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"/etc/passwd\"", "absolute")]
    [InlineData("\"../x\"", "part '..'")]
    [InlineData("\"a/../../x\"", "part '..'")]
    [InlineData("\"./x\"", "part '.'")]
    [InlineData("\"a//b\"", "empty part")]
    [InlineData("\"a/\"", "empty part")]
    [InlineData("\"\"", "empty")]
    [InlineData("\"a\\u0000b\"", "NUL")]
    [InlineData("\"\\ud800\"", "")]
    [InlineData("7", "missing")]
    public void Hostile_names_are_refused(string name, string reason)
    {
        var failure = Assert.Throws<FirnException>(() => Read(Record($"\"environments\": [], \"resources\": [{Resource(name)}]")));

        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
        Assert.Equal(FailureKind.Different, failure.Kind);
    }

    [Fact]
    public void Long_names_are_refused()
    {
        Assert.NotNull(ResourceName.Refusal(new string('a', 256)));
        Assert.Null(ResourceName.Refusal(new string('a', 255)));
        Assert.NotNull(ResourceName.Refusal(string.Join('/', Enumerable.Repeat("abcdefghi", 500))));
        Assert.NotNull(ResourceName.Refusal("a" + (char)0xdc00));
        Assert.Null(ResourceName.Refusal("a\ud83d\ude00/..b/c."));
    }

    [Theory]
    [InlineData("\"a\"", "\"a\"", "twice")]
    [InlineData("\"a\"", "\"a/b\"", "below 'a'")]
    [InlineData("\"a/b/c\"", "\"a\"", "folder")]
    [InlineData("\"a/b/c\"", "\"a/b\"", "folder")]
    public void Names_that_cannot_lie_together_are_refused(string first, string second, string reason)
    {
        var failure = Assert.Throws<FirnException>(() => Read(Record(
            $"\"environments\": [], \"resources\": [{Resource(first)}, {Resource(second)}]")));

        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"schema\": \"firn.run/1\"}")]
    [InlineData("{\"schema\": \"firn.archived/1\"}")]
    [InlineData("not json")]
    public void What_is_no_record_is_damage(string json) =>
        Assert.Equal(FailureKind.Different, Assert.Throws<FirnException>(() => Read(json)).Kind);

    [Fact]
    public void A_newer_format_is_said_to_be_one()
    {
        var failure = Assert.Throws<FirnException>(() => Read("{\"schema\": \"firn.run/2\"}"));

        Assert.Equal("use a newer firn", failure.Hint);
    }

    [Theory]
    [InlineData("\"number\": 1", "\"number\": 0")]
    [InlineData("\"number\": 1", "\"number\": 2")]
    [InlineData("\"number\": 1", "\"number\": 1, \"previous\": \"sha256:" + Digest + "\"")]
    [InlineData("\"number\": 1", "\"number\": 2, \"previous\": \"sha256:x\"")]
    [InlineData("\"status\": \"succeeded\"", "\"status\": \"maybe\"")]
    [InlineData("\"kind\": \"results\"", "\"kind\": \"tombstone\"")]
    [InlineData("\"kind\": \"results\"", "\"kind\": \"results\", \"forgets\": 1")]
    [InlineData("2026-11-21T04:00:00+00:00", "yesterday")]
    [InlineData("\"size\": 5", "\"size\": -5")]
    [InlineData("\"size\": 5", "\"size\": 1e99")]
    [InlineData(Digest, "2cf24d")]
    [InlineData(Md5, "5d4140")]
    [InlineData("\"environments\": []", "\"environments\": [{\"environment_id\": \"x\", \"when\": \"run\"}]")]
    [InlineData("\"environments\": []", "\"environments\": {}")]
    public void Members_that_cannot_be_are_damage(string sound, string damaged)
    {
        var json = Record($"\"environments\": [], \"resources\": [{Resource("\"a\"")}]");
        Assert.Equal("a", Read(json).Resources[0].Name);

        Assert.Equal(FailureKind.Different, Assert.Throws<FirnException>(() => Read(json.Replace(sound, damaged, StringComparison.Ordinal))).Kind);
    }

    [Fact]
    public void Any_names_and_sizes_come_back() => Check.QuickThrowOnFailure(Prop.ForAll<NonEmptyString[], NonNegativeInt, int>((names, size, number) =>
    {
        var taken = new ResourceNameSet();
        var record = SampleRecords.Run with
        {
            Number = (number & 0xffff) + 2,
            Resources =
            [
                .. names.Select(name => name.Get).Where(name => taken.Add(name) is null)
                    .Select(name => SampleRecords.Run.Resources[0] with { Name = name, Size = size.Get }),
            ],
        };
        var read = RunRecordJson.Read(RunRecordJson.Write(record), "record");
        return read.Number == record.Number
            && read.Resources.Select(resource => resource.Name).SequenceEqual(record.Resources.Select(resource => resource.Name))
            && read.Resources.All(resource => resource.Size == size.Get);
    }));

    [Fact]
    public void A_mutated_record_is_read_or_refused()
    {
        var record = RunRecordJson.Write(SampleRecords.Run);
        Check.QuickThrowOnFailure(Prop.ForAll(
            Gen.Choose(0, record.Length - 1).Zip(Gen.Choose(0, 255)).ArrayOf(5).ToArbitrary(),
            changes =>
            {
                var bytes = (byte[])record.Clone();
                foreach (var (position, value) in changes)
                {
                    bytes[position] = (byte)value;
                }

                try
                {
                    _ = RunRecordJson.Write(RunRecordJson.Read(bytes, "record"));
                }
                catch (FirnException)
                {
                    // Refused.
                }

                return true;
            }));
    }
}
