using Firn.Archives.Documents;
using Firn.Cli;

namespace Firn.Tests.Archives.Planning;

/// <summary>Code outside of the prefix, and the names of the prefix, in the archive's document.</summary>
public sealed class SysPathCodeTests : IDisposable
{
    private readonly ArchiveMachine _machine = new();

    public SysPathCodeTests() => Skip.If(OperatingSystem.IsWindows(), "environments are archived on POSIX");

    public void Dispose() => _machine.Dispose();

    [SkippableFact]
    public void A_folder_of_a_path_file_is_a_project_and_the_line_its_token()
    {
        var prefix = _machine.Environment("env");
        _machine.Write("dev/My.Code/module.py", "V = 1\n");
        _machine.Write("dev/other/my-code/second.py", "V = 2\n");
        _machine.Write(
            $"env/{ArchiveMachine.Site}/own.pth",
            $"# a comment\n{_machine.At("dev/My.Code")}\n../../../../dev/other/my-code/\nimport os\n../../../../gone\n");

        var document = _machine.Document(_machine.Archive(prefix));

        Assert.Equal(
            [("my-code", "src/my-code"), ("my-code-2", "src/my-code-2")],
            document.Environment.Packages.Where(package => package.Kind == ArchivedPackageKind.Project).Select(package => (package.Name, package.Root)));
        Assert.Equal(["module.py"], _machine.Members(ArchiveMachine.Package(document, "my-code")));
        Assert.Equal(
            "# a comment\n/@firn-project:my-code@\n/@firn-project:my-code-2@\nimport os\n../../../../gone\n",
            document.Environment.Texts.Single(text => text.Path.EndsWith("own.pth", StringComparison.Ordinal)).Text);
        Assert.Empty(document.LeftOut);
    }

    [SkippableFact]
    public void A_folder_of_another_installation_is_not_taken_twice()
    {
        var prefix = _machine.Environment("env");
        _machine.Write("shared/lib/python3.11/site-packages/owned.py", "V = 2\n");
        _machine.Write("shared/lib/python3.11/site-packages/loose.py", "V = 3\n");
        _machine.Write("shared/lib/python3.11/site-packages/owned-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: owned\nVersion: 1.0\n");
        _machine.Write("shared/lib/python3.11/site-packages/owned-1.0.dist-info/RECORD", "owned.py,,\nowned-1.0.dist-info/METADATA,,\nowned-1.0.dist-info/RECORD,,\n");
        _machine.Write($"env/{ArchiveMachine.Site}/own.pth", _machine.At("shared/lib/python3.11/site-packages") + "\n");

        var document = _machine.Document(_machine.Archive(prefix));

        Assert.DoesNotContain(document.Environment.Packages, package => package.Kind == ArchivedPackageKind.Project);
        Assert.Contains($"{ArchiveMachine.Site}/owned.py", _machine.Members(ArchiveMachine.Package(document, "owned")));
        Assert.Contains(
            document.Environment.Packages.Where(package => package.Kind == ArchivedPackageKind.Rest),
            package => _machine.Members(package).Contains($"{ArchiveMachine.Site}/loose.py"));
        Assert.Equal(
            $"/@firn-prefix@/{ArchiveMachine.Site}\n",
            document.Environment.Texts.Single(text => text.Path.EndsWith("own.pth", StringComparison.Ordinal)).Text);
    }

    [SkippableFact]
    public void What_is_not_archived_makes_the_capture_return_4()
    {
        var prefix = _machine.Environment("env");
        _machine.Write("variable/module.py", "V = 1\n");
        _machine.Write("nothing/readme.txt", "no code\n");
        _machine.Machine.Variables["PYTHONPATH"] = _machine.At("variable") + ":" + _machine.At("nothing");

        var run = _machine.Run(prefix);

        Assert.Equal(ExitCodes.Partial, run.ExitCode);
        Assert.Contains(_machine.At("variable"), run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(_machine.At("nothing"), run.Error, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Every_name_of_the_prefix_is_found_by_what_its_files_say()
    {
        _machine.Environment("disk/env");
        Directory.CreateSymbolicLink(_machine.At("link"), _machine.At("disk"));
        Directory.CreateSymbolicLink(_machine.At("second"), _machine.At("disk"));
        var other = _machine.Write("disk/env/bin/other", $"#!{_machine.At("link")}/env/bin/python\nprint('{_machine.At("second")}/env')\n", isExecutable: true);
        _machine.Write("disk/env/bin/activate", $"VIRTUAL_ENV='{_machine.At("second")}/env'\n");
        _machine.Write("disk/env/bin/foreign", $"#!{_machine.At("elsewhere")}/env/bin/python\n", isExecutable: true);

        var document = _machine.Document(_machine.Archive(_machine.At("disk/env")));

        Assert.Equal<string>([_machine.At("link") + "/env", _machine.At("second") + "/env"], document.Environment.OtherNames);
        Assert.Contains(document.Environment.Texts, text => text.Path == "bin/activate" && text.Text == "VIRTUAL_ENV='/@firn-prefix@'\n");
        var rest = document.Environment.Packages.Single(package => package.Kind == ArchivedPackageKind.Rest);
        Assert.Equal("#!/@firn-prefix@/bin/python\nprint('/@firn-prefix@')\n", _machine.Content(rest, "bin/other"));
        Assert.StartsWith($"#!{_machine.At("elsewhere")}", _machine.Content(rest, "bin/foreign"), StringComparison.Ordinal);
        Assert.True(File.Exists(other));
    }
}
