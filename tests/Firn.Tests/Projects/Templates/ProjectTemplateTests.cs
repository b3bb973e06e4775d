using Firn.Common;
using Firn.Projects;
using Firn.Projects.Templates;

namespace Firn.Tests.Projects.Templates;

/// <summary>What <c>firn init</c> finds, and the files that it makes of it.</summary>
public sealed class ProjectTemplateTests : IDisposable
{
    private const string CondaLock = "version: 1\nmetadata:\n  platforms: [linux-64, osx-64]\npackage: []\n";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Empty_folder_gives_a_project_without_analyses()
    {
        var project = Read(Find());

        Assert.Empty(project.Analyses);
        Assert.Null(project.Environment);
        Assert.Empty(project.PythonPath);
        Assert.True(project.IsArchived);
        Assert.Equal("0", project.Variables["PYTHONHASHSEED"]);
    }

    [Fact]
    public void Example_that_stands_there_as_a_comment_is_valid()
    {
        var text = ProjectTemplate.Write(Find());
        var analyses = text[text.IndexOf("analyses:", StringComparison.Ordinal)..];
        var project = ProjectReader.ReadText(
            analyses.Replace("  # ", "  ", StringComparison.Ordinal), _folder.Path, ProjectPlatform.Linux);

        Assert.Equal(["train", "eval"], project.Analyses.Select(analysis => analysis.Name));
        Assert.Equal(project.Analyses[0].Reference, Assert.Single(project.Analyses[1].Needs));
    }

    [Fact]
    public void Virtual_environment_scripts_and_packages_are_found()
    {
        _folder.Write("venv/pyvenv.cfg", "home = /usr/bin\nversion = 3.11.7\n");
        _folder.Write("study/__init__.py");
        _folder.Write("train.py");
        _folder.Write("eval.py");
        _folder.Write("tests/test_x.py");
        var found = Find() with { Name = "2024" };

        var project = Read(found);

        Assert.Equal("3.11", found.PythonVersion);
        Assert.Equal("tests", found.Tests);
        Assert.Equal("2024", project.Name);
        Assert.Equal(new EnvironmentChoice(EnvironmentChoiceKind.Prefix, "venv"), project.Environment);
        Assert.Equal<string>(["."], project.PythonPath);
        Assert.Equal(["2024/train", "2024/eval"], project.Analyses.Select(analysis => analysis.Reference));
        Assert.Equal("python train.py", project.Analyses[0].CommandText);
    }

    [Theory]
    [InlineData("conda-lock.yml", CondaLock)]
    [InlineData("gpu.conda-lock.yaml", CondaLock)]
    [InlineData("conda-linux-64.lock", "# platform: linux-64\n@EXPLICIT\n")]
    [InlineData("explicit.txt", "@EXPLICIT\n")]
    [InlineData("pylock.toml", "lock-version = \"1.0\"\ncreated-by = \"x\"\npackages = []\n")]
    [InlineData("pylock.dev.toml", "lock-version = \"1.0\"\ncreated-by = \"x\"\npackages = []\n")]
    [InlineData("requirements-locked.txt", "numpy==2.0\n")]
    [InlineData("requirements.lock", "numpy==2.0\n")]
    public void A_lock_comes_before_the_loose_specs_beside_it(string name, string text)
    {
        _folder.Write("environment.yml", "name: lab\ndependencies: [python]\n");
        _folder.Write("requirements.txt", "numpy\n");
        _folder.Write("pyproject.toml", "[project]\nname = \"p\"\n");
        _folder.Write(name, text);

        Assert.Equal<string>([name], Read(Find()).Environment!.Files);
    }

    [Fact]
    public void Compiled_requirements_are_the_lock_of_the_file_they_were_written_from()
    {
        _folder.Write("requirements.in", "numpy\n");
        _folder.Write("requirements.txt", "numpy==2.0\n");

        Assert.Equal<string>(["requirements.txt"], Read(Find()).Environment!.Files);
    }

    [Theory]
    [InlineData("conda-lock.yml", "version: 1\nmetadata:\n  platforms: [win-64]\npackage: []\n")]
    [InlineData("conda-osx-64.lock", "# platform: osx-64\n@EXPLICIT\n")]
    [InlineData("explicit.txt", "@EXPLICIT\nhttps://conda.anaconda.org/conda-forge/osx-arm64/a-1-0.conda#00000000000000000000000000000000\n")]
    [InlineData("notes.txt", "nothing of the kind\n")]
    public void A_lock_of_another_machine_is_none(string name, string text)
    {
        _folder.Write("environment.yml", "name: lab\ndependencies: [python]\n");
        _folder.Write(name, text);

        Assert.Null(Find().Lock);
        Assert.Null(Read(Find()).Environment);
    }

    [Theory]
    [InlineData("uv.lock", "uv export")]
    [InlineData("poetry.lock", "poetry export")]
    [InlineData("pdm.lock", "pdm export -f pylock")]
    [InlineData("Pipfile.lock", "pipenv requirements")]
    [InlineData("pixi.lock", "pixi workspace export")]
    public void A_lock_of_another_tool_stands_there_with_the_way_to_one_that_is_read(string name, string advice)
    {
        _folder.Write(name, name == "Pipfile.lock" ? "{}" : string.Empty);

        Assert.Contains(advice, ProjectTemplate.Write(Find()), StringComparison.Ordinal);
        Assert.Null(Read(Find()).Environment);
    }

    [Fact]
    public void A_lock_beside_an_environment_that_is_there_is_a_comment()
    {
        _folder.Write(".venv/pyvenv.cfg", "home = /usr/bin\nversion = 3.11.7\n");
        _folder.Write("pylock.toml", "lock-version = \"1.0\"\n");

        Assert.Equal(new EnvironmentChoice(EnvironmentChoiceKind.Prefix, ".venv"), Read(Find()).Environment);
        Assert.Contains("# environment: {from: [pylock.toml]}", ProjectTemplate.Write(Find()), StringComparison.Ordinal);
    }

    [Fact]
    public void Conda_environment_that_is_not_installed_stands_there_as_a_comment()
    {
        _folder.Write("environment.yml", "name: lab\ndependencies: [python]\n");
        _folder.Write("environment-locked.yml", "name: lab\n");

        var text = ProjectTemplate.Write(Find());

        Assert.Contains("# After `micromamba create -n lab -f environment-locked.yml`:\n# environment: {conda: lab}\n", text, StringComparison.Ordinal);
        Assert.Null(ProjectReader.ReadText(text, _folder.Path, ProjectPlatform.Linux).Environment);
    }

    [Fact]
    public void Conda_environment_that_is_installed_is_taken()
    {
        _folder.Write("environment.yml", "name: lab\n");

        var project = Read(Find() with { IsCondaInstalled = true });

        Assert.Equal(new EnvironmentChoice(EnvironmentChoiceKind.CondaName, "lab"), project.Environment);
    }

    [Theory]
    [InlineData("name: {{ name }}\n")]
    [InlineData("name: \"a\\nb\"\n")]
    [InlineData("name: a b; rm -rf\n")]
    [InlineData("- x\n")]
    [InlineData("name: [\n")]
    [InlineData("")]
    public void Conda_name_that_is_no_plain_word_is_none(string text)
    {
        _folder.Write("environment.yml", text);

        Assert.Null(Find().CondaName);
        Read(Find());
    }

    [Fact]
    public void Names_of_folders_become_names_of_subjects()
    {
        Directory.CreateDirectory(_folder["my study@2: #1"]);

        var found = ProjectFinder.Find(_folder["my study@2: #1"], SystemContext());

        Assert.Equal("my-study-2---1", found.Name);
        Assert.Equal("my-study-2---1", Read(found).Name);
    }

    [Theory]
    [InlineData(null, ".firn/\n")]
    [InlineData("", ".firn/\n")]
    [InlineData("*.pyc", "*.pyc\n.firn/\n")]
    [InlineData("*.pyc\n", "*.pyc\n.firn/\n")]
    [InlineData(".firn\n", ".firn\n")]
    [InlineData("a\r\n/.firn/\r\n", "a\r\n/.firn/\r\n")]
    public void Gitignore_gets_the_line_once(string? text, string expected) =>
        Assert.Equal(expected, GitIgnoreLine.With(text));

    [Fact]
    public void Requirements_and_pyproject_are_both_installed()
    {
        _folder.Write("requirements.txt");
        _folder.Write("pyproject.toml");
        var found = Find();

        Assert.Contains("pip install -r requirements.txt -e .\n", WorkflowTemplate.Write(found), StringComparison.Ordinal);
        Assert.Contains("pip install --no-cache-dir -r \"/tmp/environment/requirements.txt\"", DevcontainerTemplate.Dockerfile(found), StringComparison.Ordinal);
        Assert.Contains("\"postCreateCommand\": \"/opt/venv/bin/python -m pip install -e .\"", DevcontainerTemplate.Baked(found), StringComparison.Ordinal);
        Assert.Contains("python -m venv .venv", DevcontainerTemplate.Guide(found), StringComparison.Ordinal);
    }

    [Fact]
    public void Conda_specs_are_installed_by_micromamba()
    {
        _folder.Write("environment.yml", "name: lab\n");
        var found = Find();

        Assert.Contains("mamba-org/setup-micromamba@", WorkflowTemplate.Write(found), StringComparison.Ordinal);
        Assert.Contains("shell: bash -el {0}", WorkflowTemplate.Write(found), StringComparison.Ordinal);
        Assert.Contains("micromamba create --yes --prefix", DevcontainerTemplate.Dockerfile(found), StringComparison.Ordinal);
        Assert.Contains("bin/micromamba", DevcontainerTemplate.Guide(found), StringComparison.Ordinal);
    }

    private FoundProject Find() => ProjectFinder.Find(_folder.Path, SystemContext());

    private Project Read(FoundProject found) =>
        ProjectReader.ReadText(ProjectTemplate.Write(found), _folder.Path, ProjectPlatform.Linux);

    private SystemContext SystemContext() => new()
    {
        Variables = new Dictionary<string, string>(),
        HomeDirectory = _folder["home"],
        CurrentDirectory = _folder.Path,
    };
}
