using System.Text;
using Firn.Common;
using Firn.Git.Configuration;

namespace Firn.Tests.Git.Configuration;

public sealed class GitConfigHostileTests
{
    /// <summary>Each line's key repeats the section's name: 100 GB of keys from 800 KB.</summary>
    [Fact]
    public void Read_a_long_section_with_many_lines_stops_in_time()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write(
            "config", "[a \"" + new string('x', 500_000) + "\"]\n" + new StringBuilder().Insert(0, "k\n", 100_000));
        var systemContext = new SystemContext
        {
            Variables = new Dictionary<string, string> { ["GIT_CONFIG_GLOBAL"] = path, ["GIT_CONFIG_NOSYSTEM"] = "1" },
            HomeDirectory = folder.Path,
            CurrentDirectory = folder.Path,
        };
        var problems = new List<Problem>();

        var before = GC.GetAllocatedBytesForCurrentThread();
        var config = new GitConfigReader(systemContext, null, problems).Read();

        Assert.True(config.IsInvalid);
        Assert.Contains(problems, problem => problem.Message.Contains("too large", StringComparison.Ordinal));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 256 << 20);
    }
}
