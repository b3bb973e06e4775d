using System.Text;
using Firn.Archives.Secrets;
using Firn.Common;
using Firn.Images.Installations;
using Firn.Projects;
using Firn.Workflows.Images;

namespace Firn.Tests.Archives.Secrets;

/// <summary><c>project.env</c> has the name of a file of secrets, and what stands in it decides.</summary>
public sealed class PlainSettingsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_image_init_writes_is_code()
    {
        var plan = new ImageInstallations(SystemContext.OfThisProcess()).Plan(new StartInstallationRequest { Folder = _folder.Path });
        plan.Write();
        var name = plan.Files.Single(static file => file.Path.EndsWith(InstallationReader.ProjectSettings, StringComparison.Ordinal)).Path;

        Assert.False(Secrets().Contains(name));
        File.AppendAllText(Path.Join(_folder.Path, name), "REGISTRY_LAB=registry.example\n");
        Assert.False(Secrets().Contains(name));
        File.AppendAllText(Path.Join(_folder.Path, name), "WANDB_API_KEY=0123456789abcdef\n");
        Assert.True(Secrets().Contains(name));
    }

    [Theory]
    [InlineData("PROJECT_NAME=study\n", true)]
    [InlineData("# why\n\nIMAGE_PLATFORM=amd64-cuda\r\n", true)]
    [InlineData("# WANDB_API_KEY=0123456789abcdef\n", false)]
    [InlineData("0123456789abcdef\n", false)]
    [InlineData("REGISTRY_LAB=https://me:secret@registry.example\n", false)]
    [InlineData("export HF_TOKEN=x\n", false)]
    public void Lines_decide(string text, bool isPlain)
    {
        Assert.Equal(isPlain, PlainSettings.Are("installation/docker-amd64-cuda/project.env", Encoding.UTF8.GetBytes(text)));
        Assert.False(PlainSettings.Are("installation/docker-amd64-cuda/.env", Encoding.UTF8.GetBytes(text)));
    }

    [Theory]
    [InlineData("+PACKAGE_NAME=study", 0)]
    [InlineData("-HF_TOKEN=x", 1)]
    public void A_patch_has_it_where_no_line_taken_away_is_a_secret(string line, int removedCount)
    {
        File.WriteAllText(Path.Join(_folder.Path, "project.env"), "PROJECT_NAME=study\n");
        var patch = $"diff --git a/project.env b/project.env\nindex 1..2 100644\n--- a/project.env\n+++ b/project.env\n@@ -1 +1,2 @@\n PROJECT_NAME=study\n{line}\n";
        var removed = new List<string>();

        Secrets().WithoutSecrets(Encoding.UTF8.GetBytes(patch), string.Empty, removed);

        Assert.Equal(removedCount, removed.Count);
    }

    private ProjectSecrets Secrets()
    {
        File.WriteAllText(Path.Join(_folder.Path, "firn.yaml"), "name: study\n");
        return new ProjectSecrets(ProjectReader.Read(_folder.Path));
    }
}
