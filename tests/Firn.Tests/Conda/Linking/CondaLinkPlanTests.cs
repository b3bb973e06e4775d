using Firn.Common;
using Firn.Conda.Linking;

namespace Firn.Tests.Conda.Linking;

public sealed class CondaLinkPlanTests
{
    [Fact]
    public void Equal_files_of_two_packages_are_no_conflict()
    {
        var plan = Plan(("a", [File("share/x", "same")]), ("b", [File("share/x", "same")]));

        Assert.Empty(plan.Conflicts);
        Assert.Equal("b", plan.OwnerOf("share/x"));
    }

    [Fact]
    public void The_later_package_has_the_path()
    {
        var plan = Plan(("a", [File("share/x", "one")]), ("b", [File("share/x", "other")]));

        var conflict = new CondaLinkConflict(CondaLinkConflictKind.SamePath, "share/x", "b", "share/x", "a");
        Assert.Equal(conflict, Assert.Single(plan.Conflicts));
        Assert.Equal("b", plan.OwnerOf("share/x"));
    }

    [Fact]
    public void Files_without_digest_are_not_taken_for_equal() => Assert.Single(
        Plan(("a", [new() { Path = "x" }]), ("b", [new() { Path = "x" }])).Conflicts);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_file_gives_way_to_a_folder(bool fileFirst)
    {
        (string, CondaLinkTarget[]) file = ("a", [File("share/x", "file")]);
        (string, CondaLinkTarget[]) folder = ("b", [File("share/x/y/z", "deep")]);

        var plan = fileFirst ? Plan(file, folder) : Plan(folder, file);

        Assert.Equal(CondaLinkConflictKind.FileAndFolder, Assert.Single(plan.Conflicts).Kind);
        Assert.Null(plan.OwnerOf("share/x"));
        Assert.Equal("b", plan.OwnerOf("share/x/y/z"));
    }

    [Fact]
    public void Names_that_differ_by_case_are_reported_and_kept()
    {
        var plan = Plan(("ncurses", [File("share/terminfo/n/Next", "1"), File("share/terminfo/N/Next", "2")]));

        Assert.Equal(CondaLinkConflictKind.CaseOnly, Assert.Single(plan.Conflicts).Kind);
        Assert.NotNull(plan.OwnerOf("share/terminfo/n/Next"));
        Assert.NotNull(plan.OwnerOf("share/terminfo/N/Next"));
    }

    [Fact]
    public void Paths_below_a_link_are_resolved_in_the_prefix()
    {
        var plan = Plan(
            ("a", [Link("lib64", "lib"), Link("deep/link", "../lib64"), Link("out", "../../etc"), Link("loop", "loop"), Link("abs", "/etc")]),
            ("b", [File("lib64/x", "x")]));

        Assert.Empty(plan.Conflicts);
        Assert.Equal("lib/x", plan.Resolve("lib64/x"));
        Assert.Equal("lib/x", plan.Resolve("deep/link/x"));
        Assert.Equal("bin/x", plan.Resolve("bin/x"));
        Assert.Null(plan.Resolve("out/passwd"));
        Assert.Null(plan.Resolve("abs/passwd"));
        Assert.Null(plan.Resolve("loop/x"));
    }

    [Theory]
    [InlineData("lib/a.so", "/p/lib/b.so", "b.so")]
    [InlineData("lib/a.so", "/p/share/b", "../share/b")]
    [InlineData("a/b/c", "/p", "../..")]
    [InlineData("a", "/p/b/c", "b/c")]
    [InlineData("lib/a.so", "/prefix/b", "/prefix/b")]
    [InlineData("lib/a.so", "../b", "../b")]
    public void Links_into_the_prefix_become_relative(string path, string text, string relative) =>
        Assert.Equal(relative, CondaLinkText.Relative(path, text, ["/p"]));

    private static CondaLinkPlan Plan(params (string Package, CondaLinkTarget[] Targets)[] packages) =>
        CondaLinkPlan.Create([.. packages.Select(package => (package.Package, (IReadOnlyList<CondaLinkTarget>)package.Targets))]);

    private static CondaLinkTarget File(string path, string content) =>
        new() { Path = path, Digest = Sha256Digest.Of(System.Text.Encoding.UTF8.GetBytes(content)) };

    private static CondaLinkTarget Link(string path, string text) =>
        new() { Path = path, Kind = CondaLinkTargetKind.Link, LinkText = text };
}
