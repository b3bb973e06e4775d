using Firn.Common;
using Firn.Projects;

namespace Firn.Tests.Projects;

/// <summary>What <c>firn.yaml</c> says, read.</summary>
public sealed class ProjectReaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Whole_file_is_read()
    {
        var project = Read("""
            # yaml-language-server: $schema=.firn/firn-yaml.schema.json
            name: study
            environment: .venv
            pythonpath: [., lib/python]
            variables:
              PYTHONHASHSEED: 0
              TOKENIZERS_PARALLELISM: false
              CUBLAS_WORKSPACE_CONFIG: ":4096:8"
              EMPTY: ""
              HTTP_PROXY: null
            threads: 2
            store: ../store
            archive:
              interpreter: true
            analyses:
              cohort/train:
                command: python train.py --epochs 2
                inputs: [data/*.csv, /srv/clinical/mimic.csv]
                outputs: results/
              cohort/eval:
                command: [python, eval.py, --run_dir, "results/run 1", ""]
                needs: train
                outputs:
                  - ./report.json
                environment: {conda: lab}
                pythonpath: other
                variables:
                  PYTHONHASHSEED: 1
                threads: 1
            """);

        Assert.Equal("study", project.Name);
        Assert.Equal(new EnvironmentChoice(EnvironmentChoiceKind.Prefix, ".venv"), project.Environment);
        Assert.Equal<string>([".", "lib/python"], project.PythonPath);
        Assert.Equal("0", project.Variables["PYTHONHASHSEED"]);
        Assert.Equal("false", project.Variables["TOKENIZERS_PARALLELISM"]);
        Assert.Equal(":4096:8", project.Variables["CUBLAS_WORKSPACE_CONFIG"]);
        Assert.Equal(string.Empty, project.Variables["EMPTY"]);
        Assert.Null(project.Variables["HTTP_PROXY"]);
        Assert.Equal(2, project.Threads);
        Assert.Equal("../store", project.Store);
        Assert.True(project.IsArchived);
        Assert.True(project.ArchivesInterpreter);

        var train = project.Analyses[0];
        Assert.Equal("cohort/train", train.Reference);
        Assert.Equal<string>(["sh", "-c", "python train.py --epochs 2"], train.Command);
        Assert.Equal("python train.py --epochs 2", train.CommandText);
        Assert.Equal<string>(["data/*.csv", "/srv/clinical/mimic.csv"], train.Inputs);
        Assert.Equal<string>(["results/**"], train.Outputs);
        Assert.Equal(project.Environment, train.Environment);
        Assert.Equal(project.Variables, train.Variables);
        Assert.Equal(2, train.Threads);
        Assert.Equal(16, train.Line);

        var eval = project.Analyses[1];
        Assert.Equal<string>(["python", "eval.py", "--run_dir", "results/run 1", ""], eval.Command);
        Assert.Equal("python eval.py --run_dir 'results/run 1' ''", eval.CommandText);
        Assert.Equal<string>(["cohort/train"], eval.Needs);
        Assert.True(eval.Inputs.IsDefault);
        Assert.Equal<string>(["report.json"], eval.Outputs);
        Assert.Equal(new EnvironmentChoice(EnvironmentChoiceKind.CondaName, "lab"), eval.Environment);
        Assert.Equal<string>(["other"], eval.PythonPath);
        Assert.Equal("1", eval.Variables["PYTHONHASHSEED"]);
        Assert.Null(eval.Variables["HTTP_PROXY"]);
        Assert.Equal(1, eval.Threads);
    }

    [Fact]
    public void Analyses_may_be_a_list()
    {
        var project = Read("""
            analyses:
              - subject: GW150914
                name: Prod0
                command: "true"
              - {subject: "190521", name: Prod0, command: "true", needs: [GW150914/Prod0]}
            """);

        Assert.Equal(["GW150914/Prod0", "190521/Prod0"], project.Analyses.Select(analysis => analysis.Reference));
        Assert.Equal<string>(["GW150914/Prod0"], project.Analyses[1].Needs);
        Assert.Equal(2, project.Analyses[0].Line);
    }

    [Theory]
    [InlineData("")]
    [InlineData("# nothing yet\n")]
    [InlineData("---\n")]
    [InlineData("{}")]
    public void Empty_file_is_a_project(string text)
    {
        var project = Read(text);

        Assert.Equal(Path.GetFileName(_folder.Path), project.Name);
        Assert.Empty(project.Analyses);
        Assert.Null(project.Environment);
        Assert.Null(project.Threads);
        Assert.True(project.IsArchived);
    }

    [Theory]
    [InlineData(".venv", EnvironmentChoiceKind.Prefix, ".venv")]
    [InlineData("python3.11", EnvironmentChoiceKind.Python, "python3.11")]
    [InlineData("/usr/bin/python3", EnvironmentChoiceKind.Python, "/usr/bin/python3")]
    [InlineData("env", EnvironmentChoiceKind.Prefix, "env")]
    [InlineData("python-env", EnvironmentChoiceKind.Prefix, "python-env")]
    [InlineData("tool", EnvironmentChoiceKind.Python, "tool")]
    [InlineData("{prefix: python3}", EnvironmentChoiceKind.Prefix, "python3")]
    [InlineData("{python: ./tool}", EnvironmentChoiceKind.Python, "./tool")]
    [InlineData("{conda: lab}", EnvironmentChoiceKind.CondaName, "lab")]
    [InlineData("{capture: captures/2026}", EnvironmentChoiceKind.Capture, "captures/2026")]
    [InlineData("{linux: .venv, macos: {conda: lab}}", EnvironmentChoiceKind.Prefix, ".venv")]
    public void Environment_is_read(string text, object kind, string value)
    {
        Directory.CreateDirectory(_folder["python-env"]);
        _folder.Write("tool");

        Assert.Equal(new EnvironmentChoice((EnvironmentChoiceKind)kind, value), Read($"environment: {text}").Environment);
    }

    [Fact]
    public void Platform_decides()
    {
        const string Text = "environment:\n  linux: .venv\n  macos: {conda: lab}\nanalyses:\n  a/b: {command: python x.py}\n";

        var mac = ProjectReader.ReadText(Text, _folder.Path, ProjectPlatform.MacOS);
        Assert.Equal(new EnvironmentChoice(EnvironmentChoiceKind.CondaName, "lab"), mac.Analyses[0].Environment);

        var failure = Assert.Throws<FirnException>(
            () => ProjectReader.ReadText(Text, _folder.Path, ProjectPlatform.Windows));
        Assert.Equal("firn.yaml:2:3: environment has none for windows", failure.Message);
    }

    [Fact]
    public void Text_goes_through_cmd_on_windows() => Assert.Equal<string>(
        ["cmd", "/d", "/s", "/c", "python x.py"],
        ProjectReader.ReadText("analyses: {a/b: {command: python x.py}}", _folder.Path, ProjectPlatform.Windows)
            .Analyses[0].Command);

    [Theory]
    [InlineData("true", true)]
    [InlineData("false", false)]
    [InlineData("{}", true)]
    public void Archive_is_a_switch_or_a_mapping(string text, bool expected)
    {
        var project = Read($"archive: {text}");

        Assert.Equal(expected, project.IsArchived);
        Assert.False(project.ArchivesInterpreter);
    }

    [Fact]
    public void File_is_read_with_a_byte_order_mark()
    {
        _folder.Write("firn.yaml", "\ufeffname: study\n");

        Assert.Equal("study", ProjectReader.Read(_folder.Path).Name);
    }

    [Fact]
    public void File_that_is_no_utf8_is_refused()
    {
        _folder.Write("firn.yaml", [(byte)'a', 0xff]);

        Assert.Contains("not UTF-8", Assert.Throws<FirnException>(() => ProjectReader.Read(_folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_file_is_named()
    {
        var failure = Assert.Throws<FirnException>(() => ProjectReader.Read(_folder.Path));

        Assert.Contains(_folder.Path, failure.Message, StringComparison.Ordinal);
        Assert.Contains("firn init", failure.Hint.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Analysis_is_found_by_its_reference()
    {
        var project = Read("analyses: {a/train: {command: x}, a/eval: {command: y}}");

        Assert.Equal("y", ProjectReader.Find(project, "a/eval").CommandText);
        var failure = Assert.Throws<FirnException>(() => ProjectReader.Find(project, "a/trian"));
        Assert.Equal("did you mean a/train?", failure.Hint);
        Assert.Equal(FailureKind.InvalidRequest, failure.Kind);
    }

    private Project Read(string text) => ProjectReader.ReadText(text, _folder.Path, ProjectPlatform.Linux);
}
