using System.Text;
using Firn.Common;
using Firn.Common.Files;
using Firn.Python.Metadata;
using Firn.Python.Records;

namespace Firn.Tests.Python.Records;

public sealed class RecordedContentReaderTests
{
    private const string Site = "/env/lib/python3.11/site-packages";

    private const string Plain = """
        pkg/__init__.py,sha256=aaa,1
        pkg/core.cpython-311-x86_64-linux-gnu.so,sha256=bbb,20
        pkg-1.0.dist-info/METADATA,sha256=ccc,300
        """;

    [Fact]
    public void Digest_is_over_sorted_lines_of_path_and_hash()
    {
        var content = Build(Plain);

        var text = "pkg-1.0.dist-info/METADATA\0sha256=ccc\npkg/__init__.py\0sha256=aaa\n"
            + "pkg/core.cpython-311-x86_64-linux-gnu.so\0sha256=bbb\n";
        Assert.Equal(Sha256Digest.Of(Encoding.UTF8.GetBytes(text)), content.Digest);
        Assert.Equal(3, content.FileCount);
        Assert.Equal(321, content.Size);
        Assert.Equal($"{Site}/pkg/core.cpython-311-x86_64-linux-gnu.so", Assert.Single(content.NativeFiles));
    }

    [Fact]
    public void Digest_is_the_same_whatever_the_installation_added()
    {
        var added = Plain + """

            ../../../bin/tool,sha256=launcher,200
            ../../../bin/tool3.11,sha256=launcher,200
            pkg/__pycache__/__init__.cpython-311.pyc,,
            pkg-1.0.dist-info/INSTALLER,sha256=pip,4
            pkg-1.0.dist-info/RECORD,,
            pkg-1.0.dist-info/REQUESTED,sha256=x,0
            pkg-1.0.dist-info/direct_url.json,sha256=x,99
            """;

        Assert.Equal(Build(Plain).Digest, Build(added, "tool").Digest);
    }

    [Fact]
    public void Digest_is_the_same_in_every_kind_of_prefix()
    {
        var virtualEnvironment = Plain + "\n../../../bin/script.sh,sha256=one,10"
            + "\n../../../include/site/python3.11/pkg/pkg.h,sha256=h,5\n../../../share/man/pkg.1,sha256=m,6";
        var plainPrefix = Plain + "\n/env/share/man/pkg.1,sha256=m,6"
            + "\n../../../include/python3.11/pkg/pkg.h,sha256=h,5\n../../../bin/script.sh,sha256=two,14";

        Assert.Equal(Build(virtualEnvironment).Digest, Build(plainPrefix).Digest);
    }

    [Fact]
    public void Digest_does_not_depend_on_how_a_path_is_written()
    {
        var written = Plain.Replace("pkg/__init__.py", "./pkg/../pkg/__init__.py")
            + "\n./pkg-1.0.dist-info/INSTALLER,sha256=pip,4";

        Assert.Equal(Build(Plain).Digest, Build(written).Digest);
    }

    [Fact]
    public void Digest_does_not_depend_on_the_order_of_rows()
    {
        var lines = (Plain + "\npkg/__init__.py,sha256=zzz,1").Split('\n');

        Assert.Equal(
            Build(string.Join('\n', lines)).Digest, Build(string.Join('\n', lines.Reverse())).Digest);
    }

    [Fact]
    public void Digest_survives_line_ends_and_nuls_in_any_field()
    {
        var content = Build("z,\"a\nb\nc\",1\ny,\"\0\n\",1\n\"x\ny\",sha256=a,1");

        Assert.Equal(3, content.FileCount);
    }

    [Fact]
    public void Digest_tells_other_contents_apart() =>
        Assert.NotEqual(Build(Plain).Digest, Build(Plain.Replace("aaa", "abc")).Digest);

    [Theory]
    [InlineData("../../../../etc/passwd,sha256=x,1")]
    [InlineData("/etc/passwd,sha256=x,1")]
    [InlineData("pkg/../../../../../etc/passwd,sha256=x,1")]
    [InlineData("../../../../env2/lib/evil.so,sha256=x,1")]
    public void Rows_that_lead_outside_are_counted_and_not_followed(string row)
    {
        var content = Build(Plain + "\n" + row);

        Assert.Equal(1, content.RowsOutside);
        Assert.Equal(Build(Plain).Digest, content.Digest);
        Assert.Single(content.NativeFiles);
    }

    [Fact]
    public void Editable_install_counts_its_metadata_only()
    {
        const string metadata = "pkg-1.0.dist-info/METADATA,sha256=ccc,300\n";
        var here = Build(metadata + "__editable__.pkg-1.0.pth,sha256=here,9", isEditable: true);
        var there = Build(metadata + "__editable__.pkg-1.0.pth,sha256=there,10", isEditable: true);

        Assert.Equal(here.Digest, there.Digest);
        Assert.Equal(1, here.FileCount);
    }

    [Theory]
    [InlineData("libs/libgomp-a34b3233.so.1.0.0", true)]
    [InlineData("x.so", true)]
    [InlineData("x.so.py", false)]
    [InlineData("x.sox", false)]
    [InlineData("so.1", false)]
    [InlineData("x.so.d/1", false)]
    public void Native_files_are_told_by_name(string path, bool expected) =>
        Assert.Equal(expected, NativeFileName.Matches(Encoding.UTF8.GetBytes(path)));

    private static RecordedContent Build(string record, string? launcher = null, bool isEditable = false) =>
        new RecordedContentReader(
            $"{Site}/pkg-1.0.dist-info", new LauncherNames(launcher is null ? [] : [launcher]), isEditable)
        .Build(Encoding.UTF8.GetBytes(record.ReplaceLineEndings("\n")), new ReusableBuffer());
}
