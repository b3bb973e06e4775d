using Firn.Captures.Differences;
using Firn.Captures.Verification;
using Firn.Host.Loading;

namespace Firn.Tests.Captures.Verification;

public sealed class NativeComparisonTests
{
    [Fact]
    public void Same_build_inside_again_is_equal_wherever_it_lies()
    {
        var result = Compare([Own("libblas.so.3", "lib/libblas.so.3", "aa")], [Own("libblas.so.3", "/other/libblas.so.3", "aa")]);

        Assert.Empty(result.Failures);
        Assert.Empty(result.Notes);
    }

    [Fact]
    public void Library_that_leaves_the_environment_is_a_failure()
    {
        var result = Compare([Own("libpython3.11.so.1.0", "lib/a", "aa")], [Machine("libpython3.11.so.1.0", "/usr/lib/a", "aa")]);

        var failure = Assert.Single(result.Failures);
        Assert.Equal("in the environment, build aa", failure.First);
        Assert.Equal("/usr/lib/a, build aa", failure.Second);
    }

    [Fact]
    public void Other_build_inside_is_a_failure() =>
        Assert.Single(Compare([Own("libblas.so.3", "lib/a", "aa")], [Own("libblas.so.3", "lib/a", "bb")]).Failures);

    [Fact]
    public void Library_of_the_machine_in_another_build_is_a_note()
    {
        var result = Compare([Machine("libc.so.6", "/lib/libc.so.6", "aa")], [Machine("libc.so.6", "/lib/libc.so.6", "bb")]);

        Assert.Empty(result.Failures);
        Assert.Equal(DifferenceChange.Changed, Assert.Single(result.Notes).Change);
    }

    [Fact]
    public void Library_that_is_not_found_any_more_is_a_failure()
    {
        var observed = Libraries([]) with { Unresolved = [new UnresolvedLibrary("libgomp.so.1", ["lib/x.so"])] };
        var comparison = new NativeComparison(Libraries([Machine("libgomp.so.1", "/lib/libgomp.so.1", null)]), observed, false);
        comparison.Compare();

        Assert.Equal("not found", Assert.Single(comparison.Failures).Second);
    }

    [Fact]
    public void Name_that_was_never_found_is_no_difference()
    {
        var both = Libraries([]) with { Unresolved = [new UnresolvedLibrary("libcuda.so.1", ["lib/x.so"])] };
        var comparison = new NativeComparison(both, both, false);
        comparison.Compare();

        Assert.Empty(comparison.Failures);
        Assert.Empty(comparison.Notes);
    }

    [Fact]
    public void Libpython_of_another_interpreter_is_a_note_where_none_was_archived()
    {
        var comparison = new NativeComparison(
            Libraries([Own("libpython3.11.so.1.0", "lib/a", "aa")]), Libraries([Own("libpython3.11.so.1.0", "lib/a", "bb")]), true);
        comparison.Compare();

        Assert.Empty(comparison.Failures);
        Assert.Single(comparison.Notes);
    }

    private static NativeComparison Compare(NativeLibrary[] captured, NativeLibrary[] observed)
    {
        var comparison = new NativeComparison(Libraries(captured), Libraries(observed), false);
        comparison.Compare();
        return comparison;
    }

    private static NativeLibraries Libraries(NativeLibrary[] libraries) =>
        new() { Libraries = [.. libraries], Objects = [], Unresolved = [] };

    private static NativeLibrary Own(string soname, string path, string? build) =>
        new() { Soname = soname, Path = path, BuildId = build, InEnvironment = true, NeededBy = [] };

    private static NativeLibrary Machine(string soname, string path, string? build) =>
        new() { Soname = soname, Path = path, BuildId = build, NeededBy = [] };
}
