using System.Text;
using Firn.Captures.Verification;
using Firn.Common;
using Firn.Python.Records;

namespace Firn.Tests.Captures.Verification;

public sealed class FileVerifierTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Recorded_files_are_equal()
    {
        var hash = RecordHash.Of(Digest("one"));

        Assert.Empty(Run(File("a", "one") with { Hashes = [hash] }));
        Assert.Empty(Run(File("a", "one") with { Hashes = [hash + "="] }));
        Assert.Empty(Run(File("a", "one") with { Digests = [Digest("one")] }));
    }

    [Fact]
    public void Edited_file_has_both_digests()
    {
        var found = Assert.Single(Run(File("a", "two") with { Digests = [Digest("one")] }));

        Assert.Equal(FileState.Edited, found.State);
        Assert.Equal(Digest("one").ToString(), found.Recorded);
        Assert.Equal(Digest("two").ToString(), found.Observed);
    }

    [Fact]
    public void Each_of_several_records_is_right_and_nothing_else()
    {
        var file = File("a", "two") with { Hashes = [RecordHash.Of(Digest("one")), string.Empty, RecordHash.Of(Digest("two"))] };
        Assert.Empty(Run(file));

        System.IO.File.WriteAllText(file.Path, "three");
        Assert.Equal(FileState.Edited, Assert.Single(Run(file)).State);
    }

    [Theory]
    [InlineData("")]
    [InlineData("md5=abc")]
    [InlineData("sha512=abc")]
    public void File_without_a_sha256_is_counted_as_not_compared(string hash)
    {
        var verifier = new FileVerifier([File("a", "one") with { Hashes = [hash] }], "/");

        Assert.Empty(verifier.Run(CancellationToken.None));
        Assert.Equal(1, verifier.WithoutDigest);
        Assert.Equal(0, verifier.Count);
    }

    [Fact]
    public void Missing_file_is_found() =>
        Assert.Equal(
            FileState.Missing,
            Assert.Single(Run(new RecordedExpectation { Path = Path.Join(_folder.Path, "gone"), Owner = "snow" })).State);

    [Fact]
    public void File_that_restore_says_it_changed_is_not_taken_for_compared()
    {
        var verifier = new FileVerifier([File("a", "two") with { Digests = [Digest("one")], Restored = Digest("two") }], "/");

        Assert.Empty(verifier.Run(CancellationToken.None));
        Assert.Equal(1, verifier.Restored);
        Assert.Equal(0, verifier.Count);
    }

    [Fact]
    public void Folder_is_none_where_the_record_has_it_as_a_file()
    {
        var file = new RecordedExpectation { Path = Path.Join(_folder.Path, "a"), Owner = "snow", Hashes = [RecordHash.Of(Digest("one"))] };
        Directory.CreateDirectory(file.Path);

        Assert.Equal(FileState.Edited, Assert.Single(Run(file)).State);
        Assert.Empty(Run(file with { Hashes = [string.Empty] }));
        Assert.Empty(new FileVerifier([file, File("a/b", "one") with { Hashes = [RecordHash.Of(Digest("one"))] }], "/").Run(CancellationToken.None));
    }

    [SkippableFact]
    public void Link_of_a_package_has_to_be_there_and_no_folder()
    {
        Skip.If(OperatingSystem.IsWindows());
        var file = new RecordedExpectation { Path = Path.Join(_folder.Path, "link"), Owner = "snow", IsLink = true };
        Assert.Equal(FileState.Missing, Assert.Single(Run(file)).State);

        System.IO.File.CreateSymbolicLink(file.Path, "nowhere");
        var verifier = new FileVerifier([file], "/");
        Assert.Empty(verifier.Run(CancellationToken.None));
        Assert.Equal(1, verifier.Links);
    }

    [Fact]
    public void Cancelled_run_ends() =>
        Assert.Throws<OperationCanceledException>(
            () => new FileVerifier([File("a", "one")], "/").Run(new CancellationToken(canceled: true)));

    private static List<FileDifference> Run(RecordedExpectation file) => new FileVerifier([file], "/").Run(CancellationToken.None);

    private static Sha256Digest Digest(string text) => Sha256Digest.Of(Encoding.UTF8.GetBytes(text));

    private RecordedExpectation File(string name, string text)
    {
        System.IO.File.WriteAllText(Path.Join(_folder.Path, name), text);
        return new RecordedExpectation { Path = Path.Join(_folder.Path, name), Owner = "snow" };
    }
}
