using Firn.Captures.Documents;
using Firn.Captures.Exports;
using Firn.Git;
using Firn.Python.Distributions;
using Firn.Tests.Documents;

namespace Firn.Tests.Captures.Exports;

public sealed class RequirementsExportTests
{
    private const string Commit = "1df58b891a2437b4ca6455603578574b422eec26";

    [Fact]
    public void Head_tells_python_platform_and_environment()
    {
        var capture = Of();

        Assert.Equal($"# Python 3.11.7, linux-x86_64\n# {capture.EnvironmentId}\n", RequirementsExport.Write(capture));
    }

    [Theory]
    [InlineData("1.0", "Plain.Pkg==1.0")]
    [InlineData("2!1.0rc1.post2+local.1", "Plain.Pkg==2!1.0rc1.post2+local.1")]
    [InlineData("2004d-final", "Plain.Pkg===2004d-final")]
    [InlineData("", "# plain-pkg: its version is unknown")]
    public void Version_is_pinned(string version, string expected) =>
        Assert.Equal([expected], Lines(Plain("Plain.Pkg", version)));

    [Fact]
    public void Installers_are_left_out() =>
        Assert.Equal(
            ["pipx==1"],
            Lines(Plain("pip", "24.0"), Plain("pipx", "1"), Plain("setuptools", "68"), Plain("wheel", "0.4"), Plain("distribute", "0.7")));

    [Fact]
    public void Archive_is_its_url_with_the_best_digest()
    {
        Assert.Equal(
            ["a @ https://example.org/a-1.0.tar.gz#sha256=00"],
            Lines(Direct(new DirectReference("https://example.org/a-1.0.tar.gz") { Hashes = ["md5=11", "sha256=00"] })));
        Assert.Equal(
            ["a @ https://example.org/a-1.0.tar.gz#md5=11&subdirectory=sub"],
            Lines(Direct(new DirectReference("https://example.org/a-1.0.tar.gz") { Hashes = ["md5=11"], Subdirectory = "sub" })));
    }

    [Fact]
    public void Repository_is_its_url_at_the_commit()
    {
        var reference = new DirectReference("https://example.org/a.git") { Vcs = "git", CommitId = Commit, RequestedRevision = "main" };

        Assert.Equal([$"a @ git+https://example.org/a.git@{Commit}"], Lines(Direct(reference)));
        Assert.Equal(
            [$"a @ git+https://example.org/a.git@{Commit}#subdirectory=python"],
            Lines(Direct(reference with { Subdirectory = "python" })));
    }

    [Fact]
    public void Repository_on_this_machine_is_the_version_with_a_comment() =>
        Assert.Equal(
            [$"a==1.0  # was git {Commit} of a repository on the machine that was captured"],
            Lines(Direct(new DirectReference("file:///home/ana/a.git") { Vcs = "git", CommitId = Commit })));

    [Theory]
    [InlineData("file:///home/conda/feedstock_root/a", true)]
    [InlineData("file:///home/ana/a-1.0-py3-none-any.whl", false)]
    [InlineData("FILE:///home/ana/a-1.0-py3-none-any.whl", false)]
    public void Path_of_this_machine_is_the_version(string url, bool isDirectory) =>
        Assert.Equal(["a==1.0"], Lines(Direct(new DirectReference(url) { IsDirectory = isDirectory })));

    [Theory]
    [InlineData("https://example.org/a.git", "git+https://example.org/a.git")]
    [InlineData("git@example.org:ana/a.git", "git+ssh://git@example.org/ana/a.git")]
    [InlineData("ssh://git@example.org:22/ana/a.git", "git+ssh://git@example.org:22/ana/a.git")]
    public void Editable_with_a_remote_is_its_commit(string remote, string url) =>
        Assert.Equal([$"a @ {url}@{Commit}"], Lines(Editable(remote, Commit)));

    [Fact]
    public void Editable_in_a_folder_of_a_changed_repository_says_both() =>
        Assert.Equal(
            [$"a @ git+https://example.org/a.git@{Commit}#subdirectory=python  # 2 file(s) differed from this commit"],
            Lines(Editable("https://example.org/a.git", Commit, isDirty: true, subdirectory: "python")));

    [Theory]
    [InlineData(null, Commit)]
    [InlineData("https://example.org/a.git", null)]
    [InlineData("/srv/git/a.git", Commit)]
    [InlineData("../a.git", Commit)]
    [InlineData("file:///srv/git/a.git", Commit)]
    public void Editable_that_no_other_machine_has_is_a_comment(string? remote, string? commit) =>
        Assert.Equal(
            ["# a==1.0 is editable in /home/ana/a, which no other machine has"], Lines(Editable(remote, commit)));

    [Fact]
    public void Editable_without_a_repository_is_a_comment() =>
        Assert.StartsWith(
            "# a==1.0 is editable in /home/ana/a",
            Assert.Single(Lines(Plain("a", "1.0") with { Editable = new EditableProject("/home/ana/a", null) })),
            StringComparison.Ordinal);

    [Theory]
    [InlineData('\n')]
    [InlineData('\r')]
    [InlineData('\v')]
    [InlineData('\f')]
    [InlineData('\u001c')]
    [InlineData('\u0085')]
    [InlineData('\u2028')]
    public void End_of_line_in_a_path_makes_no_requirement(char end) =>
        Assert.Equal(
            ["# a: what it was installed from does not fit on a line"],
            Lines(Plain("a", "1.0") with { Editable = new EditableProject($"/home/ana{end}evil==6.6", null) }));

    [Fact]
    public void Torch_builds_name_their_index_once()
    {
        var text = RequirementsExport.Write(Of(
            Plain("other", "1.0+cu118"), Plain("torch", "2.1.2+cu118"), Plain("torchaudio", "2.1.2+cpu"),
            Plain("torchtext", "0.16+mine"), Plain("torchvision", "0.16.2+cu118")));

        Assert.Equal(
            [
                "--extra-index-url https://download.pytorch.org/whl/cpu",
                "--extra-index-url https://download.pytorch.org/whl/cu118",
                "other==1.0+cu118", "torch==2.1.2+cu118", "torchaudio==2.1.2+cpu", "torchtext==0.16+mine",
                "torchvision==0.16.2+cu118",
            ],
            Body(text));
    }

    private static string[] Lines(params Distribution[] distributions) => Body(RequirementsExport.Write(Of(distributions)));

    private static string[] Body(string text)
    {
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        return text.Split('\n')[2..^1];
    }

    private static Capture Of(params Distribution[] distributions) =>
        FullCapture.Create() with { Distributions = [.. distributions] };

    private static Distribution Direct(DirectReference reference) => Plain("a", "1.0") with { DirectReference = reference };

    private static Distribution Editable(string? remote, string? commit, bool isDirty = false, string subdirectory = "") =>
        Plain("a", "1.0") with
        {
            DirectReference = new DirectReference("file:///home/ana/a") { IsDirectory = true },
            Editable = new EditableProject("/home/ana/a", new GitState
            {
                WorkTree = "/home/ana/a",
                Subdirectory = subdirectory,
                Commit = commit,
                Remote = remote,
                IsDirty = isDirty,
                ModifiedCount = isDirty ? 2 : 0,
            }),
        };

    internal static Distribution Plain(string name, string version) => new()
    {
        Name = name,
        CanonicalName = Firn.Python.CanonicalName.Of(name),
        Version = version,
        MetadataPath = $"/env/{name}",
        Location = "/env",
    };
}
