using Firn.Captures;
using Firn.Captures.Documents;
using Firn.Captures.Inspecting;
using Firn.Common;

namespace Firn.Tests.Documents;

/// <summary>
/// The environment id against the script in docs/formats/environment-id.md, which shares nothing with this code. The
/// expected id of the fixture was computed by that script.
/// </summary>
public sealed class EnvironmentIdGoldenTests
{
    private static readonly string Folder =
        Path.Join(RepositoryFolder.Path, "tests", "Firn.Tests", "fixtures", "environment-id");

    [Fact]
    public void Fixture_has_the_id_that_the_script_computed()
    {
        var capture = Inspect(Path.Join(Folder, "prefix"));

        // The platform is this machine's; the expected id is of one.
        var id = EnvironmentIdentity.Compute(
            capture.Environment, "linux-x86_64", capture.Distributions, capture.Conda!.Packages);

        Assert.Equal(File.ReadAllText(Path.Join(Folder, "expected-id.txt")).Trim(), id);
    }

    [SkippableFact]
    public void Script_of_the_page_computes_the_fixtures_id()
    {
        Part.Require("/usr/bin/python3");

        var capture = Inspect(Path.Join(Folder, "prefix"));

        Assert.Equal(capture.EnvironmentId, RunScript(capture));
    }

    [SkippableFact]
    public void Script_of_the_page_computes_the_system_pythons_id()
    {
        Part.Require("/usr/bin/python3");

        var capture = Inspect("/usr/bin/python3");

        Assert.Equal(capture.EnvironmentId, RunScript(capture));
    }

    private static Capture Inspect(string environment)
    {
        var systemContext = new SystemContext
        {
            Variables = new Dictionary<string, string>(),
            HomeDirectory = Folder,
            CurrentDirectory = Folder,
        };
        return new EnvironmentInspector(systemContext).Inspect(new InspectionRequest { Environment = environment }).Capture;
    }

    private static string RunScript(Capture capture)
    {
        using var folder = new TemporaryFolder();
        CaptureFiles.Write(CaptureFiles.Create(capture), folder.Path);
        var page = File.ReadAllText(Path.Join(RepositoryFolder.Path, "docs", "formats", "environment-id.md"));
        var start = page.IndexOf("```python\n", StringComparison.Ordinal) + "```python\n".Length;
        var script = folder.Write("environment_id.py", page[start..page.IndexOf("```", start, StringComparison.Ordinal)]);
        return Part.Run("/usr/bin/python3", script, folder[Capture.FileName]).Trim();
    }
}
