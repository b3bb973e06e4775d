using System.Diagnostics;
using Firn.Common;
using Firn.Python.Indexes;
using Firn.Python.Requirements;
using Firn.Python.Versions;
using FsCheck;
using FsCheck.Fluent;

namespace Firn.Tests.Python.Requirements;

/// <summary>Whatever a text holds, the readers neither throw nor hang.</summary>
public sealed class RequirementProperties
{
    private static readonly SystemContext Nowhere = new()
    {
        Variables = new Dictionary<string, string> { ["TOKEN"] = "secret" },
        HomeDirectory = "/nowhere",
        CurrentDirectory = "/nowhere",
    };

    private static readonly MarkerEnvironment Linux = MarkerEnvironment.OfCPython("3.12.1", MarkerPlatform.Linux("x86_64", "6.1", "#1"));

    [Fact]
    public void Parse_takes_any_text() =>
        Prop.ForAll(Texts().ToArbitrary(), text =>
        {
            _ = VersionSpecifiers.Parse(text);
            _ = VersionSpecifier.Parse(text);
            _ = Marker.Parse(text, out _)?.TryEvaluate(Linux);
            _ = Requirement.Parse(text, out _);
            _ = WheelFileName.Parse(text + ".whl");
            _ = SdistFileName.Parse(text + ".tar.gz", "a");
            _ = ShellWords.Split(text);
            _ = RequirementsFileReader.ReadText(text, "r.txt", Nowhere);
            return true;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Requirement_that_is_read_is_read_again_from_its_normal_form() =>
        Prop.ForAll(Texts().ToArbitrary(), text =>
            Requirement.Parse(text, out _) is not { } first
            || (Requirement.Parse(first.ToString(), out _) is { } second && second.ToString() == first.ToString())).QuickCheckThrowOnFailure();

    [Fact]
    public void Contains_an_exact_version_always_contains_itself() =>
        Prop.ForAll(Versions().ToArbitrary(), text =>
            Pep440Version.Parse(text) is not { } version
            || (VersionSpecifiers.Parse("==" + text)!.Contains(version, false) && VersionSpecifiers.Parse("===" + version)!.Contains(version, false)
                && !VersionSpecifiers.Parse("!=" + text)!.Contains(version, true))).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("(", ")")]
    [InlineData("os_name == 'a' and (", ")")]
    public void Marker_of_a_hundred_thousand_parentheses_is_read(string open, string close)
    {
        var text = string.Concat(Enumerable.Repeat(open, 100_000)) + "os_name == 'posix'" + string.Concat(Enumerable.Repeat(close, 100_000));
        var watch = Stopwatch.StartNew();

        var marker = Marker.Parse(text, out _);

        Assert.NotNull(marker?.TryEvaluate(Linux));
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [Theory]
    [InlineData("a\\\n")]
    [InlineData("--hash=sha256:0 ")]
    [InlineData("${A")]
    [InlineData("a[b],")]
    [InlineData("# coding=\n")]
    public void ReadText_of_a_megabyte_of_anything_is_quick(string piece)
    {
        var text = string.Concat(Enumerable.Repeat(piece, (1 << 20) / piece.Length));
        var watch = Stopwatch.StartNew();

        _ = RequirementsFileReader.ReadText(text, "r.txt", Nowhere);
        _ = RequirementsDecoding.Decode(System.Text.Encoding.UTF8.GetBytes("#" + text.Replace("\n", "", StringComparison.Ordinal)), out _);

        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    private static Gen<string> Versions() =>
        Gen.Elements("1", "0", "10", ".", ".", "-", "!", "+", "a", "rc", ".post", ".dev", "2").ListOf().Select(string.Concat);

    private static Gen<string> Texts() =>
        Gen.OneOf(
            Gen.Elements(
                "a", "b-c", " ", "==", ">=", "1.0", "2", ",", ";", "os_name", "==", "'posix'", "and", "or", "(", ")", "[", "]", "@", "https://u:p@h/a.whl",
                "#sha256=", "--hash=sha256:", "-r ", "-e ", "\\\n", "\n", "\"", "'", "not in", "${TOKEN}", "~", "!=", ".*", "./x", "-i", "\0", "#", "é").ListOf().Select(string.Concat),
            ArbMap.Default.GeneratorFor<NonNull<string>>().Select(text => text.Get));
}
