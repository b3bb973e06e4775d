using Firn.EndToEnd.Support;

namespace Firn.EndToEnd.Captures;

/// <summary><c>--format requirements</c>, line by line through pip's own parser.</summary>
public sealed class RequirementsTests(PublishedFirn firn) : IClassFixture<PublishedFirn>
{
    // What pip does with a file before it looks for packages.
    private const string Script = """
        import sys
        from pip._internal.req import parse_requirements
        from pip._internal.req.constructors import install_req_from_parsed_requirement
        from pip._internal.network.session import PipSession
        from pip._internal.index.package_finder import PackageFinder
        for line in parse_requirements(sys.argv[1], session=PipSession()):
            requirement = install_req_from_parsed_requirement(line)
            link = requirement.link.url if requirement.link else ''
            print(requirement.name, requirement.specifier, link, 'editable' if requirement.editable else '')
        """;

    [SkippableTheory]
    [InlineData("system")]
    [InlineData("3.11")]
    public void Export_requirements_is_read_by_pip(string name)
    {
        using var folder = new TemporaryFolder();
        var python = RealPython.Of(name);

        var lines = Parsed(folder, python);

        var expected = firn.Run("export", python, "--format", "pip").MustReturn(0).StandardOutput.Count(c => c == '\n');
        Assert.True(lines.Length >= expected * 9 / 10, $"{lines.Length} of {expected} lines");
    }

    [SkippableFact]
    public void Export_requirements_of_odd_names_gives_no_line_that_pip_misreads()
    {
        using var environment = new PlainEnvironment();
        Write("direct", """{"url":"https://example.org/direct-1.0-py3-none-any.whl","archive_info":{"hash":"sha256=aa"}}""");
        Write("local", """{"url":"file:///home/someone/local-1.0-py3-none-any.whl","archive_info":{}}""");
        Write("vcs", """{"url":"https://example.org/vcs.git","vcs_info":{"vcs":"git","commit_id":"0123456789012345678901234567890123456789"}}""");
        Write("evil", """{"url":"https://example.org/x\n-r /etc/passwd\n#","archive_info":{}}""");
        Write("evilvcs", """{"url":"https://example.org/x","vcs_info":{"vcs":"git","commit_id":"a\n--index-url https://evil.example.org"}}""");
        var project = SourceProject.Modern(environment.Root + "/project", "edited", "https://example.org/p.git");
        environment.AddEditable("edited", "file://" + project, project);
        // The folder's name breaks the comment that tells of it.
        var broken = environment.Root + "/pro\n--index-url https://evil.example.org\n#";
        Directory.CreateDirectory(broken);
        environment.AddEditable("lost", new Uri(broken).AbsoluteUri, environment.Root);
        using var folder = new TemporaryFolder();

        var text = firn.Run("export", environment.Prefix, "--format", "requirements").MustReturn(0).StandardOutput;
        Assert.DoesNotContain("\n-r", text);
        Assert.DoesNotContain("\n--index-url", text);
        var lines = Parsed(folder, environment.Prefix);

        Assert.Contains("victim ==1.0  ", lines);
        Assert.Contains("local ==1.0  ", lines);
        Assert.Contains(lines, line => line.StartsWith("direct  https://example.org/direct-1.0", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("git+https://example.org/vcs.git@0123456789"));
        Assert.Contains(lines, line => line.Contains("git+https://example.org/p.git@"));

        void Write(string name, string json) =>
            File.WriteAllText(environment.AddDistribution(name) + "/direct_url.json", json);
    }

    /// <summary>
    /// Egg-links whose code lies below the project: the requirement names the project that pip freeze names, and none where
    /// that is the repository itself.
    /// </summary>
    [SkippableTheory]
    [InlineData("", "src", "setup.py")]
    [InlineData("", "lib/python", "pyproject.toml")]
    [InlineData("packages/a", "packages/a/src", "setup.py")]
    [InlineData("packages/a", "packages/a", "setup.py")]
    [InlineData("", "", "setup.py")]
    [InlineData("one/two", "one/two/three/four", "pyproject.toml")]
    public void Export_requirements_of_an_egg_link_names_the_project(string project, string code, string marker)
    {
        using var folder = new TemporaryFolder();
        var python = new PythonRunner(RealPython.Of("3.11")).MakeEnvironment(folder.PathOf("env"));
        var repository = folder.PathOf("repository");
        var link = Path.TrimEndingDirectorySeparator(Path.Join(repository, code));
        Directory.CreateDirectory(Path.Join(link, "pkga.egg-info"));
        File.WriteAllText(Path.Join(link, "pkga.egg-info", "PKG-INFO"), "Metadata-Version: 2.1\nName: pkga\nVersion: 0.3\n");
        File.WriteAllText(Path.Join(repository, project, marker), string.Empty);
        SourceProject.Git(repository, "init", "--quiet");
        SourceProject.Git(repository, "add", ".");
        SourceProject.Git(repository, "-c", "user.name=Test", "-c", "user.email=test@example.org", "commit", "--quiet", "-m", "A project");
        SourceProject.Git(repository, "remote", "add", "origin", "https://example.org/me/pkga.git");
        var site = folder.PathOf("env", "lib", "python3.11", "site-packages");
        File.WriteAllText(Path.Join(site, "pkga.egg-link"), link + "\n../");
        File.WriteAllText(Path.Join(site, "easy-install.pth"), link + "\n");

        var line = firn.Run("export", folder.PathOf("env"), "--format", "requirements").MustReturn(0).StandardOutput
            .Split('\n').Single(text => text.StartsWith("pkga", StringComparison.Ordinal));

        // -e git+URL@COMMIT#egg=pkga&subdirectory=PLACE
        var frozen = python.Run("-m", "pip", "freeze").MustReturn(0).StandardOutput.Split('\n').Single(text => text.Contains("pkga", StringComparison.Ordinal));
        var expected = frozen["-e ".Length..].Replace("#egg=pkga&", "#", StringComparison.Ordinal).Replace("#egg=pkga", string.Empty, StringComparison.Ordinal);
        Assert.Equal($"pkga @ {expected}", line);
        Assert.Equal(project.Length > 0, line.EndsWith($"#subdirectory={project}", StringComparison.Ordinal) && project.Length > 0);
    }

    private string[] Parsed(TemporaryFolder folder, string environment)
    {
        var file = folder.PathOf("requirements.txt");
        File.WriteAllText(file, firn.Run("export", environment, "--format", "requirements").MustReturn(0).StandardOutput);
        return new PythonRunner(RealPython.Of("system")).Run("-c", Script, file).MustReturn(0)
            .StandardOutput.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
