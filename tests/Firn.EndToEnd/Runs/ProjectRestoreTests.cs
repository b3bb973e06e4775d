using Firn.EndToEnd.Support;

namespace Firn.EndToEnd.Runs;

/// <summary>Restores of environments whose packages come from projects, or from other layers, and what verify sees in them.</summary>
[Collection(MachinePythons.Name)]
public sealed class ProjectRestoreTests(PublishedFirn firn) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [SkippableFact]
    public void Two_editable_projects_of_one_repository_come_back_each_with_its_folder()
    {
        var environment = MakeEnvironment();
        var repository = _folder.PathOf("repository");
        foreach (var name in new[] { "one", "two" })
        {
            var project = SourceProject.Modern(Path.Join(repository, "packages", name), name, "https://example.org/x.git");
            Directory.Delete(Path.Join(project, ".git"), recursive: true);
            environment.Install("--no-build-isolation", "-e", project);
        }

        SourceProject.Git(repository, "init", "--quiet", "--initial-branch=main");
        SourceProject.Git(repository, "add", ".");
        SourceProject.Git(repository, "-c", "user.name=T", "-c", "user.email=t@example.org", "commit", "--quiet", "-m", "Both");
        SourceProject.Git(repository, "remote", "add", "origin", "https://example.org/x.git");
        var freeze = environment.Run("-m", "pip", "freeze").MustReturn(0).StandardOutput;

        var restored = ArchiveAndRestore("with space");

        Directory.Move(repository, _folder.PathOf("hidden"));
        Assert.Equal(freeze, restored.Run("-m", "pip", "freeze").MustReturn(0).StandardOutput);
        Assert.Equal(
            _folder.PathOf("with space", "src", "two", "packages", "two", "two.py") + "\n",
            restored.Run("-c", "import one, two; print(two.__file__)").MustReturn(0).StandardOutput);
    }

    [SkippableFact]
    public void A_develop_install_has_scripts_that_run_from_the_restored_project()
    {
        var environment = MakeEnvironment();
        Part.MustBePresent(environment.Run("-c", "import setuptools").ExitCode == 0, "there is no setuptools");
        var project = _folder.PathOf("project");
        Directory.CreateDirectory(Path.Join(project, "src", "dev"));
        File.WriteAllText(
            Path.Join(project, "setup.py"),
            "from setuptools import setup\nsetup(name='dev', version='1', package_dir={'': 'src'}, packages=['dev'], scripts=['tool'])\n");
        File.WriteAllText(Path.Join(project, "src", "dev", "__init__.py"), "x = 1\n");
        File.WriteAllText(Path.Join(project, "tool"), "#!/usr/bin/env python\nprint('tool runs')\n");
        new ProcessRunner { WorkingDirectory = project, Variables = environment.Variables }
            .Run(environment.Python, "setup.py", "-q", "develop", "--no-deps").MustReturn(0);

        var restored = ArchiveAndRestore("with space");

        Directory.Move(project, _folder.PathOf("hidden"));
        Assert.Equal("tool runs\n", new ProcessRunner().Run(
            Path.Join(Path.GetDirectoryName(restored.Python)!, "tool")).MustReturn(0).StandardOutput);
    }

    [SkippableFact]
    public void Packages_of_the_base_that_the_environment_hides_stay_hidden()
    {
        var environment = MakeEnvironment("--system-site-packages");
        var site = _folder.PathOf("old", "lib", "python3.11", "site-packages", "pip", "_vendor", "certifi", "cacert.pem");
        var certificates = File.ReadAllText(site);
        var freeze = environment.Run("-m", "pip", "freeze", "--all").MustReturn(0).StandardOutput;

        var restored = ArchiveAndRestore("new");

        Assert.Equal(freeze, restored.Run("-m", "pip", "freeze", "--all").MustReturn(0).StandardOutput);
        Assert.Equal(certificates, File.ReadAllText(site.Replace(_folder.PathOf("old"), _folder.PathOf("new"), StringComparison.Ordinal)));
    }

    [SkippableFact]
    public void Verify_names_what_was_edited_added_and_removed()
    {
        MakeEnvironment().Install(WheelFile.WithEverything("demo", "1.0").WriteTo(_folder.PathOf("wheels")));
        ArchiveAndRestore("new");
        var site = _folder.PathOf("new", "lib", "python3.11", "site-packages");
        File.AppendAllText(Path.Join(site, "demo.py"), "edited = 1\n");
        File.Delete(Path.Join(site, "demo_extra.py"));
        File.WriteAllText(Path.Join(site, "added.py"), string.Empty);
        File.Delete(_folder.PathOf("new", ".firn", "python", "lib", "python3.11", "json", "tool.py"));

        var result = Firn("verify", _folder.PathOf("capture"), _folder.PathOf("new"), "--read-data", "--store", _folder.PathOf("store"));

        var lines = result.MustReturn(3).StandardOutput.Split('\n')
            .Where(line => line.Contains(_folder.Root, StringComparison.Ordinal) && line.StartsWith("  ", StringComparison.Ordinal))
            .Select(line => $"{line.Trim().Split(' ')[0]} {Path.GetFileName(line)}");
        Assert.Equal(["missing tool.py", "added added.py", "edited demo.py", "missing demo_extra.py"], lines);
    }

    public void Dispose() => _folder.Dispose();

    private PythonRunner MakeEnvironment(params string[] options) =>
        new PythonRunner(RealPython.Of("3.11")).MakeEnvironment(_folder.PathOf("old"), options);

    private PythonRunner ArchiveAndRestore(string name)
    {
        Firn("capture", _folder.PathOf("old"), "--archive", "--yes", "--store", _folder.PathOf("store"), "-o", _folder.PathOf("capture")).MustReturn(0);
        Firn("restore", _folder.PathOf("capture"), "--store", _folder.PathOf("store"), "--to", _folder.PathOf(name)).MustReturn(0);
        Firn("verify", _folder.PathOf("capture"), _folder.PathOf(name), "--read-data", "--store", _folder.PathOf("store")).MustReturn(0);
        return new PythonRunner(_folder.PathOf(name, "bin", "python"));
    }

    private ProcessResult Firn(params IEnumerable<string> arguments) => firn.Run(
        new ProcessRunner
        {
            Variables = new Dictionary<string, string?>(PythonRunner.Clean()) { ["FIRN_CACHE"] = _folder.PathOf("cache") },
            WorkingDirectory = "/",
            Timeout = TimeSpan.FromMinutes(4),
        },
        arguments);
}
