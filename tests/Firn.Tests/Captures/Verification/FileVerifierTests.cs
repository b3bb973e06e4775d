using System.Text;
using Firn.Captures.Verification;
using Firn.Common;
using Firn.Python.Installation;
using Firn.Storage.Bundles;

namespace Firn.Tests.Captures.Verification;

public sealed class FileVerifierTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Recorded_files_are_equal()
    {
        var hash = RecordHash.Of(Digest("one"));

        Assert.Empty(Run(File("a", "one") with { RecordHash = hash, Size = 3 }));
        Assert.Empty(Run(File("a", "one") with { RecordHash = hash + "=" }));
        Assert.Empty(Run(File("a", "one") with { Digest = Digest("one") }));
        Assert.Empty(Run(File("a", "one")));
    }

    [Fact]
    public void Edited_file_has_both_digests()
    {
        var found = Assert.Single(Run(File("a", "two") with { Digest = Digest("one") }));

        Assert.Equal(FileState.Edited, found.State);
        Assert.Equal(Digest("one").ToString(), found.Recorded);
        Assert.Equal(Digest("two").ToString(), found.Observed);
    }

    [Fact]
    public void Size_that_is_not_the_recorded_one_differs() =>
        Assert.Single(Run(File("a", "one") with { RecordHash = RecordHash.Of(Digest("one")), Size = 4 }));

    [Fact]
    public void Missing_file_is_found_unless_it_was_archived_so()
    {
        var file = new ExpectedFile { Path = Path.Join(_folder.Path, "gone"), Owner = "snow" };

        Assert.Equal(FileState.Missing, Assert.Single(Run(file)).State);
        Assert.Empty(Run(file with { MayBeMissing = true }));
    }

    [Fact]
    public void Archived_as_edited_or_relocated_is_equal() =>
        Assert.Empty(Run(File("a", "two") with { Digest = Digest("one"), Allowed = Digest("two") }));

    [Theory]
    [InlineData("#!/new/place/bin/python\n/new/place", true)]
    [InlineData("#!/new/place/bin/pythoN\n/new/place", false)]
    [InlineData("#!/old/place/bin/python\n/new/place", false)]
    [InlineData("#!/new/place/bin/python\n/new/place!", false)]
    [InlineData("", false)]
    public void Prefix_stands_for_its_token(string text, bool isEqual)
    {
        var archived = Encoding.UTF8.GetBytes($"#!{BundleFormat.PrefixToken}/bin/python\n{BundleFormat.PrefixToken}");
        var file = File("a", text) with
        {
            Prefix = "/new/place",
            Archived = new BundleIndexEntry
            {
                Path = "a",
                Size = archived.Length,
                Digest = Sha256Digest.Of(archived),
                PrefixOffsets = [2, 2 + 14 + 12],
            },
        };

        Assert.Equal(isEqual, Run(file).Count == 0);
    }

    [SkippableFact]
    public void Link_leads_where_it_should()
    {
        Skip.If(OperatingSystem.IsWindows());
        System.IO.File.CreateSymbolicLink(Path.Join(_folder.Path, "link"), "there");
        var file = new ExpectedFile { Path = Path.Join(_folder.Path, "link"), Owner = "python", LinkTarget = "there" };

        Assert.Empty(Run(file));
        Assert.Equal("there", Assert.Single(Run(file with { LinkTarget = "elsewhere" })).Observed);
    }

    [Fact]
    public void Cancelled_run_ends() =>
        Assert.Throws<OperationCanceledException>(
            () => new FileVerifier([File("a", "one")]).Run(new CancellationToken(canceled: true)));

    private static List<FileDifference> Run(ExpectedFile file) => new FileVerifier([file]).Run(CancellationToken.None);

    private static Sha256Digest Digest(string text) => Sha256Digest.Of(Encoding.UTF8.GetBytes(text));

    private ExpectedFile File(string name, string text)
    {
        System.IO.File.WriteAllText(Path.Join(_folder.Path, name), text);
        return new ExpectedFile { Path = Path.Join(_folder.Path, name), Owner = "snow" };
    }
}
