using System.Runtime.Versioning;
using Firn.Archives.Documents;
using Firn.Common;
using Firn.Restore;

namespace Firn.Tests.Restore;

[SupportedOSPlatform("linux")]
public sealed class PrefixProofTests : IDisposable
{
    private static readonly Sha256Digest Contents = Sha256Digest.Of([1]);
    private readonly TemporaryFolder _folder = new();

    public PrefixProofTests()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "inodes are read on Linux");
        _folder.Write("env/lib/a.py", "x = 1\n");
        _folder.Write("env/bin/tool", "#!/bin/sh\n");
        File.CreateSymbolicLink(_folder["env/bin/python"], "tool");
        Thread.Sleep(50);
        new PrefixProof(Contents, PrefixProof.StateOf(Prefix, default)).Write(Prefix);
    }

    private string Prefix => _folder["env"];

    [SkippableFact]
    public void A_prefix_is_proven_while_nothing_was_changed()
    {
        Assert.True(SharedPrefixes.IsProven(Prefix, Contents, default));
        Assert.False(SharedPrefixes.IsProven(Prefix, Sha256Digest.Of([2]), default));
    }

    [SkippableTheory]
    [InlineData("edited")]
    [InlineData("edited, time kept")]
    [InlineData("added")]
    [InlineData("removed")]
    [InlineData("link")]
    [InlineData("mode")]
    [InlineData("replaced by a link")]
    [InlineData("in a new folder")]
    public void Any_change_is_seen(string what)
    {
        var file = _folder["env/lib/a.py"];
        switch (what)
        {
            case "edited":
                File.WriteAllText(file, "x = 2\n");
                break;
            case "edited, time kept":
                var time = File.GetLastWriteTimeUtc(file);
                File.WriteAllText(file, "x = 2\n");
                File.SetLastWriteTimeUtc(file, time);
                break;
            case "added":
                _folder.Write("env/lib/sitecustomize.py", string.Empty);
                break;
            case "removed":
                File.Delete(file);
                break;
            case "link":
                File.Delete(_folder["env/bin/python"]);
                File.CreateSymbolicLink(_folder["env/bin/python"], "loot");
                break;
            case "mode":
                File.SetUnixFileMode(_folder["env/bin/tool"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
                break;
            case "replaced by a link":
                File.Move(file, _folder["a.py"]);
                File.CreateSymbolicLink(file, _folder["a.py"]);
                break;
            default:
                _folder.Write("env/lib/new/a.py", string.Empty);
                break;
        }

        Assert.False(SharedPrefixes.IsProven(Prefix, Contents, default));
    }

    [SkippableFact]
    public void A_proof_that_is_empty_cut_or_flipped_proves_nothing()
    {
        var path = Prefix + ".verified";
        var proof = File.ReadAllBytes(path);
        File.WriteAllBytes(path, []);
        Assert.False(SharedPrefixes.IsProven(Prefix, Contents, default));
        File.WriteAllBytes(path, proof[..^1]);
        Assert.False(SharedPrefixes.IsProven(Prefix, Contents, default));
        for (var i = 0; i < proof.Length; i += 3)
        {
            var flipped = (byte[])proof.Clone();
            flipped[i] ^= 1;
            File.WriteAllBytes(path, flipped);
            Assert.False(SharedPrefixes.IsProven(Prefix, Contents, default));
        }

        File.WriteAllBytes(path, proof);
        Assert.True(SharedPrefixes.IsProven(Prefix, Contents, default));
    }

    [SkippableFact]
    public void Another_archive_of_an_environment_has_a_prefix_of_its_own()
    {
        var id = "firn1:sha256:" + new string('a', 64);
        var prefixes = new SharedPrefixes(new SystemContext
        {
            Variables = new Dictionary<string, string> { ["FIRN_ENVIRONMENTS"] = _folder["shared"] },
            HomeDirectory = _folder.Path,
            CurrentDirectory = _folder.Path,
        });
        var first = prefixes.PathOf(id, Contents);
        Assert.Equal(prefixes.PathOf(id), first);
        Directory.CreateDirectory(first);
        new PrefixProof(Contents, Contents).Write(first);

        Assert.Equal(first, prefixes.PathOf(id, Contents));
        Assert.StartsWith(first + "-", prefixes.PathOf(id, Sha256Digest.Of([2])), StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Where_an_archive_was_made_does_not_count_and_a_bundle_does()
    {
        using var machine = new RestoreMachine();
        machine.Add(ArchivedPackageKind.Rest, "files", [RestoreMachine.Member("lib/a.txt", "1")]);
        var document = machine.Document();
        var moved = machine.Document(RestoreMachine.Tree() with { Prefix = "/elsewhere" });
        machine.Add(ArchivedPackageKind.Rest, "files", [RestoreMachine.Member("lib/a.txt", "2")]);

        Assert.Equal(PrefixProof.ContentsOf(document), PrefixProof.ContentsOf(moved));
        Assert.NotEqual(PrefixProof.ContentsOf(document), PrefixProof.ContentsOf(machine.Document()));
    }

    public void Dispose() => _folder.Dispose();
}
