using System.Collections.Immutable;
using System.Text.Json;
using Firn.Common;
using Firn.Host.Machine;
using Firn.Python.Candidates;
using Firn.Python.Indexes;
using Firn.Python.Locks;
using Firn.Python.Versions;

namespace Firn.Tests.Python.Candidates;

public sealed class WheelChooserTests
{
    private const string Url = "https://x.example/";

    /// <summary>Asks pip's own finder, for each of many pages, which file it would install of a pinned version.</summary>
    private const string PipScript = """
        import json, sys
        from pip._internal.network.session import PipSession
        from pip._internal.index.package_finder import PackageFinder
        from pip._internal.index.collector import LinkCollector
        from pip._internal.models.search_scope import SearchScope
        from pip._internal.models.selection_prefs import SelectionPreferences
        from pip._internal.utils.hashes import Hashes
        from pip._vendor.packaging.specifiers import SpecifierSet
        out = []
        for case in json.load(open(sys.argv[1])):
            scope = SearchScope.create([case["page"]], [], no_index=True)
            finder = PackageFinder.create(link_collector=LinkCollector(session=PipSession(), search_scope=scope), selection_prefs=SelectionPreferences(allow_yanked=True, prefer_binary=True))
            hashes = Hashes({"sha256": case["hashes"]}) if case["hashes"] else None
            best = finder.find_best_candidate("foo", SpecifierSet(case["spec"]), hashes=hashes).best_candidate
            ok = best is not None and (hashes is None or not best.link.has_hash or best.link.is_hash_allowed(hashes))
            out.append(best.link.filename if ok else "")
        print(json.dumps(out))
        """;

    [SkippableFact]
    public void Choose_takes_the_file_that_pip_takes()
    {
        var python = Pythons.WithPackaging()[^1];
        var version = Part.Run(python, "-c", "import platform; print(platform.python_version())").Trim();
        var minor = int.Parse(version.Split('.')[1]);
        var tags = WheelTags.Of("cpython", 3, minor, "", PlatformTags.Linux("x86_64", LibcReader.Read(SystemContext.OfThisProcess(), "x86_64")));
        var random = new Random(427);
        using var folder = new TemporaryFolder();
        var cases = Enumerable.Range(0, 60).Select(i => Case(random, minor, folder, i)).ToList();
        var json = JsonSerializer.Serialize(cases.Select(item => new { page = "file://" + item.Page, spec = item.Spec, hashes = item.Hashes }));

        var truth = JsonDocument.Parse(Part.Run(python, "-c", PipScript, folder.Write("cases.json", json))).RootElement;

        for (var i = 0; i < cases.Count; i++)
        {
            var locked = Locked(cases[i].Spec) with { Hashes = [.. cases[i].Hashes.Select(hex => new IndexHash("sha256", hex))] };
            var choice = WheelChooser.Choose(locked, FindLinksReader.Read(cases[i].Page, []), tags, Pep440Version.Parse(version)!);
            var chosen = choice.Wheel?.FileName ?? choice.Source?.FileName ?? string.Empty;
            Assert.True(truth[i].GetString() == chosen, $"{File.ReadAllText(cases[i].Page)}\n{cases[i].Spec} {string.Join(' ', cases[i].Hashes)}: pip {truth[i]}, Firn {chosen}");
            Assert.Equal(choice.Wheel is null, choice.Reason is not null);
        }
    }

    [Theory]
    [InlineData("", "no index has a file of it")]
    [InlineData("foo-2.0-py3-none-any.whl", "none of its 1 file is of version 1.0")]
    [InlineData("foo-1.0-cp312-cp312-linux_x86_64.whl foo-1.0.tar.gz", "no wheel for cp311 on linux_x86_64; there is a source archive")]
    [InlineData("foo-1.0-cp312-cp312-linux_x86_64.whl", "no wheel for cp311 on linux_x86_64")]
    [InlineData("foo-1.0.tar.gz", "only a source archive")]
    [InlineData("bar-1.0-py3-none-any.whl broken.whl", "no index has a file of it")]
    public void Choose_says_why_there_is_no_wheel(string names, string reason)
    {
        var choice = Choose(Locked("==1.0"), Files(names));

        Assert.Null(choice.Wheel);
        Assert.Contains(reason, choice.Reason, StringComparison.Ordinal);
        Assert.Equal(names.Contains("tar.gz", StringComparison.Ordinal), choice.Source is not null);
    }

    [Fact]
    public void Choose_hashes_that_match_nothing_are_said()
    {
        var files = Files("foo-1.0-py3-none-any.whl foo-1.0-py2.py3-none-any.whl").Select(file => file with { Hashes = [new("sha256", new string('1', 64))] });
        var locked = Locked("==1.0") with { Hashes = [new("sha256", new string('2', 64))] };

        Assert.Contains("match none of the 2 files", Choose(locked, [.. files]).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Choose_a_digest_of_another_kind_is_left_to_the_download()
    {
        var files = Files("foo-1.0-py3-none-any.whl").Select(file => file with { Hashes = [new("md5", new string('1', 32))] });
        var locked = Locked("==1.0") with { Hashes = [new("sha256", new string('2', 64))] };

        var choice = Choose(locked, [.. files]);

        Assert.NotNull(choice.Wheel);
        Assert.Equal(locked.Hashes.AsEnumerable(), choice.AllowedHashes);
    }

    [Fact]
    public void Choose_another_python_and_withdrawn_files_are_said()
    {
        var newer = Files("foo-1.0-py3-none-any.whl").Select(file => file with { RequiresPython = ">=3.13" });
        var yanked = Files("foo-1.0-py3-none-any.whl").Select(file => file with { IsYanked = true }).ToImmutableArray();

        Assert.Contains("requires Python >=3.13, this is 3.11.7", Choose(Locked("==1.0"), [.. newer]).Reason, StringComparison.Ordinal);
        Assert.NotNull(Choose(Locked("==1.0"), yanked).Wheel);
        Assert.Contains("withdrawn", Choose(Locked("==1.0") with { Version = null }, yanked).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Choose_options_forbid_wheels_or_archives()
    {
        var files = Files("foo-1.0-py3-none-any.whl foo-1.0.tar.gz");

        var noBinary = Choose(Locked("==1.0"), files, new IndexOptions { Formats = [new(true, "foo")] });
        var onlyBinary = Choose(Locked("==1.0"), Files("foo-1.0.tar.gz"), new IndexOptions { Formats = [new(false, ":all:")] });

        Assert.Equal("foo-1.0.tar.gz", noBinary.Source?.FileName);
        Assert.Contains("--no-binary", noBinary.Reason, StringComparison.Ordinal);
        Assert.Null(onlyBinary.Source);
        Assert.Contains("--only-binary", onlyBinary.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("foo-1.0-2-py3-none-any.whl foo-1.0-10-py3-none-any.whl foo-1.0-py3-none-any.whl", "foo-1.0-10-py3-none-any.whl")]
    [InlineData("foo-1.0-py3-none-any.whl foo-1.0-cp311-cp311-linux_x86_64.whl foo-1.0-cp38-abi3-linux_x86_64.whl", "foo-1.0-cp311-cp311-linux_x86_64.whl")]
    [InlineData("foo-1.0-py3-none-any.whl foo-1.0+cpu-py3-none-any.whl", "foo-1.0+cpu-py3-none-any.whl")]
    public void Choose_prefers_the_local_version_the_tag_the_build(string names, string expected) =>
        Assert.Equal(expected, Choose(Locked("==1.0"), Files(names)).Wheel?.FileName);

    [Theory]
    [InlineData("foo-1.0-py3-none-any.x~y.whl")]
    [InlineData("foo-1.0-py3-none-any.lin ux.whl")]
    public void Choose_never_takes_a_name_that_is_refused_after_the_download(string name)
    {
        Assert.Null(WheelFileName.Parse(name, out var problem));
        Assert.Contains("its tags", problem, StringComparison.Ordinal);

        var files = ImmutableArray.Create(
            new IndexFile { FileName = name, Url = Url + name }, Files("foo-1.0-py2.py3-none-any.whl")[0]);

        Assert.Equal("foo-1.0-py2.py3-none-any.whl", Choose(Locked("==1.0"), files).Wheel?.FileName);
    }

    private static (string Page, string Spec, string[] Hashes) Case(Random random, int minor, TemporaryFolder folder, int number)
    {
        string[] versions = ["1.0", "1.0", "1.0", "1.0+cpu", "1.0.post1", "2.0"];
        string[] tags =
        [
            "py3-none-any", "py2.py3-none-any", $"cp3{minor}-cp3{minor}-linux_x86_64", $"cp3{minor}-cp3{minor}-manylinux2014_x86_64",
            $"cp3{minor}-cp3{minor}-manylinux_2_5_x86_64.manylinux1_x86_64", "cp37-abi3-manylinux_2_17_x86_64", $"cp3{minor - 1}-cp3{minor - 1}-linux_x86_64",
            $"cp3{minor}-cp3{minor}-win_amd64", "py3-none-manylinux2014_x86_64", $"py3{minor}-none-any",
        ];
        string[] builds = ["", "", "", "-1", "-2", "-10a"];
        string[] hashes = [new('1', 64), new('2', 64), new('3', 64)];
        var names = Enumerable.Range(0, random.Next(1, 7)).Select(_ => random.Next(6) == 0
            ? $"foo-{versions[random.Next(6)]}.tar.gz"
            : $"foo-{versions[random.Next(6)]}{builds[random.Next(6)]}-{tags[random.Next(tags.Length)]}.whl").Distinct();
        var anchors = names.Select(name =>
            $"<a href=\"{Url}{name}{(random.Next(3) > 0 ? "#sha256=" + hashes[random.Next(3)] : "")}\""
            + (random.Next(5) == 0 ? " data-yanked" : "") + (random.Next(5) == 0 ? $" data-requires-python=\"&lt;3.{random.Next(8, 16)}\"" : "") + ">x</a>\n");
        var page = folder.Write($"{number}.html", string.Concat(anchors));
        return (page, random.Next(4) == 0 ? "==1.0+cpu" : "==1.0", random.Next(2) == 0 ? [] : [hashes[random.Next(3)], hashes[random.Next(3)]]);
    }

    private static LockedDistribution Locked(string specifiers)
    {
        var parsed = VersionSpecifiers.Parse(specifiers)!;
        return new() { Name = "foo", DisplayName = "foo", Version = parsed.ExactVersion, Specifiers = parsed, Origin = "r.txt:1" };
    }

    private static ImmutableArray<IndexFile> Files(string names) =>
        [.. names.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(name => new IndexFile { FileName = name, Url = Url + name })];

    private static WheelChoice Choose(LockedDistribution locked, ImmutableArray<IndexFile> files, IndexOptions? options = null) =>
        WheelChooser.Choose(locked, files, WheelTags.Of("cpython", 3, 11, "", ["manylinux2014_x86_64", "linux_x86_64"]), Pep440Version.Parse("3.11.7")!, options);
}
