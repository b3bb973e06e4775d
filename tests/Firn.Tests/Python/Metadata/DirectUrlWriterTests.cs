using Firn.Python.Metadata;

namespace Firn.Tests.Python.Metadata;

public sealed class DirectUrlWriterTests
{
    [Theory]
    [InlineData("""{"url": "https://user:secret@host/a.whl?a=1&b=2", "archive_info": {}}""", """{"url": "https://host/a.whl?a=1&b=2", "archive_info": {}}""")]
    [InlineData("""{"archive_info": {}, "url": "https://host/a.whl"}""", """{"archive_info": {}, "url": "https://host/a.whl"}""")]
    // As Python's json.dumps and others may write it.
    [InlineData("""{"url": "https://user:secret@host/\u00e9.whl", "vcs_info": {}}""", """{"url": "https://host/\u00e9.whl", "vcs_info": {}}""")]
    [InlineData("""{"url": "https://user:secret@host/é.whl"}""", """{"url": "https://host/é.whl"}""")]
    [InlineData("""{"url": "https:\/\/user:secret@host\/a.whl"}""", """{"url": "https://host/a.whl"}""")]
    [InlineData("""{"url": "https://us\u0065r:secret@host/a.whl", "note": "https://user:secret@host/a.whl"}""", """{"url": "https://host/a.whl", "note": "https://host/a.whl"}""")]
    [InlineData("{", "{}")]
    public void Credentials_are_left_out_however_the_url_is_written(string json, string expected) =>
        Assert.Equal(expected, DirectUrlWriter.WithoutCredentials(json));
}
