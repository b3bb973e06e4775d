using System.Text;
using Firn.Common;
using Firn.Common.Files;
using Firn.Conda.Prefixes;
using Firn.Conda.Relocation;
using Firn.Tests.Conda.Linking;
using FsCheck;
using FsCheck.Fluent;

namespace Firn.Tests.Conda.Relocation;

public sealed class PlaceholderRecoveryTests
{
    private const string Placeholder = ReplacementVectors.Placeholder;

    [SkippableTheory]
    [InlineData("conda", "/p1")]
    [InlineData("conda", "/opt/conda")]
    [InlineData("conda", "/equal_length_equal_length_")]
    [InlineData("rattler", "/opt/conda")]
    [InlineData("mamba", "/opt/conda")]
    public void Binary_files_come_back(string tool, string prefix)
    {
        var vectors = new ReplacementVectors(21);
        var data = Enumerable.Range(0, 1000).Select(_ => vectors.Next(isBinary: true, hasWide: tool == "conda")).ToList();
        var installed = LinkedPrefixes.Replace(data.Select(bytes => ReplacementVectors.Case(tool, true, prefix, bytes)));

        Assert.All(data.Zip(installed), pair => Assert.Equal(pair.First, Published(pair.Second, true, prefix, pair.First)));
    }

    [SkippableTheory]
    [InlineData("conda", "/p1")]
    [InlineData("conda", "/with a blank")]
    [InlineData("rattler", "/with a blank")]
    [InlineData("conda", "/long/long/long/long/long/long/long/long/long/long/long/long/long/long/long/long/long/long/long/long/long/long/long/long")]
    [InlineData("rattler", "/long/long/long/long/long/long/long/long/long/long/long/long/long/long/long/long/long/long/long/long/long/long/long/long")]
    [InlineData("mamba", "/long/long/long/long/long/long/long/long/long/long/long/long/long/long/long/long/long/long/long/long/long/long/long/long")]
    public void Text_files_come_back(string tool, string prefix)
    {
        var vectors = new ReplacementVectors(22);
        var data = Enumerable.Range(0, 1000).Select(_ => vectors.Next(isBinary: false, hasWide: tool == "conda")).ToList();
        var installed = LinkedPrefixes.Replace(data.Select(bytes => ReplacementVectors.Case(tool, false, prefix, bytes)));

        Assert.All(data.Zip(installed), pair => Assert.Equal(pair.First, Published(pair.Second, false, prefix, pair.First)));
    }

    [Fact]
    public void What_Firn_put_in_comes_out_again()
    {
        var letters = Gen.Elements("a", "/", "\0", "\n", " ", "#!", "é", "\r", "\0\0\0", Placeholder, Placeholder + "/bin/python -s");
        var contents = letters.ListOf().Select(parts => string.Concat(parts));
        var prefixes = Gen.Elements("b", "cd", "é", "0", "_").ListOf(6)
            .Select(parts => "/x" + string.Concat(parts)).Where(prefix => Encoding.UTF8.GetByteCount(prefix) <= Placeholder.Length);
        var cases =
            from content in contents
            from prefix in prefixes
            from binary in Gen.Elements(true, false)
            from encoding in Gen.Elements(PrefixEncoding.All.ToArray())
            select (content, prefix, binary, encoding);

        Prop.ForAll(cases.ToArbitrary(), test =>
        {
            var data = test.encoding.Encode(test.content);
            var installed = ReplacementVectors.Bytes(CondaPrefixReplacement.Replace(
                new MemoryByteSource(data), new CondaPlaceholder(Placeholder, test.binary), test.prefix, "x"));
            // Of a first line that was too long, an installer keeps the interpreter's name alone: not every one can be guessed.
            return Published(installed, test.binary, test.prefix, data) is { } found
                ? found.AsSpan().SequenceEqual(data)
                : !test.binary && installed.AsSpan().StartsWith("#!/usr/bin/env "u8);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }

    [Fact]
    public void The_prefix_that_the_package_names_itself_stays()
    {
        var published = Encoding.UTF8.GetBytes(
            $"/opt/conda, {Placeholder}/x, /opt/conda-envs, /opt/conda/bin {Placeholder} /opt/conda");
        var installed = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(published).Replace(Placeholder, "/opt/conda", StringComparison.Ordinal));

        Assert.Equal(published, Published(installed, false, "/opt/conda", published));
    }

    [Fact]
    public void The_prefix_that_a_binary_file_names_itself_stays()
    {
        var published = Encoding.UTF8.GetBytes($"/opt/conda:{Placeholder}/x\0/opt/conda\0{Placeholder}\0");
        var installed = Install(published, true, "/opt/conda");

        Assert.NotEqual(published, installed);
        Assert.Equal(published, Published(installed, true, "/opt/conda", published));
    }

    [Fact]
    public void What_was_edited_is_not_taken_for_published()
    {
        var published = Encoding.UTF8.GetBytes($"path = {Placeholder}/x");
        var edited = (byte[])[.. Install(published, false, "/p1"), (byte)'!'];

        Assert.Null(Published(edited, false, "/p1", published));
    }

    [Fact]
    public void Without_a_published_digest_putting_the_prefix_in_again_is_the_proof()
    {
        var published = Encoding.UTF8.GetBytes($"x\0{Placeholder}/lib\0y");

        using var installed = new MemoryByteSource(Install(published, true, "/p1"));
        var found = new PlaceholderRecovery(["/p1"]).Find(installed, new CondaPlaceholder(Placeholder, true), null);

        Assert.NotNull(found.Edits);
        Assert.Equal(Sha256Digest.Of(published), found.Digest);
    }

    [Fact]
    public void An_environment_that_was_moved_is_tried_by_all_its_names()
    {
        var published = Encoding.UTF8.GetBytes($"path = {Placeholder}/x");
        using var installed = new MemoryByteSource(Install(published, false, "/old/place"));

        var found = new PlaceholderRecovery(["/new/place", "/old/place"]).Find(
            installed, new CondaPlaceholder(Placeholder, false), Sha256Digest.Of(published));

        Assert.Equal(Sha256Digest.Of(published), found.Digest);
    }

    [Fact]
    public void A_file_full_of_the_prefix_ends_soon()
    {
        // A hostile package: the published digest is wrong, and there are more selections than atoms.
        var text = string.Concat(Enumerable.Repeat("/p1:", 200_000));
        using var installed = new MemoryByteSource(Encoding.UTF8.GetBytes(text));
        var watch = System.Diagnostics.Stopwatch.StartNew();

        var found = new PlaceholderRecovery(["/p1"]).Find(
            installed, new CondaPlaceholder(Placeholder, true), Sha256Digest.Of("other"u8));

        Assert.Null(found.Edits);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(60), $"took {watch.Elapsed}");
    }

    private static byte[] Install(byte[] published, bool isBinary, string prefix) => ReplacementVectors.Bytes(
        CondaPrefixReplacement.Replace(new MemoryByteSource(published), new CondaPlaceholder(Placeholder, isBinary), prefix, "x"));

    private static byte[]? Published(byte[] installed, bool isBinary, string prefix, byte[] published)
    {
        using var source = new MemoryByteSource(installed);
        var found = new PlaceholderRecovery([prefix]).Find(
            source, new CondaPlaceholder(Placeholder, isBinary), Sha256Digest.Of(published));
        return found.Edits is null ? null : ReplacementVectors.Bytes(new EditedByteSource(source, found.Edits));
    }
}
