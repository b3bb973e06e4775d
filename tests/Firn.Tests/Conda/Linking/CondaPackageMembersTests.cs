using System.Text.Json;
using Firn.Archives.Planning;
using Firn.Common;
using Firn.Common.Tar;
using Firn.Conda.Linking;
using Firn.Conda.Packages;
using Firn.Storage.Bundles;

namespace Firn.Tests.Conda.Linking;

public sealed class CondaPackageMembersTests(LinkedPrefixes prefixes) : IClassFixture<LinkedPrefixes>
{
    private static readonly string[] Packages = ["python", "edges", "pure"];

    [SkippableTheory]
    [InlineData("conda", 40, "p")]
    [InlineData("conda", 40, "a ")]
    [InlineData("conda", 200, "p")]
    [InlineData("conda", 255, "p")]
    [InlineData("rattler", 60, "p")]
    [InlineData("rattler", 60, "a ")]
    [InlineData("rattler", 220, "p")]
    [InlineData("mamba", 60, "p")]
    [InlineData("mamba", 230, "p")]
    public void Installed_packages_give_what_was_published(string tool, int length, string filler)
    {
        var prefix = prefixes.Install(tool, prefixes.PathOfLength(Math.Max(length, 40), filler));
        foreach (var package in Packages)
        {
            var read = Read(prefix, package, out var bundle);

            Assert.Empty(read.Problems);
            Assert.All(read.Members, member => Assert.Equal((member.Entry.Path, CondaFileState.Published), (member.Entry.Path, member.State)));
            Assert.Equal(PublishedPaths(package), bundle.SortedMembers.Select(member => member.Path).Order(StringComparer.Ordinal));
            var digests = bundle.SortedMembers.Zip(bundle.FileDigests)
                .Where(pair => pair.Second is not null)
                .ToDictionary(pair => pair.First.Path, pair => pair.Second!.Hex);
            Assert.Equal(PublishedDigests(package), digests);
        }
    }

    [SkippableFact]
    public void Two_installations_by_two_tools_share_their_bundles()
    {
        var first = prefixes.Install("conda", prefixes.NewPath("one"));
        var second = prefixes.Install("rattler", prefixes.NewPath("with a blank"));

        Assert.All(Packages, package =>
        {
            Read(first, package, out var one);
            Read(second, package, out var other);
            Assert.Equal(one.Digest, other.Digest);
        });
    }

    [SkippableFact]
    public void A_restored_package_is_what_conda_would_have_installed()
    {
        var prefix = prefixes.Install("rattler", prefixes.NewPath("origin"));
        var target = prefixes.NewPath("restored-at-another-place");
        foreach (var package in Packages)
        {
            using var store = new TemporaryFolder();
            var members = CondaPackageMembers.Read(
                LinkedPrefixes.Record(prefix, package), prefix, [prefix], CancellationToken.None);
            var bundles = new BundleObjects(store.Path);
            using var bundle = bundles.Open(bundles.Add(members.ToBundle(), BundleAddOptions.Default, CancellationToken.None).Digest);
            RestoredPackage.Write(bundle, LinkedPrefixes.Record(prefix, package), target);
        }

        // What the same rules make at that path, put there by the other program.
        Directory.Move(target, target + "-by-firn");
        prefixes.Install("conda", target);
        foreach (var file in Directory.EnumerateFiles(target + "-by-firn", "*", SearchOption.AllDirectories))
        {
            var relative = Path.GetRelativePath(target + "-by-firn", file);
            var expected = new FileInfo(Path.Join(target, relative));
            Assert.Equal(expected.LinkTarget, new FileInfo(file).LinkTarget);
            if (expected.LinkTarget is null && !relative.StartsWith("conda-meta", StringComparison.Ordinal))
            {
                Assert.Equal(File.ReadAllBytes(expected.FullName), File.ReadAllBytes(file));
                Assert.Equal(expected.UnixFileMode, new FileInfo(file).UnixFileMode);
            }
        }
    }

    [SkippableFact]
    public void A_restored_record_is_true_for_the_new_prefix_and_keeps_what_it_does_not_know()
    {
        var prefix = prefixes.Install("conda", prefixes.NewPath("origin"));
        using var store = new TemporaryFolder();
        var record = LinkedPrefixes.Record(prefix, "edges");
        var members = CondaPackageMembers.Read(record, prefix, [prefix], CancellationToken.None);
        var bundles = new BundleObjects(store.Path);
        using var bundle = bundles.Open(bundles.Add(members.ToBundle(), BundleAddOptions.Default, CancellationToken.None).Digest);
        var target = prefixes.NewPath("restored");

        RestoredPackage.Write(bundle, record, target);

        var text = File.ReadAllText(Path.Join(target, "conda-meta", "edges-1.0-0.json"));
        Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
        Assert.DoesNotContain("tk-123", text, StringComparison.Ordinal);
        Assert.DoesNotContain(prefix, text, StringComparison.Ordinal);
        using var document = JsonDocument.Parse(text);
        var root = document.RootElement;
        Assert.Equal("[1,2.5,null]", Squeeze(root.GetProperty("future_member").GetProperty("kept")));
        Assert.Equal("""{"source":"","type":3}""", Squeeze(root.GetProperty("link")));
        Assert.Equal("https://conda.example/channel/linux-64/edges-1.0-0.conda", root.GetProperty("url").GetString());
        foreach (var entry in root.GetProperty("paths_data").GetProperty("paths").EnumerateArray())
        {
            if (entry.GetProperty("path_type").GetString() == "hardlink")
            {
                var content = File.ReadAllBytes(Path.Join(target, entry.GetProperty("_path").GetString()));
                Assert.Equal(Sha256Digest.Of(content).Hex, entry.GetProperty("sha256_in_prefix").GetString());
                Assert.Equal(content.Length, entry.GetProperty("size_in_bytes").GetInt64());
            }
        }
    }

    [SkippableFact]
    public void Edited_and_missing_files_are_told_from_published_ones()
    {
        var prefix = prefixes.Install("conda", prefixes.NewPath("edited"));
        File.AppendAllText(Path.Join(prefix, "bin", "plain"), "edited\n");
        File.AppendAllText(Path.Join(prefix, "etc", "user.conf"), "edited\n");
        File.Delete(Path.Join(prefix, "etc", "none.conf"));

        var read = Read(prefix, "edges", out _);

        var states = read.Members.ToDictionary(member => member.Entry.Path);
        Assert.Equal(CondaFileState.Edited, states["bin/plain"].State);
        Assert.Equal(CondaFileState.Edited, states["etc/user.conf"].State);
        Assert.Equal(Sha256Digest.Of(File.ReadAllBytes(Path.Join(prefix, "etc", "user.conf"))), states["etc/user.conf"].Observed);
        Assert.NotEqual(states["bin/plain"].Recorded, states["bin/plain"].Observed);
        Assert.Equal(CondaFileState.Missing, states["etc/none.conf"].State);
        Assert.Null(states["bin/plain"].Member!.Placeholder);
        Assert.Equal(CondaFileState.Edited, read.State);
        Assert.Equal("conda-file-missing", Assert.Single(read.Problems).Code);
    }

    [SkippableFact]
    public void Files_that_the_installer_linked_to_its_cache_are_archived_as_files()
    {
        var prefix = prefixes.Install("conda", prefixes.NewPath("soft"));
        var package = prefixes.Published("edges");
        var path = Path.Join(prefix, "lib", "libreal.so.1.2");
        File.Delete(path);
        File.CreateSymbolicLink(path, Path.Join(package, "lib", "libreal.so.1.2"));

        var read = Read(prefix, "edges", out _);

        var member = read.Members.Single(member => member.Entry.Path == "lib/libreal.so.1.2");
        Assert.Equal((TarEntryKind.File, CondaFileState.Published), (member.Member!.Kind, member.State));
    }

    [SkippableFact]
    public void A_link_that_the_installer_linked_to_its_cache_is_the_link_that_the_package_ships()
    {
        var prefix = prefixes.Install("conda", prefixes.NewPath("soft-links"));
        var package = prefixes.Published("edges");
        var path = Path.Join(prefix, "lib", "libreal.so");
        var published = new FileInfo(path).LinkTarget;
        File.Delete(path);
        File.CreateSymbolicLink(path, Path.Join(package, "lib", "libreal.so"));

        var member = Read(prefix, "edges", out _).Members.Single(member => member.Entry.Path == "lib/libreal.so");

        Assert.Equal((published, CondaFileState.Published), (member.Member!.LinkTarget, member.State));
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_file_that_was_moved_out_of_the_prefix_is_archived_from_there(bool isRelative)
    {
        var prefix = prefixes.Install("conda", prefixes.NewPath($"moved-file-{isRelative}"));
        var elsewhere = prefixes.NewPath($"elsewhere-{isRelative}");
        Directory.CreateDirectory(elsewhere);
        foreach (var name in new[] { "lib/libreal.so.1.2", "bin/plain" })
        {
            var target = Path.Join(elsewhere, Path.GetFileName(name));
            var path = Path.Join(prefix, name);
            File.Move(path, target);
            File.CreateSymbolicLink(path, isRelative ? Path.GetRelativePath(Path.GetDirectoryName(path)!, target) : target);
        }

        var states = Read(prefix, "edges", out _).Members.ToDictionary(member => member.Entry.Path);

        foreach (var name in new[] { "lib/libreal.so.1.2", "bin/plain" })
        {
            Assert.Equal((TarEntryKind.File, CondaFileState.Published), (states[name].Member!.Kind, states[name].State));
        }
    }

    [SkippableFact]
    public void A_file_behind_a_link_that_leads_nowhere_is_missing_and_a_link_of_the_package_is_kept_as_it_is()
    {
        var prefix = prefixes.Install("conda", prefixes.NewPath("nowhere"));
        foreach (var name in new[] { "bin/plain", "lib/libreal.so" })
        {
            File.Delete(Path.Join(prefix, name));
            File.CreateSymbolicLink(Path.Join(prefix, name), "../../../../../../../../../usr/lib/no-driver.so.1");
        }

        var read = Read(prefix, "edges", out _);

        var states = read.Members.ToDictionary(member => member.Entry.Path);
        Assert.Equal(CondaFileState.Missing, states["bin/plain"].State);
        Assert.Equal("conda-file-missing", Assert.Single(read.Problems).Code);
        Assert.Equal("../../../../../../../../../usr/lib/no-driver.so.1", states["lib/libreal.so"].Member!.LinkTarget);
    }

    [SkippableFact]
    public void A_moved_environment_is_known_by_its_scripts()
    {
        var old = prefixes.Install("conda", prefixes.NewPath("old"));
        var moved = prefixes.NewPath("moved");
        Directory.CreateDirectory(Path.GetDirectoryName(moved)!);
        Directory.Move(old, moved);

        var names = CondaInstalledPrefixes.Find(moved, Packages.Select(package => LinkedPrefixes.Record(moved, package)));

        Assert.Equal([moved, old], names);
        var read = CondaPackageMembers.Read(LinkedPrefixes.Record(moved, "edges"), moved, names, CancellationToken.None);
        Assert.Equal(
            CondaFileState.Published, read.Members.Single(member => member.Entry.Path == "bin/plain").State);
    }

    [SkippableFact]
    public void Link_scripts_are_named()
    {
        var record = LinkedPrefixes.Record(prefixes.Install("conda", prefixes.NewPath("scripts")), "edges");

        Assert.Equal("bin/.edges-post-link.sh", Assert.Single(CondaLinkScripts.Of(record)));
    }

    [SkippableFact]
    public void A_prefix_longer_than_the_placeholder_is_refused_by_name()
    {
        var record = LinkedPrefixes.Record(prefixes.Install("conda", prefixes.NewPath("limit")), "edges");

        Assert.NotNull(CondaPackageRelocation.Create(record, "/" + new string('p', 254)));
        var error = Assert.Throws<FirnException>(() => CondaPackageRelocation.Create(record, "/" + new string('p', 255)));
        Assert.Contains("edges=1.0=0", error.Message, StringComparison.Ordinal);
        Assert.Contains("255", error.Hint.ToString(), StringComparison.Ordinal);
    }

    private static CondaPackageMembers Read(string prefix, string package, out StoredBundle bundle)
    {
        using var store = new TemporaryFolder();
        var members = CondaPackageMembers.Read(
            LinkedPrefixes.Record(prefix, package), prefix, [prefix], CancellationToken.None);
        bundle = new BundleObjects(store.Path).Add(members.ToBundle(), BundleAddOptions.Default, CancellationToken.None);
        return members.Settle(bundle.SortedMembers, bundle.FileDigests);
    }

    private IEnumerable<string> PublishedPaths(string package) =>
        Paths(package).Select(entry => entry.GetProperty("_path").GetString()!).Order(StringComparer.Ordinal);

    private Dictionary<string, string> PublishedDigests(string package) => Paths(package)
        .Where(entry => entry.GetProperty("path_type").GetString() == "hardlink")
        .ToDictionary(entry => entry.GetProperty("_path").GetString()!, entry => entry.GetProperty("sha256").GetString()!);

    private List<JsonElement> Paths(string package)
    {
        var json = File.ReadAllBytes(Path.Join(prefixes.Published(package), "info", "paths.json"));
        return [.. JsonDocument.Parse(json).RootElement.GetProperty("paths").EnumerateArray()];
    }

    private static string Squeeze(JsonElement element) =>
        element.GetRawText().Replace("\n", string.Empty, StringComparison.Ordinal).Replace(" ", string.Empty, StringComparison.Ordinal);
}
