using Firn.Python.Indexes;
using Firn.Tests.Host.Binaries;
using FsCheck;
using FsCheck.Fluent;

namespace Firn.Tests.Python.Indexes;

public sealed class WheelFileNameTests
{
    /// <summary>What the <c>packaging</c> in Debian's or pip's own folder says of names, one a line.</summary>
    private const string Truth = """
        import sys
        try:
            from packaging.utils import parse_wheel_filename
        except ImportError:
            from pip._vendor.packaging.utils import parse_wheel_filename
        for name in sys.argv[1:]:
            try:
                n, v, b, tags = parse_wheel_filename(name)
                print(n, v, ''.join(map(str, b)), len(tags))
            except Exception as e:
                print('no')
        """;

    private static readonly string[] Samples =
    [
        "snow_depth-1.0-py3-none-any.whl", "Snow.Depth-1.0.post1+local.2-1abc-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
        "snow-1.0-py2.py3-none-any.whl", "snow-1!2.0rc1-py3-none-any.whl", "snow-1.0_1-py3-none-any.whl",
        "snow-x-py3-none-any.whl", "snow__depth-1.0-py3-none-any.whl", "snow-1.0-b1-py3-none-any.whl", "snow-1.0-py3-none.whl",
        "snow-1.0-py3-none-any.zip", "sn ow-1.0-py3-none-any.whl", "snow-1.0-1-2-py3-none-any.whl", "snow-1.0-py3-none-any.WHL",
        "sn/ow-1.0-py3-none-any.whl", "sné-1.0-py3-none-any.whl", "-1.0-py3-none-any.whl", "snow--py3-none-any.whl",
    ];

    [SkippableFact]
    public void Parse_is_as_strict_as_packaging()
    {
        var truth = RealTool.Run("python3", ["-X", "utf8", "-c", Truth, .. Samples]).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (truth.Length == 0)
        {
            RealTool.Missing("python3 has neither packaging nor pip");
        }

        foreach (var (name, expected) in Samples.Zip(truth))
        {
            // The packaging of 2023 takes a name of nothing, that of 2026 does not.
            if (name.StartsWith('-'))
            {
                continue;
            }

            var parsed = WheelFileName.Parse(name, out var problem);
            Assert.Equal(expected == "no", problem is not null);
            Assert.Equal(
                expected,
                parsed is null ? "no" : $"{parsed.CanonicalName} {parsed.Version} {parsed.BuildNumber}{parsed.BuildRest} {parsed.Pythons.Length * parsed.Abis.Length * parsed.Platforms.Length}");
        }
    }

    [Theory]
    [InlineData("-1.0-py3-none-any.whl", "not a name")]
    [InlineData("snow-1.0-py3--any.whl", "tags is empty")]
    [InlineData("snow-1.0-py3-none-any..x.whl", "tags is empty")]
    [InlineData("snow-1.0-py3-none-a;b.whl", "other characters")]
    [InlineData("../snow-1.0-py3-none-any.whl", "not a name")]
    public void Parse_what_packaging_lets_pass_is_refused(string name, string problem)
    {
        Assert.Null(WheelFileName.Parse(name, out var found));
        Assert.Contains(problem, found, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_any_text_never_throws()
    {
        var parts = Gen.Elements("-", "--", ".", "_", "1", "a", "é", "\n", "+", "!", ".whl", "py3", "none", "any", "\ud800");

        Prop.ForAll(parts.ListOf().Select(string.Concat).ToArbitrary(), text =>
        {
            var parsed = WheelFileName.Parse(text + ".whl", out var problem);
            Assert.Equal(parsed is null, problem is not null);
        }).QuickCheckThrowOnFailure();
    }
}
