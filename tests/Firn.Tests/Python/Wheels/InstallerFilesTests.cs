using Firn.Python.Metadata;
using Firn.Python.Wheels;

namespace Firn.Tests.Python.Wheels;

public sealed class InstallerFilesTests
{
    private static readonly (string, string)[] Hashes = [("sha512", "CD"), ("sha256", "ab01")];

    [Fact]
    public void Compose_a_file_of_an_index_has_no_direct_url()
    {
        Assert.Equal(["INSTALLER"], InstallerFiles.Compose(isRequested: false, directUrl: null, Hashes).Keys);
        Assert.Equal(["INSTALLER", "REQUESTED"], InstallerFiles.Compose(isRequested: true, directUrl: null, []).Keys);
    }

    [Fact]
    public void Compose_a_direct_url_is_what_pip_writes()
    {
        var files = InstallerFiles.Compose(isRequested: false, "https://user:secret@host/é.whl?token=x", Hashes);

        Assert.Equal("firn\n", files["INSTALLER"]);
        // json.dumps(..., sort_keys=True) of pip's models/direct_url.py
        Assert.Equal(
            """{"archive_info": {"hash": "sha256=ab01", "hashes": {"sha256": "ab01", "sha512": "cd"}}, "url": "https://host/\u00e9.whl"}""",
            files["direct_url.json"]);
        var read = DirectUrlReader.Read(System.Text.Encoding.UTF8.GetBytes(files["direct_url.json"]), DirectUrlRules.Packaging, out var error);
        Assert.Null(error);
        Assert.Equal("https://host/é.whl", read!.Url);
    }

    [Fact]
    public void Compose_hashes_that_are_none_are_left_out() => Assert.Equal(
        """{"archive_info": {}, "url": "file:///x.whl"}""",
        InstallerFiles.Compose(isRequested: false, "file:///x.whl", [("sha\"256", "ab"), ("sha256", "xy")])["direct_url.json"]);
}
