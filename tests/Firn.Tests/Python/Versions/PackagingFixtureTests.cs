using Firn.Python.Indexes;
using Firn.Python.Requirements;
using Firn.Python.Versions;

namespace Firn.Tests.Python.Versions;

/// <summary>What packaging makes of thousands of texts; fixtures/requirements/build.py wrote them.</summary>
public sealed class PackagingFixtureTests
{
    private static readonly MarkerEnvironment Debian = MarkerEnvironment.OfCPython(
        "3.11.7", MarkerPlatform.Linux("x86_64", "6.1.0-18-amd64", "#1 SMP Debian 6.1.76-1"));

    [Fact]
    public void Specifier_matches_what_packaging_matches()
    {
        foreach (var row in Rows("specifiers.txt"))
        {
            var specifier = VersionSpecifier.Parse(row[0]);
            var result = specifier is null ? "Invalid" : specifier.Matches(Pep440Version.Parse(row[1])!).ToString();
            Assert.True(row[2] == result, $"{row[0]} {row[1]}: packaging {row[2]}, Firn {result}");
        }
    }

    [Fact]
    public void Marker_holds_where_packaging_says_so()
    {
        foreach (var row in Rows("markers.txt"))
        {
            var marker = Marker.Parse(row[0], out var reason);
            Assert.Equal(marker is null, reason is not null);
            string[] extras = row[1].Length == 0 ? [] : [row[1]];
            var result = marker is null ? "Invalid" : marker.TryEvaluate(Debian, extras)?.ToString() ?? "Undefined";
            Assert.True(row[2] == result, $"{row[0]} with '{row[1]}': packaging {row[2]}, Firn {result}");
        }
    }

    [Fact]
    public void Requirement_is_what_packaging_reads()
    {
        foreach (var row in Rows("requirements.txt"))
        {
            var requirement = Requirement.Parse(row[0], out var reason);
            Assert.Equal(requirement is null, reason is not null);
            var result = requirement is null ? "Invalid" : string.Join(
                '|', requirement.Name, string.Join(',', requirement.Extras), Sorted(requirement.Specifiers), requirement.Url, requirement.Marker is null ? "" : "marker");
            Assert.True(row[1] == result, $"'{row[0]}': packaging {row[1]}, Firn {result}");
        }
    }

    [Fact]
    public void Wheel_file_name_is_what_packaging_reads()
    {
        foreach (var row in Rows("wheels.txt"))
        {
            var wheel = WheelFileName.Parse(row[0]);
            var result = wheel is null ? "Invalid" : string.Join('|', wheel.CanonicalName, wheel.Version, wheel.BuildNumber, wheel.BuildRest, Tags(wheel));
            Assert.True(row[1] == result, $"'{row[0]}': packaging {row[1]}, Firn {result}");
        }
    }

    private static string Sorted(VersionSpecifiers specifiers) =>
        string.Join(',', specifiers.Items.Select(item => item.ToString()).Order(StringComparer.Ordinal));

    private static string Tags(WheelFileName wheel) => string.Join(
        ' ',
        (from python in wheel.Pythons from abi in wheel.Abis from platform in wheel.Platforms select $"{python}-{abi}-{platform}").Order(StringComparer.Ordinal));

    private static IEnumerable<string[]> Rows(string name) =>
        File.ReadLines(Path.Join(AppContext.BaseDirectory, "fixtures", "requirements", name)).Select(line => line.Split('\t'));
}
