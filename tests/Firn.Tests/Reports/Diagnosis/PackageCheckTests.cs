using Firn.Reports.Diagnosis;

namespace Firn.Tests.Reports.Diagnosis;

public sealed class PackageCheckTests
{
    private static readonly byte[] Code = "answer = 42\n"u8.ToArray();

    [Fact]
    public void Sound_environment_has_no_finding()
    {
        using var machine = DoctorMachine.Posix();
        machine.Install("snow", "1.0", ("snow/__init__.py", Code));

        Assert.Empty(machine.Found());
        Assert.Empty(machine.Found(readsData: true));
    }

    [Theory]
    [InlineData("sitecustomize.py", "warning file-of-no-package")]
    [InlineData("usercustomize/__init__.py", "warning file-of-no-package")]
    [InlineData("zzz.pth", "warning file-of-no-package")]
    [InlineData("later.py", "info file-of-no-package")]
    public void What_no_package_brought_is_named_where_data_is_read(string path, string finding)
    {
        using var machine = DoctorMachine.Posix();
        machine.Install("snow", "1.0", ("snow/__init__.py", Code));
        machine.Write($"{machine.Site[(machine.Prefix.Length + 1)..]}/{path}", path.EndsWith(".pth", StringComparison.Ordinal) ? [] : Code);

        Assert.Empty(machine.Found());
        Assert.Equal([finding], machine.Found(readsData: true));
    }

    [Fact]
    public void Pair_that_crashes_on_macos_is_a_warning_there_alone()
    {
        using var linux = DoctorMachine.Posix();
        using var mac = DoctorMachine.Posix();
        foreach (var machine in (DoctorMachine[])[linux, mac])
        {
            machine.Install("pyarrow", "21.0.0");
            machine.Install("tensorflow", "2.20.0");
        }

        mac.Install("numpy", "2.1", ("numpy/_core.cpython-311-darwin.so", Code));

        Assert.Equal(["info fragile-package"], linux.Found());
        Assert.Equal(["warning fragile-package"], mac.Found());
    }

    [Theory]
    [InlineData("0.14.1", "warning fragile-package")]
    [InlineData("0.15.0", null)]
    [InlineData("17.0.0", "info fragile-package")]
    [InlineData("17.0.1", null)]
    public void Rule_for_a_version_holds_for_it(string version, string? expected)
    {
        using var machine = DoctorMachine.Posix();
        machine.Install("pyarrow", version);
        machine.Install("torch", "1.3.1");

        Assert.Equal(expected is null ? [] : [expected], machine.Found());
    }

    [Fact]
    public void Two_distributions_of_one_module_are_one_finding()
    {
        using var machine = DoctorMachine.Posix();
        machine.Install("opencv-python", "4.10", ("cv2/__init__.py", Code));
        machine.Install("opencv-python-headless", "4.11", ("cv2/__init__.py", "other = 1\n"u8.ToArray()));

        var finding = Assert.Single(machine.Examine().Findings);

        Assert.Equal("module-twice", finding.Code);
        Assert.Contains("pip uninstall opencv-python opencv-python-headless", finding.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void File_of_another_size_is_edited_and_same_size_is_found_by_reading()
    {
        using var machine = DoctorMachine.Posix();
        machine.Install("snow", "1.0", ("snow/a.py", Code), ("snow/b.py", Code), ("snow/c.py", Code));
        File.WriteAllText(machine.Site + "/snow/a.py", "answer = 4\n");
        File.WriteAllText(machine.Site + "/snow/b.py", "answer = 41\n");
        File.Delete(machine.Site + "/snow/c.py");

        var seen = machine.Examine().Findings;
        var read = machine.Examine(readsData: true).Findings;

        Assert.Equal(["file-edited", "file-missing"], seen.Select(finding => finding.Code));
        Assert.Equal([machine.Site + "/snow/a.py"], seen[0].Places.Select(place => place.Path));
        Assert.Equal("a file of snow has another size than is recorded", seen[0].Message);
        Assert.Equal(
            [machine.Site + "/snow/a.py", machine.Site + "/snow/b.py"], read[0].Places.Select(place => place.Path));
        Assert.Equal("2 files of snow differ from what is recorded of them", read[0].Message);
    }

    [Fact]
    public void File_of_two_packages_is_a_warning_where_contents_differ()
    {
        using var machine = DoctorMachine.Posix();
        machine.Install("one", "1", ("shared/__init__.py", []), ("shared/a.py", Code), ("tests/__init__.py", Code));
        machine.Install("two", "1", ("shared/__init__.py", []));
        Assert.Empty(machine.Found());

        machine.Install("three", "1", ("tests/__init__.py", "other = 1\n"u8.ToArray()));
        Assert.Equal(["info file-owned-by-two"], machine.Found());
        machine.Install("zope.a", "1", ("zope/__init__.py", "__import__('pkg_resources').declare_namespace(__name__)\n"u8.ToArray()));
        machine.Install("zope.b", "1", ("zope/__init__.py", "# b\n__import__('pkg_resources').declare_namespace(__name__)\n"u8.ToArray()));
        Assert.Equal(["info file-owned-by-two", "info file-owned-by-two"], machine.Found());

        machine.Install("two", "1", ("shared/a.py", "other = 1\n"u8.ToArray()));
        var finding = machine.Examine().Findings[0];
        Assert.Equal((DiagnosisLevel.Warning, "file-owned-by-two"), (finding.Level, finding.Code));
        Assert.Equal(["one", "two"], finding.Packages.ToArray());
    }

    [Fact]
    public void Broken_metadata_and_leftovers_are_warnings()
    {
        using var machine = DoctorMachine.Posix();
        Directory.CreateDirectory(machine.Site + "/~umpy-1.0.dist-info");
        Directory.CreateDirectory(machine.Site + "/snow-1.0.dist-info");
        File.WriteAllText(machine.Site + "/snow-1.0.dist-info/RECORD", "");

        var findings = machine.Examine().Findings;

        Assert.All(findings, finding => Assert.Equal("metadata-broken", finding.Code));
        Assert.Contains(findings, finding => finding.Places[0].Path.EndsWith("~umpy-1.0.dist-info", StringComparison.Ordinal));
        Assert.Contains(findings, finding => finding.Places[0].Path.Contains("snow-1.0", StringComparison.Ordinal));
    }

    [Fact]
    public void Interpreter_that_is_gone_is_an_error()
    {
        using var machine = DoctorMachine.Posix();
        Directory.Delete(Path.GetFullPath(machine.Prefix + "/../../opt/python"), recursive: true);

        Assert.Contains("error interpreter-is-missing", machine.Found());
    }

    [Fact]
    public void Two_versions_in_one_folder_are_a_warning()
    {
        using var machine = DoctorMachine.Posix();
        machine.Install("snow", "1.0");
        machine.Install("snow", "2.0");

        Assert.Equal(["warning distribution-twice"], machine.Found());
    }

    [Fact]
    public void What_no_index_has_is_named_once()
    {
        using var machine = DoctorMachine.Posix();
        File.WriteAllText(
            machine.Install("mine", "1.0") + "/direct_url.json", """{"url":"file:///data/mine-1.0.whl","archive_info":{}}""");
        File.WriteAllText(
            machine.Install("theirs", "1.0+abc") + "/direct_url.json",
            """{"url":"https://example.org/theirs.git","vcs_info":{"vcs":"git","commit_id":"0000000000000000000000000000000000000000"}}""");
        machine.Install("torch", "2.5.1+cu124");

        var findings = machine.Examine().Findings;

        Assert.Equal(["local-version", "not-from-an-index"], findings.Select(finding => finding.Code));
        Assert.Equal(["torch"], findings[0].Packages.ToArray());
        Assert.Equal(["mine"], findings[1].Packages.ToArray());
    }

    [Fact]
    public void Pythonpath_is_a_warning_where_it_brings_packages()
    {
        using var machine = DoctorMachine.Posix();
        var folder = Directory.CreateDirectory(machine.Prefix + "/../project").FullName;
        machine.Variables["PYTHONPATH"] = folder;
        Assert.Equal(["info pythonpath"], machine.Found());

        Directory.CreateDirectory(folder + "/snow-1.0.dist-info");
        File.WriteAllText(folder + "/snow-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: snow\nVersion: 1.0\n");
        File.WriteAllText(folder + "/snow-1.0.dist-info/RECORD", "snow-1.0.dist-info/RECORD,,\n");
        Assert.Equal(["warning pythonpath"], machine.Found());
    }

    [Fact]
    public void Own_site_packages_in_a_conda_environment_are_a_warning()
    {
        using var machine = DoctorMachine.Conda();
        var folder = Path.Join(machine.SystemContext.HomeDirectory, ".local/lib/python3.11/site-packages/snow-1.0.dist-info");
        Directory.CreateDirectory(folder);
        File.WriteAllText(folder + "/METADATA", "Metadata-Version: 2.1\nName: snow\nVersion: 1.0\n");
        File.WriteAllText(folder + "/RECORD", "snow-1.0.dist-info/RECORD,,\n");

        var finding = Assert.Single(machine.Examine().Findings);

        Assert.Equal((DiagnosisLevel.Warning, "user-site"), (finding.Level, finding.Code));
        Assert.Equal(["snow"], finding.Packages.ToArray());
    }

    [SkippableFact]
    public void Editable_install_with_uncommitted_changes_is_a_warning()
    {
        using var machine = DoctorMachine.Posix();
        var project = Directory.CreateDirectory(machine.Prefix + "/../project").FullName;
        File.WriteAllText(project + "/snow.py", "a = 1\n");
        File.WriteAllText(
            machine.Install("snow", "1.0") + "/direct_url.json",
            $$$"""{"url":"file://{{{project}}}","dir_info":{"editable":true}}""");
        Assert.Equal(["info editable-without-git", "info not-from-an-index"], machine.Found());

        Git(project, "init", "-q");
        Git(project, "add", ".");
        Git(project, "-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "-q", "-m", "First");
        Assert.Equal(["info not-from-an-index"], machine.Found());

        File.WriteAllText(project + "/snow.py", "a = 2 + 2\n");
        Assert.Equal(["warning editable-uncommitted", "info not-from-an-index"], machine.Found());
    }

    private static void Git(string folder, params string[] arguments) => Firn.Tests.Host.Binaries.RealTool.Run("git", ["-C", folder, .. arguments]);
}
