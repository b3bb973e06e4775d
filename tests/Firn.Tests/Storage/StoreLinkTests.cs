using System.Runtime.Versioning;
using System.Text.RegularExpressions;
using Firn.Cli;
using Firn.Common;
using Firn.Common.Files;
using Firn.Storage.Objects;
using Firn.Tests.Cli;
using Firn.Tests.Storage.Checks;

namespace Firn.Tests.Storage;

/// <summary>
/// A link in a store, at each place where one can be: what it leads to is not moved, removed, written to or touched by any
/// command, and a check names the link.
/// </summary>
[UnsupportedOSPlatform("windows")]
public sealed partial class StoreLinkTests : IDisposable
{
    private const string Hex = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    private const string Chain = "analyses/GW150914/Prod0";
    private readonly SampleStore _store = new();

    public static TheoryData<string> Places { get; } =
    [
        "analyses", "analyses/GW150914", Chain, $"{Chain}/.last", $"{Chain}/000003.json", $"{Chain}/000004.json", "analyses/other",
        "files", "files/sha256", "files/sha256/AB", "files/sha256/AB/DOCUMENT", "files/sha256/zz",
        "bundles", "bundles/sha256", "bundles/sha256/CD", "bundles/sha256/CD/INDEX", "bundles/sha256/CD/ARCHIVE", "bundles/other",
        "environments", "environments/00", $"environments/00/{Hex}", $"environments/00/{Hex}/000001.json", $"environments/00/{Hex}/.last",
        "sources", "sources/sha256", "sources/sha256/00", $"sources/sha256/00/{Hex}.json",
        "tmp", "tmp/gc-0123456789abcdef", "tmp/gc-0123456789abcdef/files", "tmp/lease-1.json", "tmp/object-old",
        "quarantine", "firn-store.json", "foreign",
    ];

    /// <summary>Every command of the store that writes, moves or removes; the last ones mend.</summary>
    private static readonly string[][] Commands =
    [
        ["results", "add", "GW150914/Prod0", "in.txt"],
        ["results", "add", "new/one", "in.txt"],
        ["results", "list"],
        ["results", "fetch", "GW150914/Prod0", "-o", "fetched"],
        ["results", "forget", "GW150914/Prod1@1"],
        ["store", "stats"],
        ["store", "export", "--asimov", "export"],
        ["store", "forget", "firn1:sha256:" + Hex],
        ["store", "gc", "--grace", "0"],
        ["store", "gc", "--grace", "0", "--accept-lost"],
        ["store", "init"],
        ["store", "repair", "--dry-run"],
        ["store", "repair"],
        ["store", "gc", "--grace", "0", "--accept-lost"],
    ];

    public void Dispose() => _store.Dispose();

    [SkippableTheory]
    [MemberData(nameof(Places))]
    public void Nothing_is_done_to_what_a_link_in_the_store_leads_to(string place)
    {
        Skip.If(OperatingSystem.IsWindows());
        MakeWork();
        var link = Place(place);
        var victim = Plant(link);
        var before = Snapshot(victim);

        var check = Run("store", "check");
        Assert.Equal(ExitCodes.Different, check.ExitCode);
        Assert.Contains(place == "firn-store.json" ? "damage: store-description: firn-store.json" : $"damage: link: {link}\n", check.Output, StringComparison.Ordinal);

        foreach (var command in Commands)
        {
            var run = Run(command);

            Assert.True(run.ExitCode is 0 or 1 or 3 or 4 or 6, $"{string.Join(' ', command)}: {run.ExitCode} {run.Error}");
            Assert.Equal(before, Snapshot(victim));
        }

        Assert.True(RealPath.LinkTarget(_store[link]) is null, "the link is still there after a repair");
        Assert.DoesNotContain("damage: link", Run("store", "check").Output, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void The_stores_own_folder_may_be_a_link()
    {
        Skip.If(OperatingSystem.IsWindows());
        var link = _store.Folder["linked"];
        Directory.CreateSymbolicLink(link, _store.Store.Path);
        MakeWork();

        foreach (string[] command in (string[][])[["results", "add", "a/b", "in.txt"], ["store", "check"], ["store", "gc"], ["store", "repair"]])
        {
            Assert.Equal(0, Run([.. command, "--store", link]).ExitCode);
        }
    }

    [SkippableFact]
    public void A_link_to_another_folder_of_the_same_store_is_no_way_either()
    {
        Skip.If(OperatingSystem.IsWindows());
        Directory.CreateSymbolicLink(_store["analyses/GW150914/alias"], "Prod0");

        Assert.Contains("damage: link: analyses/GW150914/alias", Run("store", "check").Output, StringComparison.Ordinal);
        Assert.Equal(0, Run("store", "repair").ExitCode);
        Assert.True(File.Exists(_store[$"{Chain}/000003.json"]));
        Assert.False(_store.Check().HasDamage);
    }

    /// <summary>Storage changes names through <c>StoreTree</c> alone, so that none can forget to look for links.</summary>
    [Fact]
    public void Only_one_file_of_the_storage_changes_names()
    {
        // These write where a user said: exports, fetched files, and what all of them stand on.
        string[] others = ["StoreTree.cs", "ExportedFile.cs", "AsimovTree.cs", "AsimovExporter.cs", "TrustedStores.cs"];
        var folder = Path.Join(RepositoryFolder.Path, "src", "Firn.Core", "Storage");
        var changers = Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .Where(file => !others.Contains(Path.GetFileName(file)) && NameChange().IsMatch(File.ReadAllText(file)))
            .Select(Path.GetFileName);

        Assert.Empty(changers);
    }

    private void MakeWork()
    {
        // Something for each command to do: what nothing needs, what lies wrong, what was left.
        _store.Folder.Write("work/in.txt", "bytes");
        _store.Store.Files.Add("nothing needs it"u8);
        _store.AddBundle("nobody", 2);
        new SourceDocuments(_store.Store.Path).Write(Sha256Digest.Parse(Hex), string.Empty, "{\n  \"schema\": \"firn.source/1\"\n}\n"u8.ToArray());
        File.WriteAllText(_store["tmp/object-old"], "half");
        File.SetLastWriteTimeUtc(_store["tmp/object-old"], DateTime.UtcNow.AddDays(-40));
        foreach (var file in Directory.EnumerateFiles(_store["files"], "*", SearchOption.AllDirectories))
        {
            File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddDays(-40));
        }
    }

    private string Place(string place) => place
        .Replace("AB", _store.Document.Hex[..2], StringComparison.Ordinal)
        .Replace("DOCUMENT", _store.Document.Hex, StringComparison.Ordinal)
        .Replace("CD/INDEX", SampleStore.IndexOf(_store.Bundle)["bundles/sha256/".Length..], StringComparison.Ordinal)
        .Replace("CD/ARCHIVE", _store.ArchiveOf(_store.Bundle)["bundles/sha256/".Length..], StringComparison.Ordinal)
        .Replace("CD", _store.Bundle.Hex[..2], StringComparison.Ordinal);

    /// <summary>What was there moves out of the store, to where the link leads: what a command would find there fits.</summary>
    private string Plant(string link)
    {
        var victim = _store.Folder["victim"];
        Directory.CreateDirectory(victim);
        var target = Path.Join(victim, "home");
        Directory.CreateDirectory(Path.GetDirectoryName(_store[link])!);
        if (File.Exists(_store[link]))
        {
            File.Move(_store[link], target);
        }
        else if (Directory.Exists(_store[link]))
        {
            Directory.Move(_store[link], target);
        }
        else
        {
            Directory.CreateDirectory(target);
        }

        if (Directory.Exists(target))
        {
            Directory.CreateDirectory(Path.Join(target, "empty"));
            File.WriteAllText(Path.Join(target, "thesis.tex"), "precious");
            // What a killed collection would have there: an object that the store misses.
            var missing = Sha256Digest.Of("missing"u8);
            foreach (var start in (string[])["files/sha256", "sha256"])
            {
                Directory.CreateDirectory(Path.Join(target, start, missing.Hex[..2]));
                File.WriteAllText(Path.Join(target, start, missing.Hex[..2], missing.Hex), "missing");
            }
        }

        foreach (var file in Directory.EnumerateFiles(victim, "*", SearchOption.AllDirectories))
        {
            File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddDays(-40));
        }

        File.CreateSymbolicLink(_store[link], target);
        return victim;
    }

    private CommandRun Run(params string[] arguments) => CommandRun.Of(
        new SystemContext
        {
            Variables = new Dictionary<string, string> { ["FIRN_STORE"] = _store.Store.Path },
            HomeDirectory = _store.Folder["home"],
            CurrentDirectory = _store.Folder["work"],
        },
        arguments);

    private static List<string> Snapshot(string folder) =>
    [
        .. Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(path =>
            $"{path} {File.GetUnixFileMode(path)} {(File.Exists(path) ? $"{File.GetLastWriteTimeUtc(path):O} {Sha256Digest.Of(File.ReadAllBytes(path))}" : "folder")}"),
    ];

    [GeneratedRegex(@"\b(File\.(Move|Delete|Replace|WriteAll\w+|Create\w*|Copy)|Directory\.(Move|Delete|CreateDirectory)|CreateIfAbsent\.|FileNames\.(Rename|Link|Exchange))\b")]
    private static partial Regex NameChange();
}
