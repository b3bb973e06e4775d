using System.Text;
using Firn.Common;
using Firn.Python.Distributions;
using Firn.Python.Records;

namespace Firn.Tests.Python.Distributions;

public sealed class DistributionFileReaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Record_rows_get_their_place_in_a_bundle()
    {
        var files = Read(
            "lib/python3.11/site-packages",
            """
            demo/__init__.py,sha256=x,3
            demo/__pycache__/__init__.cpython-311.pyc,,
            demo-1.0.dist-info/METADATA,sha256=m,9
            demo-1.0.dist-info/INSTALLER,,
            demo-1.0.dist-info/RECORD,,
            ../../../bin/demo,,
            ../../../bin/demo3.11,,
            ../../../bin/run.sh,sha256=s,5
            ../../../include/site/python3.11/demo/demo.h,,
            ../../../share/man/man1/demo.1,,
            ../../../../../../../etc/passwd,,
            """);

        Assert.Equal(
            [
                "bin/demo Launcher", "bin/demo3.11 Launcher", "bin/run.sh Script", "include/site/python3.11/demo/demo.h Member",
                "lib/python3.11/site-packages/demo-1.0.dist-info/INSTALLER InstallerFile",
                "lib/python3.11/site-packages/demo-1.0.dist-info/METADATA Member",
                "lib/python3.11/site-packages/demo/__init__.py Member", "share/man/man1/demo.1 Member",
            ],
            Describe(files));
        Assert.True(files.HasRecord && files.RecordsBytecode);
    }

    [Theory]
    [InlineData("local/lib/python3.11/dist-packages", "include/python3.11")]
    [InlineData("lib64/python3.11/site-packages", "include/python3.11")]
    public void Every_scheme_gives_the_same_paths(string site, string headers)
    {
        var files = Read(site, $"demo.py,,\n../../../bin/run.sh,,\n../../../{headers}/demo/demo.h,,\n");

        Assert.Equal(
            ["bin/run.sh Script", "include/site/python3.11/demo/demo.h Member", "lib/python3.11/site-packages/demo.py Member"],
            Describe(files));
    }

    [Fact]
    public void Of_an_editable_install_all_but_the_metadata_are_links()
    {
        var files = Read(
            "lib/python3.11/site-packages",
            "__editable__.demo-1.0.pth,sha256=p,5\ndemo-1.0.dist-info/METADATA,,\n../../../bin/demo,,\n",
            isEditable: true);

        Assert.Equal(
            [
                "bin/demo Launcher", "lib/python3.11/site-packages/__editable__.demo-1.0.pth LinkFile",
                "lib/python3.11/site-packages/demo-1.0.dist-info/METADATA Member",
            ],
            Describe(files));
    }

    [Fact]
    public void Legacy_installs_list_their_files_in_the_metadata()
    {
        _folder.Write("lib/python3.8/site-packages/old.egg-info/installed-files.txt", "../old/__init__.py\n../old/__pycache__/__init__.cpython-38.pyc\nPKG-INFO\n../../../../bin/old\n");
        var distribution = Distribution(_folder["lib/python3.8/site-packages/old.egg-info"], isEditable: false);

        var files = new DistributionFileReader().Read(
            distribution, new BundlePaths(_folder["lib/python3.8/site-packages"], _folder.Path, "python3.8"), []);

        Assert.Equal(
            [
                "bin/old Script", "lib/python3.8/site-packages/old.egg-info/PKG-INFO Member",
                "lib/python3.8/site-packages/old/__init__.py Member",
            ],
            Describe(files).Where(file => !file.EndsWith("old.egg-info Member", StringComparison.Ordinal)));
    }

    [Fact]
    public void Rebuilt_records_are_the_same_whatever_an_installer_wrote()
    {
        var pip = Record("demo/__init__.py,sha256=x,3\n\"demo/a,b.py\",sha256=y,4\ndemo-1.0.dist-info/RECORD,,\ndemo-1.0.dist-info/INSTALLER,sha256=i,4\ndemo/__pycache__/__init__.cpython-311.pyc,,\n");
        var uv = Record("demo-1.0.dist-info/RECORD,,\r\n\"demo/a,b.py\",sha256=y,4\r\ndemo/__init__.py,sha256=x,3\r\n");

        Assert.Equal("\"demo/a,b.py\",sha256=y,4\ndemo-1.0.dist-info/RECORD,,\ndemo/__init__.py,sha256=x,3\n".Split('\n').Order(StringComparer.Ordinal), pip.Split('\n').Order(StringComparer.Ordinal));
        Assert.Equal(pip, uv);
    }

    [Fact]
    public void Hashes_are_those_of_RECORD()
    {
        // The digest of nothing, as `python -c "import base64, hashlib"` writes it.
        var digest = Sha256Digest.Of([]);

        Assert.Equal("sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU", RecordHash.Of(digest));
        Assert.True(RecordHash.Matches("sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU=", digest));
        Assert.False(RecordHash.Matches("sha256=57DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU", digest));
    }

    private string Record(string record)
    {
        var builder = new RecordBuilder("python3.11");
        foreach (var file in Read("lib/python3.11/site-packages", record).Files)
        {
            if (file.Role == RecordedFileRole.Member)
            {
                builder.Add(file.BundlePath, file.Hash, file.Size);
            }
        }

        builder.Add("lib/python3.11/site-packages/demo-1.0.dist-info/RECORD", string.Empty, -1);
        return Encoding.UTF8.GetString(builder.Build());
    }

    private DistributionFiles Read(string site, string record, bool isEditable = false)
    {
        var metadata = $"{site}/demo-1.0.dist-info";
        _folder.Write($"{metadata}/RECORD", record);
        _folder.Write($"{metadata}/entry_points.txt", "[console_scripts]\ndemo = demo:main\n");
        return new DistributionFileReader().Read(
            Distribution(_folder[metadata], isEditable),
            new BundlePaths(_folder[site], null, "python3.11"),
            []);
    }

    private static Distribution Distribution(string metadata, bool isEditable) => new()
    {
        Name = "demo",
        CanonicalName = "demo",
        Version = "1.0",
        MetadataPath = metadata,
        Location = Path.GetDirectoryName(metadata)!,
        Editable = isEditable ? new EditableProject("/src/demo", null) : null,
    };

    private static IEnumerable<string> Describe(DistributionFiles files) => files.Files
        .Select(file => $"{file.BundlePath} {file.Role}").Order(StringComparer.Ordinal);
}
