using Firn.Archives.Documents;
using Firn.Common;
using static Firn.Tests.Restore.RestoreMachine;

namespace Firn.Tests.Restore.Planning;

public sealed class RestorePlannerTests : IDisposable
{
    private readonly RestoreMachine _machine = new();

    [Fact]
    public void Everything_that_is_missing_is_named_at_once()
    {
        _machine.Add(ArchivedPackageKind.Rest, "files", [Member("lib/a", "x")]);
        var document = _machine.Document() with { Platform = "linux-pdp11" };
        var missing = Sha256Digest.Of("missing"u8);
        document = document with
        {
            Environment = document.Environment with
            {
                Packages = [.. document.Environment.Packages, document.Environment.Packages[0] with
                {
                    Name = "gone", Kind = ArchivedPackageKind.Distribution, Bundle = missing,
                }],
            },
        };
        Directory.CreateDirectory(_machine.Restored("something"));

        var obstacles = _machine.Plan(document).Obstacles.Select(obstacle => obstacle.ToString()).ToList();

        Assert.Contains(obstacles, obstacle => obstacle.Contains("linux-pdp11", StringComparison.Ordinal));
        Assert.Contains(obstacles, obstacle => obstacle.Contains("not empty", StringComparison.Ordinal));
        Assert.Contains(obstacles, obstacle => obstacle.Contains(missing.ToString(), StringComparison.Ordinal));
        Assert.Equal(3, obstacles.Count);
        Assert.Equal(["something"], Directory.EnumerateFileSystemEntries(_machine.Prefix).Select(Path.GetFileName));
    }

    [Fact]
    public void A_virtual_environment_without_any_python_is_refused()
    {
        _machine.Add(ArchivedPackageKind.Rest, "files", [Member("lib/a", "x")]);
        var document = _machine.Document(Tree() with
        {
            Kind = ArchivedTreeKind.VirtualEnvironment,
            PythonFolder = "python3.99",
            PythonVersion = "3.99.1",
        });

        Assert.Contains("python3.99", Assert.Single(_machine.Plan(document).Obstacles).ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData('"')]
    [InlineData(':')]
    [InlineData('\n')]
    [InlineData('$')]
    public void A_prefix_that_no_script_can_name_is_refused(char character)
    {
        var obstacles = new List<MessageText>();

        Firn.Restore.Planning.PrefixChecks.AddObstacles($"/tmp/a{character}b", replaces: false, _machine.Document(), obstacles);

        Assert.Single(obstacles);
    }

    [Fact]
    public void A_disk_without_room_is_refused()
    {
        var obstacles = new List<MessageText>();

        Firn.Restore.Planning.PrefixChecks.AddMissingSpace(_machine.Prefix, long.MaxValue, obstacles);

        Assert.Single(obstacles);
    }

    public void Dispose() => _machine.Dispose();
}
