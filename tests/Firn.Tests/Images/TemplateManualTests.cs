using System.Text.RegularExpressions;
using Firn.Common;
using Firn.Images.Installations;
using Firn.Images.Scaffold;
using Firn.Workflows.Images;

namespace Firn.Tests.Images;

/// <summary>The page that has a row for each sentence of the template's manual, and what of it needs no engine to be shown.</summary>
public sealed partial class TemplateManualTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Each_test_that_the_page_names_is_there()
    {
        var tests = Directory.GetFiles(Path.Join(RepositoryFolder.Path, "tests"), "*Tests.cs", SearchOption.AllDirectories)
            .ToLookup(static path => Path.GetFileNameWithoutExtension(path), static path => File.ReadAllText(path));
        var named = NamedTest().Matches(File.ReadAllText(Path.Join(RepositoryFolder.Path, "docs", "images", "from-the-template.md")));

        Assert.True(named.Count > 60, $"{named.Count} tests are named");
        Assert.All(named, name => Assert.Contains(
            tests[name.Groups[1].Value], text => text.Contains($" {name.Groups[2].Value}(", StringComparison.Ordinal)));
    }

    [Fact]
    public void Several_images_of_one_platform_have_folders_and_tags_of_their_own()
    {
        var workflow = new ImageInstallations(SystemContext.OfThisProcess());
        workflow.Plan(new StartInstallationRequest { Folder = _folder.Path, Platform = "amd64", Name = "study" }).Write();

        workflow.ChangePlatform(_folder.Path, "amd64-cuda", "amd64-cuda-env1", keepsOld: false);
        workflow.ChangePlatform(_folder.Path, "amd64-cuda-env1", "amd64-cuda-env2", keepsOld: true);
        // One of each base, to compare them.
        workflow.PlanBase(new InstallationSelection { Folder = _folder.Path, Name = "amd64-cuda-env2" }, ImageBase.FromScratch, null).Write();

        foreach (var (variant, variable) in new[] { ("amd64-cuda-env1", "VIRTUAL_ENV"), ("amd64-cuda-env2", "CONDA_PREFIX") })
        {
            var folder = Path.Join(_folder.Path, "installation", $"docker-{variant}");
            var installation = new InstallationReader(SystemContext.OfThisProcess()).Read(folder, CancellationToken.None);
            Assert.EndsWith($"/study:{variant}-run-latest-root", installation.Image(ImageStage.Run, false).Reference.ToString(), StringComparison.Ordinal);
            Assert.Contains($"ENV {variable}=/opt/env", File.ReadAllText(Path.Join(folder, "Dockerfile")), StringComparison.Ordinal);
            Assert.Contains("run-local-cuda", installation.Services.Keys);
        }
    }

    [GeneratedRegex("`([A-Z][A-Za-z]*Tests)\\.([A-Z][A-Za-z_]+)`")]
    private static partial Regex NamedTest();
}
