using Firn.Archives.Documents;
using Firn.Cli;

namespace Firn.Tests.Archives.Planning;

/// <summary>Texts that name the prefix, of no package and of packages, and files that are kept from others.</summary>
public sealed class UnownedTextTests : IDisposable
{
    private const string Site = ArchiveMachine.Site;
    private readonly ArchiveMachine _machine = new();

    public UnownedTextTests() => Skip.If(OperatingSystem.IsWindows(), "environments are archived on POSIX");

    public void Dispose() => _machine.Dispose();

    [SkippableTheory]
    [InlineData("share/jupyter/kernels/k/kernel.json", "{\"argv\": [\"{0}/bin/python\"]}")]
    [InlineData("bin/postactivate", "export DATA={0}/share\n")]
    [InlineData(Site + "/sitecustomize.py", "import sys\nsys.path.append('{0}/share')\n")]
    [InlineData("etc/profile.d/a.sh", "PATH={0}/bin:$PATH\n")]
    [InlineData("etc/jupyter.json", "{\"x\": \"file://{0}\"}")]
    public void A_text_of_no_package_holds_the_placeholder(string path, string text)
    {
        var prefix = _machine.Environment("env");
        _machine.Write("env/" + path, text.Replace("{0}", prefix, StringComparison.Ordinal));

        var document = _machine.Document(_machine.Archive(prefix));

        Assert.Equal(
            text.Replace("{0}", "/@firn-prefix@", StringComparison.Ordinal),
            _machine.Content(ArchiveMachine.Package(document, "files"), path));
        Assert.Empty(document.Environment.NamesPrefix);
        Assert.Equal(ArchiveWriter.Write(document), ArchiveWriter.Write(_machine.Document(_machine.Archive(prefix, "--read-data"))));
    }

    [SkippableTheory]
    [InlineData("\0{0}/share\n", "env")]
    [InlineData("{0}2/share\n", "env")]
    [InlineData("/@firn-prefix@ {0}\n", "env")]
    public void What_is_no_text_or_no_name_of_the_prefix_stays_as_it_is(string text, string name)
    {
        var prefix = _machine.Environment(name);
        var content = text.Replace("{0}", prefix, StringComparison.Ordinal);
        _machine.Write($"{name}/share/own.txt", content);

        var document = _machine.Document(_machine.Archive(prefix));

        Assert.Equal(content, _machine.Content(ArchiveMachine.Package(document, "files"), "share/own.txt"));
    }

    [SkippableTheory]
    [InlineData("share/jupyter/kernels/k/kernel.json", "{\"argv\": [\"{0}/bin/python\"]}", true)]
    [InlineData(Site + "/zz/tool.sh", "#!{0}/bin/python\n", true)]
    [InlineData(Site + "/zz/paths.py", "P = '{0}'\n", true)]
    [InlineData(Site + "/zz/other.py", "P = '{0}-old'\n", false)]
    [InlineData(Site + "/zz/data.bin", "\0{0}\n", false)]
    public void A_text_of_a_package_that_names_the_prefix_is_told(string path, string text, bool isTold)
    {
        var prefix = _machine.Environment("env");
        _machine.Write("env/" + path, text.Replace("{0}", prefix, StringComparison.Ordinal));
        _machine.Machine.Install("env", "zz", "1.0", record: Path.GetRelativePath(Site, path) + ",,\n");

        var document = _machine.Document(_machine.Archive(prefix));

        Assert.Equal(isTold ? [path] : [], document.Environment.NamesPrefix.AsEnumerable());
        _machine.Write("env/share/new.txt", "another archive, of which that bundle is known");
        Assert.Equal(document.Environment.NamesPrefix.AsEnumerable(), _machine.Document(_machine.Archive(prefix)).Environment.NamesPrefix);
    }

    [SkippableTheory]
    [InlineData("etc/private.ini", 0x180, "only its owner may read it")]
    [InlineData(Site + "/tokens.py", 0x1A0, "only its owner and group may read it")]
    [InlineData(Site + "/own.pth", 0x180, "only its owner may read it")]
    [InlineData("etc/public.ini", 0x1A4, null)]
    [InlineData("bin/program", 0x1C0, null)]
    public void What_others_may_not_read_is_left_out_of_an_environment_that_they_may(string path, int mode, string? reason)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var prefix = _machine.Environment("env");
        File.SetUnixFileMode(_machine.Write("env/" + path, "text\n"), (UnixFileMode)mode);
        File.SetUnixFileMode(prefix, (UnixFileMode)0x1ED);

        Missed(prefix, path, reason);

        File.SetUnixFileMode(prefix, (UnixFileMode)0x1C0);
        Missed(prefix, path, null);
    }

    [SkippableTheory]
    [InlineData("/proc/self/cmdline")]
    [InlineData("/sys/kernel/notes")]
    [InlineData("/dev/null")]
    [InlineData("/proc/self/fd")]
    [InlineData("/etc/shadow")]
    public void What_the_kernel_makes_up_and_what_others_may_not_read_is_left_out_behind_a_link(string target)
    {
        Skip.IfNot(OperatingSystem.IsLinux() && Path.Exists(target), "needs the file");
        var prefix = _machine.Environment("env");
        File.CreateSymbolicLink(Path.Join(prefix, Site, "link.txt"), target);

        var run = _machine.Run(prefix, "--json");

        Assert.Equal(ExitCodes.Partial, run.ExitCode);
        Assert.Contains($"it is a link to {target}", run.Output, StringComparison.Ordinal);
    }

    private void Missed(string prefix, string path, string? reason)
    {
        var run = _machine.Run(prefix, "--json");
        Assert.Equal(reason is null ? ExitCodes.Done : ExitCodes.Partial, run.ExitCode);
        var document = _machine.Document(System.Text.Json.JsonDocument.Parse(run.Output).RootElement);
        Assert.Equal(reason, document.LeftOut.SingleOrDefault(file => file.Path == Path.Join(prefix, path) && file.IsMissed)?.Reason);
    }
}
